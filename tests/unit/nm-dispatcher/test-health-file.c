/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-health-file.h"
#include "lines.h"
#include "scratch-folder.h"

/* proc_pid_stat(5): the name may hold anything, and STARTED is the 22nd field. */
#define STAT(state, started) "812 (lte) R 1 (x) " state " 1 812 812 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 " started " 99 7\n"

static const Line lines[] = {
    { "eth0", LF_CLASS_ETHERNET, .metric = 100 },
    { "wwan0", LF_CLASS_LTE, .metric = 700 },
    { 0 },
};

static const struct {
    const gchar *name;
    const gchar *file;
    const gchar *stat; /* NULL: there is no such process */
    LfHealth     eth0[LF_N_FAMILIES];
} cases[] = {
    { "a living monitor's", "[monitor]\npid=812\nstarted=4711\n[1]\ninterface=eth0\nipv4=dead\nipv6=good\n", STAT ("S", "4711"), { LF_HEALTH_DEAD, LF_HEALTH_GOOD } },
    { "a dead monitor's", "[monitor]\npid=812\nstarted=4711\n[1]\nipv4=dead\n", NULL, { 0 } },
    { "a killed monitor's that nobody has buried", "[monitor]\npid=812\nstarted=4711\n[1]\nipv4=dead\n", STAT ("Z", "4711"), { 0 } },
    { "its number has come to another", "[monitor]\npid=812\nstarted=4711\n[1]\nipv4=dead\n", STAT ("S", "4712"), { 0 } },
    { "a number that is a path", "[monitor]\npid=../812\nstarted=4711\n[1]\nipv4=dead\n", STAT ("S", "4711"), { 0 } },
    { "nobody's", "[1]\nipv4=dead\n", STAT ("S", "4711"), { 0 } },
    { "cut off", "[monitor]\npid=812\nstarted=4711\n[1]\nipv4=de", STAT ("S", "4711"), { 0 } },
    { "a stat that is cut off", "[monitor]\npid=812\nstarted=4711\n[1]\nipv4=dead\n", "812 (lte) S 1", { 0 } },
    { "other interfaces", "[monitor]\npid=812\nstarted=4711\n[99]\nipv4=dead\n[-1]\nipv4=dead\n[eth0]\nipv4=dead\n", STAT ("S", "4711"), { 0 } },
    { "junk", "\x01\x02[\xff", STAT ("S", "4711"), { 0 } },
    { "empty", "", STAT ("S", "4711"), { 0 } },
};

static void
test_load (gconstpointer data)
{
    const guint                i = GPOINTER_TO_UINT (data);
    g_autofree gchar          *folder = scratch_folder_new ();
    g_autofree gchar          *file = g_build_filename (folder, "health", NULL);
    g_autoptr(LfSnapshot)      snapshot = snapshot_from_lines (lines);
    g_autoptr(LfHealthReport)  report = NULL;

    put_file (folder, "health", cases[i].file);
    if (cases[i].stat)
        put_file (folder, "812/stat", cases[i].stat);
    report = lf_health_report_load (file, folder);
    lf_health_report_apply (report, snapshot);
    g_assert_cmpmem (g_array_index (snapshot->links, LfLink, 0).health, sizeof cases[i].eth0, cases[i].eth0,
                     sizeof cases[i].eth0);
    g_assert_cmpint (g_array_index (snapshot->links, LfLink, 1).health[LF_IPV4], ==, LF_HEALTH_UNKNOWN);
    scratch_folder_remove (folder);
}

/* What this process writes, it believes; it is to be shown in a line. */
static void
test_save (void)
{
    g_autofree gchar          *folder = scratch_folder_new ();
    g_autofree gchar          *file = g_build_filename (folder, "health", NULL);
    g_autoptr(LfHealthReport)  report = lf_health_report_new (), back = NULL;
    g_autoptr(GError)          error = NULL;
    LfHealthEntry             *entry = lf_health_report_add (report, 1, "eth\n[0]\xff");
    const LfHealthEntry       *found;

    entry->has[LF_IPV6] = TRUE;
    entry->health[LF_IPV6] = LF_HEALTH_DEAD;
    entry->reason[LF_IPV6] = g_strdup ("a reason\nof two lines");
    g_assert_true (lf_health_report_save (report, file, "/proc", &error));
    g_assert_no_error (error);
    back = lf_health_report_load (file, "/proc");
    g_assert_true (back->live);
    found = lf_health_report_find (back, 1);
    g_assert_false (found->has[LF_IPV4]);
    g_assert_cmpint (found->health[LF_IPV6], ==, LF_HEALTH_DEAD);
    g_assert_cmpstr (found->reason[LF_IPV6], ==, "a reason?of two lines");
    g_assert_null (lf_health_report_find (back, 2));
    scratch_folder_remove (folder);
    g_assert_false (lf_health_report_save (report, file, "/proc", &error));
    g_assert_nonnull (strstr (error->message, "cannot be written"));
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strdup_printf ("/health-file/%s", cases[i].name);

        g_test_add_data_func (path, GUINT_TO_POINTER (i), test_load);
    }
    g_test_add_func ("/health-file/save", test_save);
    return g_test_run ();
}
