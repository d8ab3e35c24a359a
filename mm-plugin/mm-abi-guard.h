/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refuses to run in a ModemManager whose structures have another layout. */

#pragma once

#include <glib.h>

/**
 * mm_abi_guard_check:
 *
 * ModemManager's own plugin version check does not notice when a structure
 * that plugins derive from has changed. Call this before any type of the
 * plugin is registered; it registers nothing and creates no quark, because the
 * daemon unloads the plugin when it refuses.
 *
 * Returns: whether every parent class has the layout that the plugin was built
 * for. If not, one line in the log says which has not and what to do.
 */
gboolean mm_abi_guard_check (void);
