/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of AT responses, taken apart into their fields. */

#include "ec25-at-line.h"

#include <string.h>

#include "ec25-error.h"

/* No line read here comes near this. */
#define MAX_LINE_LENGTH 1024

static void
add_field (GPtrArray   *fields,
           const gchar *begin,
           const gchar *end)
{
    gchar *field = g_strstrip (g_strndup (begin, end - begin));
    gsize  length = strlen (field);

    if (length >= 2 && field[0] == '"' && field[length - 1] == '"') {
        memmove (field, field + 1, length - 2);
        field[length - 2] = '\0';
    }
    g_ptr_array_add (fields, field);
}

static GStrv
split_fields (const gchar *begin,
              const gchar *end)
{
    GPtrArray   *fields = g_ptr_array_new ();
    gboolean     quoted = FALSE;
    const gchar *at;

    for (at = begin; at < end; at++) {
        if (*at == '"')
            quoted = !quoted;
        if (*at == ',' && !quoted) {
            add_field (fields, begin, at);
            begin = at + 1;
        }
    }
    add_field (fields, begin, end);
    g_ptr_array_add (fields, NULL);
    return (GStrv) g_ptr_array_free (fields, FALSE);
}

GStrv
ec25_at_next_line (const gchar **cursor,
                   const gchar  *tag)
{
    while (*cursor && **cursor) {
        const gchar *begin = *cursor + strspn (*cursor, "\r\n \t");
        const gchar *end = begin + strcspn (begin, "\r\n");

        *cursor = end;
        if (g_str_has_prefix (begin, tag) && end - begin <= MAX_LINE_LENGTH)
            return split_fields (begin + strlen (tag), end);
    }
    return NULL;
}

const gchar *
ec25_at_field (gchar **fields,
               guint   index)
{
    return fields && index < g_strv_length (fields) ? fields[index] : "";
}

gboolean
ec25_at_field_number (gchar  **fields,
                      guint    index,
                      gint64   minimum,
                      gint64   maximum,
                      gint64  *number)
{
    return g_ascii_string_to_signed (ec25_at_field (fields, index), 10, minimum, maximum, number, NULL);
}

void
ec25_at_set_parse_error (GError      **error,
                         const gchar  *what,
                         const gchar  *text)
{
    g_autofree gchar *shown = g_strndup (text ? text : "", 80);

    g_strcanon (shown, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+=:,.()\"- ", '?');
    g_set_error (error, EC25_ERROR, EC25_ERROR_PARSE, "%s: cannot make sense of '%s'", what, shown);
}
