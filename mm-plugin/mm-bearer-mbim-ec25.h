/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MBIM bearer of an EC25. */

#pragma once

#include "mm-compat.h"

#include "mm-bearer-mbim.h"

#define MM_TYPE_BEARER_MBIM_EC25 (mm_bearer_mbim_ec25_get_type ())
G_DECLARE_FINAL_TYPE (MMBearerMbimEc25, mm_bearer_mbim_ec25, MM, BEARER_MBIM_EC25, MMBearerMbim)

/**
 * mm_bearer_mbim_ec25_new:
 * @modem: the modem that owns the bearer.
 * @config: APN and so on.
 *
 * Its connect fails after 45 s at the latest. As long as no session has
 * ever opened, a failure for which network and SIM give no reason is told to be
 * the firmware's, with the way out.
 *
 * Returns: (transfer full): a bearer, exported on D-Bus.
 */
MMBaseBearer *mm_bearer_mbim_ec25_new (MMBroadbandModemMbim *modem,
                                       MMBearerProperties   *config);

/**
 * mm_bearer_mbim_ec25_explain:
 * @error: why the MBIM function does not do what it is there for.
 *
 * Puts before its message that firmware is known which shows MBIM and carries
 * nothing, and what to do.
 */
void mm_bearer_mbim_ec25_explain (GError **error);
