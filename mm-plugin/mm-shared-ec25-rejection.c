/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why the network refuses to register the module (3GPP interface), where there is no QMI. */

#include "mm-shared-ec25.h"

#include "core/ec25-packet.h"
#include "mm-base-modem-at.h"
#include "mm-log-printable.h"

#define ANSWER_TIMEOUT 3

void
mm_shared_ec25_tell_rejection (MMIfaceModem3gpp *self,
                               guint             emm)
{
    if (!mm_network_error_get_string ((MMNetworkError) emm))
        return;
    mm_iface_modem_3gpp_update_network_rejection (self, (MMNetworkError) emm, NULL, NULL,
                                                  MM_MODEM_ACCESS_TECHNOLOGY_LTE);
}

static void
causes_told (MMBaseModem  *modem,
             GAsyncResult *res)
{
    const gchar                  *response = mm_base_modem_at_command_finish (modem, res, NULL);
    MMModem3gppRegistrationState  state = MM_MODEM_3GPP_REGISTRATION_STATE_UNKNOWN;
    guint                         emm, esm;

    g_object_get (modem, MM_IFACE_MODEM_3GPP_REGISTRATION_STATE, &state, NULL);
    if (state != MM_MODEM_3GPP_REGISTRATION_STATE_DENIED)
        return;
    ec25_at_parse_causes (response, &emm, &esm);
    if (esm == 27 || esm == 29 || esm == 33)
        mm_obj_warn (modem, "the network refuses to register the module because of its stored %s (ESM cause %u); "
                     "another one is set as initial EPS bearer of the connection",
                     esm == 29 ? "user name and password" : "APN", esm);
    if (emm)
        mm_shared_ec25_tell_rejection (MM_IFACE_MODEM_3GPP (modem), emm);
}

static void
registration_changed (MMBaseModem *modem)
{
    MMModem3gppRegistrationState state = MM_MODEM_3GPP_REGISTRATION_STATE_UNKNOWN;

    g_object_get (modem, MM_IFACE_MODEM_3GPP_REGISTRATION_STATE, &state, NULL);
    if (state == MM_MODEM_3GPP_REGISTRATION_STATE_DENIED)
        mm_base_modem_at_command (modem, "+CEER", ANSWER_TIMEOUT, FALSE, (GAsyncReadyCallback) causes_told, NULL);
}

void
mm_shared_ec25_watch_rejection (MMIfaceModem3gpp *self)
{
    g_signal_connect (self, "notify::" MM_IFACE_MODEM_3GPP_REGISTRATION_STATE,
                      G_CALLBACK (registration_changed), NULL);
}
