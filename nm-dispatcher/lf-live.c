/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-live.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "lf-text.h"
#include "lm-bus.h"
#include "lm-watch.h"

/* Events come in bunches. */
#define SETTLE_MS 20

typedef struct {
    LfView *view; /* what was printed last */
    guint   settle;
} Live;

static const gchar *const family_titles[] = { [LF_IPV4] = "IPv4", [LF_IPV6] = "IPv6" };

G_GNUC_PRINTF (1, 2)
static void
say (const gchar *format, ...)
{
    g_autoptr(GDateTime)  now = g_date_time_new_now_local ();
    g_autofree gchar     *time = g_date_time_format (now, "%H:%M:%S.%f");
    g_autofree gchar     *text = NULL, *shown = NULL;
    va_list               arguments;

    va_start (arguments, format);
    text = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    shown = lf_text_printable (text);
    g_print ("%.12s  %s\n", time, shown);
}

static void
say_carrier (const LfView *before, const LfView *now)
{
    guint i;

    for (i = 0; i < now->snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (now->snapshot->links, LfLink, i);
        const LfLink *old = before ? lf_snapshot_find_link (before->snapshot, link->index) : NULL;

        if (lf_config_rank (now->config, link) >= 0 && (!old || old->carrier != link->carrier))
            say ("%s  %s", link->name, link->carrier ? _("has carrier") : _("has no carrier"));
    }
}

static const LfHealthEntry *
known (const LfView *view, gint link, LfFamily family)
{
    const LfHealthEntry *entry = view && view->report->live ? lf_health_report_find (view->report, link) : NULL;

    return entry && entry->has[family] ? entry : NULL;
}

static void
say_health (const LfView *before, const LfView *now)
{
    guint i, family;

    if (!before || before->report->live != now->report->live)
        say ("%s", now->report->live ? _("the monitor runs") : _("the monitor does not run: dead lines go unnoticed"));
    for (i = 0; i < now->report->entries->len; i++) {
        const LfHealthEntry *entry = now->report->entries->pdata[i];

        for (family = 0; family < LF_N_FAMILIES; family++) {
            const LfHealthEntry *old = known (before, entry->link, family);

            if (known (now, entry->link, family) && (!old || old->health[family] != entry->health[family]))
                say (_("%s  %s is %s: %s"), entry->name, family_titles[family], _(lf_health_to_string (entry->health[family])),
                     entry->reason[family] ? _(entry->reason[family]) : _("no reason is known"));
        }
    }
}

static const gchar *
elected_name (const LfView *view, LfFamily family)
{
    const LfLink *link = view ? lf_elect (view->snapshot, view->config, family) : NULL;

    return link ? link->name : _("no uplink");
}

static void
say_elected (const LfView *before, const LfView *now)
{
    guint family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        const gchar *name = elected_name (now, family);

        if (!before || !g_str_equal (name, elected_name (before, family)))
            say (_("%s goes over %s"), family_titles[family], name);
    }
}

static gboolean
look (gpointer data)
{
    Live              *self = data;
    g_autoptr(GError)  error = NULL;
    LfView            *now = lf_view_new (LF_VIEW_ALL_LINKS, &error);

    self->settle = 0;
    if (!now) {
        g_printerr ("lte-failover: %s\n", error->message);
        return G_SOURCE_REMOVE;
    }
    say_carrier (self->view, now);
    say_health (self->view, now);
    say_elected (self->view, now);
    g_clear_pointer (&self->view, lf_view_free);
    self->view = now;
    return G_SOURCE_REMOVE;
}

/* The monitor says why, and how long it took. */
static void
switched (GDBusConnection *bus, const gchar *sender, const gchar *path, const gchar *interface, const gchar *signal,
          GVariant *arguments, gpointer data)
{
    g_autoptr(LmSwitch)  happened = lm_switch_from_variant (arguments);
    g_autofree gchar    *text = happened ? lm_switch_to_string (happened) : NULL;

    if (text)
        say ("%s", text);
}

/* Without a bus it is said less. */
static void
hear_of_switches (GDBusConnection *bus)
{
    if (!bus)
        return;
    g_dbus_connection_set_exit_on_close (bus, FALSE);
    g_dbus_connection_signal_subscribe (bus, LM_BUS_NAME, LM_BUS_INTERFACE, "Switched", LM_BUS_PATH, NULL,
                                        G_DBUS_SIGNAL_FLAGS_NONE, switched, NULL, NULL);
}

static void
look_soon (gpointer data)
{
    Live *self = data;

    if (!self->settle)
        self->settle = g_timeout_add (SETTLE_MS, look, self);
}

static void
ignore_neighbour (gint link, LfFamily family, const guint8 *address, gboolean reachable, gpointer data)
{
}

gboolean
lf_live_run (GError **error)
{
    static const LmWatchCallbacks callbacks = { look_soon, ignore_neighbour };
    g_autoptr(GMainLoop)          loop = g_main_loop_new (NULL, FALSE);
    g_autoptr(GFile)              file = g_file_new_for_path (LF_HEALTH_FILE);
    g_autoptr(GDBusConnection)    bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
    g_autoptr(GFileMonitor)       health = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
    Live                          live = { 0 };
    LmWatch                      *watch = lm_watch_new (&callbacks, &live, error);

    if (!watch)
        return FALSE;
    if (health)
        g_signal_connect_swapped (health, "changed", G_CALLBACK (look_soon), &live);
    hear_of_switches (bus);
    setvbuf (stdout, NULL, _IOLBF, 0);
    look (&live);
    g_main_loop_run (loop);
    lm_watch_free (watch);
    g_clear_pointer (&live.view, lf_view_free);
    return TRUE;
}
