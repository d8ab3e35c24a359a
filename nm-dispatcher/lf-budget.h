/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many bytes have gone over LTE in the running period, of the budget that the administrator has set. Pure but for
 * the file: time and counters are parameters.
 */

#pragma once

#include "lf-config.h"

/* Everybody may read it. */
#define LF_BUDGET_FILE "/var/lib/lte-failover/usage"

typedef enum {
    LF_BUDGET_FINE,
    LF_BUDGET_WARN, /* near its end */
    LF_BUDGET_OVER,
} LfBudgetState;

typedef struct {
    gchar      *period;   /* its first day, as 2026-11-01 */
    guint64     used;     /* bytes, both ways */
    gchar      *boot;     /* the kernel's boot id, which the counters belong to */
    GHashTable *counters; /* gint -> guint64: what an interface's counters showed last */
} LfBudget;

/* A file that is not there, or is none of ours, is a new beginning. @boot: the kernel's boot id. */
LfBudget *lf_budget_load (const gchar *file, const gchar *boot);
void      lf_budget_free (LfBudget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfBudget, lf_budget_free)

/* FALSE with LF_ERROR_STATE. The folder has to be there. */
gboolean lf_budget_save (const LfBudget *self, const gchar *file, GError **error);

/*
 * An interface's counters (received and sent together) show @bytes. An interface that was not there before begins at
 * zero; counters that show less than before belong to another interface with the same number.
 */
void lf_budget_count (LfBudget *self, gint link, guint64 bytes);

/*
 * A period begins on the @day of each month (1 to 28). Returns TRUE if it is another one than before, and nothing is
 * used of it yet. A clock that goes back (a machine without one starts in the past) changes nothing.
 */
gboolean lf_budget_begin_period (LfBudget *self, GDateTime *now, guint day);

LfBudgetState lf_budget_judge (const LfBudget *self, const LfConfig *config);

/* "1.2 GB of 2.0 GB used since 2026-11-01 (60 %)". Owned by the caller. */
gchar *lf_budget_describe (const LfBudget *self, const LfConfig *config);
