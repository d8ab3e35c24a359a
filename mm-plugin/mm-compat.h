/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place that knows differences between ModemManager versions, and the
 * first ModemManager header that any file of the plugin includes: config.h
 * decides the layout of ModemManager's structures.
 *
 * 1.24.0 and 1.24.2 have the same source interface for what is used here; the
 * layout of their classes differs (1.24.2 has one more entry in
 * MMBaseModemClass), which the version check of the build and the ABI guard
 * take care of.
 */

#pragma once

#include <config.h>

#define _LIBMM_INSIDE_MM
#include <libmm-glib.h>

#if !MM_CHECK_VERSION (1, 24, 0)
# error "this plugin needs ModemManager 1.24.0 or newer: create_modem() of older ones takes other arguments"
#endif

/* From 1.25 on (not built against yet) bearers are told their owner by one more property. */
#if MM_CHECK_VERSION (1, 25, 0)
# include "mm-bind.h"
# define MM_COMPAT_BIND_TO(modem) MM_BIND_TO, modem,
#else
# define MM_COMPAT_BIND_TO(modem)
#endif
