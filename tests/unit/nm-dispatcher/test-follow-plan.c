/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-follow-plan.h"
#include "lines.h"

#define SECOND G_USEC_PER_SEC

/* What is, from a second on, and what follows from it. */
typedef struct {
    guint        at;      /* s */
    Line         lines[4];
    const gchar *addresses; /* "2.5 3.7": the one that ends in 5 on link 2; NULL: one for each line */
    gboolean     busy;    /* connections live on what is drained */
    const gchar *reset;   /* "2.5": addresses whose connections are reset */
    const gchar *left;
    const gchar *rules;
    gint         next;    /* s until it is looked at again, 0: never */
} Step;

typedef struct {
    const gchar *name;
    const gchar *config;
    Step         steps[8]; /* ends with one that has no lines */
} Story;

#define ETH(...) { "eth0", LF_CLASS_ETHERNET, __VA_ARGS__ }
#define LTE(...) { "wwan0", LF_CLASS_LTE, __VA_ARGS__ }
#define LAN(...) { "eth1", LF_CLASS_ETHERNET, __VA_ARGS__ }
#define GOOD .metric = 100
#define DEAD .metric = 20100
#define PULLED .metric = 100, .no_carrier = TRUE

static const Story stories[] = {
    { "all is well", "", {
        { 0, { ETH (GOOD), LTE (GOOD) } },
        { 9, { ETH (GOOD), LTE (GOOD) } } } },
    { "a silent death and the way back", "", {
        { 0, { ETH (GOOD), LTE (GOOD) } },
        { 1, { ETH (DEAD), LTE (GOOD) }, .reset = "1.1", .left = "1.1", .rules = "2.2" },
        { 2, { ETH (DEAD), LTE (GOOD) }, .rules = "2.2" },
        { 20, { ETH (GOOD), LTE (GOOD) }, .busy = TRUE, .left = "2.2", .rules = "2.2", .next = 5 },
        { 25, { ETH (GOOD), LTE (GOOD) }, .busy = TRUE, .rules = "2.2", .next = 5 },
        { 30, { ETH (GOOD), LTE (GOOD) } },
        { 40, { ETH (DEAD), LTE (GOOD) }, .reset = "1.1", .left = "1.1", .rules = "2.2" } } },
    { "a drain lasts a while even if it looks empty", "", {
        { 0, { ETH (PULLED), LTE (GOOD) }, .reset = "1.1", .left = "1.1", .rules = "2.2" },
        { 10, { ETH (GOOD), LTE (GOOD) }, .left = "2.2", .rules = "2.2", .next = 5 },
        { 12, { ETH (GOOD), LTE (GOOD) }, .rules = "2.2", .next = 5 },
        { 15, { ETH (GOOD), LTE (GOOD) } } } },
    { "a drain has an end", "[connections]\ndrain-time=60", {
        { 0, { ETH (DEAD), LTE (GOOD) }, .reset = "1.1", .left = "1.1", .rules = "2.2" },
        { 10, { ETH (GOOD), LTE (GOOD) }, .busy = TRUE, .left = "2.2", .rules = "2.2", .next = 5 },
        { 69, { ETH (GOOD), LTE (GOOD) }, .busy = TRUE, .rules = "2.2", .next = 1 },
        { 70, { ETH (GOOD), LTE (GOOD) }, .busy = TRUE, .reset = "2.2", .left = "2.2" },
        { 71, { ETH (GOOD), LTE (GOOD) }, .busy = TRUE } } },
    { "back on LTE during the drain", "[connections]\ndrain-time=60", {
        { 0, { ETH (DEAD), LTE (GOOD) }, .reset = "1.1", .left = "1.1", .rules = "2.2" },
        { 10, { ETH (GOOD), LTE (GOOD) }, .busy = TRUE, .left = "2.2", .rules = "2.2", .next = 5 },
        { 40, { ETH (DEAD), LTE (GOOD) }, .busy = TRUE, .reset = "1.1", .left = "1.1", .rules = "2.2" },
        { 90, { ETH (GOOD), LTE (GOOD) }, .busy = TRUE, .left = "2.2", .rules = "2.2", .next = 5 },
        { 149, { ETH (GOOD), LTE (GOOD) }, .busy = TRUE, .rules = "2.2", .next = 1 } } },
    { "LTE dies during the drain", "", {
        { 0, { ETH (DEAD), LTE (GOOD) }, .reset = "1.1", .left = "1.1", .rules = "2.2" },
        { 10, { ETH (GOOD), LTE (GOOD) }, .busy = TRUE, .left = "2.2", .rules = "2.2", .next = 5 },
        { 11, { ETH (GOOD), LTE (PULLED) }, .busy = TRUE, .reset = "2.2", .left = "2.2" } } },
    { "no drain", "[connections]\ndrain=false", {
        { 0, { ETH (DEAD), LTE (GOOD) }, .reset = "1.1", .left = "1.1" },
        { 10, { ETH (GOOD), LTE (GOOD) }, .left = "2.2" } } },
    { "both dead: nowhere to go", "", {
        { 0, { ETH (GOOD), LTE (GOOD) } },
        { 1, { ETH (DEAD), LTE (DEAD) } },
        { 2, { ETH (DEAD), LTE (GOOD) }, .reset = "1.1", .left = "1.1", .rules = "2.2" } } },
    { "the profile goes down, its address with it", "", {
        { 0, { ETH (GOOD), LTE (GOOD) } },
        { 1, { ETH (), LTE (GOOD) }, .addresses = "2.2", .reset = "1.1", .left = "1.1", .rules = "2.2" },
        { 2, { ETH (), LTE (GOOD) }, .addresses = "2.2", .rules = "2.2" } } },
    { "pulled, then down: reset once", "", {
        { 0, { ETH (GOOD), LTE (GOOD) } },
        { 1, { ETH (PULLED), LTE (GOOD) }, .reset = "1.1", .left = "1.1", .rules = "2.2" },
        { 7, { ETH (), LTE (GOOD) }, .addresses = "2.2", .rules = "2.2", .reset = "1.1", .left = "1.1" },
        { 8, { ETH (), LTE (GOOD) }, .addresses = "2.2", .rules = "2.2" } } },
    { "a new address on the same line", "", {
        { 0, { ETH (GOOD), LTE (GOOD) } },
        { 1, { ETH (GOOD), LTE (GOOD) }, .addresses = "1.9 2.2", .reset = "1.1", .left = "1.1" } } },
    { "the only line loses its address for a while", "", {
        { 0, { ETH (GOOD) } },
        { 1, { ETH () }, .addresses = "" },
        { 2, { ETH (GOOD) } } } },
    { "and comes back with another", "", {
        { 0, { ETH (GOOD) } },
        { 1, { ETH () }, .addresses = "" },
        { 2, { ETH (GOOD) }, .addresses = "1.9", .reset = "1.1", .left = "1.1" } } },
    { "a network without a default route is nobody's business", "", {
        { 0, { ETH (GOOD), LTE (GOOD), LAN () } },
        { 1, { ETH (DEAD), LTE (GOOD), LAN () }, .reset = "1.1", .left = "1.1", .rules = "2.2" } } },
    { "the first in order is left although it works", "", {
        { 0, { ETH (GOOD), LTE (GOOD) } },
        { 1, { ETH (GOOD), LTE (GOOD), LAN (.metric = 50) }, .busy = TRUE, .left = "1.1", .rules = "1.1", .next = 5 },
        { 9, { ETH (GOOD), LTE (GOOD), LAN (.metric = 50) }, .busy = TRUE, .rules = "1.1", .next = 5 },
        { 10, { ETH (GOOD), LTE (GOOD), LAN (DEAD) }, .busy = TRUE, .reset = "3.3", .left = "3.3" },
        { 20, { ETH (GOOD), LTE (GOOD), LAN (DEAD) }, .busy = TRUE } } },
    { "an uplink that is not to be used", "[uplink eth0]\nuse=false", {
        { 0, { ETH (DEAD), LTE (GOOD) }, .rules = "2.2" } } },
    { "IPv6 addresses of a prefix that is withdrawn", "", {
        { 0, { ETH (GOOD), LTE (GOOD) }, .addresses = "1.1 1.9 2.2" },
        { 1, { ETH (GOOD), LTE (GOOD) }, .addresses = "1.9 2.2", .reset = "1.1", .left = "1.1" } } },
};

static void
add_address (GArray *addresses, guint link, guint last)
{
    LfAddress address = { .link = link, .prefix = 24, .bytes = { 10, 0, link, last } };

    for (address.family = 0; address.family < LF_N_FAMILIES; address.family++)
        g_array_append_val (addresses, address);
}

static GArray *
addresses_of (const Step *step)
{
    GArray        *addresses = g_array_new (FALSE, FALSE, sizeof (LfAddress));
    g_auto(GStrv)  words = g_strsplit (step->addresses ? step->addresses : "", " ", -1);
    guint          i, link, last;

    for (i = 0; !step->addresses && step->lines[i].name; i++)
        add_address (addresses, i + 1, i + 1);
    for (i = 0; words[i] && sscanf (words[i], "%u.%u", &link, &last) == 2; i++)
        add_address (addresses, link, last);
    return addresses;
}

/* Of one family: the other's are the same. */
static gchar *
describe (const GArray *items, gsize size, LfFamily family)
{
    GString *text = g_string_new (NULL);
    guint    i;

    for (i = 0; i < items->len; i++) {
        const LfAddress *address = (const LfAddress *) (items->data + i * size);

        if (address->family == family)
            g_string_append_printf (text, "%s%d.%u", text->len ? " " : "", address->link, address->bytes[3]);
    }
    return g_string_free (text, FALSE);
}

static void
check_plan (const LfFollowPlan *plan, const Step *step, gint64 now)
{
    guint family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autofree gchar *reset = describe (plan->reset, sizeof (LfAddress), family);
        g_autofree gchar *left = describe (plan->left, sizeof (LfAddress), family);
        g_autofree gchar *rules = describe (plan->rules, sizeof (LfSourceRule), family);

        g_test_message ("at %u s: reset %s, left %s, rules %s", step->at, reset, left, rules);
        g_assert_cmpstr (reset, ==, step->reset ? step->reset : "");
        g_assert_cmpstr (left, ==, step->left ? step->left : "");
        g_assert_cmpstr (rules, ==, step->rules ? step->rules : "");
    }
    g_assert_cmpint (plan->next ? (plan->next - now) / SECOND : 0, ==, step->next);
}

static void
test_story (gconstpointer data)
{
    const Story              *it = data;
    g_autoptr(LfConfig)       config = config_from_text (it->config);
    g_autoptr(LfFollowState)  state = lf_follow_state_new ();
    guint                     i, j;

    for (i = 0; it->steps[i].lines[0].name; i++) {
        const Step              *step = &it->steps[i];
        gint64                   now = (1000 + step->at) * SECOND;
        g_autoptr(LfSnapshot)    snapshot = snapshot_from_lines (step->lines);
        g_autoptr(GArray)        addresses = addresses_of (step);
        g_autoptr(LfFollowPlan)  plan = NULL;

        for (j = 0; j < state->drains->len; j++)
            g_array_index (state->drains, LfDrain, j).empty = !step->busy;
        plan = lf_follow_plan_new (state, snapshot, config, addresses, now);
        check_plan (plan, step, now);
    }
}

/* Rules of one that was killed: they have their time from now on. */
static void
test_adopted_drain (void)
{
    const Step               steps[] = {
        { 0, { ETH (GOOD), LTE (GOOD) }, .rules = "2.2", .next = 5 },
        { 5, { ETH (GOOD), LTE (GOOD) } },
    };
    g_autoptr(LfConfig)      config = lf_config_new ();
    g_autoptr(LfFollowState) state = lf_follow_state_new ();
    guint                    i;

    for (i = 0; i < LF_N_FAMILIES; i++)
        lf_follow_state_add_drain (state, i, 2, 1000 * SECOND);
    for (i = 0; i < G_N_ELEMENTS (steps); i++) {
        gint64                   now = (1000 + steps[i].at) * SECOND;
        g_autoptr(LfSnapshot)    snapshot = snapshot_from_lines (steps[i].lines);
        g_autoptr(GArray)        addresses = addresses_of (&steps[i]);
        g_autoptr(LfFollowPlan)  plan = NULL;
        guint                    j;

        for (j = 0; j < state->drains->len; j++)
            g_array_index (state->drains, LfDrain, j).empty = TRUE;
        plan = lf_follow_plan_new (state, snapshot, config, addresses, now);
        check_plan (plan, &steps[i], now);
    }
}

/* Only IPv4 has the filter. The dead line is asked as well as the one that stands by. */
static void
test_strict_reverse_path (void)
{
    const Step steps[] = {
        { 0, { ETH (GOOD, .strict = TRUE), LTE (GOOD, .strict = TRUE) }, .rules = "2.2" },
        { 1, { ETH (DEAD, .strict = TRUE), LTE (GOOD, .strict = TRUE) }, .rules = "1.1" },
        { 2, { ETH (.strict = TRUE), LTE (GOOD) } },
    };
    g_autoptr(LfConfig)      config = config_from_text ("[connections]\ndrain=false");
    g_autoptr(LfFollowState) state = lf_follow_state_new ();
    guint                    i;

    for (i = 0; i < G_N_ELEMENTS (steps); i++) {
        g_autoptr(LfSnapshot)   snapshot = snapshot_from_lines (steps[i].lines);
        g_autoptr(GArray)       addresses = addresses_of (&steps[i]);
        g_autoptr(LfFollowPlan) plan = lf_follow_plan_new (state, snapshot, config, addresses, SECOND);
        g_autofree gchar       *v4 = describe (plan->rules, sizeof (LfSourceRule), LF_IPV4);
        g_autofree gchar       *v6 = describe (plan->rules, sizeof (LfSourceRule), LF_IPV6);

        g_assert_cmpstr (v4, ==, steps[i].rules ? steps[i].rules : "");
        g_assert_cmpstr (v6, ==, "");
    }
}

static void
test_neighbour (void)
{
    const struct {
        guint8   prefix;
        guint8   peer[4];
        gboolean neighbour;
    } cases[] = {
        { 24, { 10, 0, 1, 200 }, TRUE }, { 24, { 10, 0, 2, 1 }, FALSE }, { 32, { 10, 0, 1, 1 }, TRUE },
        { 32, { 10, 0, 1, 2 }, FALSE }, { 0, { 8, 8, 8, 8 }, TRUE }, { 23, { 10, 0, 0, 9 }, TRUE },
        { 23, { 10, 0, 2, 9 }, FALSE }, { 30, { 10, 0, 1, 3 }, TRUE }, { 30, { 10, 0, 1, 4 }, FALSE },
        { 255, { 10, 0, 1, 1 }, TRUE }, { 255, { 10, 0, 1, 2 }, FALSE },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        LfAddress address = { .family = LF_IPV4, .bytes = { 10, 0, 1, 1 }, .prefix = cases[i].prefix };

        g_assert_cmpint (lf_address_is_neighbour (&address, LF_IPV4, cases[i].peer), ==, cases[i].neighbour);
        g_assert_false (lf_address_is_neighbour (&address, LF_IPV6, (guint8[16]) { 10, 0, 1, 1 }));
    }
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (stories); i++) {
        g_autofree gchar *path = g_strdup_printf ("/follow-plan/%s", stories[i].name);

        g_test_add_data_func (path, &stories[i], test_story);
    }
    g_test_add_func ("/follow-plan/a strict reverse path filter", test_strict_reverse_path);
    g_test_add_func ("/follow-plan/a drain of one that was killed", test_adopted_drain);
    g_test_add_func ("/follow-plan/neighbours", test_neighbour);
    return g_test_run ();
}
