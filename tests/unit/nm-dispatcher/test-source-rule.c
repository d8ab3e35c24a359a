/* SPDX-License-Identifier: GPL-2.0-or-later */

#include <string.h>

#include "lf-source-rule.h"

/* "4.2@3": the IPv4 address that ends in 2 on link 3. "m": the rule for the main table, "t": for the link's. */
typedef struct {
    const gchar *name;
    const gchar *there;  /* "m4.2 t4.2@3" */
    const gchar *wanted; /* "4.2@3 6.7@3" */
    const gchar *add;
    const gchar *remove;
} Case;

static const Case cases[] = {
    { "nothing", "", "", "", "" },
    { "one address", "", "4.2@3", "m4.2 t4.2@3", "" },
    { "both families, two links", "", "4.2@3 6.7@3 4.9@5", "m4.2 m6.7 m4.9 t4.2@3 t6.7@3 t4.9@5", "" },
    { "there already", "m4.2 t4.2@3", "4.2@3", "", "" },
    { "killed on the way in", "m4.2", "4.2@3", "t4.2@3", "" },
    { "killed on the way out", "t4.2@3", "", "", "t4.2@3" },
    { "not wanted any more: the one with the table last", "t4.2@3 m4.2", "", "", "m4.2 t4.2@3" },
    { "another address", "m4.2 t4.2@3", "4.8@3", "m4.8 t4.8@3", "m4.2 t4.2@3" },
    { "the interface came back with another index", "m4.2 t4.2@3", "4.2@9", "t4.2@9", "t4.2@3" },
    { "the same twice", "", "4.2@3 4.2@3", "m4.2 t4.2@3", "" },
};

static void
read_address (const gchar *word, LfFamily *family, guint8 *address, gint *link)
{
    guint first, last;
    gint  index = 0;

    g_assert_cmpint (sscanf (word, "%u.%u@%d", &first, &last, &index), >=, 2);
    *family = first == 4 ? LF_IPV4 : LF_IPV6;
    address[0] = 10;
    address[*family == LF_IPV4 ? 3 : 15] = last;
    *link = index;
}

static GArray *
policies_from (const gchar *text)
{
    g_auto(GStrv)  words = g_strsplit (text, " ", -1);
    GArray        *policies = g_array_new (FALSE, FALSE, sizeof (LfPolicy));
    guint          i;

    for (i = 0; words[i] && *words[i]; i++) {
        LfPolicy policy = { .priority = *words[i] == 'm' ? LF_RULE_PRIORITY_MAIN : LF_RULE_PRIORITY_TABLE };
        gint     link;

        read_address (words[i] + 1, &policy.family, policy.address, &link);
        policy.table = link ? LF_TABLE_BASE + link : 0;
        g_array_append_val (policies, policy);
    }
    return policies;
}

static GArray *
rules_from (const gchar *text)
{
    g_auto(GStrv)  words = g_strsplit (text, " ", -1);
    GArray        *rules = g_array_new (FALSE, FALSE, sizeof (LfSourceRule));
    guint          i;

    for (i = 0; words[i] && *words[i]; i++) {
        LfSourceRule rule = { .address = { .link = 0 } };

        read_address (words[i], &rule.address.family, rule.address.bytes, &rule.address.link);
        g_array_append_val (rules, rule);
    }
    return rules;
}

static gchar *
describe (const GArray *policies)
{
    GString *text = g_string_new (NULL);
    guint    i;

    for (i = 0; i < policies->len; i++) {
        const LfPolicy *policy = &g_array_index (policies, LfPolicy, i);

        g_string_append_printf (text, "%s%c%d.%u", i ? " " : "", policy->priority == LF_RULE_PRIORITY_MAIN ? 'm' : 't',
                                policy->family == LF_IPV4 ? 4 : 6, policy->address[policy->family == LF_IPV4 ? 3 : 15]);
        if (policy->table)
            g_string_append_printf (text, "@%u", policy->table - LF_TABLE_BASE);
    }
    return g_string_free (text, FALSE);
}

static void
test_plan (gconstpointer data)
{
    const Case              *it = data;
    g_autoptr(GArray)        there = policies_from (it->there);
    g_autoptr(GArray)        wanted = rules_from (it->wanted);
    g_autoptr(LfPolicyPlan)  plan = lf_policy_plan_new (there, wanted);
    g_autofree gchar        *add = describe (plan->add);
    g_autofree gchar        *removed = describe (plan->remove);

    g_assert_cmpstr (add, ==, it->add);
    g_assert_cmpstr (removed, ==, it->remove);
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strdup_printf ("/source-rule/%s", cases[i].name);

        g_test_add_data_func (path, &cases[i], test_plan);
    }
    return g_test_run ();
}
