/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ec25ctl doctor: the chain from the USB bus to the internet. */

#include "ec25ctl-commands.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <gudev/gudev.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "ec25-link-holder.h"
#include "ec25-raw-ip.h"
#include "ec25ctl-report.h"
#include "ec25ctl-usb.h"

#define REACH_TIMEOUT_S 4

typedef struct {
    const Ec25ctlOptions *options;
    MMManager            *manager; /* NULL: does not run */
    GPtrArray            *devices; /* of Ec25ctlDevice */
    Ec25ctlModem         *modem;   /* NULL: none of ours */
    gchar                *net;     /* its network interface, or NULL */
    MMBearer             *bearer;
    Ec25ctlReport        *report;
    const gchar          *id, *title; /* of the check that runs */
} Doctor;

static void say (Doctor *self, Ec25ctlState state, const gchar *remedy, const gchar *format, ...) G_GNUC_PRINTF (4, 5);

static void
say (Doctor       *self,
     Ec25ctlState  state,
     const gchar  *remedy,
     const gchar  *format,
     ...)
{
    va_list args;

    va_start (args, format);
    ec25ctl_report_add (self->report, self->id, self->title, state, g_strdup_vprintf (format, args), g_strdup (remedy));
    va_end (args);
}

/*****************************************************************************/
/* USB */

static void
check_usb (Doctor *self)
{
    guint i;

    if (!self->devices->len) {
        say (self, EC25CTL_PROBLEM, _("plug it in, give it enough current (2 A at peaks), look at lsusb and dmesg"),
             _("no 2c7c:0125 on the bus"));
        return;
    }
    for (i = 0; i < self->devices->len; i++) {
        Ec25ctlDevice *device = self->devices->pdata[i];

        say (self, EC25CTL_OK, NULL, "2c7c:0125 %s %s", device->name, device->product);
    }
}

static void
check_boot (Doctor *self)
{
    guint i;

    for (i = 0; i < self->devices->len; i++) {
        Ec25ctlDevice *device = self->devices->pdata[i];

        if (device->boot_loader)
            say (self, EC25CTL_PROBLEM, _("take its power away for ten seconds; a reset does not help"),
                 _("%s is stuck in its boot loader (QHSUSB__BULK)"), device->name);
        else
            say (self, EC25CTL_OK, NULL, _("firmware has started"));
    }
}

static void
check_interface_drivers (Doctor              *self,
                         const Ec25ctlDevice *device)
{
    g_autoptr(GString) bound = g_string_new (NULL);
    guint              i;

    for (i = 0; i < device->interfaces->len; i++) {
        const Ec25ctlInterface *interface = &g_array_index (device->interfaces, Ec25ctlInterface, i);
        const gchar            *wanted = ec25ctl_usb_wanted_driver (device, interface);
        g_autofree gchar       *remedy = NULL;

        if (wanted && g_strcmp0 (wanted, interface->driver) != 0) {
            remedy = g_strdup_printf (_("modprobe %s; a kernel older than 5.9 may need an update for it"), wanted);
            say (self, EC25CTL_PROBLEM, remedy, _("interface %u has %s instead of %s"), interface->number,
                 interface->driver ? interface->driver : _("no driver"), wanted);
            return;
        }
        if (wanted)
            g_string_append_printf (bound, "%s%u %s", bound->len ? ", " : "", interface->number, wanted);
    }
    say (self, EC25CTL_OK, NULL, "%s", bound->str);
}

static void
check_drivers (Doctor *self)
{
    guint i;

    for (i = 0; i < self->devices->len; i++) {
        Ec25ctlDevice *device = self->devices->pdata[i];

        if (!device->boot_loader)
            check_interface_drivers (self, device);
    }
}

static gboolean
is_ec25 (GUdevDevice *device)
{
    return g_strcmp0 (g_udev_device_get_property (device, "ID_VENDOR_ID"), "2c7c") == 0 &&
           g_strcmp0 (g_udev_device_get_property (device, "ID_MODEL_ID"), "0125") == 0;
}

static void
check_ports (Doctor *self)
{
    g_autoptr(GUdevClient)  udev = g_udev_client_new (NULL);
    g_autolist(GUdevDevice) ttys = g_udev_client_query_by_subsystem (udev, "tty");
    guint                   ports = 0, tagged = 0;
    GList                  *l;

    for (l = ttys; l; l = l->next) {
        if (!is_ec25 (l->data))
            continue;
        ports++;
        tagged += g_udev_device_get_property_as_boolean (l->data, "ID_MM_PORT_TYPE_AT_PRIMARY");
        if (g_udev_device_get_property_as_boolean (l->data, "ID_MM_DEVICE_IGNORE") ||
            g_udev_device_get_property_as_boolean (l->data, "ID_MM_PORT_IGNORE")) {
            say (self, EC25CTL_PROBLEM, _("take the rule out of /etc/udev/rules.d, then plug the module in again"),
                 _("a udev rule tells ModemManager to ignore %s"), g_udev_device_get_name (l->data));
            return;
        }
    }
    if (!ports)
        say (self, EC25CTL_PROBLEM, _("modprobe option; is the AT function switched off (AT+QCFG=\"usbcfg\")?"),
             _("no serial port"));
    else if (!tagged)
        say (self, EC25CTL_WARNING, _("some function is switched off, or ModemManager's udev rules are missing: coming up takes longer"),
             ngettext ("%u serial port, not known as the AT port", "%u serial ports, none known as the AT port", ports), ports);
    else
        say (self, EC25CTL_OK, NULL, ngettext ("%u serial port, the AT port is known", "%u serial ports, the AT port is known", ports), ports);
}

/*****************************************************************************/
/* ModemManager */

static void
check_manager (Doctor *self)
{
    if (self->manager)
        say (self, EC25CTL_OK, NULL, "ModemManager %s", mm_manager_get_version (self->manager));
    else
        say (self, EC25CTL_PROBLEM, "systemctl enable --now ModemManager", _("ModemManager is not running"));
}

/* The last thing that ModemManager's log says of our plugin, or NULL. */
static gchar *
quote_log (void)
{
    static const gchar *const  argv[] = { "journalctl", "--unit=ModemManager", "--boot", "--grep=quectel-ec25|QHSUSB",
                                          "--lines=1", "--output=cat", "--quiet", NULL };
    g_autofree gchar          *text = NULL;
    gint                       status = 0;

    if (!g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &text,
                       NULL, &status, NULL) ||
        !text || !*g_strstrip (text))
        return NULL;
    return g_steal_pointer (&text);
}

/* The plugin that drives the module in our place, or NULL if no modem was made of it. */
static gchar *
find_other_plugin (Doctor *self)
{
    g_autolist(GDBusObject)  objects = g_dbus_object_manager_get_objects (G_DBUS_OBJECT_MANAGER (self->manager));
    GList                   *l;
    guint                    i;

    for (l = objects; l; l = l->next) {
        MMModem     *modem = mm_object_peek_modem (MM_OBJECT (l->data));
        const gchar *path = modem ? mm_modem_get_device (modem) : NULL;

        for (i = 0; path && i < self->devices->len; i++) {
            if (g_str_has_suffix (path, ((Ec25ctlDevice *) self->devices->pdata[i])->name))
                return g_strdup (mm_modem_get_plugin (modem));
        }
    }
    return NULL;
}

static void
check_plugin (Doctor *self)
{
    g_autofree gchar *other = NULL;
    g_autofree gchar *log = NULL;
    g_autofree gchar *what = NULL;

    if (self->modem) {
        say (self, EC25CTL_OK, NULL, "quectel-ec25, %s", mm_modem_get_path (self->modem->modem));
        return;
    }
    other = find_other_plugin (self);
    log = quote_log ();
    what = other ? g_strdup_printf (_("driven by plugin %s"), other) : g_strdup (_("ModemManager has made no modem of it"));
    if (!g_file_test (EC25_PLUGIN, G_FILE_TEST_EXISTS))
        say (self, EC25CTL_PROBLEM, _("install modemmanager-quectel-ec25"), _("%s; there is no %s"), what, EC25_PLUGIN);
    else if (log)
        say (self, EC25CTL_PROBLEM, _("if it was built for another ModemManager: install the packages' newest versions, then restart ModemManager"),
             _("%s; ModemManager says: %s"), what, log);
    else
        say (self, EC25CTL_PROBLEM, _("wait half a minute after plugging in; restart ModemManager; look at journalctl -u ModemManager (needs root)"),
             "%s", what);
}

/* As docs/qmi-or-ecm.md recommends; NULL for the mode that it recommends. */
static const gchar *
recommend_mode (const gchar *running)
{
    if (g_strcmp0 (running, "ecm") == 0)
        return _("unless something needs an Ethernet card: ec25ctl mode qmi gives the host the network's own address");
    if (g_strcmp0 (running, "mbim") == 0 || g_strcmp0 (running, "rndis") == 0)
        return _("unless the firmware does nothing else: ec25ctl mode qmi");
    return NULL;
}

static void
check_mode (Doctor *self)
{
    Ec25GdbusQuectelEc25 *ec25 = self->modem->ec25;

    if (!ec25)
        say (self, EC25CTL_WARNING, NULL, _("not known"));
    else if (ec25_gdbus_quectel_ec25_get_restart_pending (ec25))
        say (self, EC25CTL_WARNING, "ec25ctl reset", _("%s; %s is stored and waits for a restart"),
             ec25_gdbus_quectel_ec25_get_mode (ec25), ec25_gdbus_quectel_ec25_get_stored_mode (ec25));
    else
        say (self, EC25CTL_OK, recommend_mode (ec25_gdbus_quectel_ec25_get_mode (ec25)), "%s",
             ec25_gdbus_quectel_ec25_get_mode (ec25));
}

/*****************************************************************************/
/* SIM and network */

static void
check_recovery (Doctor *self)
{
    Ec25GdbusQuectelEc25 *ec25 = self->modem->ec25;
    const gchar          *state = ec25 ? ec25_gdbus_quectel_ec25_get_recovery_state (ec25) : NULL;
    const gchar          *fault = ec25 ? ec25_gdbus_quectel_ec25_get_last_fault (ec25) : NULL;
    guint                 steps = ec25 ? ec25_gdbus_quectel_ec25_get_recovery_count (ec25) : 0;

    if (!state || g_strcmp0 (state, "off") == 0)
        say (self, EC25CTL_SKIPPED, NULL, _("nobody watches whether the module hangs"));
    else if (!fault || !*fault)
        say (self, EC25CTL_OK, NULL, _("the module has not hung"));
    else if (g_str_equal (state, "watching"))
        say (self, EC25CTL_WARNING, _("journalctl -u ModemManager tells the steps; enough current, a newer firmware?"),
             ngettext ("%u step taken, last fault: %s", "%u steps taken, last fault: %s", steps), steps, fault);
    else
        say (self, EC25CTL_WARNING, _("take its power away for ten seconds"), "%s: %s", state, fault);
}

static void
check_sim (Doctor *self)
{
    MMModem     *modem = self->modem->modem;
    MMModemLock  lock = mm_modem_get_unlock_required (modem);

    if (mm_modem_get_state (modem) == MM_MODEM_STATE_FAILED)
        say (self, EC25CTL_PROBLEM, _("put a SIM card in, the right way round, and restart the module (ec25ctl reset)"), "%s",
             mm_modem_state_failed_reason_get_string (mm_modem_get_state_failed_reason (modem)));
    else if (lock == MM_MODEM_LOCK_SIM_PIN)
        say (self, EC25CTL_PROBLEM, "nmcli connection modify lte gsm.pin NNNN", _("asks for its PIN"));
    else if (lock == MM_MODEM_LOCK_SIM_PUK)
        say (self, EC25CTL_PROBLEM, _("mmcli --sim=any --puk=PUK --pin=NEWPIN; ten wrong ones end the card"), _("asks for its PUK"));
    else
        say (self, EC25CTL_OK, NULL, _("ready"));
}

static gchar *
describe_refusal (MMModem3gpp *modem3gpp)
{
    g_autoptr(MMNetworkRejection) rejection = mm_modem_3gpp_get_network_rejection (modem3gpp);

    if (!rejection || mm_network_rejection_get_error (rejection) == MM_NETWORK_ERROR_NONE)
        return g_strdup ("");
    return g_strdup_printf (": %s", mm_network_error_get_string (mm_network_rejection_get_error (rejection)));
}

static void
check_registration (Doctor *self)
{
    MMModem3gpp       *modem3gpp = mm_object_peek_modem_3gpp (self->modem->object);
    g_autofree gchar  *refusal = NULL;
    const gchar       *state;

    if (mm_modem_get_state (self->modem->modem) < MM_MODEM_STATE_ENABLED || !modem3gpp) {
        say (self, EC25CTL_SKIPPED, NULL, _("the modem is off: nmcli radio wwan on"));
        return;
    }
    state = mm_modem_3gpp_registration_state_get_string (mm_modem_3gpp_get_registration_state (modem3gpp));
    refusal = describe_refusal (modem3gpp);
    if (mm_modem_get_state (self->modem->modem) >= MM_MODEM_STATE_REGISTERED)
        say (self, EC25CTL_OK, NULL, "%s, %s, %u %%", state,
             mm_modem_3gpp_get_operator_name (modem3gpp) ? mm_modem_3gpp_get_operator_name (modem3gpp) : "",
             mm_modem_get_signal_quality (self->modem->modem, NULL));
    else if (mm_modem_3gpp_get_registration_state (modem3gpp) == MM_MODEM_3GPP_REGISTRATION_STATE_DENIED)
        say (self, EC25CTL_PROBLEM,
             _("the contract, or an APN stored in the module that the network does not open (nmcli connection modify lte "
               "gsm.initial-eps-bearer-configure yes gsm.initial-eps-bearer-apn APN)"),
             _("denied%s"), refusal);
    else
        say (self, EC25CTL_PROBLEM, _("antenna, place, band; wait a minute"), "%s%s", state, refusal);
}

static void
check_connection (Doctor *self)
{
    MMBearerProperties *properties = self->bearer ? mm_bearer_peek_properties (self->bearer) : NULL;
    const gchar        *apn = properties ? mm_bearer_properties_get_apn (properties) : NULL;
    const gchar        *why = self->modem->ec25 ? ec25_gdbus_quectel_ec25_get_connection_error (self->modem->ec25) : "";

    if (self->bearer && mm_bearer_get_connected (self->bearer))
        say (self, EC25CTL_OK, NULL, _("connected, APN \"%s\""), apn ? apn : "");
    else if (*why)
        say (self, EC25CTL_PROBLEM, "nmcli connection modify lte gsm.apn APN gsm.username NAME gsm.password PASSWORD", "%s", why);
    else
        say (self, EC25CTL_PROBLEM, "nmcli connection add type gsm con-name lte ifname '*' apn APN; nmcli connection up lte",
             _("not connected, and nobody has tried"));
}

/*****************************************************************************/
/* The way out */

static void
check_raw_ip (Doctor *self)
{
    g_autoptr(Ec25LinkHolder) holder = NULL;
    g_autofree gchar         *blame = NULL;
    Ec25RawIp                 raw_ip = EC25_RAW_IP_ABSENT;

    if (!self->net || !ec25_raw_ip_read (EC25_NET_CLASS, self->net, &raw_ip, NULL) || raw_ip == EC25_RAW_IP_ABSENT) {
        say (self, EC25CTL_SKIPPED, NULL, _("only QMI mode has it"));
        return;
    }
    if (raw_ip == EC25_RAW_IP_ON) {
        say (self, EC25CTL_OK, NULL, "Y");
        return;
    }
    holder = ec25_link_holder_find (EC25_PROC, if_nametoindex (self->net));
    blame = ec25_link_holder_describe (holder, self->net);
    say (self, EC25CTL_PROBLEM, _("the next connection sets it, unless somebody keeps the link up; who does is seen in full by root"),
         "N; %s", blame);
}

static void
check_address (Doctor *self)
{
    g_autofree gchar *addresses = self->net ? ec25ctl_get_addresses (self->net) : g_strdup ("");

    if (*addresses)
        say (self, EC25CTL_OK, NULL, "%s: %s", self->net, addresses);
    else
        say (self, EC25CTL_PROBLEM, _("does NetworkManager handle it? nmcli device"), _("%s has none"), self->net ? self->net : "?");
}

/* Any default route over the interface: IPv4's table has hexadecimal destinations, IPv6's as well. */
static gboolean
has_default_route (const gchar *interface,
                   const gchar *table,
                   guint        name_column,
                   const gchar *destination)
{
    g_autofree gchar *text = NULL;
    g_auto(GStrv)     lines = NULL;
    guint             i;

    if (!g_file_get_contents (table, &text, NULL, NULL))
        return FALSE;
    lines = g_strsplit (text, "\n", -1);
    for (i = 0; lines[i]; i++) {
        g_auto(GStrv) fields = g_strsplit_set (g_strstrip (lines[i]), " \t", -1);
        guint         n = g_strv_length (fields);

        if (n > name_column && g_str_equal (fields[name_column ? n - 1 : 0], interface) &&
            g_str_equal (fields[name_column ? 0 : 1], destination))
            return TRUE;
    }
    return FALSE;
}

static void
check_route (Doctor *self)
{
    gboolean v4 = self->net && has_default_route (self->net, "/proc/net/route", 0, "00000000");
    gboolean v6 = self->net && has_default_route (self->net, "/proc/net/ipv6_route", 9, "00000000000000000000000000000000");

    if (v4 || v6)
        say (self, EC25CTL_OK, NULL, _("default route in %s"), v4 && v6 ? "IPv4, IPv6" : v4 ? "IPv4" : "IPv6");
    else
        say (self, EC25CTL_PROBLEM, "nmcli connection modify lte ipv4.never-default no", _("no default route over it"));
}

static void
check_dns (Doctor *self)
{
    g_autofree gchar *text = NULL;

    if (g_file_get_contents ("/etc/resolv.conf", &text, NULL, NULL) && strstr (text, "nameserver "))
        say (self, EC25CTL_OK, NULL, _("/etc/resolv.conf names a server"));
    else
        say (self, EC25CTL_PROBLEM, _("what writes /etc/resolv.conf on this machine?"), _("/etc/resolv.conf names no server"));
}

/* One TCP connection, opened and closed: three packets, the only ones that doctor sends over the line. */
static gboolean
reach (const gchar  *interface,
       const gchar  *target,
       GError      **error)
{
    g_autoptr(GSocketConnectable) connectable = g_network_address_parse (target, 53, error);
    g_autoptr(GSocketAddress)     address = NULL;
    g_autoptr(GSocket)            socket = NULL;
    const gchar                  *host;

    if (!connectable)
        return FALSE;
    host = g_network_address_get_hostname (G_NETWORK_ADDRESS (connectable));
    address = g_inet_socket_address_new_from_string (host,
                                                     g_network_address_get_port (G_NETWORK_ADDRESS (connectable)));
    if (!address) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("%s is no IP address"), host);
        return FALSE;
    }
    socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
    if (!socket)
        return FALSE;
    g_socket_set_timeout (socket, REACH_TIMEOUT_S);
    if (setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_BINDTODEVICE, interface, strlen (interface) + 1) < 0) {
        g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", interface, g_strerror (errno));
        return FALSE;
    }
    return g_socket_connect (socket, address, NULL, error);
}

static void
check_reach (Doctor *self)
{
    g_autoptr(GError) error = NULL;

    if (reach (self->net, self->options->target, &error))
        say (self, EC25CTL_OK, NULL, _("%s answers over %s"), self->options->target, self->net);
    else
        say (self, EC25CTL_PROBLEM, _("credit or data volume used up? another target: --target ADDRESS:PORT"), _("%s over %s: %s"),
             self->options->target, self->net, error->message);
}

/*****************************************************************************/
/* NetworkManager */

static GVariant *
get_device_property (GDBusConnection *bus,
                     const gchar     *path,
                     const gchar     *name)
{
    g_autoptr(GVariant) answer = g_dbus_connection_call_sync (
        bus, "org.freedesktop.NetworkManager", path, "org.freedesktop.DBus.Properties", "Get",
        g_variant_new ("(ss)", "org.freedesktop.NetworkManager.Device", name), G_VARIANT_TYPE ("(v)"),
        G_DBUS_CALL_FLAGS_NO_AUTO_START, 2000, NULL, NULL);
    GVariant           *value = NULL;

    if (answer)
        g_variant_get (answer, "(v)", &value);
    return value;
}

#define NM_DEVICE_TYPE_ETHERNET 1
#define NM_DEVICE_STATE_DISCONNECTED 30

/* In ECM and RNDIS mode the interface looks like a wired card. */
static void
check_wired (Doctor *self)
{
    g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
    g_autoptr(GVariant)        answer = NULL, type = NULL, state = NULL;
    const gchar               *path = NULL;

    if (bus && self->net)
        answer = g_dbus_connection_call_sync (bus, "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager",
                                              "org.freedesktop.NetworkManager", "GetDeviceByIpIface",
                                              g_variant_new ("(s)", self->net), G_VARIANT_TYPE ("(o)"),
                                              G_DBUS_CALL_FLAGS_NO_AUTO_START, 2000, NULL, NULL);
    if (answer) {
        g_variant_get (answer, "(&o)", &path);
        type = get_device_property (bus, path, "DeviceType");
        state = get_device_property (bus, path, "State");
    }
    if (type && state && g_variant_get_uint32 (type) == NM_DEVICE_TYPE_ETHERNET &&
        g_variant_get_uint32 (state) >= NM_DEVICE_STATE_DISCONNECTED)
        say (self, EC25CTL_PROBLEM,
             _("is 90-quectel-ec25.conf in /usr/lib/NetworkManager/conf.d, and has the interface an ec25 name? Plug the module in again"),
             _("NetworkManager takes %s for a wired card"), self->net);
    else
        say (self, EC25CTL_OK, NULL, _("not taken for a wired card"));
}

/*****************************************************************************/
/* The chain */

static gboolean
has_device (const Doctor *self)
{
    return self->devices->len > 0;
}

static gboolean
has_manager (const Doctor *self)
{
    return self->manager != NULL;
}

static gboolean
has_modem (const Doctor *self)
{
    return self->modem != NULL;
}

static gboolean
has_usable_sim (const Doctor *self)
{
    return self->modem && mm_modem_get_state (self->modem->modem) >= MM_MODEM_STATE_DISABLED;
}

static gboolean
is_connected (const Doctor *self)
{
    return self->bearer && mm_bearer_get_connected (self->bearer) && self->net;
}

static const struct {
    const gchar *id, *title;
    gboolean   (*applies) (const Doctor *self); /* NULL: always */
    void       (*check) (Doctor *self);
} chain[] = {
    { "usb", N_("USB"), NULL, check_usb },
    { "boot", N_("boot"), has_device, check_boot },
    { "drivers", N_("drivers"), has_device, check_drivers },
    { "ports", N_("ports"), has_device, check_ports },
    { "modemmanager", N_("ModemManager"), NULL, check_manager },
    { "plugin", N_("plugin"), has_manager, check_plugin },
    { "mode", N_("USB mode"), has_modem, check_mode },
    { "recovery", N_("watchdog"), has_modem, check_recovery },
    { "sim", N_("SIM"), has_modem, check_sim },
    { "registration", N_("registration"), has_usable_sim, check_registration },
    { "raw_ip", N_("raw-ip"), has_modem, check_raw_ip },
    { "wired", N_("NetworkManager"), has_modem, check_wired },
    { "connection", N_("connection"), has_usable_sim, check_connection },
    { "address", N_("address"), is_connected, check_address },
    { "route", N_("route"), is_connected, check_route },
    { "dns", N_("DNS"), is_connected, check_dns },
    { "internet", N_("internet"), is_connected, check_reach },
};

static void
examine (Doctor *self)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (chain); i++) {
        self->id = chain[i].id;
        self->title = _(chain[i].title);
        if (chain[i].applies && !chain[i].applies (self))
            say (self, EC25CTL_SKIPPED, NULL, _("not reached"));
        else
            chain[i].check (self);
    }
}

gint
ec25ctl_doctor (MMManager            *manager,
                const Ec25ctlOptions *options)
{
    g_autoptr(GPtrArray)     devices = ec25ctl_usb_find (EC25CTL_SYS);
    g_autoptr(Ec25ctlModem)  modem = manager ? ec25ctl_modem_find (manager, options->modem, NULL) : NULL;
    g_autofree gchar        *net = modem ? ec25ctl_modem_get_net (modem) : NULL;
    g_autoptr(MMBearer)      bearer = modem ? ec25ctl_modem_get_bearer (modem) : NULL;
    g_autoptr(Ec25ctlReport) report = ec25ctl_report_new ();
    Doctor                   self = { options, manager, devices, modem, net, bearer, report };
    g_autofree gchar        *text = NULL;

    examine (&self);
    text = options->json ? ec25ctl_report_to_json (report) : ec25ctl_report_to_text (report);
    g_print (options->json ? "%s\n" : "%s", text);
    return ec25ctl_report_has_problem (report) ? EC25CTL_EXIT_FAILED : EC25CTL_EXIT_OK;
}
