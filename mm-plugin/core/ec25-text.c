/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that others wrote: the module, the network, the SIM card. */

#include "ec25-text.h"

/* Longer than any text of ours. */
#define MAX_CHARACTERS 1024

static gboolean
is_printable (gunichar c)
{
    switch (g_unichar_type (c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return FALSE;
    default:
        return TRUE;
    }
}

gchar *
ec25_text_printable (const gchar *text)
{
    g_autofree gchar *valid = text ? g_utf8_make_valid (text, -1) : NULL;
    GString          *shown;
    const gchar      *at;
    guint             n = 0;

    if (!valid)
        return NULL;
    shown = g_string_new (NULL);
    for (at = valid; *at && n < MAX_CHARACTERS; at = g_utf8_next_char (at), n++)
        g_string_append_unichar (shown, is_printable (g_utf8_get_char (at)) ? g_utf8_get_char (at) : '?');
    if (*at)
        g_string_append (shown, "…");
    return g_string_free (shown, FALSE);
}
