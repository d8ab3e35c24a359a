/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-standby.h"
#include "lines.h"

#define COLD "[standby]\nlte=cold\nlinger=60s\n"

#define GOOD LF_HEALTH_GOOD
#define DEAD LF_HEALTH_DEAD
#define UNKNOWN LF_HEALTH_UNKNOWN

/* What the machine is like from a second on, and what was to be done until the next one. */
typedef struct {
    guint    until;     /* s; 0 ends the story */
    gboolean has_cable;
    LfHealth cable;
    gboolean lte;       /* has a default route */
    guint    ups, downs;
} Chapter;

typedef struct {
    const gchar *name;
    const gchar *config;
    Chapter      chapters[6];
} Story;

static const Story stories[] = {
    { "hot is left alone", "", { { 600, FALSE, 0, FALSE, 0, 0 } } },
    { "a cable that works", COLD, { { 600, TRUE, GOOD, FALSE, 0, 0 } } },
    { "a cable that nobody knows yet", COLD, { { 600, TRUE, UNKNOWN, FALSE, 0, 0 } } },
    { "the cable is dead", COLD, { { 10, TRUE, GOOD, FALSE, 0, 0 }, { 15, TRUE, DEAD, FALSE, 1, 0 }, { 100, TRUE, DEAD, TRUE, 0, 0 } } },
    { "no cable at all", COLD, { { 5, FALSE, 0, FALSE, 1, 0 }, { 100, FALSE, 0, TRUE, 0, 0 } } },
    { "a moment without is bridged by waiting", COLD, { { 10, TRUE, GOOD, FALSE, 0, 0 }, { 11, FALSE, 0, FALSE, 0, 0 }, { 100, TRUE, GOOD, FALSE, 0, 0 } } },
    { "down after the linger time", COLD, { { 5, TRUE, DEAD, FALSE, 1, 0 }, { 20, TRUE, DEAD, TRUE, 0, 0 }, { 70, TRUE, GOOD, TRUE, 0, 0 }, { 100, TRUE, GOOD, TRUE, 0, 1 } } },
    { "a cable that does not stay", COLD, { { 5, TRUE, DEAD, FALSE, 1, 0 }, { 60, TRUE, GOOD, TRUE, 0, 0 }, { 62, TRUE, DEAD, TRUE, 0, 0 }, { 120, TRUE, GOOD, TRUE, 0, 0 } } },
    { "what others brought up stays", COLD, { { 600, TRUE, GOOD, TRUE, 0, 0 } } },
    { "it does not come up: again, less and less often", COLD, { { 600, TRUE, DEAD, FALSE, 6, 0 }, { 1200, TRUE, DEAD, FALSE, 2, 0 } } },
    { "and is given up when the cable works", COLD, { { 600, TRUE, DEAD, FALSE, 6, 0 }, { 700, TRUE, GOOD, FALSE, 0, 1 } } },
};

static LfSnapshot *
snapshot_of (const Chapter *chapter)
{
    Line  lines[3] = { 0 };
    guint n = 0;

    if (chapter->has_cable)
        lines[n++] = (Line) { "eth0", LF_CLASS_ETHERNET, .metric = 100, .health = chapter->cable };
    if (chapter->lte)
        lines[n++] = (Line) { "wwan0", LF_CLASS_LTE, .metric = 700, .health = GOOD };
    return snapshot_from_lines (lines);
}

static void
test_story (gconstpointer data)
{
    const Story         *story = data;
    g_autoptr(LfConfig)  config = config_from_text (story->config);
    LfStandby            standby = { 0 };
    const Chapter       *chapter;
    gint64               second = 1, next;

    for (chapter = story->chapters; chapter->until; chapter++) {
        g_autoptr(LfSnapshot) snapshot = snapshot_of (chapter);
        guint                 done[] = { 0, 0, 0 };

        for (; second <= chapter->until; second++) {
            done[lf_standby_decide (&standby, snapshot, config, second * G_USEC_PER_SEC, &next)]++;
            g_assert_cmpint (next, >, second * G_USEC_PER_SEC);
        }
        g_assert_cmpuint (done[LF_STANDBY_BRING_UP], ==, chapter->ups);
        g_assert_cmpuint (done[LF_STANDBY_TAKE_DOWN], ==, chapter->downs);
    }
}

/* A network without IPv6 is no reason, one whose IPv6 is dead is. */
static void
test_families (void)
{
    static const Line     lines[] = { { "eth0", LF_CLASS_ETHERNET, .metric = 100, .health = GOOD }, { 0 } };
    g_autoptr(LfConfig)   config = config_from_text (COLD);
    g_autoptr(LfSnapshot) snapshot = snapshot_from_lines (lines);
    LfStandby             standby = { 0 };
    gint64                next;

    g_array_index (snapshot->links, LfLink, 0).health[LF_IPV6] = LF_HEALTH_DEAD;
    lf_standby_decide (&standby, snapshot, config, 1, &next);
    g_assert_cmpint (standby.failing_since, ==, 1);
    g_array_set_size (snapshot->routes[LF_IPV6], 0);
    lf_standby_decide (&standby, snapshot, config, 2, &next);
    g_assert_cmpint (standby.failing_since, ==, 0);
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (stories); i++) {
        g_autofree gchar *path = g_strconcat ("/standby/", stories[i].name, NULL);

        g_test_add_data_func (path, &stories[i], test_story);
    }
    g_test_add_func ("/standby/families", test_families);
    return g_test_run ();
}
