/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two files of the network access service share: what responses and indications both contain. */

#pragma once

#include "qmi-service.h"

enum {
    NAS_EVENT_SIGNAL_STRENGTH = 1 << 0,
    NAS_EVENT_SERVING_SYSTEM = 1 << 1,
    NAS_EVENT_NETWORK_TIME = 1 << 2,
    NAS_EVENT_SYSTEM_INFO = 1 << 3,
    NAS_EVENT_SIGNAL_INFO = 1 << 4,
    NAS_EVENT_NETWORK_REJECT = 1 << 5,
};

void nas_put_plmn        (QmiMessage *message, const Profile *profile); /* MCC and MNC as numbers */
void nas_put_packed_plmn (QmiMessage *message, const Profile *profile); /* 3GPP TS 24.008, 10.5.1.3 */
void nas_put_time        (QmiMessage *message, Model *model);

void nas_put_signal_strength (QmiMessage *message, Model *model, guint8 type);
void nas_put_lte_strength    (QmiMessage *message, Model *model);

void nas_fill_signal_info             (QmiMessage *message, Model *model, gconstpointer detail);
void nas_fill_system_info             (QmiMessage *message, Model *model, gconstpointer detail);
void nas_fill_serving_system_response (QmiMessage *message, Model *model);

/* QmiNasActiveBand of an LTE band, 0 if it has none that we know. */
guint16 nas_active_band (guint band);

void nas_on_model (QmiEndpoint *endpoint, Model *model, ModelEvent event, gconstpointer detail);
