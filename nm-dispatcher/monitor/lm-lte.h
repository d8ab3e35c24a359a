/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is special about LTE: it need not stand by all the time, its bytes cost money, and they may be used up. */

#pragma once

#include "lf-pass.h"
#include "lm-news.h"
#include "lm-nm.h"

typedef struct _LmLte LmLte;

/* @nm, @news: not owned. */
LmLte *lm_lte_new (LmNm *nm, LmNews *news);

/* Writes down what has been carried. Routes of ours to networks that are allowed go. */
void lm_lte_free (LmLte *self, const LfView *view);

/* TRUE if the budget is used up and this is what the configuration wants to be done then. */
gboolean lm_lte_is_spent (const LmLte *self, const LfConfig *config, LfBudgetPolicy policy);

/*
 * To be called after each pass, and when lm_lte_due() is reached. Returns TRUE if the budget has become another one in
 * its consequences: then another pass is to be made.
 */
gboolean lm_lte_keep (LmLte *self, const LfView *view);

/* Monotonic time, µs; G_MAXINT64: never. */
gint64 lm_lte_due (const LmLte *self);
