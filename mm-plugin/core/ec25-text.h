/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that others wrote: the module, the network, the SIM card. */

#pragma once

#include <glib.h>

/**
 * ec25_text_printable:
 * @text: (nullable): any bytes.
 *
 * Makes text fit for a line of a terminal or log, and for D-Bus: it becomes UTF-8, and what would move the cursor,
 * begin a line or an escape sequence, or turn the writing's direction is replaced by '?'. Text longer than a line
 * is for is cut, and ends in an ellipsis.
 *
 * Returns: (transfer full) (nullable): the text as it may be shown; %NULL for %NULL.
 */
gchar *ec25_text_printable (const gchar *text);
