/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-linkdown.h"
#include "lines.h"
#include "scratch-folder.h"

#define SETTING "net/%s/conf/%s/ignore_routes_with_linkdown"

typedef struct {
    gchar      *root;
    gchar      *state;
    LfSnapshot *snapshot; /* eth0 and eth0.7 */
} Machine;

static void
put_setting (Machine *machine, const gchar *family, const gchar *interface, const gchar *value)
{
    g_autofree gchar *path = g_strdup_printf (SETTING, family, interface);

    put_file (machine->root, path, value);
}

static void
assert_setting (Machine *machine, const gchar *family, const gchar *interface, const gchar *expected)
{
    g_autofree gchar *path = g_strdup_printf ("%s/" SETTING, machine->root, family, interface);
    g_autofree gchar *value = NULL;

    g_assert_true (g_file_get_contents (path, &value, NULL, NULL));
    g_assert_cmpstr (g_strstrip (value), ==, expected);
}

/* @wanted: how many of the links, from the first. */
static void
apply (Machine *machine, guint wanted)
{
    g_autoptr(GPtrArray)  links = g_ptr_array_new ();
    g_autoptr(GError)     error = NULL;
    guint                 i;

    for (i = 0; i < wanted; i++)
        g_ptr_array_add (links, &g_array_index (machine->snapshot->links, LfLink, i));
    lf_linkdown_apply (machine->root, machine->state, machine->snapshot, links, &error);
    g_assert_no_error (error);
}

static void
set_up (Machine *machine, gconstpointer unused)
{
    const Line lines[] = { { "eth0" }, { "eth0.7" }, { 0 } };

    machine->root = scratch_folder_new ();
    machine->state = g_build_filename (machine->root, "state", NULL);
    machine->snapshot = snapshot_from_lines (lines);
    put_setting (machine, "ipv4", "eth0", "0\n");
    put_setting (machine, "ipv6", "eth0", "0\n");
    put_setting (machine, "ipv4", "eth0.7", "1\n");
    put_setting (machine, "ipv6", "eth0.7", "0\n");
}

static void
tear_down (Machine *machine, gconstpointer unused)
{
    scratch_folder_remove (machine->root);
    g_free (machine->root);
    g_free (machine->state);
    lf_snapshot_free (machine->snapshot);
}

static void
test_on_and_back (Machine *machine, gconstpointer unused)
{
    apply (machine, 2);
    assert_setting (machine, "ipv4", "eth0", "1");
    assert_setting (machine, "ipv6", "eth0", "1");
    apply (machine, 2);
    apply (machine, 0);
    assert_setting (machine, "ipv4", "eth0", "0");
    assert_setting (machine, "ipv6", "eth0", "0");
    assert_setting (machine, "ipv4", "eth0.7", "1"); /* as the administrator had it */
    g_assert_false (g_file_test (machine->state, G_FILE_TEST_EXISTS));
}

static void
test_one_leaves (Machine *machine, gconstpointer unused)
{
    apply (machine, 2);
    assert_setting (machine, "ipv6", "eth0.7", "1");
    apply (machine, 1);
    assert_setting (machine, "ipv6", "eth0.7", "0");
    assert_setting (machine, "ipv4", "eth0", "1");
    g_assert_true (g_file_test (machine->state, G_FILE_TEST_EXISTS));
}

static void
test_another_interface_of_the_same_name (Machine *machine, gconstpointer unused)
{
    apply (machine, 1);
    g_array_index (machine->snapshot->links, LfLink, 0).index = 77; /* unplugged and plugged again */
    put_setting (machine, "ipv4", "eth0", "1\n");
    apply (machine, 0);
    assert_setting (machine, "ipv4", "eth0", "1"); /* not ours: the interface that was is gone */
    g_assert_false (g_file_test (machine->state, G_FILE_TEST_EXISTS));
}

static GLogWriterOutput
count_message (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer count)
{
    ++*(guint *) count;
    return G_LOG_WRITER_HANDLED;
}

static void
test_damaged_state (Machine *machine, gconstpointer unused)
{
    guint messages = 0;

    put_file (machine->root, "state", "\x01 junk [");
    g_log_set_always_fatal (G_LOG_FATAL_MASK);
    g_log_set_writer_func (count_message, &messages, NULL);
    apply (machine, 1);
    g_assert_cmpuint (messages, ==, 1);
    assert_setting (machine, "ipv4", "eth0", "1");
    apply (machine, 0);
    assert_setting (machine, "ipv4", "eth0", "0");
}

int
main (int argc, char **argv)
{
    static const struct {
        const gchar *path;
        void (*test) (Machine *, gconstpointer);
    } tests[] = {
        { "/linkdown/on and back", test_on_and_back },
        { "/linkdown/one leaves", test_one_leaves },
        { "/linkdown/another interface of the same name", test_another_interface_of_the_same_name },
        { "/linkdown/damaged state", test_damaged_state },
    };
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (tests); i++)
        g_test_add (tests[i].path, Machine, NULL, set_up, tests[i].test, tear_down);
    return g_test_run ();
}
