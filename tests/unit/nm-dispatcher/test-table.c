/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables for a terminal. */

#include "lf-table.h"

static LfTable *
example (void)
{
    LfTable *table = lf_table_new (3);

    lf_table_add (table, LF_COLOUR_BOLD, "A");
    lf_table_add (table, LF_COLOUR_BOLD, "LONG TITLE");
    lf_table_add (table, LF_COLOUR_BOLD, "C");
    lf_table_add (table, LF_COLOUR_NONE, "größer");
    lf_table_add (table, LF_COLOUR_GREEN, "b");
    lf_table_add (table, LF_COLOUR_RED, "c");
    return table;
}

static void
test_plain (void)
{
    g_autoptr(LfTable) table = example ();
    g_autofree gchar  *text = lf_table_to_string (table, FALSE);

    g_assert_cmpstr (text, ==, "A       LONG TITLE  C\n"
                               "größer  b           c\n");
}

/* Colours take no room. */
static void
test_colours (void)
{
    g_autoptr(LfTable) table = example ();
    g_autofree gchar  *text = lf_table_to_string (table, TRUE);

    g_assert_cmpstr (text, ==, "\033[1mA\033[0m       \033[1mLONG TITLE\033[0m  \033[1mC\033[0m\n"
                               "größer  \033[32mb\033[0m           \033[31mc\033[0m\n");
}

static void
test_hostile (void)
{
    g_autoptr(LfTable) table = lf_table_new (2);
    g_autofree gchar  *text = NULL;

    lf_table_add (table, LF_COLOUR_NONE, "\033[2Jx\ny");
    lf_table_add (table, LF_COLOUR_NONE, "\xff");
    text = lf_table_to_string (table, TRUE);
    g_assert_cmpstr (text, ==, "?[2Jx?y  \357\277\275\n");
}

static void
test_empty (void)
{
    g_autoptr(LfTable) table = lf_table_new (2);
    g_autofree gchar  *text = lf_table_to_string (table, TRUE);

    g_assert_cmpstr (text, ==, "");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/table/plain", test_plain);
    g_test_add_func ("/table/colours", test_colours);
    g_test_add_func ("/table/hostile", test_hostile);
    g_test_add_func ("/table/empty", test_empty);
    return g_test_run ();
}
