/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bearer of an EC25 that is a router on USB (ECM and RNDIS mode). */

#pragma once

#include "mm-compat.h"

#include "mm-base-bearer.h"
#include "mm-broadband-modem.h"

#define MM_TYPE_BROADBAND_BEARER_EC25 (mm_broadband_bearer_ec25_get_type ())
G_DECLARE_FINAL_TYPE (MMBroadbandBearerEc25, mm_broadband_bearer_ec25, MM, BROADBAND_BEARER_EC25, MMBaseBearer)

/**
 * mm_broadband_bearer_ec25_new:
 * @modem: the modem that owns the bearer; it has a network interface.
 * @config: APN, credentials and IP type that the user wants. An empty APN keeps
 *   what the module has.
 *
 * Returns: (transfer full): a bearer, exported on D-Bus. Its connect fails with
 * an error of ModemManager whose text says what to do.
 */
MMBaseBearer *mm_broadband_bearer_ec25_new (MMBroadbandModem   *modem,
                                            MMBearerProperties *config);
