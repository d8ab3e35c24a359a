/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The USB mode of the module, shown and switched. */

#include "mm-shared-ec25-mode.h"

#include "core/ec25-text.h"
#include "ec25-gdbus.h"
#include "mm-error-helpers.h"
#include "mm-iface-modem.h"
#include "mm-log-printable.h"
#include "mm-port-serial-at.h"

#define AT_TIMEOUT_S 5

typedef struct {
    Ec25GdbusQuectelEc25 *skeleton;
    Ec25Mode              running, stored, demanded;
    gboolean              loaded;
} Mode;

static void
mode_free (Mode *mode)
{
    g_object_unref (mode->skeleton);
    g_free (mode);
}

static GQuark
mode_quark (void)
{
    return g_quark_from_static_string ("ec25-mode");
}

static Mode *
peek_mode (gpointer modem)
{
    return g_object_get_qdata (modem, mode_quark ());
}

Ec25Mode
mm_shared_ec25_mode_get (MMBaseModem *modem)
{
    Mode *mode = peek_mode (modem);

    return mode ? mode->running : EC25_MODE_UNKNOWN;
}

void
mm_shared_ec25_report_connection (MMBaseModem  *modem,
                                  const GError *error)
{
    Mode             *mode = modem ? peek_mode (modem) : NULL;
    g_autofree gchar *text = ec25_text_printable (error ? error->message : "");

    if (mode)
        ec25_gdbus_quectel_ec25_set_connection_error (mode->skeleton, text);
}

void
mm_shared_ec25_mode_show_recovery (MMBaseModem *modem,
                                   const gchar *state,
                                   guint        count,
                                   const gchar *fault)
{
    Mode *mode = peek_mode (modem);

    if (!mode)
        return;
    ec25_gdbus_quectel_ec25_set_recovery_state (mode->skeleton, state);
    ec25_gdbus_quectel_ec25_set_recovery_count (mode->skeleton, count);
    ec25_gdbus_quectel_ec25_set_last_fault (mode->skeleton, fault);
}

static void
set_stored (Mode     *mode,
            Ec25Mode  stored)
{
    gboolean pending = stored != EC25_MODE_UNKNOWN && stored != mode->running;

    mode->stored = stored;
    ec25_gdbus_quectel_ec25_set_stored_mode (mode->skeleton, ec25_mode_get_string (stored));
    ec25_gdbus_quectel_ec25_set_restart_pending (mode->skeleton, pending);
}

/*****************************************************************************/
/* A command on the AT port, which ModemManager keeps open only while it needs it */

static void
command_done (MMPortSerialAt *port,
              GAsyncResult   *res,
              GTask          *task)
{
    GError *error = NULL;
    gchar  *response = mm_port_serial_at_command_finish (port, res, &error);

    mm_port_serial_close (MM_PORT_SERIAL (port));
    if (response)
        g_task_return_pointer (task, response, g_free);
    else
        g_task_return_error (task, error);
    g_object_unref (task);
}

static gchar *
run_command_finish (MMBaseModem   *modem,
                    GAsyncResult  *res,
                    GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

static void
run_command (MMBaseModem         *modem,
             const gchar         *command,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
    GTask                    *task = g_task_new (modem, NULL, callback, user_data);
    g_autoptr(MMPortSerialAt) port = mm_base_modem_get_port_primary (modem);
    GError                   *error = NULL;

    if (!port)
        error = g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                             "the module has no AT port: is its function switched off (AT+QCFG=\"usbcfg\"), "
                             "or the port in use by another program?");
    if (!port || !mm_port_serial_open (MM_PORT_SERIAL (port), &error)) {
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }
    mm_port_serial_at_command (port, command, AT_TIMEOUT_S, FALSE, FALSE, NULL,
                               (GAsyncReadyCallback) command_done, task);
}

/*****************************************************************************/
/* Storing a mode */

static gboolean
store_finish (MMBaseModem   *modem,
              GAsyncResult  *res,
              GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

static void
stored (MMBaseModem  *modem,
        GAsyncResult *res,
        GTask        *task)
{
    Mode              *mode = peek_mode (modem);
    Ec25Mode           wanted = GPOINTER_TO_UINT (g_task_get_task_data (task));
    GError            *error = NULL;
    g_autofree gchar  *response = run_command_finish (modem, res, &error);

    if (response) {
        set_stored (mode, wanted);
        g_task_return_boolean (task, TRUE);
    } else {
        g_prefix_error (&error, "the module does not store USB mode %s: ", ec25_mode_get_string (wanted));
        g_task_return_error (task, error);
    }
    g_object_unref (task);
}

/* Nothing is written that is stored already. */
static void
store (MMBaseModem         *modem,
       Ec25Mode             wanted,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
    GTask            *task = g_task_new (modem, NULL, callback, user_data);
    g_autofree gchar *command = ec25_at_build_usbnet (wanted);

    g_task_set_task_data (task, GUINT_TO_POINTER (wanted), NULL);
    if (peek_mode (modem)->stored == wanted) {
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
        return;
    }
    run_command (modem, command, (GAsyncReadyCallback) stored, task);
}

/*****************************************************************************/
/* SetMode() */

typedef struct {
    GDBusMethodInvocation *invocation;
    Ec25Mode               wanted;
} SetMode;

static void
set_mode_end (SetMode *call,
              GError  *error)
{
    if (error)
        mm_dbus_method_invocation_take_error (call->invocation, error);
    else
        g_dbus_method_invocation_return_value (call->invocation, NULL);
    g_free (call);
}

static void
set_mode_stored (MMBaseModem  *modem,
                 GAsyncResult *res,
                 SetMode      *call)
{
    GError *error = NULL;

    if (store_finish (modem, res, &error))
        mm_obj_msg (modem, "USB mode %s stored: it takes effect at the next restart of the module",
                    ec25_mode_get_string (call->wanted));
    set_mode_end (call, error);
}

static void
set_mode_authorized (MMBaseModem  *modem,
                     GAsyncResult *res,
                     SetMode      *call)
{
    GError *error = NULL;

    if (mm_base_modem_authorize_finish (modem, res, &error))
        store (modem, call->wanted, (GAsyncReadyCallback) set_mode_stored, call);
    else
        set_mode_end (call, error);
}

static gboolean
handle_set_mode (Ec25GdbusQuectelEc25  *skeleton,
                 GDBusMethodInvocation *invocation,
                 const gchar           *name,
                 MMBaseModem           *modem)
{
    g_autoptr(GError)  error = NULL;
    Ec25Mode           wanted = EC25_MODE_UNKNOWN;
    SetMode           *call;

    if (!ec25_mode_from_string (name, &wanted, &error)) {
        g_dbus_method_invocation_return_error_literal (invocation, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                                                       error->message);
        return TRUE;
    }
    call = g_new0 (SetMode, 1);
    call->invocation = invocation;
    call->wanted = wanted;
    mm_base_modem_authorize (modem, invocation, MM_AUTHORIZATION_DEVICE_CONTROL,
                             (GAsyncReadyCallback) set_mode_authorized, call);
    return TRUE;
}

/*****************************************************************************/
/* A mode that udev demands */

/* Devices that were restarted to get into their demanded mode, and have not been seen in it. */
static GHashTable *switched;

static void
restart_requested (MMIfaceModem *modem,
                   GAsyncResult *res)
{
    g_autoptr(GError) error = NULL;

    if (!MM_IFACE_MODEM_GET_IFACE (modem)->reset_finish (modem, res, &error))
        mm_obj_warn (modem, "the module does not restart (%s): take its power away", error->message);
}

static void
demanded_stored (MMBaseModem  *modem,
                 GAsyncResult *res)
{
    g_autoptr(GError) error = NULL;

    if (!store_finish (modem, res, &error)) {
        mm_obj_warn (modem, "%s", error->message);
        return;
    }
    g_hash_table_add (switched, g_strdup (mm_base_modem_get_device (modem)));
    mm_obj_msg (modem, "USB mode %s is demanded: restarting the module",
                ec25_mode_get_string (peek_mode (modem)->demanded));
    MM_IFACE_MODEM_GET_IFACE (modem)->reset (MM_IFACE_MODEM (modem), (GAsyncReadyCallback) restart_requested, NULL);
}

static void
meet_demand (MMBaseModem *modem)
{
    Mode        *mode = peek_mode (modem);
    const gchar *device = mm_base_modem_get_device (modem);

    if (mode->demanded == EC25_MODE_UNKNOWN)
        return;
    if (!switched)
        switched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    if (mode->running == mode->demanded)
        g_hash_table_remove (switched, device);
    else if (g_hash_table_contains (switched, device))
        mm_obj_warn (modem, "USB mode %s is demanded, and the module came back in mode '%s': it is left as it is",
                     ec25_mode_get_string (mode->demanded), ec25_mode_get_string (mode->running));
    else
        store (modem, mode->demanded, (GAsyncReadyCallback) demanded_stored, NULL);
}

/*****************************************************************************/
/* The stored mode, once the modem is up */

static void
usbnet_queried (MMBaseModem  *modem,
                GAsyncResult *res)
{
    Mode              *mode = peek_mode (modem);
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *response = run_command_finish (modem, res, &error);
    Ec25Mode           in_memory = EC25_MODE_UNKNOWN;
    const gchar       *running = ec25_mode_get_string (mode->running);

    if (!response || !ec25_at_parse_usbnet (response, &in_memory, &error))
        mm_obj_msg (modem, "USB mode '%s'; the module does not tell the stored one: %s", running, error->message);
    else if (in_memory != mode->running)
        mm_obj_msg (modem, "USB mode '%s'; stored is %s, which waits for a restart of the module", running,
                    ec25_mode_get_string (in_memory));
    else
        mm_obj_msg (modem, "USB mode %s", running);
    set_stored (mode, in_memory);
    meet_demand (modem);
}

static void
validity_changed (MMBaseModem *modem)
{
    Mode *mode = peek_mode (modem);

    if (mode->loaded || !mm_base_modem_get_valid (modem))
        return;
    mode->loaded = TRUE;
    run_command (modem, "+QCFG=\"usbnet\"", (GAsyncReadyCallback) usbnet_queried, NULL);
}

/*****************************************************************************/

static Ec25Mode
parse_demand (MMBaseModem *modem,
              const gchar *text)
{
    g_autoptr(GError) error = NULL;
    Ec25Mode          mode = EC25_MODE_UNKNOWN;

    if (text && !ec25_mode_from_string (text, &mode, &error))
        mm_obj_warn (modem, "udev property ID_MM_QUECTEL_EC25_MODE: %s", error->message);
    return mode;
}

static void
get_property (GObject    *modem,
              guint       id,
              GValue     *value,
              GParamSpec *spec)
{
    Mode *mode = peek_mode (modem);

    g_value_set_object (value, mode ? mode->skeleton : NULL);
}

void
mm_shared_ec25_mode_install (GObjectClass *klass)
{
    /* Its own properties alone are asked of a class: what the parent classes have is not touched. */
    klass->get_property = get_property;
    g_object_class_install_property (klass, 1, g_param_spec_object ("quectel-ec25", NULL, NULL,
                                                                    EC25_GDBUS_TYPE_QUECTEL_EC25,
                                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

void
mm_shared_ec25_mode_export (MMBaseModem *modem,
                            Ec25Mode     running,
                            const gchar *demanded)
{
    Mode *mode = g_new0 (Mode, 1);

    mode->skeleton = ec25_gdbus_quectel_ec25_skeleton_new ();
    mode->running = running;
    mode->demanded = parse_demand (modem, demanded);
    g_object_set_qdata_full (G_OBJECT (modem), mode_quark (), mode, (GDestroyNotify) mode_free);
    ec25_gdbus_quectel_ec25_set_mode (mode->skeleton, ec25_mode_get_string (running));
    ec25_gdbus_quectel_ec25_set_demanded_mode (mode->skeleton, ec25_mode_get_string (mode->demanded));
    ec25_gdbus_quectel_ec25_set_connection_error (mode->skeleton, "");
    set_stored (mode, EC25_MODE_UNKNOWN);
    g_signal_connect_object (mode->skeleton, "handle-set-mode", G_CALLBACK (handle_set_mode), modem, 0);
    g_signal_connect (modem, "notify::" MM_BASE_MODEM_VALID, G_CALLBACK (validity_changed), NULL);
    g_dbus_object_skeleton_add_interface (G_DBUS_OBJECT_SKELETON (modem), G_DBUS_INTERFACE_SKELETON (mode->skeleton));
}
