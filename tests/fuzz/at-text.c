/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every parser of the module's AT text, on the same text: none may care which command it answers. */

#include "fuzz.h"

#include "ec25-at.h"
#include "ec25-firmware.h"
#include "ec25-mode.h"
#include "ec25-packet.h"
#include "ec25-signal.h"

static void
parse_packet (const char *text)
{
    g_autoptr (Ec25Context) context = ec25_context_new ();
    g_autofree char *apn = ec25_at_parse_active_apn (text, NULL);
    g_autofree char *build = NULL;
    Ec25Families families;
    gboolean active;
    guint emm = 0, esm = 0;

    if (ec25_at_parse_context (text, context, NULL) && ec25_at_parse_credentials (text, context, NULL) &&
        ec25_context_check (context, NULL))
        build = ec25_at_build_context (context);
    ec25_at_parse_activation (text, &active, NULL);
    ec25_at_parse_addresses (text, &families, NULL);
    ec25_at_parse_causes (text, &emm, &esm);
    ec25_apn_matches ("internet", apn ? apn : text);
}

static void
parse_rest (const char *text)
{
    g_autofree char *model = ec25_at_parse_model (text, NULL), *operator = ec25_signal_parse_qspn (text);
    Ec25SimPresence presence;
    Ec25Revision revision;
    Ec25Signal signal;
    Ec25Technology technology;
    Ec25Mode mode;
    g_autofree char *code = NULL;
    gboolean announced;
    guint zone_mode;

    ec25_at_parse_simstat (text, &announced, &presence, NULL);
    ec25_at_choose_time_zone_mode (text, &zone_mode, NULL);
    ec25_at_parse_time_zone_mode (text, &zone_mode, NULL);
    ec25_at_parse_usbnet (text, &mode, NULL);
    ec25_mode_from_string (text, &mode, NULL);
    ec25_signal_parse_qcsq (text, &signal, NULL);
    ec25_signal_parse_qnwinfo (text, &technology, &code, NULL);
    ec25_firmware_version_is_complete (text);
    if (ec25_revision_parse (text, &revision, NULL))
        ec25_revision_has_profile_events (&revision);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_text (data, size);

    parse_packet (text);
    parse_rest (text);
    return 0;
}
