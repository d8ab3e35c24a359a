/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks of `ec25ctl doctor` found, as text or JSON. */

#pragma once

#include <glib.h>

typedef enum {
    EC25CTL_OK,
    EC25CTL_WARNING, /* works, but will not for long or for everybody */
    EC25CTL_PROBLEM,
    EC25CTL_SKIPPED, /* cannot be told because of an earlier problem, or does not apply */
} Ec25ctlState;

/** Ec25ctlCheck: one step of the chain. Strings are owned; remedy may be %NULL. */
typedef struct {
    const gchar  *id; /* for --json and for scripts: does not change, is not translated */
    const gchar  *title;
    Ec25ctlState  state;
    gchar        *detail;
    gchar        *remedy;
} Ec25ctlCheck;

/** Ec25ctlReport: array of Ec25ctlCheck. */
typedef GArray Ec25ctlReport;

Ec25ctlReport *ec25ctl_report_new  (void);
void           ec25ctl_report_free (Ec25ctlReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ec25ctlReport, ec25ctl_report_free)

/** Appends a check; takes @detail and @remedy, which may quote anybody: they become printable. */
void ec25ctl_report_add (Ec25ctlReport *report,
                         const gchar   *id,
                         const gchar   *title,
                         Ec25ctlState   state,
                         gchar         *detail,
                         gchar         *remedy);

/** Whether any check is a problem. */
gboolean ec25ctl_report_has_problem (const Ec25ctlReport *report);

/**
 * ec25ctl_text_width:
 * @text: in UTF-8.
 *
 * Returns: how many columns of a terminal it takes: two for a Chinese character, none for a combining mark.
 */
gint ec25ctl_text_width (const gchar *text);

/**
 * ec25ctl_report_to_text:
 *
 * Returns: (transfer full): a line for each check, and one below it for its remedy. ASCII, apart from what the
 * details are made of.
 */
gchar *ec25ctl_report_to_text (const Ec25ctlReport *report);

/**
 * ec25ctl_report_to_json:
 *
 * Returns: (transfer full): an object with "ok" and "checks", an array of objects with "id", "state" ("ok",
 * "warning", "problem", "skipped"), "detail" and, where there is one, "remedy".
 */
gchar *ec25ctl_report_to_json (const Ec25ctlReport *report);
