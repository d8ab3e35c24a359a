/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ModemManager's log for this plugin, in place of mm-log-object.h: its macros, but what they say may hold any text
 * of the module, also within an error. It becomes one line without control characters.
 */

#pragma once

#include "mm-compat.h"

#include "mm-log-object.h"

void mm_log_printable (gpointer     obj,
                       const gchar *module,
                       const gchar *loc,
                       const gchar *func,
                       MMLogLevel   level,
                       const gchar *format,
                       ...) G_GNUC_PRINTF (6, 7);

/* What mm_obj_warn() and the others are made of. */
#define _mm_log mm_log_printable
