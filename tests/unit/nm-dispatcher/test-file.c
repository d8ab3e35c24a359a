/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of ours, and what somebody may have planted in their place. */

#include <string.h>
#include <sys/stat.h>

#include "lf-error.h"
#include "lf-file.h"
#include "scratch-folder.h"

#define OURS   "ours"
#define VICTIM "somebody's own\n"
/* nobody; only root can plant in its name. */
#define SOMEBODY 65534

typedef struct {
    gchar *root, *folder, *file, *aside, *victim;
} Place;

static void
set_up (Place *place, gconstpointer data)
{
    place->root = scratch_folder_new ();
    place->folder = g_build_filename (place->root, "folder", NULL);
    place->file = g_build_filename (place->folder, "file", NULL);
    place->aside = g_strconcat (place->file, ".new", NULL);
    place->victim = g_build_filename (place->root, "victim", NULL);
    put_file (place->root, "victim", VICTIM);
    g_assert_true (lf_file_make_folder (place->folder, NULL));
}

static void
tear_down (Place *place, gconstpointer data)
{
    scratch_folder_remove (place->root);
    g_free (place->root);
    g_free (place->folder);
    g_free (place->file);
    g_free (place->aside);
    g_free (place->victim);
}

static mode_t
mode_of (const gchar *path)
{
    GStatBuf status;

    g_assert_cmpint (g_lstat (path, &status), ==, 0);
    return status.st_mode;
}

static void
assert_reads (const Place *place, const gchar *expected)
{
    g_autofree gchar  *data = NULL;
    g_autoptr(GError)  error = NULL;
    gsize              length = 0;

    lf_file_read (place->file, &data, &length, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (data, ==, expected);
    g_assert_cmpuint (length, ==, strlen (expected));
}

/* The file cannot be read, and in a time that is no wait for anybody. */
static void
assert_refuses_to_read (const Place *place)
{
    g_autofree gchar  *data = NULL;
    g_autoptr(GError)  error = NULL;
    gsize              length;

    g_assert_false (lf_file_read (place->file, &data, &length, &error));
    g_assert_nonnull (error);
    g_assert_nonnull (strstr (error->message, place->folder));
    g_assert_null (data);
}

static void
assert_writes (const Place *place)
{
    g_autoptr(GError) error = NULL;

    lf_file_replace (place->file, OURS, strlen (OURS), 0640, &error);
    g_assert_no_error (error);
    g_assert_cmpint (mode_of (place->file), ==, S_IFREG | 0640);
    g_assert_false (g_file_test (place->aside, G_FILE_TEST_EXISTS));
    assert_reads (place, OURS);
}

static void
assert_refuses_to_write (const Place *place)
{
    g_autoptr(GError) error = NULL;

    g_assert_false (lf_file_replace (place->file, OURS, strlen (OURS), 0644, &error));
    g_assert_error (error, LF_ERROR, LF_ERROR_STATE);
    g_assert_nonnull (strstr (error->message, place->folder));
}

static void
assert_victim_is_whole (const Place *place)
{
    g_autofree gchar *text = NULL;

    g_assert_true (g_file_get_contents (place->victim, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, VICTIM);
    g_assert_cmpint (mode_of (place->victim) & 0777, !=, 0640);
}

/*****************************************************************************/

static void
test_nothing_planted (Place *place, gconstpointer data)
{
    mode_t            before = umask (0077);
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize             length;

    g_assert_false (lf_file_read (place->file, &text, &length, &error));
    g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    assert_writes (place);
    g_assert_true (lf_file_replace (place->file, "", 0, 0644, NULL));
    g_assert_cmpint (mode_of (place->file), ==, S_IFREG | 0644);
    assert_reads (place, "");
    umask (before);
}

static void
test_link_in_place_of_the_file (Place *place, gconstpointer data)
{
    put_link (place->root, "folder/file", "victim");
    assert_refuses_to_read (place);
    assert_writes (place);
    assert_victim_is_whole (place);
}

static void
test_link_aside (Place *place, gconstpointer data)
{
    put_link (place->root, "folder/file.new", "victim");
    assert_writes (place);
    assert_victim_is_whole (place);
}

static void
test_hard_link_aside (Place *place, gconstpointer data)
{
    g_assert_cmpint (link (place->victim, place->aside), ==, 0);
    assert_writes (place);
    assert_victim_is_whole (place);
}

static void
test_pipes (Place *place, gconstpointer data)
{
    g_assert_cmpint (mkfifo (place->file, 0644), ==, 0);
    g_assert_cmpint (mkfifo (place->aside, 0644), ==, 0);
    assert_refuses_to_read (place);
    assert_writes (place);
}

static void
test_folder_aside (Place *place, gconstpointer data)
{
    g_assert_cmpint (g_mkdir (place->aside, 0755), ==, 0);
    assert_refuses_to_write (place);
}

static void
test_folder_in_place_of_the_file (Place *place, gconstpointer data)
{
    g_assert_cmpint (g_mkdir (place->file, 0755), ==, 0);
    assert_refuses_to_read (place);
    assert_refuses_to_write (place);
    g_assert_false (g_file_test (place->aside, G_FILE_TEST_EXISTS));
}

static void
test_link_in_place_of_the_folder (Place *place, gconstpointer data)
{
    g_assert_cmpint (g_rmdir (place->folder), ==, 0);
    g_assert_cmpint (symlink (place->root, place->folder), ==, 0);
    g_assert_false (lf_file_make_folder (place->folder, NULL));
    assert_refuses_to_write (place);
    assert_refuses_to_read (place);
}

static void
test_folder_that_others_may_write_to (Place *place, gconstpointer data)
{
    assert_writes (place);
    g_assert_cmpint (g_chmod (place->folder, 0777), ==, 0);
    g_assert_false (lf_file_make_folder (place->folder, NULL));
    g_assert_cmpint (mode_of (place->folder) & 0777, ==, 0777);
    assert_refuses_to_write (place);
    assert_refuses_to_read (place);
}

static void
test_file_that_others_may_write_to (Place *place, gconstpointer data)
{
    assert_writes (place);
    g_assert_cmpint (g_chmod (place->file, 0666), ==, 0);
    assert_refuses_to_read (place);
    assert_writes (place);
}

static void
test_another_users (Place *place, gconstpointer data)
{
    if (geteuid () != 0) {
        g_test_skip ("only root can plant in another user's name");
        return;
    }
    assert_writes (place);
    g_assert_cmpint (chown (place->file, SOMEBODY, SOMEBODY), ==, 0);
    assert_refuses_to_read (place);
    assert_writes (place);
    g_assert_cmpint (chown (place->folder, SOMEBODY, SOMEBODY), ==, 0);
    g_assert_false (lf_file_make_folder (place->folder, NULL));
    assert_refuses_to_read (place);
    assert_refuses_to_write (place);
}

static void
test_size (Place *place, gconstpointer data)
{
    g_autofree gchar *text = g_strnfill (LF_FILE_MAX, 'x');

    g_assert_true (lf_file_replace (place->file, text, LF_FILE_MAX, 0644, NULL));
    assert_reads (place, text);
    /* A terabyte, of which nothing is on the disk. */
    g_assert_cmpint (truncate (place->file, (off_t) 1 << 40), ==, 0);
    assert_refuses_to_read (place);
}

static void
test_keys (Place *place, gconstpointer data)
{
    g_autoptr(GKeyFile) keys = g_key_file_new ();
    g_autoptr(GError)   error = NULL;

    g_assert_true (lf_file_replace (place->file, "[a]\nb=c\n", 8, 0644, NULL));
    g_assert_true (lf_file_read_keys (place->file, keys, NULL));
    g_assert_true (g_key_file_has_key (keys, "a", "b", NULL));
    g_assert_true (lf_file_replace (place->file, "garbage", 7, 0644, NULL));
    g_assert_false (lf_file_read_keys (place->file, keys, &error));
    g_assert_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE);
}

int
main (int argc, char **argv)
{
    const struct {
        const gchar *name;
        void (*test) (Place *, gconstpointer);
    } tests[] = {
        { "/file/nothing planted", test_nothing_planted },
        { "/file/link in place of the file", test_link_in_place_of_the_file },
        { "/file/link aside", test_link_aside },
        { "/file/hard link aside", test_hard_link_aside },
        { "/file/pipes", test_pipes },
        { "/file/folder aside", test_folder_aside },
        { "/file/folder in place of the file", test_folder_in_place_of_the_file },
        { "/file/link in place of the folder", test_link_in_place_of_the_folder },
        { "/file/folder that others may write to", test_folder_that_others_may_write_to },
        { "/file/file that others may write to", test_file_that_others_may_write_to },
        { "/file/another user's", test_another_users },
        { "/file/size", test_size },
        { "/file/keys", test_keys },
    };
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (tests); i++)
        g_test_add (tests[i].name, Place, NULL, set_up, tests[i].test, tear_down);
    return g_test_run ();
}
