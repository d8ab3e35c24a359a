/* SPDX-License-Identifier: GPL-2.0-or-later */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lf-config.h"
#include "lf-error.h"

typedef struct {
    const gchar *name;
    const gchar *text;
    const gchar *expect_error; /* a part of the message; NULL if the text is right */
} Case;

static const Case cases[] = {
    { "empty", "", NULL },
    { "every key", "[failover]\norder=wifi;eth*\nlinkdown=false\nmetric-min=60\n[uplink usb?]\nclass=lte\nuse=false\n", NULL },
    { "comments and blanks", "# order=\n\n[failover]\norder = wifi ; lte ;\n", NULL },
    { "blanks at the end", "[failover]\nlinkdown=true \nmetric-min=60\t\n", NULL },
    { "unknown group", "[failure]\norder=lte\n", "test: [failure]: unknown group" },
    { "a group with a newline in its way", "order=lte\n", "test: not a key file" },
    { "uplink without a name", "[uplink ]\nclass=lte\n", "unknown group" },
    { "unknown key", "[failover]\nordr=lte\n", "[failover] ordr=lte: unknown key; known are order" },
    { "unknown key of an uplink", "[uplink eth0]\nkind=lte\n", "[uplink eth0] kind=lte: unknown key; known are class" },
    { "empty order", "[failover]\norder=;;\n", "must name at least one" },
    { "order with commas", "[failover]\norder=ethernet,wifi\n", "separated by semicolons" },
    { "order with a long name", "[failover]\norder=aninterfacewithalongname\n", "interface names" },
    { "order with a class that is none", "[failover]\norder=ethernet;other\n", "must be classes (ethernet, wifi, lte)" },
    { "not a boolean", "[failover]\nlinkdown=yes\n", "[failover] linkdown=yes: must be true or false" },
    { "not a number", "[failover]\nmetric-min=many\n", "must be a number from 1 to 10000" },
    { "a negative number", "[failover]\nmetric-min=-1\n", "must be a number" },
    { "a number too large", "[failover]\nmetric-min=99999999999999999999\n", "must be a number" },
    { "unknown class", "[uplink eth0]\nclass=pigeon\n", "must be ethernet, wifi, lte or other" },
    { "control characters are shown escaped", "[failover]\nlinkdown=\033[31m\n", "linkdown=\\033[31m" },
    { "names and connections", "[dns]\nfollow=false\n[connections]\nreset=false\ndrain=false\ndrain-time=86400\nconntrack=false\n", NULL },
    { "unknown key of names", "[dns]\nservers=9.9.9.9\n", "[dns] servers=9.9.9.9: unknown key; known is follow" },
    { "names that follow somewhere", "[dns]\nfollow=lte\n", "must be true or false" },
    { "unknown key of connections", "[connections]\nkill=true\n", "[connections] kill=true: unknown key; known are reset" },
    { "a drain for ever", "[connections]\ndrain-time=0\n", "must be a number of seconds from 1 to 86400" },
    { "a drain for more than a day", "[connections]\ndrain-time=86401\n", "must be a number of seconds" },
    { "not UTF-8", "[failover]\norder=\xff\xfe\n", "not UTF-8" },
    { "every key of the monitor", "[monitor]\ntargets=icmp:1.1.1.1; tcp:[::1]:443 ;\ninterval=500ms\ndoubt-interval=100ms\ndead-after=2s\nreturn-after=0\nreturn-max=5min\nflap-window=60\nstandby-interval=1min\nmetered-interval=10min\nloss-max=40\nlatency-max=1500ms\nhttp-status=204\nhttp-body=ok\n[uplink eth0]\ncheck=false\n", NULL },
    { "no target", "[monitor]\ntargets=;\n", "must be from 1 to 32 targets" },
    { "a target that is a name", "[monitor]\ntargets=icmp:1.1.1.1;icmp:example.com\n", "[monitor] targets=icmp:example.com: must be icmp:ADDRESS" },
    { "a time without a number", "[monitor]\ninterval=ms\n", "must be a time from 250 ms to 60 s" },
    { "a time that is too short", "[monitor]\ninterval=1ms\n", "must be a time from 250 ms to 60 s" },
    { "a time that is too long", "[monitor]\ndead-after=11min\n", "must be a time from 500 ms to 600 s" },
    { "a time with a strange unit", "[monitor]\nreturn-after=2h\n", "must be a time" },
    { "a negative time", "[monitor]\nreturn-after=-2s\n", "must be a time" },
    { "a time beyond all", "[monitor]\nreturn-after=99999999999999999999s\n", "must be a time" },
    { "all lost", "[monitor]\nloss-max=100\n", "must be a number from 0 to 99" },
    { "no status", "[monitor]\nhttp-status=20\n", "must be a number from 100 to 599" },
    { "unknown key of the monitor", "[monitor]\nintervall=1\n", "unknown key; known are targets" },
    { "check is yes or no", "[uplink eth0]\ncheck=1\n", "[uplink eth0] check=1: must be true or false" },
    { "junk", "\x01\x02[\x03", "not a key file" },
};

static void
test_merge (gconstpointer data)
{
    const Case          *it = data;
    g_autoptr(LfConfig)  config = lf_config_new ();
    g_autoptr(GError)    error = NULL;
    gboolean             merged = lf_config_merge (config, "test", it->text, strlen (it->text), &error);

    if (!it->expect_error) {
        g_assert_no_error (error);
        g_assert_true (merged);
        return;
    }
    g_assert_false (merged);
    g_assert_error (error, LF_ERROR, LF_ERROR_CONFIG);
    g_assert_nonnull (strstr (error->message, it->expect_error));
    g_assert_nonnull (strstr (error->message, "nothing of this file is used"));
    /* Nothing of it was taken. */
    g_assert_cmpstr (config->order[0], ==, "ethernet");
    g_assert_true (config->linkdown);
    g_assert_cmpuint (config->metric_min, ==, 51);
    g_assert_cmpuint (config->rules->len, ==, 0);
}

static void
test_half_wrong_is_all_wrong (void)
{
    const gchar         *text = "[failover]\nlinkdown=false\norder=lte\n[uplink eth0]\nuse=maybe\n";
    g_autoptr(LfConfig)  config = lf_config_new ();

    g_assert_false (lf_config_merge (config, "test", text, strlen (text), NULL));
    g_assert_true (config->linkdown);
    g_assert_cmpuint (config->rules->len, ==, 0);
}

static void
test_the_last_rule_wins (void)
{
    const gchar         *text = "[uplink *]\nuse=false\n[uplink eth0]\nuse=true\nclass=lte\n";
    g_autoptr(LfConfig)  config = lf_config_new ();
    const LfLink         eth0 = { .name = "eth0" }, eth1 = { .name = "eth1" };

    g_assert_true (lf_config_merge (config, "test", text, strlen (text), NULL));
    g_assert_true (lf_config_uses (config, &eth0));
    g_assert_false (lf_config_uses (config, &eth1));
}

static void
test_files (void)
{
    g_autofree gchar     *folder = g_dir_make_tmp ("lte-failover-XXXXXX", NULL);
    g_autofree gchar     *vendor = g_build_filename (folder, "vendor", NULL);
    g_autofree gchar     *admin = g_build_filename (folder, "admin", NULL);
    g_autofree gchar     *kept = g_build_filename (folder, "kept", NULL);
    g_autofree gchar     *huge = g_strnfill (100000, '#');
    g_autoptr(GPtrArray)  problems = g_ptr_array_new_with_free_func (g_free);
    g_autoptr(LfConfig)   none = lf_config_load (vendor, admin, kept, problems);
    g_autoptr(LfConfig)   both = NULL, without_huge = NULL, without_pipe = NULL;

    g_assert_cmpuint (problems->len, ==, 0);
    g_assert_cmpuint (none->metric_min, ==, 51);

    g_assert_true (g_file_set_contents (vendor, "[failover]\nmetric-min=60\nlinkdown=false\n", -1, NULL));
    g_assert_true (g_file_set_contents (admin, "[failover]\nmetric-min=70\n", -1, NULL));
    both = lf_config_load (vendor, admin, kept, problems);
    g_assert_cmpuint (problems->len, ==, 0);
    g_assert_cmpuint (both->metric_min, ==, 70);
    g_assert_false (both->linkdown);

    g_assert_true (g_file_set_contents (admin, huge, -1, NULL));
    without_huge = lf_config_load (vendor, admin, kept, problems);
    g_assert_cmpuint (problems->len, ==, 1);
    g_assert_nonnull (strstr (problems->pdata[0], admin));
    g_assert_cmpuint (without_huge->metric_min, ==, 60);

    g_unlink (admin);
    g_assert_cmpint (mkfifo (admin, 0600), ==, 0); /* to read it would take for ever */
    without_pipe = lf_config_load (vendor, admin, kept, problems);
    g_assert_cmpuint (problems->len, ==, 2);
    g_assert_cmpuint (without_pipe->metric_min, ==, 60);

    g_unlink (vendor);
    g_unlink (admin);
    g_rmdir (folder);
}

/* While what stands in the file is wrong, what stood there when it was right holds. */
static void
test_kept (void)
{
    g_autofree gchar     *folder = g_dir_make_tmp ("lte-failover-XXXXXX", NULL);
    g_autofree gchar     *vendor = g_build_filename (folder, "vendor", NULL);
    g_autofree gchar     *admin = g_build_filename (folder, "admin", NULL);
    g_autofree gchar     *kept = g_build_filename (folder, "kept", NULL);
    g_autoptr(GPtrArray)  problems = g_ptr_array_new_with_free_func (g_free);
    g_autoptr(LfConfig)   broken = NULL, broken_both = NULL;

    g_assert_true (lf_config_keep (admin, kept, NULL));
    g_assert_false (g_file_test (kept, G_FILE_TEST_EXISTS));

    g_assert_true (g_file_set_contents (admin, "[failover]\nmetric-min=70\n", -1, NULL));
    g_assert_true (lf_config_keep (admin, kept, NULL));
    g_assert_true (g_file_set_contents (admin, "[failover]\nmetric-min=many\n", -1, NULL));
    broken = lf_config_load (vendor, admin, kept, problems);
    g_assert_cmpuint (broken->metric_min, ==, 70);
    g_assert_cmpuint (problems->len, ==, 1);
    g_assert_nonnull (strstr (problems->pdata[0], "metric-min=many"));
    g_assert_nonnull (strstr (problems->pdata[0], "before stays in force"));

    g_assert_true (g_file_set_contents (kept, "[", -1, NULL));
    broken_both = lf_config_load (vendor, admin, kept, problems);
    g_assert_cmpuint (broken_both->metric_min, ==, 51);
    g_assert_null (strstr (problems->pdata[1], "before stays in force"));

    g_unlink (admin);
    g_assert_true (lf_config_keep (admin, kept, NULL));
    g_assert_false (g_file_test (kept, G_FILE_TEST_EXISTS));
    g_rmdir (folder);
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strdup_printf ("/config/merge/%s", cases[i].name);

        g_test_add_data_func (path, &cases[i], test_merge);
    }
    g_test_add_func ("/config/half wrong is all wrong", test_half_wrong_is_all_wrong);
    g_test_add_func ("/config/the last rule wins", test_the_last_rule_wins);
    g_test_add_func ("/config/files", test_files);
    g_test_add_func ("/config/kept", test_kept);
    return g_test_run ();
}
