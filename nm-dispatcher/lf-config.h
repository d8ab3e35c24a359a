/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration: which uplinks there are and which goes before which. */

#pragma once

#include "lf-health.h"
#include "lf-target.h"

typedef struct {
    GPatternSpec *name;
    gboolean      has_class;
    LfClass       class;
    gboolean      use;
    gboolean      check;
} LfUplinkRule;

typedef enum {
    LF_BUDGET_THEN_WARN,
    LF_BUDGET_THEN_ALLOWED, /* only what is allowed goes over LTE */
    LF_BUDGET_THEN_STOP,    /* LTE is taken down */
} LfBudgetPolicy;

typedef struct {
    gchar    **order;      /* class names and interface name patterns, best first */
    gboolean   linkdown;   /* let the kernel leave links without carrier */
    guint      metric_min; /* our routes get this metric or a larger one */
    GPtrArray *rules;      /* of LfUplinkRule; of several that match the last wins */

    GPtrArray      *targets;     /* of LfTarget: whom the monitor asks; never changed, only replaced */
    LfHealthLimits  health;
    guint           http_status; /* of the pages among the targets */
    gchar          *http_body;   /* how they begin; "": anyhow */

    gboolean   dns_follow; /* names are asked of the elected uplink's servers */

    gboolean   reset;      /* end TCP connections on a dead uplink's addresses */
    gboolean   drain;      /* keep connections alive on an uplink that gives back to a better one */
    guint      drain_time; /* for how long at most, s */
    gboolean   conntrack;  /* end the forwarded connections of an uplink that is left */
    gboolean   mptcp;      /* LTE carries MPTCP subflows only as a backup */

    gboolean   standby_cold;   /* LTE is brought up only when nothing else works */
    gint64     standby_linger; /* and taken down when another uplink has worked for so long, µs */

    guint64    budget;      /* bytes that may go over LTE in a month; 0: any */
    guint      budget_warn; /* at this percentage it is said */
    guint      budget_day;  /* on which the month begins, 1 to 28 */
    LfBudgetPolicy budget_then; /* what is done when it is used up */
    GPtrArray     *allow;       /* of LfNetwork: what goes over LTE even then; never changed, only replaced */
} LfConfig;

/* The built-in configuration. */
LfConfig *lf_config_new (void);
void      lf_config_free (LfConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfConfig, lf_config_free)

/*
 * Reads the key file text @data over @self, key by key. @file is its name, for messages.
 *
 * If anything in it is not allowed, nothing of it is taken: @self stays as it is, FALSE is returned and
 * @error (LF_ERROR_CONFIG) names file, group, key, value and what is allowed.
 */
gboolean lf_config_merge (LfConfig *self, const gchar *file, const gchar *data, gsize length, GError **error);

/* The same for a file. G_FILE_ERROR if it cannot be read. */
gboolean lf_config_merge_file (LfConfig *self, const gchar *file, GError **error);

/*
 * The built-in configuration, over it @vendor_file, over that @admin_file. A file that does not exist is
 * passed over; one that is bad as well, and the words about it are added to @problems (of gchar *, owned). In the
 * place of a bad @admin_file comes @kept_file, what it said when it was right for the last time.
 */
LfConfig *lf_config_load (const gchar *vendor_file, const gchar *admin_file, const gchar *kept_file,
                          GPtrArray *problems);

/*
 * Makes @kept_file the same as @admin_file, which has been found right: at once or not at all. Writes only if they
 * differ. FALSE with LF_ERROR_STATE.
 */
gboolean lf_config_keep (const gchar *admin_file, const gchar *kept_file, GError **error);

/* Gives each link the class that a rule demands for it. */
void lf_config_apply_classes (const LfConfig *self, LfSnapshot *snapshot);

/* The place of a link in the order, 0 being the first; -1 if it is no uplink or is not to be used. */
gint lf_config_rank (const LfConfig *self, const LfLink *link);

/* FALSE if the administrator said use=false for the link. */
gboolean lf_config_uses (const LfConfig *self, const LfLink *link);

/* FALSE if the administrator said check=false for the link: it counts as good as long as it has carrier. */
gboolean lf_config_checks (const LfConfig *self, const LfLink *link);
