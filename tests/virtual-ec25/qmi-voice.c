/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI voice service: there are no calls. */

#include "qmi-service.h"

static QmiProtocolError
no_network (QmiCall *call)
{
    return QMI_PROTOCOL_ERROR_NETWORK_UNSUPPORTED;
}

static const QmiMethod methods[] = {
    { 0x0003, "Indication Register" },
    { 0x0020, "Dial Call", no_network },
    { 0x002f, "Get All Call Info" },
    { 0x0033, "Set Supplementary Service", no_network },
    { 0x0034, "Get Call Waiting", no_network },
    { 0x003a, "Originate USSD", no_network },
    { 0x003c, "Cancel USSD", no_network },
    { 0 },
};

const QmiServiceType qmi_voice = { QMI_SERVICE_VOICE, "VOICE", methods };
