/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GPS by AT+QGPS and the NMEA port (Location interface), where the parent class has none. */

#include "mm-shared-ec25.h"

#include "mm-base-modem-at.h"
#include "mm-log-printable.h"
#include "mm-port-serial-gps.h"

#define PORT_SOURCES (MM_MODEM_LOCATION_SOURCE_GPS_NMEA | MM_MODEM_LOCATION_SOURCE_GPS_RAW)
#define GPS_SOURCES  (PORT_SOURCES | MM_MODEM_LOCATION_SOURCE_GPS_UNMANAGED)

typedef struct {
    MMModemLocationSource provided;
    MMModemLocationSource enabled;
    gboolean              port_open;
} Location;

static Location *
peek_location (gpointer modem)
{
    GQuark    quark = g_quark_from_static_string ("ec25-location");
    Location *location = g_object_get_qdata (modem, quark);

    if (!location) {
        location = g_new0 (Location, 1);
        g_object_set_qdata_full (modem, quark, location, g_free);
    }
    return location;
}

static MMIfaceModemLocationInterface *
peek_parent (gpointer modem)
{
    return g_type_interface_peek_parent (MM_IFACE_MODEM_LOCATION_GET_IFACE (modem));
}

/*****************************************************************************/
/* Capabilities */

static MMModemLocationSource
load_capabilities_finish (MMIfaceModemLocation  *self,
                          GAsyncResult          *res,
                          GError               **error)
{
    gssize sources = g_task_propagate_int (G_TASK (res), error);

    return sources < 0 ? MM_MODEM_LOCATION_SOURCE_NONE : (MMModemLocationSource) sources;
}

static void
trace_received (MMPortSerialGps *port,
                const gchar     *trace,
                gpointer         modem)
{
    mm_iface_modem_location_gps_update (modem, trace);
}

static void
engine_queried (MMBaseModem  *modem,
                GAsyncResult *res,
                GTask        *task)
{
    MMModemLocationSource  sources = GPOINTER_TO_UINT (g_task_get_task_data (task));
    MMPortSerialGps       *port = mm_base_modem_peek_port_gps (modem);

    if (mm_base_modem_at_command_finish (modem, res, NULL) && port) {
        peek_location (modem)->provided = GPS_SOURCES & ~sources;
        sources |= GPS_SOURCES;
        mm_port_serial_gps_add_trace_handler (port, trace_received, modem, NULL);
    }
    g_task_return_int (task, sources);
    g_object_unref (task);
}

static void
add_own_capabilities (GTask                 *task,
                      MMModemLocationSource  parent_sources)
{
    MMBaseModem *modem = g_task_get_source_object (task);

    if (!mm_base_modem_peek_port_gps (modem) || peek_location (modem)->provided) {
        g_task_return_int (task, parent_sources | peek_location (modem)->provided);
        g_object_unref (task);
        return;
    }
    g_task_set_task_data (task, GUINT_TO_POINTER (parent_sources), NULL);
    mm_base_modem_at_command (modem, "+QGPS=?", 3, TRUE, (GAsyncReadyCallback) engine_queried, task);
}

static void
parent_capabilities_loaded (MMIfaceModemLocation *self,
                            GAsyncResult         *res,
                            GTask                *task)
{
    MMModemLocationSource  sources;
    GError                *error = NULL;

    sources = peek_parent (self)->load_capabilities_finish (self, res, &error);
    if (error) {
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }
    add_own_capabilities (task, sources);
}

static void
load_capabilities (MMIfaceModemLocation *self,
                   GAsyncReadyCallback   callback,
                   gpointer              user_data)
{
    MMIfaceModemLocationInterface *parent = peek_parent (self);
    GTask                         *task = g_task_new (self, NULL, callback, user_data);

    if (parent->load_capabilities && parent->load_capabilities_finish)
        parent->load_capabilities (self, (GAsyncReadyCallback) parent_capabilities_loaded, task);
    else
        add_own_capabilities (task, MM_MODEM_LOCATION_SOURCE_NONE);
}

/*****************************************************************************/
/* Enable */

/* An engine that is already running answers with an error, which is no reason to give up. */
static MMBaseModemAtResponseProcessorResult
warn_and_go_on (MMBaseModem   *modem,
                gpointer       context,
                const gchar   *command,
                const gchar   *response,
                gboolean       last_command,
                const GError  *error,
                GVariant     **result,
                GError       **result_error)
{
    if (error)
        mm_obj_warn (modem, "GPS: AT%s failed, going on: %s", command, error->message);
    *result = NULL;
    *result_error = NULL;
    return MM_BASE_MODEM_AT_RESPONSE_PROCESSOR_RESULT_CONTINUE;
}

static const MMBaseModemAtCommand start_engine[] = {
    { "+QGPSCFG=\"outport\",\"usbnmea\"", 3, FALSE, warn_and_go_on },
    { "+QGPS=1",                          3, FALSE, warn_and_go_on },
    { "+QGPSXTRA=1",                      3, FALSE, warn_and_go_on },
    { NULL }
};

/* Reading the NMEA port starts with the first source that needs it, whichever source started the engine. */
static gboolean
open_port (MMBaseModem            *modem,
           MMModemLocationSource   source,
           GError                **error)
{
    Location        *location = peek_location (modem);
    MMPortSerialGps *port = mm_base_modem_peek_port_gps (modem);

    if (!(source & PORT_SOURCES) || location->port_open)
        return TRUE;
    if (!port) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND, "the NMEA port of the module is gone");
        return FALSE;
    }
    location->port_open = mm_port_serial_open (MM_PORT_SERIAL (port), error);
    return location->port_open;
}

static void
complete_enable (GTask *task)
{
    MMBaseModem           *modem = g_task_get_source_object (task);
    MMModemLocationSource  source = GPOINTER_TO_UINT (g_task_get_task_data (task));
    GError                *error = NULL;

    if (open_port (modem, source, &error)) {
        peek_location (modem)->enabled |= source;
        g_task_return_boolean (task, TRUE);
    } else
        g_task_return_error (task, error);
    g_object_unref (task);
}

static void
engine_started (MMBaseModem  *modem,
                GAsyncResult *res,
                GTask        *task)
{
    GError *error = NULL;

    mm_base_modem_at_sequence_finish (modem, res, NULL, &error);
    if (error) {
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }
    complete_enable (task);
}

static gboolean
enable_finish (MMIfaceModemLocation  *self,
               GAsyncResult          *res,
               GError               **error)
{
    if (!g_async_result_is_tagged (res, enable_finish))
        return peek_parent (self)->enable_location_gathering_finish (self, res, error);
    return g_task_propagate_boolean (G_TASK (res), error);
}

static void
enable (MMIfaceModemLocation  *self,
        MMModemLocationSource  source,
        GAsyncReadyCallback    callback,
        gpointer               user_data)
{
    Location *location = peek_location (self);
    GTask    *task;

    if (!(location->provided & source)) {
        peek_parent (self)->enable_location_gathering (self, source, callback, user_data);
        return;
    }

    task = g_task_new (self, NULL, callback, user_data);
    g_task_set_source_tag (task, enable_finish);
    g_task_set_task_data (task, GUINT_TO_POINTER (source), NULL);
    if (location->enabled & GPS_SOURCES)
        complete_enable (task);
    else
        mm_base_modem_at_sequence (MM_BASE_MODEM (self), start_engine, NULL, NULL,
                                   (GAsyncReadyCallback) engine_started, task);
}

/*****************************************************************************/
/* Disable */

static void
close_port (MMBaseModem *modem)
{
    Location        *location = peek_location (modem);
    MMPortSerialGps *port = mm_base_modem_peek_port_gps (modem);

    if (location->port_open && port)
        mm_port_serial_close (MM_PORT_SERIAL (port));
    location->port_open = FALSE;
}

static void
engine_stopped (MMBaseModem  *modem,
                GAsyncResult *res,
                GTask        *task)
{
    GError *error = NULL;

    if (mm_base_modem_at_command_finish (modem, res, &error))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, error);
    g_object_unref (task);
}

static gboolean
disable_finish (MMIfaceModemLocation  *self,
                GAsyncResult          *res,
                GError               **error)
{
    if (!g_async_result_is_tagged (res, disable_finish))
        return peek_parent (self)->disable_location_gathering_finish (self, res, error);
    return g_task_propagate_boolean (G_TASK (res), error);
}

static void
disable (MMIfaceModemLocation  *self,
         MMModemLocationSource  source,
         GAsyncReadyCallback    callback,
         gpointer               user_data)
{
    MMIfaceModemLocationInterface *parent = peek_parent (self);
    Location                      *location = peek_location (self);
    gboolean                       was_enabled = (location->enabled & source) != 0;
    GTask                         *task;

    if (!(location->provided & source) && parent->disable_location_gathering) {
        parent->disable_location_gathering (self, source, callback, user_data);
        return;
    }

    location->enabled &= ~source;
    if (!(location->enabled & PORT_SOURCES))
        close_port (MM_BASE_MODEM (self));

    task = g_task_new (self, NULL, callback, user_data);
    g_task_set_source_tag (task, disable_finish);
    if (was_enabled && !(location->enabled & GPS_SOURCES)) {
        mm_base_modem_at_command (MM_BASE_MODEM (self), "+QGPSEND", 3, FALSE,
                                  (GAsyncReadyCallback) engine_stopped, task);
        return;
    }
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
}

void
mm_shared_ec25_location_init (MMIfaceModemLocationInterface *iface)
{
    iface->load_capabilities = load_capabilities;
    iface->load_capabilities_finish = load_capabilities_finish;
    iface->enable_location_gathering = enable;
    iface->enable_location_gathering_finish = enable_finish;
    iface->disable_location_gathering = disable;
    iface->disable_location_gathering_finish = disable_finish;
}
