/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-nm.h"

#define NM_NAME      "org.freedesktop.NetworkManager"
#define NM_PATH      "/org/freedesktop/NetworkManager"
#define NM_DEVICE    NM_NAME ".Device"
#define MM_MODEM     "org.freedesktop.ModemManager1.Modem"
#define LOGIND       "org.freedesktop.login1"
#define PROPERTIES   "org.freedesktop.DBus.Properties"
#define NOTHING_PATH "/"

#define ANSWER_TIMEOUT 10000 /* ms */

/* NetworkManager's numbers: NMDeviceState, NMDeviceType, NMMetered. */
#define STATE_ACTIVATED   100
#define TYPE_MODEM        8
#define METERED_YES       1
#define METERED_GUESS_YES 3

/* ModemManager's: MMModemState. */
#define MODEM_REGISTERED 8
#define MODEM_CONNECTED  11

#define N_SUBSCRIPTIONS 5

typedef enum {
    LEARN,
    BRING_UP,
    TAKE_DOWN,
} Purpose;

struct _LmNm {
    LmNmCallbacks    callbacks;
    gpointer         data;
    GDBusConnection *bus;
    GCancellable    *cancellable; /* of all that is asked: an answer that comes after the end finds nobody */
    guint            subscriptions[N_SUBSCRIPTIONS];
};

/* One device that was asked about. */
typedef struct {
    LmNm    *self;
    Purpose  purpose;
    gchar   *path;
} Inquiry;

static void
inquiry_free (Inquiry *inquiry)
{
    g_free (inquiry->path);
    g_free (inquiry);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Inquiry, inquiry_free)

static void
ask (LmNm *self, const gchar *path, const gchar *interface, const gchar *method, GVariant *arguments, const gchar *type,
     GAsyncReadyCallback answered, gpointer data)
{
    g_dbus_connection_call (self->bus, NM_NAME, path, interface, method, arguments, G_VARIANT_TYPE (type),
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_TIMEOUT, self->cancellable, answered, data);
}

/*****************************************************************************/
/* Modems up and down */

static void
order_answered (GObject *bus, GAsyncResult *res, gpointer what)
{
    g_autoptr(GError)   error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), res, &error);

    if (!answer && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_dbus_error_strip_remote_error (error);
        g_warning ("NetworkManager does not %s LTE: %s", (const gchar *) what, error->message);
    }
}

static void
bring_up (LmNm *self, const gchar *device)
{
    g_message ("no other uplink works: asking NetworkManager to bring LTE up");
    ask (self, NM_PATH, NM_NAME, "ActivateConnection",
         g_variant_new ("(ooo)", NOTHING_PATH, device, NOTHING_PATH), "(o)", order_answered, "bring up");
}

static void
take_down (LmNm *self, const gchar *active_connection)
{
    g_message ("another uplink works: asking NetworkManager to take LTE down again");
    ask (self, NM_PATH, NM_NAME, "DeactivateConnection", g_variant_new ("(o)", active_connection), "()",
         order_answered, "take down");
}

/*****************************************************************************/
/* Devices */

static guint32
lookup_number (GVariant *properties, const gchar *name)
{
    guint32 number = 0;

    g_variant_lookup (properties, name, "u", &number);
    return number;
}

static void
learn (LmNm *self, GVariant *properties)
{
    guint32      metered = lookup_number (properties, "Metered");
    const gchar *interface = "";

    g_variant_lookup (properties, "IpInterface", "&s", &interface);
    if (*interface)
        self->callbacks.metered (interface, metered == METERED_YES || metered == METERED_GUESS_YES, self->data);
}

static void
device_told (GObject *bus, GAsyncResult *res, gpointer data)
{
    g_autoptr(Inquiry)   inquiry = data;
    g_autoptr(GVariant)  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), res, NULL);
    g_autoptr(GVariant)  properties = NULL;
    const gchar         *active = NOTHING_PATH;
    gboolean             is_active;

    if (!answer)
        return;
    properties = g_variant_get_child_value (answer, 0);
    g_variant_lookup (properties, "ActiveConnection", "&o", &active);
    is_active = !g_str_equal (active, NOTHING_PATH);
    if (inquiry->purpose == LEARN)
        learn (inquiry->self, properties);
    else if (lookup_number (properties, "DeviceType") != TYPE_MODEM)
        return;
    else if (inquiry->purpose == BRING_UP && !is_active)
        bring_up (inquiry->self, inquiry->path);
    else if (inquiry->purpose == TAKE_DOWN && is_active)
        take_down (inquiry->self, active);
}

static void
inquire (LmNm *self, const gchar *path, Purpose purpose)
{
    Inquiry *inquiry = g_new0 (Inquiry, 1);

    inquiry->self = self;
    inquiry->purpose = purpose;
    inquiry->path = g_strdup (path);
    ask (self, path, PROPERTIES, "GetAll", g_variant_new ("(s)", NM_DEVICE), "(a{sv})", device_told, inquiry);
}

static void
devices_told (GObject *bus, GAsyncResult *res, gpointer data)
{
    g_autoptr(Inquiry)       inquiry = data;
    g_autoptr(GVariant)      answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), res, NULL);
    g_autoptr(GVariantIter)  paths = NULL;
    const gchar             *path;

    if (!answer)
        return;
    g_variant_get (answer, "(ao)", &paths);
    while (g_variant_iter_next (paths, "&o", &path))
        inquire (inquiry->self, path, inquiry->purpose);
}

static void
inquire_all (LmNm *self, Purpose purpose)
{
    Inquiry *inquiry;

    if (!self->bus)
        return;
    inquiry = g_new0 (Inquiry, 1);
    inquiry->self = self;
    inquiry->purpose = purpose;
    ask (self, NM_PATH, NM_NAME, "GetDevices", NULL, "(ao)", devices_told, inquiry);
}

void
lm_nm_bring_modems_up (LmNm *self)
{
    inquire_all (self, BRING_UP);
}

void
lm_nm_take_modems_down (LmNm *self)
{
    inquire_all (self, TAKE_DOWN);
}

/*****************************************************************************/
/* Signs */

/* A device that leaves "activated" may still have carrier and routes. */
static void
device_state_changed (GDBusConnection *bus, const gchar *sender, const gchar *path, const gchar *interface,
                      const gchar *signal, GVariant *arguments, gpointer data)
{
    LmNm    *self = data;
    guint32  now = 0, before = 0;

    if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(uuu)")))
        return;
    g_variant_get (arguments, "(uuu)", &now, &before, NULL);
    if (before == STATE_ACTIVATED)
        self->callbacks.doubt (LF_CLASS_OTHER, self->data);
    if (now == STATE_ACTIVATED)
        inquire (self, path, LEARN);
}

static void
device_changed (GDBusConnection *bus, const gchar *sender, const gchar *path, const gchar *interface,
                const gchar *signal, GVariant *arguments, gpointer data)
{
    LmNm                *self = data;
    g_autoptr(GVariant)  properties = NULL;
    g_autoptr(GVariant)  metered = NULL;

    if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(sa{sv}as)")))
        return;
    properties = g_variant_get_child_value (arguments, 1);
    metered = g_variant_lookup_value (properties, "Metered", G_VARIANT_TYPE_UINT32);
    if (metered)
        inquire (self, path, LEARN);
}

static void
modem_state_changed (GDBusConnection *bus, const gchar *sender, const gchar *path, const gchar *interface,
                     const gchar *signal, GVariant *arguments, gpointer data)
{
    LmNm   *self = data;
    gint32  before = 0, now = 0;

    if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(iiu)")))
        return;
    g_variant_get (arguments, "(iiu)", &before, &now, NULL);
    if ((before >= MODEM_REGISTERED && now < MODEM_REGISTERED) || (before == MODEM_CONNECTED && now != MODEM_CONNECTED))
        self->callbacks.doubt (LF_CLASS_LTE, self->data);
}

/* TRUE: the machine is about to sleep; FALSE: it is awake again. */
static void
machine_slept (GDBusConnection *bus, const gchar *sender, const gchar *path, const gchar *interface,
               const gchar *signal, GVariant *arguments, gpointer data)
{
    LmNm     *self = data;
    gboolean  begins = TRUE;

    if (g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(b)")))
        g_variant_get (arguments, "(b)", &begins);
    if (!begins)
        self->callbacks.doubt (LF_CLASS_OTHER, self->data);
}

static void
network_manager_came (GDBusConnection *bus, const gchar *sender, const gchar *path, const gchar *interface,
                      const gchar *signal, GVariant *arguments, gpointer data)
{
    inquire_all (data, LEARN);
}

static void
subscribe (LmNm *self)
{
    static const struct {
        const gchar         *sender, *interface, *member, *argument;
        GDBusSignalCallback  told;
    } signals[N_SUBSCRIPTIONS] = {
        { NM_NAME, NM_DEVICE, "StateChanged", NULL, device_state_changed },
        { NM_NAME, PROPERTIES, "PropertiesChanged", NM_DEVICE, device_changed },
        { "org.freedesktop.ModemManager1", MM_MODEM, "StateChanged", NULL, modem_state_changed },
        { LOGIND, LOGIND ".Manager", "PrepareForSleep", NULL, machine_slept },
        { "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", NM_NAME, network_manager_came },
    };
    guint i;

    for (i = 0; i < N_SUBSCRIPTIONS; i++)
        self->subscriptions[i] = g_dbus_connection_signal_subscribe (self->bus, signals[i].sender, signals[i].interface,
                                                                     signals[i].member, NULL, signals[i].argument,
                                                                     G_DBUS_SIGNAL_FLAGS_NONE, signals[i].told, self,
                                                                     NULL);
}

static void
bus_came (GObject *source, GAsyncResult *res, gpointer data)
{
    LmNm               *self = data;
    g_autoptr(GError)   error = NULL;
    GDBusConnection    *bus = g_bus_get_finish (res, &error);

    if (!bus) {
        if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            g_warning ("no system bus: %s; going without what NetworkManager and ModemManager tell", error->message);
        return;
    }
    self->bus = bus;
    g_dbus_connection_set_exit_on_close (bus, FALSE);
    subscribe (self);
    inquire_all (self, LEARN);
}

LmNm *
lm_nm_new (const LmNmCallbacks *callbacks, gpointer data)
{
    LmNm *self = g_new0 (LmNm, 1);

    self->callbacks = *callbacks;
    self->data = data;
    self->cancellable = g_cancellable_new ();
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_came, self);
    return self;
}

void
lm_nm_free (LmNm *self)
{
    guint i;

    for (i = 0; self->bus && i < N_SUBSCRIPTIONS; i++)
        g_dbus_connection_signal_unsubscribe (self->bus, self->subscriptions[i]);
    g_cancellable_cancel (self->cancellable);
    g_object_unref (self->cancellable);
    g_clear_object (&self->bus);
    g_free (self);
}
