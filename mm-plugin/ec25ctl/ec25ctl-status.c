/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ec25ctl status */

#include "ec25ctl-commands.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "ec25-raw-ip.h"
#include "ec25-text.h"
#include "ec25ctl-report.h"
#include "ec25ctl-usb.h"

typedef struct {
    const gchar *key;   /* of --json: does not change */
    const gchar *title;
    gchar       *value;
} Row;

static void
row_clear (gpointer row)
{
    g_free (((Row *) row)->value);
}

/* Takes the value, which may be of the module or the network. */
static void
add (GArray      *rows,
     const gchar *key,
     const gchar *title,
     gchar       *value)
{
    Row row = { key, title, ec25_text_printable (value ? value : "") };

    g_free (value);
    g_array_append_val (rows, row);
}

/*****************************************************************************/
/* What is known */

static void
add_mode (GArray       *rows,
          Ec25ctlModem *modem)
{
    const gchar *stored = modem->ec25 ? ec25_gdbus_quectel_ec25_get_stored_mode (modem->ec25) : NULL;

    add (rows, "mode", _("mode"), g_strdup (modem->ec25 ? ec25_gdbus_quectel_ec25_get_mode (modem->ec25) : NULL));
    if (modem->ec25 && ec25_gdbus_quectel_ec25_get_restart_pending (modem->ec25))
        add (rows, "stored_mode", _("stored mode"),
             g_strdup_printf (_("%s (waits for a restart: ec25ctl reset)"), stored));
    else
        add (rows, "stored_mode", _("stored mode"), g_strdup (stored));
}

static void
add_data_path (GArray       *rows,
               Ec25ctlModem *modem)
{
    g_autofree gchar *net = ec25ctl_modem_get_net (modem);
    g_autofree gchar *driver = net ? ec25ctl_usb_net_driver (EC25CTL_SYS, net) : NULL;
    Ec25RawIp         raw_ip = EC25_RAW_IP_ABSENT;

    add (rows, "interface", _("interface"), g_strdup (net));
    add (rows, "driver", _("driver"), g_strdup (driver));
    if (net && ec25_raw_ip_read (EC25_NET_CLASS, net, &raw_ip, NULL) && raw_ip != EC25_RAW_IP_ABSENT)
        add (rows, "raw_ip", "raw-ip", g_strdup (raw_ip == EC25_RAW_IP_ON ? "Y" : "N"));
    add (rows, "addresses", _("addresses"), net ? ec25ctl_get_addresses (net) : NULL);
}

static gchar *
describe_sim (Ec25ctlModem *modem)
{
    g_autoptr(MMSim) sim = NULL;

    if (mm_modem_get_state (modem->modem) == MM_MODEM_STATE_LOCKED)
        return g_strdup_printf (_("locked: %s"), mm_modem_lock_get_string (mm_modem_get_unlock_required (modem->modem)));
    sim = mm_modem_get_sim_sync (modem->modem, NULL, NULL);
    if (!sim)
        return g_strdup (_("none"));
    return g_strdup_printf ("%s %s", mm_sim_get_identifier (sim) ? mm_sim_get_identifier (sim) : "",
                            mm_sim_get_operator_name (sim) ? mm_sim_get_operator_name (sim) : "");
}

static gchar *
describe_rejection (MMModem3gpp *modem3gpp)
{
    g_autoptr(MMNetworkRejection) rejection = mm_modem_3gpp_get_network_rejection (modem3gpp);

    if (!rejection || mm_network_rejection_get_error (rejection) == MM_NETWORK_ERROR_NONE)
        return NULL;
    return g_strdup_printf (_("refused by the network: %s"),
                            mm_network_error_get_string (mm_network_rejection_get_error (rejection)));
}

static void
add_registration (GArray       *rows,
                  Ec25ctlModem *modem)
{
    MMModem3gpp       *modem3gpp = mm_object_peek_modem_3gpp (modem->object);
    g_autofree gchar  *technology = NULL;
    g_autofree gchar  *rejection = NULL;
    const gchar       *state, *name, *code;

    if (!modem3gpp)
        return;
    technology = mm_modem_access_technology_build_string_from_mask (mm_modem_get_access_technologies (modem->modem));
    state = mm_modem_3gpp_registration_state_get_string (mm_modem_3gpp_get_registration_state (modem3gpp));
    rejection = describe_rejection (modem3gpp);
    add (rows, "registration", _("registration"),
         rejection ? g_strdup_printf ("%s, %s", state, rejection) : g_strdup (state));
    name = mm_modem_3gpp_get_operator_name (modem3gpp);
    code = mm_modem_3gpp_get_operator_code (modem3gpp);
    add (rows, "operator", _("operator"), g_strdup_printf ("%s %s", name ? name : "", code ? code : ""));
    add (rows, "technology", _("technology"), g_steal_pointer (&technology));
}

/* In dBm only where somebody has asked ModemManager to keep measuring (mmcli --signal-setup). */
static gchar *
describe_signal (Ec25ctlModem *modem)
{
    MMModemSignal *extended = mm_object_peek_modem_signal (modem->object);
    MMSignal      *lte = extended ? mm_modem_signal_peek_lte (extended) : NULL;
    guint          quality = mm_modem_get_signal_quality (modem->modem, NULL);

    if (lte && mm_signal_get_rsrp (lte) != MM_SIGNAL_UNKNOWN)
        return g_strdup_printf ("%u %%, RSRP %.0f dBm", quality, mm_signal_get_rsrp (lte));
    return g_strdup_printf ("%u %%", quality);
}

static void
add_connection (GArray       *rows,
                Ec25ctlModem *modem)
{
    g_autoptr(MMBearer)  bearer = ec25ctl_modem_get_bearer (modem);
    MMBearerProperties  *properties = bearer ? mm_bearer_peek_properties (bearer) : NULL;

    add (rows, "connected", _("connected"), g_strdup (bearer && mm_bearer_get_connected (bearer) ? _("yes") : _("no")));
    add (rows, "apn", "APN", g_strdup (properties ? mm_bearer_properties_get_apn (properties) : NULL));
    if (modem->ec25)
        add (rows, "connection_error", _("last error"),
             g_strdup (ec25_gdbus_quectel_ec25_get_connection_error (modem->ec25)));
}

static void
add_recovery (GArray       *rows,
              Ec25ctlModem *modem)
{
    if (!modem->ec25)
        return;
    add (rows, "recovery", _("watchdog"), g_strdup (ec25_gdbus_quectel_ec25_get_recovery_state (modem->ec25)));
    add (rows, "recovery_count", _("steps taken"),
         g_strdup_printf ("%u", ec25_gdbus_quectel_ec25_get_recovery_count (modem->ec25)));
    add (rows, "last_fault", _("last fault"), g_strdup (ec25_gdbus_quectel_ec25_get_last_fault (modem->ec25)));
}

static GArray *
collect (Ec25ctlModem *modem)
{
    GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));

    g_array_set_clear_func (rows, row_clear);
    add (rows, "modem", _("modem"), g_strdup (mm_modem_get_path (modem->modem)));
    add (rows, "device", _("device"), g_path_get_basename (mm_modem_get_device (modem->modem)));
    add (rows, "state", _("state"), g_strdup (mm_modem_state_get_string (mm_modem_get_state (modem->modem))));
    add_mode (rows, modem);
    add (rows, "firmware", _("firmware"), g_strdup (mm_modem_get_revision (modem->modem)));
    add (rows, "sim", "SIM", describe_sim (modem));
    add_registration (rows, modem);
    add (rows, "signal", _("signal"), describe_signal (modem));
    add_connection (rows, modem);
    add_data_path (rows, modem);
    add_recovery (rows, modem);
    return rows;
}

/*****************************************************************************/

static void
print_text (GArray *rows)
{
    gint  width = 0;
    guint i;

    for (i = 0; i < rows->len; i++)
        width = MAX (width, ec25ctl_text_width (g_array_index (rows, Row, i).title));
    for (i = 0; i < rows->len; i++) {
        const Row        *row = &g_array_index (rows, Row, i);
        g_autofree gchar *value = g_strstrip (g_strdup (row->value));

        if (*value)
            g_print ("%s%*s  %s\n", row->title, width - ec25ctl_text_width (row->title), "", value);
    }
}

static void
print_json (GArray *rows)
{
    g_autoptr(JsonBuilder)  json = json_builder_new ();
    g_autoptr(JsonNode)     root = NULL;
    g_autofree gchar       *text = NULL;
    guint                   i;

    json_builder_begin_object (json);
    for (i = 0; i < rows->len; i++) {
        g_autofree gchar *value = g_strstrip (g_strdup (g_array_index (rows, Row, i).value));

        json_builder_set_member_name (json, g_array_index (rows, Row, i).key);
        json_builder_add_string_value (json, value);
    }
    json_builder_end_object (json);
    root = json_builder_get_root (json);
    text = json_to_string (root, TRUE);
    g_print ("%s\n", text);
}

gint
ec25ctl_status (MMManager            *manager,
                const Ec25ctlOptions *options)
{
    g_autoptr(GError)       error = NULL;
    g_autoptr(Ec25ctlModem) modem = ec25ctl_modem_find (manager, options->modem, &error);
    g_autoptr(GArray)       rows = NULL;

    if (!modem) {
        g_printerr ("ec25ctl: %s\n", error->message);
        return EC25CTL_EXIT_NO_MODEM;
    }
    rows = collect (modem);
    if (options->json)
        print_json (rows);
    else
        print_text (rows);
    return EC25CTL_EXIT_OK;
}
