/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Version, update method and device ids for fwupd (Firmware interface). */

#include "mm-shared-ec25.h"

#include "core/ec25-at.h"
#include "core/ec25-firmware.h"
#include "core/ec25-text.h"
#include "mm-base-modem-at.h"
#include "mm-log-printable.h"

#define MAX_VERSION_QUERIES 16 /* a second apart */

typedef struct {
    MMFirmwareUpdateSettings *settings;
    guint                     version_queries;
} LoadContext;

static void
load_context_free (LoadContext *context)
{
    g_clear_object (&context->settings);
    g_free (context);
}

static MMIfaceModemFirmwareInterface *
peek_parent (gpointer modem)
{
    return g_type_interface_peek_parent (MM_IFACE_MODEM_FIRMWARE_GET_IFACE (modem));
}

static MMFirmwareUpdateSettings *
load_update_settings_finish (MMIfaceModemFirmware  *self,
                             GAsyncResult          *res,
                             GError               **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

static void
complete (GTask *task)
{
    LoadContext *context = g_task_get_task_data (task);

    g_task_return_pointer (task, g_steal_pointer (&context->settings), g_object_unref);
    g_object_unref (task);
}

/*****************************************************************************/
/* Version, asked again while the module still boots */

static gboolean query_version (gpointer user_data);

static void
version_queried (MMBaseModem  *modem,
                 GAsyncResult *res,
                 GTask        *task)
{
    LoadContext       *context = g_task_get_task_data (task);
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *version = ec25_text_printable (mm_base_modem_at_command_finish (modem, res, &error));

    if (version && ec25_firmware_version_is_complete (version))
        mm_firmware_update_settings_set_version (context->settings, version);
    else if (!(error && mm_shared_ec25_is_silent (error)) && ++context->version_queries < MAX_VERSION_QUERIES) {
        /* Right after boot some commands get an error first. */
        g_timeout_add_seconds (1, query_version, task);
        return;
    } else
        mm_obj_dbg (modem, "no firmware version: %s", error ? error->message : "it stays incomplete");
    complete (task);
}

static gboolean
query_version (gpointer user_data)
{
    mm_base_modem_at_command (g_task_get_source_object (user_data), "+QGMR?", 3, FALSE,
                              (GAsyncReadyCallback) version_queried, user_data);
    return G_SOURCE_REMOVE;
}

/*****************************************************************************/
/* Update method: what the parent class finds in udev tags, else DFOTA by udev tag, else fastboot */

static void
fastboot_queried (MMBaseModem  *modem,
                  GAsyncResult *res,
                  GTask        *task)
{
    LoadContext *context = g_task_get_task_data (task);

    if (mm_base_modem_at_command_finish (modem, res, NULL)) {
        mm_firmware_update_settings_set_method (context->settings, MM_MODEM_FIRMWARE_UPDATE_METHOD_FASTBOOT);
        mm_firmware_update_settings_set_fastboot_at (context->settings, "AT+QFASTBOOT");
    }
    query_version (task);
}

static gboolean
has_dfota_tag (MMBaseModem *modem)
{
    MMPort *port = MM_PORT (mm_base_modem_peek_best_at_port (modem, NULL));

    return port && mm_kernel_device_get_global_property_as_boolean (mm_port_peek_kernel_device (port),
                                                                    "ID_MM_QUECTEL_DFOTA");
}

static void
load_method (GTask *task)
{
    MMBaseModem *modem = g_task_get_source_object (task);
    LoadContext *context = g_task_get_task_data (task);

    if (mm_firmware_update_settings_get_method (context->settings) != MM_MODEM_FIRMWARE_UPDATE_METHOD_NONE) {
        query_version (task);
    } else if (has_dfota_tag (modem)) {
        mm_firmware_update_settings_set_method (context->settings, MM_MODEM_FIRMWARE_UPDATE_METHOD_DFOTA);
        query_version (task);
    } else
        mm_base_modem_at_command (modem, "+QFASTBOOT=?", 3, TRUE,
                                  (GAsyncReadyCallback) fastboot_queried, task);
}

/*****************************************************************************/
/* Device ids: the generic ones, and before them one with the name of the model */

static void
model_queried (MMBaseModem  *modem,
               GAsyncResult *res,
               GTask        *task)
{
    LoadContext          *context = g_task_get_task_data (task);
    g_autoptr(GError)     at_error = NULL;
    const gchar          *response = mm_base_modem_at_command_finish (modem, res, &at_error);
    g_autofree gchar     *model = NULL;
    g_autoptr(GPtrArray)  ids = NULL;
    GError               *error = NULL;

    ids = mm_iface_firmware_build_generic_device_ids (MM_IFACE_MODEM_FIRMWARE (modem), &error);
    if (error) {
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }

    model = response ? ec25_at_parse_model (response, NULL) : NULL;
    if (model) {
        const gchar *first = g_ptr_array_index (ids, 0);

        g_ptr_array_insert (ids, 0, g_strdup_printf ("%s&NAME_%s", first, model));
    }
    mm_firmware_update_settings_set_device_ids (context->settings, (const gchar **) ids->pdata);
    if (mm_shared_ec25_is_silent (at_error))
        complete (task);
    else
        load_method (task);
}

static void
parent_settings_loaded (MMIfaceModemFirmware *self,
                        GAsyncResult         *res,
                        GTask                *task)
{
    MMBaseModem *modem = MM_BASE_MODEM (self);
    LoadContext *context = g_task_get_task_data (task);
    GError      *error = NULL;

    context->settings = peek_parent (self)->load_update_settings_finish (self, res, &error);
    if (!context->settings) {
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }
    if (mm_base_modem_peek_best_at_port (modem, NULL))
        mm_base_modem_at_command (modem, "I", 3, TRUE, (GAsyncReadyCallback) model_queried, task);
    else
        complete (task);
}

static void
load_update_settings (MMIfaceModemFirmware *self,
                      GAsyncReadyCallback   callback,
                      gpointer              user_data)
{
    GTask *task = g_task_new (self, NULL, callback, user_data);

    g_task_set_task_data (task, g_new0 (LoadContext, 1), (GDestroyNotify) load_context_free);
    peek_parent (self)->load_update_settings (self, (GAsyncReadyCallback) parent_settings_loaded, task);
}

void
mm_shared_ec25_firmware_init (MMIfaceModemFirmwareInterface *iface)
{
    iface->load_update_settings = load_update_settings;
    iface->load_update_settings_finish = load_update_settings_finish;
}
