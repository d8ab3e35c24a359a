/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has been asked of the modem and what it answered: a log, and counts of each question. */

#pragma once

#include <glib.h>
#include <stdio.h>

typedef struct _Journal Journal;

typedef enum {
    JOURNAL_AT,
    JOURNAL_QMI,
    JOURNAL_MBIM,
    JOURNAL_N_KINDS,
} JournalKind;

/* log: (nullable): where lines go as they happen; stays the caller's. */
Journal *journal_new  (FILE *log);
void     journal_free (Journal *self);

/* One line with a timestamp in the log. Control characters are escaped. */
void journal_log (Journal *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Counts one more of that question. */
void journal_count (Journal *self, JournalKind kind, const char *question);

/* Appends one line "COUNT QUESTION" for each question, in order of first appearance. */
void journal_report (Journal *self, JournalKind kind, GString *lines);
void journal_clear  (Journal *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Journal, journal_free)
