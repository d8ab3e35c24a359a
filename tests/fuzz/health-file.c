/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the monitor leaves for those who make a pass, and behind a zero the kernel's line about the process that is said
 * to have written it. What was read must be there again after it was written anew. */

#include "fuzz.h"

#include "lf-health-file.h"

#include <string.h>

static char *folder, *file, *stat_file;

static void
start (void)
{
    g_autofree char *process = NULL;

    folder = fuzz_folder ();
    file = g_build_filename (folder, "health", NULL);
    process = g_build_filename (folder, "812", NULL);
    g_assert_cmpint (g_mkdir (process, 0700), ==, 0);
    stat_file = g_build_filename (process, "stat", NULL);
}

static void
assert_same_health (const LfHealthReport *report, const LfHealthEntry *entry)
{
    const LfHealthEntry *found = lf_health_report_find (report, entry->link);

    g_assert_nonnull (found);
    g_assert_cmpstr (found->name, ==, entry->name);
    g_assert_cmpmem (found->has, sizeof found->has, entry->has, sizeof entry->has);
    g_assert_cmpmem (found->health, sizeof found->health, entry->health, sizeof entry->health);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    const uint8_t *zero = size ? memchr (data, '\0', size) : NULL;
    size_t length = zero ? (size_t) (zero - data) : size;
    g_autoptr (LfHealthReport) report = NULL, again = NULL;

    if (!folder)
        start ();
    fuzz_write (file, data, length);
    fuzz_write (stat_file, zero ? zero + 1 : data, zero ? size - length - 1 : 0);
    report = lf_health_report_load (file, folder);
    if (report->entries->len != 1) /* of a link that has several, any may be taken */
        return 0;
    g_assert_true (lf_health_report_save (report, file, folder, NULL));
    again = lf_health_report_load (file, folder);
    assert_same_health (again, report->entries->pdata[0]);
    return 0;
}
