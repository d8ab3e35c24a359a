/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtual-ec25: the command line. */

#include "control.h"
#include "ec25-error.h"
#include "host-pty.h"
#include "host-usbip.h"
#include "host-usbredir.h"
#include "profile-files.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#define USAGE_ERROR 2

static const char summary[] =
    "A Quectel EC25 LTE module in software, in QMI, ECM, MBIM or RNDIS mode (--set=usb.usbnet): its AT ports and its\n"
    "QMI or MBIM port as pseudo-terminals, and on request the network interface behind them.\n"
    "\n"
    "  virtual-ec25                                  starts one and says how to talk to it\n"
    "  virtual-ec25 control SOCKET COMMAND...        makes things happen to one: SOCKET is its --control,\n"
    "                                                COMMAND is help, status, unplug, pdn drop ...";

typedef struct {
    char *profile, *nvram, *ports, *control, *netdev, *lan_netdev, *carrier_netdev, *raw_ip, *usbredir, *usbip, *log;
    char **settings;
    double time_scale;
    gboolean version;
} Options;

static void
options_clear (Options *self)
{
    g_free (self->profile);
    g_free (self->nvram);
    g_free (self->ports);
    g_free (self->control);
    g_free (self->netdev);
    g_free (self->lan_netdev);
    g_free (self->carrier_netdev);
    g_free (self->raw_ip);
    g_free (self->usbredir);
    g_free (self->usbip);
    g_free (self->log);
    g_strfreev (self->settings);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        { "profile", 0, 0, G_OPTION_ARG_STRING, &options->profile, "firmware: a built-in profile or a file",
          "NAME|FILE" },
        { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->settings, "overrides a key of the profile",
          "GROUP.KEY=VALUE" },
        { "nvram", 0, 0, G_OPTION_ARG_FILENAME, &options->nvram, "where the module keeps its settings",
          "FILE" },
        { "ports", 0, 0, G_OPTION_ARG_FILENAME, &options->ports, "folder for ttyUSB0..3 and cdc-wdm0",
          "DIR" },
        { "control", 0, 0, G_OPTION_ARG_FILENAME, &options->control, "control socket", "PATH" },
        { "netdev", 0, 0, G_OPTION_ARG_STRING, &options->netdev,
          "the host's network interface in QMI and MBIM mode (needs root)", "NAME" },
        { "lan-netdev", 0, 0, G_OPTION_ARG_STRING, &options->lan_netdev,
          "the host's network interface in ECM and RNDIS mode (needs root)", "NAME" },
        { "carrier-netdev", 0, 0, G_OPTION_ARG_STRING, &options->carrier_netdev, "the carrier's end of it",
          "NAME" },
        { "raw-ip", 0, 0, G_OPTION_ARG_FILENAME, &options->raw_ip,
          "mounts the driver's raw_ip over this file", "FILE" },
        { "usbredir", 0, 0, G_OPTION_ARG_FILENAME, &options->usbredir,
          "a whole USB device instead of terminals, at a socket for QEMU's usb-redir", "PATH" },
        { "usbip", 0, 0, G_OPTION_ARG_STRING, &options->usbip,
          "the same for this or another Linux, by USB/IP", "[ADDRESS:]PORT" },
        { "time-scale", 0, 0, G_OPTION_ARG_DOUBLE, &options->time_scale,
          "1: real delays; 0.05: twenty times faster", "FACTOR" },
        { "log", 0, 0, G_OPTION_ARG_FILENAME, &options->log, "a line for each exchange", "FILE" },
        { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "prints the version", NULL },
        { NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new (NULL);
    g_auto (GStrv) names = profile_names ();
    g_autofree char *list = g_strjoinv (", ", names);
    g_autofree char *description = g_strdup_printf ("Built-in profiles: %s.", list);

    g_option_context_set_summary (context, summary);
    g_option_context_set_description (context, description);
    g_option_context_add_main_entries (context, entries, NULL);
    return g_option_context_parse (context, argc, argv, error);
}

static gboolean
is_usb (const Options *options)
{
    return options->usbredir || options->usbip;
}

static gboolean
check_options (const Options *options, int argc, char **argv, GError **error)
{
    const char *complaint = NULL;

    if (!(options->time_scale > 0 && options->time_scale <= 100))
        complaint = "--time-scale must be above 0 and at most 100";
    else if (options->usbredir && options->usbip)
        complaint = "--usbredir or --usbip: there is one module, and it has one plug";
    else if (is_usb (options) && (options->netdev || options->lan_netdev || options->ports))
        complaint = "a USB device brings its own ports and network interface: no --ports, --netdev, --lan-netdev";
    else if (!is_usb (options) && (options->netdev || options->lan_netdev) != (options->carrier_netdev != NULL))
        complaint = "--carrier-netdev goes with --netdev, --lan-netdev or both";
    else if (options->raw_ip && !options->netdev)
        complaint = "--raw-ip needs --netdev";
    else if (options->ports && !g_file_test (options->ports, G_FILE_TEST_IS_DIR))
        complaint = "--ports must name a folder that exists";
    else if (argc > 1)
        complaint = "there is an argument too many: see --help";
    if (complaint)
        g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, complaint);
    return !complaint;
}

static gboolean
quit (gpointer loop)
{
    g_main_loop_quit (loop);
    return G_SOURCE_CONTINUE;
}

static FILE *
open_log (const char *path, GError **error)
{
    FILE *log = path ? fopen (path, "ae") : NULL;

    if (path && !log)
        g_set_error (error, EC25_ERROR, EC25_ERROR_HOST, "log %s cannot be written: %s", path,
                     g_strerror (errno));
    return log;
}

static void
greet (const char *folder)
{
    g_print ("The module's ports are in %s. To talk to it:\n"
             "    picocom %s/ttyUSB2\n"
             "    socat -,rawer,escape=0x03 %s/ttyUSB2\n"
             "and type ATI and Enter. Ctrl-C here ends it.\n",
             folder, folder, folder);
}

static void
run_loop (Model *model)
{
    g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

    g_unix_signal_add (SIGTERM, quit, loop);
    g_unix_signal_add (SIGINT, quit, loop);
    g_unix_signal_add (SIGHUP, quit, loop);
    model_start (model);
    g_main_loop_run (loop);
    model_unplug (model);
}

/* What the host has besides terminals. */
static gboolean
add_network (const Options *options, Machine *machine, GError **error)
{
    if (!options->carrier_netdev)
        return TRUE;
    machine->air = air_link_new (machine->model, options->carrier_netdev, error);
    if (!machine->air)
        return FALSE;
    if (options->netdev) {
        machine->qmi_wwan = host_qmi_wwan_new (machine->model, machine->air, options->netdev, options->raw_ip, error);
        if (!machine->qmi_wwan)
            return FALSE;
    }
    if (options->lan_netdev || is_usb (options)) {
        machine->mobile_ap = host_mobile_ap_new (machine->model, machine->air, options->lan_netdev, error);
        if (!machine->mobile_ap)
            return FALSE;
    }
    return TRUE;
}

static void
machine_clear (Machine *machine)
{
    g_clear_pointer (&machine->mobile_ap, host_mobile_ap_free);
    g_clear_pointer (&machine->qmi_wwan, host_qmi_wwan_free);
    g_clear_pointer (&machine->air, air_link_free);
}

/* How the host sees the module. */
typedef struct {
    HostPty *pty;
    UsbDevice *usb;
    HostUsbredir *usbredir;
    HostUsbip *usbip;
} Face;

static void
face_clear (Face *self)
{
    g_clear_pointer (&self->usbip, host_usbip_free);
    g_clear_pointer (&self->usbredir, host_usbredir_free);
    g_clear_pointer (&self->usb, usb_device_free);
    g_clear_pointer (&self->pty, host_pty_free);
}

static gboolean
add_face (const Options *options, Machine *machine, const char *folder, Face *face, GError **error)
{
    if (!is_usb (options)) {
        face->pty = host_pty_new (machine->model, machine->faults, machine->journal, folder);
        machine->ports = host_pty_ports (face->pty);
        return TRUE;
    }
    face->usb = usb_device_new (machine->model, machine->faults, machine->journal, machine->air, machine->mobile_ap);
    machine->ports = usb_device_ports (face->usb);
    if (options->usbredir)
        face->usbredir = host_usbredir_new (face->usb, machine->journal, options->usbredir, error);
    else
        face->usbip = host_usbip_new (face->usb, machine->journal, options->usbip, error);
    return face->usbredir || face->usbip;
}

/* Starts what was asked for and runs until a signal. */
static gboolean
run_module (const Options *options, Model *model, Journal *journal, const char *folder, GError **error)
{
    g_autoptr (Faults) faults = faults_new ();
    g_autoptr (ControlServer) control = NULL;
    Machine machine = { model, faults, journal, .netdev = options->netdev, .lan_netdev = options->lan_netdev };
    Face face = { 0 };
    gboolean ready = add_network (options, &machine, error) && add_face (options, &machine, folder, &face, error);

    if (ready && options->control) {
        control = control_server_new (&machine, options->control, error);
        ready = control != NULL;
    }
    if (ready && !options->ports && !is_usb (options))
        greet (folder);
    if (ready)
        run_loop (model);
    g_clear_pointer (&control, control_server_free);
    face_clear (&face);
    machine_clear (&machine);
    return ready;
}

static gboolean
run (const Options *options, GError **error)
{
    const char *profile_name = options->profile ? options->profile : PROFILE_DEFAULT;
    g_autoptr (Profile) profile = profile_load (profile_name, (const char *const *) options->settings, error);
    g_autoptr (Nvram) nvram = profile ? nvram_open (options->nvram, error) : NULL;
    g_autoptr (Model) model = nvram ? model_new (profile, nvram, options->time_scale) : NULL;
    g_autoptr (Journal) journal = NULL;
    g_autofree char *folder = NULL;
    FILE *log = NULL;
    gboolean done;

    if (!model || (options->log && !(log = open_log (options->log, error))))
        return FALSE;
    journal = journal_new (log);
    folder = options->ports ? g_strdup (options->ports) : g_dir_make_tmp ("virtual-ec25-XXXXXX", error);
    if (!folder)
        return FALSE;
    done = run_module (options, model, journal, folder, error);
    if (!options->ports)
        rmdir (folder);
    if (log)
        fclose (log);
    return done;
}

static int
fail (const GError *error)
{
    g_printerr ("virtual-ec25: %s\n", error->message);
    return USAGE_ERROR;
}

int
main (int argc, char **argv)
{
    g_auto (Options) options = { .time_scale = 1 };
    g_autoptr (GError) error = NULL;

    setlocale (LC_ALL, "");
    if (argc > 3 && g_str_equal (argv[1], "control"))
        return control_client (argv[2], (const char *const *) argv + 3);
    if (argc > 1 && g_str_equal (argv[1], "control")) {
        g_printerr ("virtual-ec25: control takes a socket and a command: "
                    "virtual-ec25 control SOCKET help\n");
        return USAGE_ERROR;
    }
    if (!parse_options (&options, &argc, &argv, &error))
        return fail (error);
    if (options.version) {
        g_print ("virtual-ec25 %s\n", VERSION);
        return 0;
    }
    if (!check_options (&options, argc, argv, &error) || !run (&options, &error))
        return fail (error);
    return 0;
}
