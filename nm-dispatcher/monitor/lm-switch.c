/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-switch.h"

#include <glib/gi18n-lib.h>

#include "lf-text.h"

/* As data/io.github.lte_failover.xml says. */
#define SIGNAL_TYPE "(ssssuut)"

static const gchar *const family_keys[] = { [LF_IPV4] = "ipv4", [LF_IPV6] = "ipv6" };

const gchar *
lm_family_to_string (LfFamily family)
{
    return family == LF_IPV4 ? "IPv4" : "IPv6";
}

void
lm_switch_free (LmSwitch *self)
{
    g_free (self->from);
    g_free (self->to);
    g_free (self->reason);
    g_free (self);
}

static gchar *
explain_death (const LfHealthReport *report, LfFamily family, const LfLink *link)
{
    const LfHealthEntry *entry = lf_health_report_find (report, link->index);

    if (!entry || !entry->has[family] || !entry->reason[family])
        return g_strdup_printf ("%s is dead", link->name);
    return g_strdup_printf ("%s is dead: %s", link->name, entry->reason[family]);
}

/* Both would do: why is the one before the other? */
static gchar *
explain_preference (LfFamily family, const LfLink *from, const LfLink *to)
{
    if (to->health[family] == LF_HEALTH_GOOD && from->health[family] != LF_HEALTH_GOOD)
        return g_strdup_printf ("%s works, and nobody knows whether %s does", to->name, from->name);
    return g_strdup_printf ("%s works and goes before %s", to->name, from->name);
}

static gchar *
explain (const LfSnapshot *snapshot, const LfConfig *config, const LfHealthReport *report, LfFamily family,
         const LfLink *from, const LfLink *to)
{
    switch (lf_elect_judge (snapshot, config, family, from)) {
    case LF_VERDICT_NO_ROUTE:
        return g_strdup_printf ("%s has no default route", from->name);
    case LF_VERDICT_NO_CARRIER:
        return g_strdup_printf ("%s has no carrier", from->name);
    case LF_VERDICT_NO_INTERNET:
        return g_strdup_printf ("%s failed NetworkManager's connectivity check", from->name);
    case LF_VERDICT_DEAD:
        return explain_death (report, family, from);
    case LF_VERDICT_NOT_USED:
    case LF_VERDICT_NOT_AN_UPLINK:
        return g_strdup_printf ("the configuration does not use %s", from->name);
    default:
        return to ? explain_preference (family, from, to) : g_strdup_printf ("%s is no uplink any more", from->name);
    }
}

LmSwitch *
lm_switch_new (const LfSnapshot *snapshot, const LfConfig *config, const LfHealthReport *report, LfFamily family,
               gint before, const gchar *before_name, const LfLink *elected)
{
    LmSwitch         *self = g_new0 (LmSwitch, 1);
    const LfLink     *from = lf_snapshot_find_link (snapshot, before);
    g_autofree gchar *reason = from ? explain (snapshot, config, report, family, from, elected) : NULL;

    self->family = family;
    self->from = lf_text_printable (before_name);
    self->to = lf_text_printable (elected ? elected->name : "");
    if (reason)
        self->reason = lf_text_printable (reason);
    else if (before)
        self->reason = g_strdup_printf ("%s is gone", self->from);
    else
        self->reason = g_strdup_printf ("%s is the first uplink there is", self->to);
    return self;
}

GVariant *
lm_switch_to_variant (const LmSwitch *self)
{
    return g_variant_new (SIGNAL_TYPE, family_keys[self->family], self->from, self->to, self->reason,
                          (guint32) CLAMP (self->detect / 1000, 0, G_MAXUINT32),
                          (guint32) CLAMP (self->took, 0, G_MAXUINT32), self->lte_bytes);
}

LmSwitch *
lm_switch_from_variant (GVariant *arguments)
{
    g_autofree gchar *family = NULL;
    guint32           detect, took;
    LmSwitch         *self;

    if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE (SIGNAL_TYPE)))
        return NULL;
    self = g_new0 (LmSwitch, 1);
    g_variant_get (arguments, SIGNAL_TYPE, &family, &self->from, &self->to, &self->reason, &detect, &took,
                   &self->lte_bytes);
    self->family = g_str_equal (family, family_keys[LF_IPV6]) ? LF_IPV6 : LF_IPV4;
    self->detect = detect * (gint64) 1000;
    self->took = took;
    return self;
}

static void
append_times (GString *text, const LmSwitch *self)
{
    if (self->detect)
        g_string_append_printf (text, _("; found after %.2f s"), self->detect / (gdouble) G_USEC_PER_SEC);
    if (self->took)
        g_string_append_printf (text, _("; routes changed in %.3f ms"), self->took / 1000.0);
}

gchar *
lm_switch_to_string (const LmSwitch *self)
{
    g_autoptr(GString) grounds = g_string_new (self->reason);

    append_times (grounds, self);
    return g_strdup_printf (_("%s: uplink %s, before: %s (%s)"), lm_family_to_string (self->family),
                            *self->to ? self->to : _("none"), *self->from ? self->from : _("none"), grounds->str);
}
