/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware revisions seen on real modules, and some that are none. */

#include "ec25-error.h"
#include "ec25-firmware.h"

typedef struct {
    const gchar *text;
    const gchar *family;
    guint        release;
    guint        minor;
    gboolean     has_profile_events;
} RevisionCase;

static const RevisionCase revisions[] = {
    { "EC25EFAR02A03M4G",                    "EC25", 2, 3,  FALSE },
    { "EC25EFAR04A02M4G_SKT",                "EC25", 4, 2,  FALSE },
    { "EC25EFAR06A02M4G",                    "EC25", 6, 2,  FALSE },
    { "EC25EFAR06A09M4G",                    "EC25", 6, 9,  FALSE },
    { "EC25EFAR06A10M4G",                    "EC25", 6, 10, TRUE },
    { "EC25EFAR06A11M4G",                    "EC25", 6, 11, TRUE },
    { "EC25EUGAR06A07M4G",                   "EC25", 6, 7,  FALSE },
    { "EC25AUFAR02A04M4G",                   "EC25", 2, 4,  FALSE },
    { "EC25AUXGAR08A03M1G",                  "EC25", 8, 3,  TRUE },
    { "EC25AFFAR07A14M4G",                   "EC25", 7, 14, TRUE },
    { "EG25GGBR07A08M2G_30.203.30.203\r\n",  "EG25", 7, 8,  TRUE },
    { "EG25GGCR01A02M1G",                    "EG25", 1, 2,  TRUE },
    { "EC21ECGAR06A04M1G",                   "EC21", 6, 4,  TRUE },
};

static const gchar *not_revisions[] = {
    NULL, "", "EC25", "EC25EFA", "EC25EFAR06", "EC25EFAR06A", "EC25EFAR06A1", "EC25EFAR6A10M4G",
    "EC25EFAR06A100M4G", "EC25EFAR99999999999A10M4G", "R06A10", "ec25efar06a10m4g", "EC25EFAR-6A10",
    "QUALCOMM INCORPORATED", "EC25\x01" "FAR06A10M4G", "\xff\xfe",
    "EC25AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAR06A10M4G",
};

static void
test_revisions (void)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (revisions); i++) {
        Ec25Revision      revision;
        g_autoptr(GError) error = NULL;

        g_assert_true (ec25_revision_parse (revisions[i].text, &revision, &error));
        g_assert_no_error (error);
        g_assert_cmpstr (revision.family, ==, revisions[i].family);
        g_assert_cmpuint (revision.release, ==, revisions[i].release);
        g_assert_cmpuint (revision.minor, ==, revisions[i].minor);
        g_assert_cmpint (ec25_revision_has_profile_events (&revision), ==, revisions[i].has_profile_events);
    }
}

static void
test_not_revisions (void)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (not_revisions); i++) {
        Ec25Revision      revision = { .release = 42 };
        g_autoptr(GError) error = NULL;

        g_assert_false (ec25_revision_parse (not_revisions[i], &revision, &error));
        g_assert_error (error, EC25_ERROR, EC25_ERROR_PARSE);
        g_assert_true (g_str_is_ascii (error->message));
        g_assert_cmpuint (revision.release, ==, 42);
    }
}

static void
test_versions (void)
{
    static const struct {
        const gchar *version;
        gboolean     complete;
    } cases[] = {
        { "EG25GGBR07A08M2G_30.203.30.203",     TRUE },
        { "EG25GGBR07A08M2G_01.003.01.003\r\n", TRUE },
        { "EC25EFAR06A11M4G",                   TRUE },
        { "EG25GGBR07A08M2G_01.003.00.000",     FALSE },
        { "EG25GGBR07A08M2G_01.003.00.000\r\n", FALSE },
        { "EG25GGBR07A08M2G_01.000.00.000 ",    FALSE },
        { "",                                   FALSE },
        { " \r\n",                              FALSE },
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (cases); i++)
        g_assert_cmpint (ec25_firmware_version_is_complete (cases[i].version), ==, cases[i].complete);
}

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/firmware/revisions", test_revisions);
    g_test_add_func ("/firmware/not-revisions", test_not_revisions);
    g_test_add_func ("/firmware/versions", test_versions);
    return g_test_run ();
}
