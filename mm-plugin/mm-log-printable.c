/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ModemManager's log, without control characters. */

#include "mm-log-printable.h"

#include "core/ec25-text.h"

#undef _mm_log

void
mm_log_printable (gpointer     obj,
                  const gchar *module,
                  const gchar *loc,
                  const gchar *func,
                  MMLogLevel   level,
                  const gchar *format,
                  ...)
{
    g_autofree gchar *text = NULL, *shown = NULL;
    va_list           args;

    if (!mm_log_check_level_enabled (level))
        return;
    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    shown = ec25_text_printable (text);
    _mm_log (obj, module, loc, func, level, "%s", shown);
}
