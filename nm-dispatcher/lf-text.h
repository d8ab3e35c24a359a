/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that others wrote: names of interfaces, configuration, what other daemons say. */

#pragma once

#include <glib.h>

/*
 * The text as it may be shown in a line of a terminal or log, and sent over D-Bus: UTF-8, with '?' in place of what
 * would move the cursor, begin a line or an escape sequence, or turn the writing's direction; cut, with an ellipsis,
 * if it is longer than a line is for. Owned by the caller; NULL for NULL.
 */
gchar *lf_text_printable (const gchar *text);
