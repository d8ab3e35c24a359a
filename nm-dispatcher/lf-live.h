/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `lte-failover monitor`: a line for each thing that happens. */

#pragma once

#include "lf-pass.h"

/* Prints until it is interrupted. FALSE with LF_ERROR_NETLINK if the kernel gives no news. */
gboolean lf_live_run (GError **error);
