/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What our programs leave for the next start: bytes used of the budget, interfaces that have something of ours. What
 * was read must be there again after it was written anew. */

#include "fuzz.h"

#include "lf-budget.h"
#include "lf-index-file.h"

#define BOOT "6f9b1c1e-0000-0000-0000-000000000001"

static char *file;

static void
read_usage (void)
{
    g_autoptr (LfBudget) budget = lf_budget_load (file, BOOT), again = NULL;
    g_autoptr (LfConfig) config = lf_config_new ();
    g_autofree char *words = NULL;

    config->budget = 1000;
    words = lf_budget_describe (budget, config);
    lf_budget_judge (budget, config);
    g_assert_true (lf_budget_save (budget, file, NULL));
    again = lf_budget_load (file, BOOT);
    g_assert_cmpstr (again->period, ==, budget->period);
    if (*budget->period) {
        g_assert_cmpuint (again->used, ==, budget->used);
        g_assert_cmpuint (g_hash_table_size (again->counters), ==, g_hash_table_size (budget->counters));
    }
    lf_budget_count (budget, 1, 2);
}

static void
read_indices (void)
{
    g_autoptr (GArray) indices = lf_index_file_read (file), again = NULL;

    g_assert_true (lf_index_file_write (file, indices, NULL));
    again = lf_index_file_read (file);
    g_assert_cmpmem (again->data, again->len * sizeof (gint), indices->data, indices->len * sizeof (gint));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (!file) {
        g_autofree char *folder = fuzz_folder ();

        file = g_build_filename (folder, "state", NULL);
    }
    fuzz_write (file, data, size);
    read_indices ();
    fuzz_write (file, data, size);
    read_usage ();
    return 0;
}
