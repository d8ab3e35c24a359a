/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two files of the wireless data service share. */

#pragma once

#include "qmi-service.h"

enum {
    WDS_EVENT_PROFILE = 1 << 0,
};

/* Profiles: the PDP contexts under their QMI name. */
QmiProtocolError wds_get_profile_list        (QmiCall *call);
QmiProtocolError wds_get_profile_settings    (QmiCall *call);
QmiProtocolError wds_create_profile          (QmiCall *call);
QmiProtocolError wds_modify_profile          (QmiCall *call);
QmiProtocolError wds_delete_profile          (QmiCall *call);
QmiProtocolError wds_get_default_profile     (QmiCall *call);
QmiProtocolError wds_configure_profile_events (QmiCall *call);

guint8 wds_pdp_type (PdpType type);

/* detail: the context's number as a pointer */
void wds_fill_profile_changed (QmiMessage *message, Model *model, gconstpointer detail);
