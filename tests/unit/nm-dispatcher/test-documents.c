/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is written about the program is true: each key of the configuration, each message of the catalog. */

#include <string.h>

#include "lf-config.h"
#include "lm-message-ids.h"

static gchar *
read_source (const gchar *name)
{
    g_autofree gchar  *path = g_build_filename (SOURCE_ROOT, name, NULL);
    g_autoptr(GError)  error = NULL;
    gchar             *text = NULL;

    g_file_get_contents (path, &text, NULL, &error);
    g_assert_no_error (error);
    return text;
}

/* Each first group of a pattern in a text, sorted. */
static gchar **
find_all (const gchar *text, const gchar *pattern)
{
    g_autoptr(GRegex)     regex = g_regex_new (pattern, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    GPtrArray            *found = g_ptr_array_new ();

    g_assert_nonnull (regex);
    for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
        g_ptr_array_add (found, g_match_info_fetch (match, 1));
    g_ptr_array_sort_values (found, (GCompareFunc) strcmp);
    g_ptr_array_add (found, NULL);
    return (gchar **) g_ptr_array_free (found, FALSE);
}

/* What follows "known are" or "known is" in the message about something unknown. */
static gchar **
known (const gchar *text)
{
    g_autoptr(LfConfig)  config = lf_config_new ();
    g_autoptr(GError)    error = NULL;
    const gchar         *list;
    g_autofree gchar    *words = NULL;

    g_assert_false (lf_config_merge (config, "test", text, strlen (text), &error));
    list = strstr (error->message, "known are ");
    list = list ? list + strlen ("known are ") : strstr (error->message, "known is ") + strlen ("known is ");
    words = g_strndup (list, strcspn (list, ";"));
    return find_all (words, "(\\[[^]]+\\]|\\b(?!and\\b)[a-z][a-z-]+)");
}

static gchar *
section (const gchar *text, const gchar *begin_pattern)
{
    g_autofree gchar  *pattern = g_strconcat (begin_pattern, "$((?s:.)*?)(?=^\\.SH|^#?\\[|\\z)", NULL);
    g_auto(GStrv)      found = find_all (text, pattern);

    if (g_strv_length (found) != 1)
        g_error ("%u sections that match %s", g_strv_length (found), begin_pattern);
    return g_strdup (found[0]);
}

static void
assert_same (const gchar *group, const gchar *where, gchar **expected, gchar **found)
{
    g_autofree gchar *all_expected = g_strjoinv (" ", expected), *all_found = g_strjoinv (" ", found);

    if (!g_str_equal (all_expected, all_found))
        g_error ("%s: the program knows the keys %s; %s explains %s", group, all_expected, where, all_found);
}

static void
check_group (const gchar *group, const gchar *manual, const gchar *defaults)
{
    gboolean          uplink = g_str_has_prefix (group, "[uplink");
    g_autofree gchar *text = g_strconcat (group, "\nno-such-key=1\n", NULL);
    g_auto(GStrv)     keys = known (text);
    g_autofree gchar *escaped = g_regex_escape_string (group, -1);
    g_autofree gchar *title = g_strdup_printf ("^\\.SH \"%s\"", escaped);
    g_autofree gchar *head = g_strdup_printf ("^%s", uplink ? "#\\[uplink [^]]*\\]" : escaped);
    g_autofree gchar *chapter = section (manual, title);
    g_autofree gchar *paragraph = section (defaults, head);
    g_auto(GStrv)     in_manual = find_all (chapter, "^\\.BI ([a-z-]+)=");
    g_auto(GStrv)     in_defaults = find_all (paragraph, "^#?([a-z-]+)=");

    g_assert_cmpuint (g_strv_length (keys), >, 0);
    assert_same (group, "the man page", keys, in_manual);
    assert_same (group, "data/lte-failover.conf", keys, in_defaults);
}

static void
test_each_key_is_explained (void)
{
    g_autofree gchar *escaped = read_source ("data/man/lte-failover.conf.5");
    g_autofree gchar *defaults = read_source ("data/lte-failover.conf");
    g_auto(GStrv)     parts = g_strsplit (escaped, "\\-", -1);
    g_autofree gchar *manual = g_strjoinv ("-", parts);
    g_auto(GStrv)     groups = known ("[no-such-group]\n");
    guint             i;

    g_assert_cmpuint (g_strv_length (groups), >=, 5);
    for (i = 0; groups[i]; i++)
        check_group (groups[i], manual, defaults);
}

static void
test_each_message_is_explained (void)
{
    static const gchar *const ids[] = {
        LM_MESSAGE_SWITCH, LM_MESSAGE_DEAD, LM_MESSAGE_GOOD, LM_MESSAGE_UNPROVEN, LM_MESSAGE_CONFIG_REFUSED,
        LM_MESSAGE_NOTHING_WORKS, LM_MESSAGE_BUDGET,
    };
    g_autofree gchar *header = read_source ("nm-dispatcher/monitor/lm-message-ids.h");
    g_autofree gchar *catalog = read_source ("data/lte-failover.catalog");
    g_autofree gchar *monitor = read_source ("nm-dispatcher/monitor/lm-news.c");
    g_auto(GStrv)     defined = find_all (header, "\"([0-9a-f]{32})\"$");
    g_auto(GStrv)     explained = find_all (catalog, "^-- ([0-9a-f]{32})$");
    g_auto(GStrv)     fields = find_all (catalog, "@([A-Z_]+)@");
    guint             i;

    g_assert_cmpstrv (defined, explained);
    g_assert_cmpuint (g_strv_length (defined), ==, G_N_ELEMENTS (ids));
    for (i = 0; i < G_N_ELEMENTS (ids); i++)
        g_assert_true (g_strv_contains ((const gchar *const *) explained, ids[i]));
    for (i = 0; fields[i]; i++) {
        g_autofree gchar *quoted = g_strconcat ("\"", fields[i], "\"", NULL);

        if (!strstr (monitor, quoted))
            g_error ("the catalog uses %s, which the monitor does not send", fields[i]);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/documents/keys", test_each_key_is_explained);
    g_test_add_func ("/documents/messages", test_each_message_is_explained);
    return g_test_run ();
}
