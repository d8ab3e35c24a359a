/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI bearer that connects only when kernel and module agree on raw IP. */

#pragma once

#include "mm-compat.h"

#include "mm-bearer-qmi.h"
#include "mm-broadband-modem-qmi.h"

#define MM_TYPE_BEARER_QMI_EC25 (mm_bearer_qmi_ec25_get_type ())
G_DECLARE_FINAL_TYPE (MMBearerQmiEc25, mm_bearer_qmi_ec25, MM, BEARER_QMI_EC25, MMBearerQmi)

/**
 * mm_bearer_qmi_ec25_new:
 * @modem: the modem the bearer belongs to.
 * @config: APN and the rest of the profile.
 *
 * Returns: (transfer full): the bearer, exported on D-Bus.
 */
MMBaseBearer *mm_bearer_qmi_ec25_new (MMBroadbandModemQmi *modem,
                                      MMBearerProperties  *config);
