/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An EC25's AT ports: answers and unsolicited codes. */

#include "mm-shared-ec25.h"

#include "core/ec25-at.h"
#include "core/ec25-text.h"
#include "mm-iface-modem-voice.h"
#include "mm-log-printable.h"
#include "mm-serial-parsers.h"

void
mm_shared_ec25_listen (MMBaseModem                    *modem,
                       const gchar                    *pattern,
                       MMPortSerialAtUnsolicitedMsgFn  callback)
{
    g_autoptr(GRegex)  regex = g_regex_new (pattern, G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
    MMPortSerialAt    *ports[] = {
        mm_base_modem_peek_port_primary (modem),
        mm_base_modem_peek_port_secondary (modem),
    };
    guint              i;

    for (i = 0; i < G_N_ELEMENTS (ports); i++) {
        if (ports[i])
            mm_port_serial_at_add_unsolicited_msg_handler (ports[i], regex, callback, modem, NULL);
    }
}

gboolean
mm_shared_ec25_is_silent (const GError *error)
{
    return g_error_matches (error, MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT);
}

/*****************************************************************************/
/* RDY: the module has started anew */

static void
weak_ref_free (GWeakRef *ref)
{
    g_weak_ref_clear (ref);
    g_free (ref);
}

static gboolean
probe_again (gpointer user_data)
{
    g_autoptr(MMBaseModem) modem = g_weak_ref_get (user_data);

    if (modem && mm_base_modem_get_valid (modem)) {
        mm_obj_warn (modem, "the module has restarted: probing it again");
        mm_base_modem_set_reprobe (modem, TRUE);
        mm_base_modem_set_valid (modem, FALSE);
    }
    return G_SOURCE_REMOVE;
}

/* In idle, because it ends the modem object whose port is just calling; by then the modem may be gone. */
static void
ready_received (MMPortSerialAt *port,
                GMatchInfo     *info,
                gpointer        user_data)
{
    GWeakRef *ref = g_new0 (GWeakRef, 1);

    g_weak_ref_init (ref, user_data);
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, probe_again, ref, (GDestroyNotify) weak_ref_free);
}

/*****************************************************************************/
/* DTMF tones */

static void
dtmf_received (MMPortSerialAt *port,
               GMatchInfo     *info,
               gpointer        user_data)
{
    g_autofree gchar *tone = g_match_info_fetch (info, 1);

    mm_obj_dbg (user_data, "received DTMF tone: %s", tone);
    mm_iface_modem_voice_received_dtmf (MM_IFACE_MODEM_VOICE (user_data), 0, tone);
}

/*****************************************************************************/
/* Answers that are no text */

/*
 * What ModemManager makes of an answer goes to D-Bus, which takes nothing but UTF-8. An EC25 writes ASCII, and SMS in
 * hexadecimal: a byte above it is a fault. An error may quote the module as well.
 */
static gboolean
parse_as_utf8 (gpointer   parser,
               GString   *response,
               gpointer   log_object,
               GError   **error)
{
    GError   *reason = NULL;
    gboolean  complete = mm_serial_parser_v1_parse (parser, response, log_object, &reason);

    if (reason) {
        g_autofree gchar *text = ec25_text_printable (reason->message);

        g_set_error_literal (error, reason->domain, reason->code, text);
        g_error_free (reason);
    } else if (complete && !g_utf8_validate (response->str, response->len, NULL)) {
        g_autofree gchar *text = g_utf8_make_valid (response->str, response->len);

        g_string_assign (response, text);
    }
    return complete;
}

static void
expect_utf8 (MMPortSerialAt *port)
{
    if (port)
        mm_port_serial_at_set_response_parser (port, parse_as_utf8, mm_serial_parser_v1_new (),
                                               mm_serial_parser_v1_destroy);
}

/*****************************************************************************/

void
mm_shared_ec25_setup_ports (MMBroadbandModem *self)
{
    MMBroadbandModemClass *parent = g_type_class_peek_parent (G_OBJECT_GET_CLASS (self));
    MMBaseModem           *modem = MM_BASE_MODEM (self);

    parent->setup_ports (self);

    expect_utf8 (mm_base_modem_peek_port_primary (modem));
    expect_utf8 (mm_base_modem_peek_port_secondary (modem));
    mm_shared_ec25_listen (modem, EC25_URC_GNSS, NULL);
    mm_shared_ec25_listen (modem, EC25_URC_LWM2M, NULL);
    mm_shared_ec25_listen (modem, EC25_URC_READY, ready_received);
    mm_shared_ec25_listen (modem, EC25_URC_DTMF, dtmf_received);
}

/*****************************************************************************/
/* The AT ports of a modem that is driven by QMI or MBIM */

/* The five commands that ModemManager opens an AT port with. */
#define SILENT_AFTER 5

static void
at_port_timed_out (MMPort   *port,
                   guint     n_consecutive,
                   gpointer  modem)
{
    if (n_consecutive == SILENT_AFTER)
        mm_obj_warn (modem, "AT port %s does not answer: going on without", mm_port_get_device (port));
}

/* ModemManager drops a modem that has one port which does not answer, even if the others do. */
static void
tolerate_silence (MMBaseModem    *modem,
                  MMPortSerialAt *port)
{
    if (!port)
        return;
    g_signal_handlers_disconnect_matched (port, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA,
                                          g_signal_lookup (MM_PORT_SIGNAL_TIMED_OUT, MM_TYPE_PORT),
                                          0, NULL, NULL, modem);
    g_signal_connect_object (port, MM_PORT_SIGNAL_TIMED_OUT, G_CALLBACK (at_port_timed_out), modem, 0);
}

void
mm_shared_ec25_setup_side_ports (MMBroadbandModem *self)
{
    MMBaseModem *modem = MM_BASE_MODEM (self);

    mm_shared_ec25_setup_ports (self);
    tolerate_silence (modem, mm_base_modem_peek_port_primary (modem));
    tolerate_silence (modem, mm_base_modem_peek_port_secondary (modem));
}
