/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `lte-failover test`: asks over every uplink now, and moves nothing. */

#pragma once

#include "lf-pass.h"

/*
 * Prints a line for each uplink and family. TRUE if the elected uplink of every family that has one answers. Takes at
 * most three seconds.
 */
gboolean lf_test_uplinks (const LfView *view);
