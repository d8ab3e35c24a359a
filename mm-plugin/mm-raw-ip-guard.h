/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sees to it that the kernel talks raw IP to the module, with the link taken down if need be. */

#pragma once

#include "mm-compat.h"

#include "mm-port-net.h"

/**
 * mm_raw_ip_guard_ensure:
 * @net: the main network interface of the module, never a multiplexed link.
 * @log_object: whose log the repair appears in.
 * @cancellable: (nullable): ends the attempts.
 *
 * Reads qmi/raw_ip of the interface from sysfs. If it is N, takes the link down
 * and sets it to Y, and again a few times while another program brings the
 * link up in between. An interface without that attribute is left alone.
 */
void mm_raw_ip_guard_ensure (MMPortNet           *net,
                             gpointer             log_object,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data);

/**
 * mm_raw_ip_guard_ensure_finish:
 * @error: what could not be done, and by whose doing if that can be seen.
 */
gboolean mm_raw_ip_guard_ensure_finish (MMPortNet     *net,
                                        GAsyncResult  *res,
                                        GError       **error);

/**
 * mm_raw_ip_guard_explain:
 *
 * Returns: (transfer full) (nullable): if raw_ip of the interface is N at this
 * moment, a sentence that says so and who keeps the link up; else %NULL.
 */
gchar *mm_raw_ip_guard_explain (MMPortNet *net);
