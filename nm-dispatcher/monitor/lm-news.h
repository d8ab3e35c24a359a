/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has happened, told: to the journal with fields and message ids, and on the system bus. */

#pragma once

#include "lf-budget.h"
#include "lf-pass.h"
#include "lm-bus.h"

typedef struct _LmNews LmNews;

/* How long a line had been silent when it was found dead, µs. */
typedef gint64 (*LmNewsDetection) (gint link, LfFamily family, gpointer data);

LmNews *lm_news_new (LmBusAsk ask, LmNewsDetection detection, gpointer data);
void    lm_news_free (LmNews *self);

/* The health of lines, where it has changed from @before. */
void lm_news_health (LmNews *self, const LfHealthReport *before, const LfHealthReport *report);

/* The outcome of a pass: switches, families for which nothing works, what is wrong with the configuration. */
void lm_news_pass (LmNews *self, const LfView *view);

/* The budget, if it has become another @state than at the last call. */
void lm_news_budget (LmNews *self, LfBudgetState state, const LfBudget *budget, const LfConfig *config);

/* Bytes that an interface has received and sent since it is there. */
guint64 lm_news_read_bytes (const gchar *interface);
