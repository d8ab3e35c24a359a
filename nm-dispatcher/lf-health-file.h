/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the monitor has found, for those who make a pass or tell the user: /run/lte-failover/health.
 *
 *     [monitor]
 *     pid=812
 *     lte-budget=spent    (or not there)
 *     started=4711        (field 22 of /proc/PID/stat: a process id alone may have come to another)
 *     [2]                 (interface index)
 *     interface=eth0
 *     ipv4=dead
 *     ipv4-reason=no target of the probes answers
 *     ipv4-since=1770000000    (s since 1970)
 *
 * It holds as long as the monitor that wrote it lives; what a dead one left behind is not believed.
 */

#pragma once

#include "lf-health.h"

#define LF_HEALTH_FILE "/run/lte-failover/health"

typedef struct {
    gint      link; /* interface index */
    gchar    *name;
    gboolean  has[LF_N_FAMILIES];
    LfHealth  health[LF_N_FAMILIES];
    gchar    *reason[LF_N_FAMILIES]; /* NULL: not told; never empty */
    gint64    since[LF_N_FAMILIES];   /* it has that health, s since 1970; 0: not known */
    gint64    latency[LF_N_FAMILIES]; /* on average, µs; 0: not known. Not in the file: it changes all the time. */
    guint     loss[LF_N_FAMILIES];    /* of the last questions, percent. The same. */
} LfHealthEntry;

typedef struct {
    gboolean   live;    /* who wrote it lives */
    gboolean   spent;   /* the budget for LTE is used up, and it is to be kept for what is allowed */
    GPtrArray *entries; /* of LfHealthEntry */
} LfHealthReport;

LfHealthReport *lf_health_report_new (void);
void            lf_health_report_free (LfHealthReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfHealthReport, lf_health_report_free)

/* An entry for an interface, to be filled in by the caller; owned by the report. */
LfHealthEntry *lf_health_report_add (LfHealthReport *self, gint link, const gchar *name);

/* The entry of an interface, or NULL. */
const LfHealthEntry *lf_health_report_find (const LfHealthReport *self, gint link);

/* A file that is not there, or is not one of ours, is a report without entries. @proc: "/proc" outside of tests. */
LfHealthReport *lf_health_report_load (const gchar *file, const gchar *proc);

/* Writes it in the name of this process, at once or not at all. FALSE with LF_ERROR_STATE. */
gboolean lf_health_report_save (const LfHealthReport *self, const gchar *file, const gchar *proc, GError **error);

/* Tells the links of a snapshot, whose classes are known, if the report is live. */
void lf_health_report_apply (const LfHealthReport *self, LfSnapshot *snapshot);
