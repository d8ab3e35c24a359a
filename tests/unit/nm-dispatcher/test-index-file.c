/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-error.h"
#include "lf-index-file.h"
#include "scratch-folder.h"

static gchar *folder, *file;

static void
assert_indices (const gchar *expected)
{
    g_autoptr(GArray)  indices = lf_index_file_read (file);
    g_autoptr(GString) text = g_string_new (NULL);
    guint              i;

    for (i = 0; i < indices->len; i++)
        g_string_append_printf (text, "%s%d", i ? " " : "", g_array_index (indices, gint, i));
    g_assert_cmpstr (text->str, ==, expected);
}

static void
test_round (void)
{
    g_autoptr(GArray) none = g_array_new (FALSE, FALSE, sizeof (gint));

    assert_indices ("");
    g_assert_true (lf_index_file_add (file, 3, NULL));
    g_assert_true (lf_index_file_add (file, 12, NULL));
    g_assert_true (lf_index_file_add (file, 3, NULL));
    assert_indices ("3 12");
    g_assert_true (lf_index_file_write (file, none, NULL));
    g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
    g_assert_true (lf_index_file_write (file, none, NULL));
}

static void
test_garbage (void)
{
    const struct {
        const gchar *text;
        const gchar *indices;
    } cases[] = {
        { "", "" }, { "\n\n", "" }, { "0\n-1\n", "" }, { "3", "3" }, { "3\nx\n4\n", "3 4" }, { "3\n3\n", "3" },
        { "99999999999999999999\n7\n", "7" }, { " 3\n+4\n5 \n", "" }, { "\x01\x02\n8\n", "8" },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_assert_true (g_file_set_contents (file, cases[i].text, -1, NULL));
        assert_indices (cases[i].indices);
    }
    g_unlink (file);
}

static void
test_keep (void)
{
    const gint        some[] = { 3, 4, 5 }, others[] = { 5, 3, 9 };
    g_autoptr(GArray) indices = g_array_new (FALSE, FALSE, sizeof (gint));
    g_autoptr(GArray) kept = g_array_new (FALSE, FALSE, sizeof (gint));

    g_array_append_vals (indices, some, 3);
    g_array_append_vals (kept, others, 3);
    lf_indices_keep (indices, kept);
    g_assert_cmpmem (indices->data, indices->len * sizeof (gint), ((gint[]) { 3, 5 }), 2 * sizeof (gint));
}

static void
test_no_folder (void)
{
    g_autofree gchar  *nowhere = g_build_filename (folder, "not", "there", NULL);
    g_autoptr(GError)  error = NULL;

    g_assert_false (lf_index_file_add (nowhere, 3, &error));
    g_assert_error (error, LF_ERROR, LF_ERROR_STATE);
}

int
main (int argc, char **argv)
{
    int result;

    g_test_init (&argc, &argv, NULL);
    folder = scratch_folder_new ();
    file = g_build_filename (folder, "indices", NULL);
    g_test_add_func ("/index-file/there and back", test_round);
    g_test_add_func ("/index-file/garbage", test_garbage);
    g_test_add_func ("/index-file/keep", test_keep);
    g_test_add_func ("/index-file/no folder", test_no_folder);
    result = g_test_run ();
    scratch_folder_remove (folder);
    g_free (folder);
    g_free (file);
    return result;
}
