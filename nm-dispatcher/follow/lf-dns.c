/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-dns.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "lf-file.h"
#include "lf-index-file.h"

/* After the administrator's own in alphabetical order; /etc goes before /run anyway. */
#define NM_FOLDER      "/run/NetworkManager"
#define DROP_IN_FOLDER NM_FOLDER "/conf.d"
#define DROP_IN        DROP_IN_FOLDER "/90-lte-failover.conf"
#define DROP_IN_ASIDE  DROP_IN ".new" /* NetworkManager reads *.conf only */
#define EMPTY_DROP_IN  "# By lte-failover: nothing any more.\n"

/* The links that systemd-resolved was told not to ask: interface indices. */
#define STATE_FILE  "/run/lte-failover/resolved"

#define NETWORK_MANAGER "org.freedesktop.NetworkManager"
#define DNS_MANAGER     NETWORK_MANAGER ".DnsManager"
#define RESOLVED        "org.freedesktop.resolve1"
#define PROPERTIES      "org.freedesktop.DBus.Properties"

#define RELOAD_CONFIGURATION 1 /* NM_MANAGER_RELOAD_FLAG_CONF */

#define ANSWER_TIMEOUT 2000 /* ms */
#define STATUS_TIMEOUT 500  /* ms: somebody is waiting */

#define NOT_OURS "NetworkManager's configuration has name servers of its own ([global-dns]): they are left alone"

/* One change at NetworkManager makes several signals. */
#define SETTLE_TIME 50 /* ms */

struct _LfDns {
    LfDnsDone        done;
    gpointer         data;
    GCancellable    *cancellable;
    GDBusConnection *bus;
    guint            subscriptions[3];
    GArray          *uplinks;   /* of LfDnsUplink */
    gboolean         active;
    gboolean         loaded;    /* NetworkManager has read our drop-in, or there was none */
    gboolean         asked_for; /* by lf_dns_follow(), not yet reported */
    gboolean         running;
    gboolean         again;
    guint            settle_id;
    LfDnsPlan       *plan;
    guint            next_link; /* of the plan */
    gchar           *told;      /* the last thing that was logged */
};

static void begin (LfDns *self);
static void tell_next_link (LfDns *self);

/*****************************************************************************/
/* Files */

static gboolean
write_drop_in (const gchar *text)
{
    g_autoptr(GError) error = NULL;

    if (lf_file_make_folder (NM_FOLDER, &error) && lf_file_make_folder (DROP_IN_FOLDER, &error) &&
        lf_file_replace (DROP_IN, text, strlen (text), 0644, &error))
        return TRUE;
    g_warning ("%s; name resolution does not follow the uplink", error->message);
    return FALSE;
}

static gchar *
read_file (const gchar *file)
{
    gchar *text = NULL;
    gsize  length;

    return lf_file_read (file, &text, &length, NULL) ? text : NULL;
}

/*
 * Returns TRUE if NetworkManager has to read it. A drop-in goes in two steps: while the empty one is there,
 * whoever comes after a crash knows that NetworkManager may still have what it said before.
 */
static gboolean
put_drop_in (const gchar *wanted)
{
    g_autofree gchar *there = read_file (DROP_IN);
    const gchar      *text = wanted ? wanted : EMPTY_DROP_IN;

    g_unlink (DROP_IN_ASIDE);
    if ((!wanted && !there) || g_strcmp0 (text, there) == 0)
        return FALSE;
    return write_drop_in (text);
}

/* To be called when NetworkManager has read it. */
static void
remove_empty_drop_in (void)
{
    g_autofree gchar *there = read_file (DROP_IN);

    if (g_strcmp0 (there, EMPTY_DROP_IN) == 0)
        g_unlink (DROP_IN);
}

/* The links of the plan, and those that are to be given back because it does not know them any more. */
static GArray *
add_forgotten_links (const GArray *links)
{
    g_autoptr(GArray)  remembered = lf_index_file_read (STATE_FILE);
    GArray            *all = g_array_copy ((GArray *) links);
    guint              i, j;

    for (i = 0; i < remembered->len; i++) {
        LfDnsLink link = { g_array_index (remembered, gint, i), TRUE };

        for (j = 0; j < links->len && g_array_index (links, LfDnsLink, j).index != link.index; j++)
            ;
        if (j == links->len)
            g_array_append_val (all, link);
    }
    return all;
}

/* All are told: what is remembered is what is. */
static void
forget_links (const GArray *links)
{
    g_autoptr(GArray) remembered = lf_index_file_read (STATE_FILE);
    g_autoptr(GArray) left_alone = g_array_new (FALSE, FALSE, sizeof (gint));
    g_autoptr(GError) error = NULL;
    guint             i;

    for (i = 0; i < links->len; i++) {
        const LfDnsLink *link = &g_array_index (links, LfDnsLink, i);

        if (!link->asked)
            g_array_append_val (left_alone, link->index);
    }
    lf_indices_keep (remembered, left_alone);
    if (!lf_index_file_write (STATE_FILE, remembered, &error))
        g_warning ("%s", error->message);
}

/*****************************************************************************/
/* One round: view, plan, drop-in, links, done */

static void
call (LfDns *self, const gchar *name, const gchar *path, const gchar *interface, const gchar *method,
      GVariant *arguments, const gchar *answer, GAsyncReadyCallback ready)
{
    g_dbus_connection_call (self->bus, name, path, interface, method, arguments, G_VARIANT_TYPE (answer),
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_TIMEOUT, self->cancellable, ready, self);
}

/* NULL if the call failed; *@self is NULL if the object is gone. */
static GVariant *
finish (GObject *bus, GAsyncResult *result, LfDns **self, GError **error)
{
    g_autoptr(GError)  problem = NULL;
    GVariant          *answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &problem);

    if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        *self = NULL;
    if (problem)
        g_propagate_error (error, g_steal_pointer (&problem));
    return answer;
}

/* The same thing is said once. */
static void
tell (LfDns *self, const gchar *text)
{
    if (g_strcmp0 (text, self->told) != 0 && text)
        g_message ("%s", text);
    g_free (self->told);
    self->told = g_strdup (text);
}

static void
end (LfDns *self)
{
    gboolean report = self->asked_for && !self->again;

    self->running = FALSE;
    if (report) {
        g_autoptr(GArray) dead = self->plan ? g_array_ref (self->plan->dead_servers)
                                            : g_array_new (FALSE, FALSE, sizeof (LfDnsServer));

        self->asked_for = FALSE;
        self->done (dead, self->data);
        return;
    }
    if (self->again)
        begin (self);
}

static void
link_told (GObject *bus, GAsyncResult *result, gpointer data)
{
    LfDns               *self = data;
    g_autoptr(GError)    error = NULL;
    g_autoptr(GVariant)  answer = finish (bus, result, &self, &error);

    if (!self)
        return;
    /* A link that has gone meanwhile, or no systemd-resolved. */
    if (!answer)
        g_debug ("systemd-resolved: %s", error->message);
    self->next_link++;
    tell_next_link (self);
}

static void
link_read (GObject *bus, GAsyncResult *result, gpointer data)
{
    LfDns               *self = data;
    g_autoptr(GError)    error = NULL;
    g_autoptr(GVariant)  answer = finish (bus, result, &self, &error);
    g_autoptr(GVariant)  value = NULL;
    const LfDnsLink     *link;

    if (!self)
        return;
    link = &g_array_index (self->plan->links, LfDnsLink, self->next_link);
    if (answer)
        g_variant_get (answer, "(v)", &value);
    /* Told only what it does not know: each telling makes it tell others. */
    if (value && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) &&
        g_variant_get_boolean (value) != link->asked) {
        /* Before it is told, so that whoever comes after a crash knows. */
        if (!link->asked && !lf_index_file_add (STATE_FILE, link->index, &error))
            g_warning ("%s", error->message);
        call (self, RESOLVED, "/org/freedesktop/resolve1", RESOLVED ".Manager", "SetLinkDefaultRoute",
              g_variant_new ("(ib)", link->index, link->asked), "()", link_told);
        return;
    }
    self->next_link++;
    tell_next_link (self);
}

static void
link_found (GObject *bus, GAsyncResult *result, gpointer data)
{
    LfDns               *self = data;
    g_autoptr(GError)    error = NULL;
    g_autoptr(GVariant)  answer = finish (bus, result, &self, &error);
    const gchar         *path;

    if (!self)
        return;
    if (!answer) {
        self->next_link++;
        tell_next_link (self);
        return;
    }
    g_variant_get (answer, "(&o)", &path);
    call (self, RESOLVED, path, PROPERTIES, "Get", g_variant_new ("(ss)", RESOLVED ".Link", "DefaultRoute"), "(v)",
          link_read);
}

static void
tell_next_link (LfDns *self)
{
    if (self->again || !self->plan || self->next_link >= self->plan->links->len) {
        if (self->plan && !self->again)
            forget_links (self->plan->links);
        end (self);
        return;
    }
    call (self, RESOLVED, "/org/freedesktop/resolve1", RESOLVED ".Manager", "GetLink",
          g_variant_new ("(i)", g_array_index (self->plan->links, LfDnsLink, self->next_link).index), "(o)",
          link_found);
}

static void
tell_links (LfDns *self)
{
    self->next_link = 0;
    if (self->plan) {
        GArray *all = add_forgotten_links (self->plan->links);

        g_array_unref (self->plan->links);
        self->plan->links = all;
    }
    tell_next_link (self);
}

static void
reloaded (GObject *bus, GAsyncResult *result, gpointer data)
{
    LfDns               *self = data;
    g_autoptr(GError)    error = NULL;
    g_autoptr(GVariant)  answer = finish (bus, result, &self, &error);

    if (!self)
        return;
    if (!answer)
        g_warning ("NetworkManager does not reload its configuration: %s; it may ask the wrong name servers",
                   error->message);
    remove_empty_drop_in ();
    tell_links (self);
}

static void
reload (LfDns *self, GAsyncReadyCallback ready)
{
    call (self, NETWORK_MANAGER, "/org/freedesktop/NetworkManager", NETWORK_MANAGER, "Reload",
          g_variant_new ("(u)", RELOAD_CONFIGURATION), "()", ready);
}

static void
apply_plan (LfDns *self)
{
    gboolean changed = put_drop_in (self->plan && self->active ? self->plan->drop_in : NULL);

    if (changed)
        reload (self, reloaded);
    else
        tell_links (self);
}

static void
make_plan (LfDns *self, GVariant *properties)
{
    g_autoptr(LfDnsView) view = lf_dns_view_new (properties);
    g_autofree gchar    *drop_in = read_file (DROP_IN);

    g_clear_pointer (&self->plan, lf_dns_plan_free);
    self->plan = lf_dns_plan_new (view, self->uplinks, drop_in);
    if (!self->active)
        g_array_set_size (self->plan->links, 0);
    tell (self, self->active && self->plan->not_ours ? NOT_OURS : NULL);
}

static void
view_received (GObject *bus, GAsyncResult *result, gpointer data)
{
    LfDns               *self = data;
    g_autoptr(GError)    error = NULL;
    g_autoptr(GVariant)  answer = finish (bus, result, &self, &error);
    g_autoptr(GVariant)  properties = NULL;

    if (!self)
        return;
    /* Without NetworkManager nobody knows whose servers are whose: what is there stays. */
    if (!answer) {
        g_clear_pointer (&self->plan, lf_dns_plan_free);
        end (self);
        return;
    }
    properties = g_variant_get_child_value (answer, 0);
    make_plan (self, properties);
    apply_plan (self);
}

static void
ask_for_view (LfDns *self)
{
    call (self, NETWORK_MANAGER, "/org/freedesktop/NetworkManager/DnsManager", PROPERTIES, "GetAll",
          g_variant_new ("(s)", DNS_MANAGER), "(a{sv})", view_received);
}

static void
loaded (GObject *bus, GAsyncResult *result, gpointer data)
{
    LfDns               *self = data;
    g_autoptr(GError)    error = NULL;
    g_autoptr(GVariant)  answer = finish (bus, result, &self, &error);

    if (!self)
        return;
    self->loaded = answer != NULL;
    remove_empty_drop_in ();
    ask_for_view (self);
}

static void
begin (LfDns *self)
{
    if (self->running || !self->bus || !self->uplinks) {
        self->again = TRUE;
        return;
    }
    self->again = FALSE;
    self->running = TRUE;
    /* A drop-in that was there before us may have been written just before a crash, and not been read. */
    if (!self->loaded && g_file_test (DROP_IN, G_FILE_TEST_EXISTS)) {
        reload (self, loaded);
        return;
    }
    self->loaded = TRUE;
    ask_for_view (self);
}

/*****************************************************************************/
/* What others do to it */

static gboolean
settled (gpointer data)
{
    LfDns *self = data;

    self->settle_id = 0;
    begin (self);
    return G_SOURCE_REMOVE;
}

static void
something_changed (GDBusConnection *bus, const gchar *sender, const gchar *path, const gchar *interface,
                   const gchar *signal, GVariant *parameters, gpointer data)
{
    LfDns *self = data;

    if (self->settle_id == 0)
        self->settle_id = g_timeout_add (SETTLE_TIME, settled, self);
}

static guint
subscribe (LfDns *self, const gchar *sender, const gchar *interface, const gchar *signal, const gchar *path,
           const gchar *argument)
{
    return g_dbus_connection_signal_subscribe (self->bus, sender, interface, signal, path, argument,
                                               G_DBUS_SIGNAL_FLAGS_NONE, something_changed, self, NULL);
}

static void
bus_found (GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError)  error = NULL;
    GDBusConnection   *bus = g_bus_get_finish (result, &error);
    LfDns             *self = data;

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    if (!bus) {
        g_warning ("%s; name resolution does not follow the uplink", error->message);
        return;
    }
    self->bus = bus;
    g_dbus_connection_set_exit_on_close (bus, FALSE);
    self->subscriptions[0] = subscribe (self, NETWORK_MANAGER, PROPERTIES, "PropertiesChanged",
                                        "/org/freedesktop/NetworkManager/DnsManager", NULL);
    self->subscriptions[1] = subscribe (self, RESOLVED, PROPERTIES, "PropertiesChanged", "/org/freedesktop/resolve1",
                                        NULL);
    self->subscriptions[2] = subscribe (self, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
                                        "/org/freedesktop/DBus", RESOLVED);
    if (self->uplinks)
        begin (self);
}

LfDns *
lf_dns_new (LfDnsDone done, gpointer data)
{
    LfDns *self = g_new0 (LfDns, 1);

    self->done = done;
    self->data = data;
    self->cancellable = g_cancellable_new ();
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_found, self);
    return self;
}

void
lf_dns_free (LfDns *self)
{
    guint i;

    g_cancellable_cancel (self->cancellable);
    g_object_unref (self->cancellable);
    for (i = 0; self->bus && i < G_N_ELEMENTS (self->subscriptions); i++)
        g_dbus_connection_signal_unsubscribe (self->bus, self->subscriptions[i]);
    g_clear_handle_id (&self->settle_id, g_source_remove);
    g_clear_pointer (&self->uplinks, g_array_unref);
    g_clear_pointer (&self->plan, lf_dns_plan_free);
    g_clear_object (&self->bus);
    g_free (self->told);
    g_free (self);
}

void
lf_dns_follow (LfDns *self, const GArray *uplinks, gboolean active)
{
    g_clear_pointer (&self->uplinks, g_array_unref);
    self->uplinks = g_array_copy ((GArray *) uplinks);
    self->active = active;
    self->asked_for = TRUE;
    begin (self);
}

/*****************************************************************************/

gchar *
lf_dns_describe (void)
{
    g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
    g_autofree gchar          *drop_in = read_file (DROP_IN);
    g_autoptr(GArray)          no_uplinks = g_array_new (FALSE, FALSE, sizeof (LfDnsUplink));
    g_autoptr(GVariant)        answer = NULL, properties = NULL;
    g_autoptr(LfDnsView)       view = NULL;
    g_autoptr(LfDnsPlan)       plan = NULL;

    if (bus)
        answer = g_dbus_connection_call_sync (bus, NETWORK_MANAGER, "/org/freedesktop/NetworkManager/DnsManager",
                                              PROPERTIES, "GetAll", g_variant_new ("(s)", DNS_MANAGER),
                                              G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                              STATUS_TIMEOUT, NULL, NULL);
    if (!answer)
        return NULL;
    properties = g_variant_get_child_value (answer, 0);
    view = lf_dns_view_new (properties);
    plan = lf_dns_plan_new (view, no_uplinks, drop_in);
    if (plan->not_ours)
        return g_strdup (NOT_OURS);
    return drop_in ? g_strdup_printf (_("NetworkManager asks the name servers of the elected uplink (%s)"), DROP_IN) : NULL;
}

/* Who does not run has nothing set. */
static void
call_and_wait (GDBusConnection *bus, const gchar *name, const gchar *path, const gchar *interface, const gchar *method,
               GVariant *arguments)
{
    g_autoptr(GError)   error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_sync (bus, name, path, interface, method, arguments, NULL,
                                                              G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_TIMEOUT, NULL,
                                                              &error);

    if (!answer)
        g_debug ("%s: %s", name, error->message);
}

void
lf_dns_clean (void)
{
    g_autoptr(GArray)          links = lf_index_file_read (STATE_FILE);
    g_autoptr(GArray)          none = g_array_new (FALSE, FALSE, sizeof (gint));
    g_autoptr(GDBusConnection) bus = NULL;
    gboolean                   has_drop_in = put_drop_in (NULL) || g_file_test (DROP_IN, G_FILE_TEST_EXISTS);
    guint                      i;

    if (has_drop_in || links->len > 0)
        bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
    if (bus && has_drop_in)
        call_and_wait (bus, NETWORK_MANAGER, "/org/freedesktop/NetworkManager", NETWORK_MANAGER, "Reload",
                       g_variant_new ("(u)", RELOAD_CONFIGURATION));
    for (i = 0; bus && i < links->len; i++)
        call_and_wait (bus, RESOLVED, "/org/freedesktop/resolve1", RESOLVED ".Manager", "SetLinkDefaultRoute",
                       g_variant_new ("(ib)", g_array_index (links, gint, i), TRUE));
    remove_empty_drop_in ();
    lf_index_file_write (STATE_FILE, none, NULL);
}
