/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of AT responses, taken apart into their fields. */

#pragma once

#include <glib.h>

/**
 * ec25_at_next_line:
 * @cursor: (inout): where to go on reading; starts at the response, and is
 *   moved behind the line that was found.
 * @tag: what the line begins with, "+CGACT:".
 *
 * Finds the next line with this tag. Lines with other tags, such as an
 * unsolicited code in the middle of the response, are passed over.
 *
 * Returns: (transfer full) (nullable): the fields between commas, without
 * blanks around them and without quotes; %NULL when there is no such line.
 */
GStrv ec25_at_next_line (const gchar **cursor,
                         const gchar  *tag);

/**
 * ec25_at_field_number:
 * @fields: (nullable): what ec25_at_next_line() returned.
 * @index: which field.
 * @minimum: the least number that is allowed.
 * @maximum: the greatest.
 * @number: (out): the number, untouched on failure.
 *
 * Returns: whether there is such a field, and it is a decimal number in range.
 */
gboolean ec25_at_field_number (gchar  **fields,
                               guint    index,
                               gint64   minimum,
                               gint64   maximum,
                               gint64  *number);

/**
 * ec25_at_field:
 * @fields: (nullable): what ec25_at_next_line() returned.
 * @index: which field.
 *
 * Returns: the field, or "" when there are not that many.
 */
const gchar *ec25_at_field (gchar **fields,
                            guint   index);

/**
 * ec25_at_set_parse_error:
 * @error: (out): set to %EC25_ERROR_PARSE.
 * @what: the command that was asked.
 * @text: (nullable): what was answered; shown without its control characters.
 */
void ec25_at_set_parse_error (GError      **error,
                              const gchar  *what,
                              const gchar  *text);
