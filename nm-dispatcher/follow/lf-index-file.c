/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-index-file.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "lf-error.h"
#include "lf-file.h"

GArray *
lf_index_file_read (const gchar *file)
{
    GArray           *indices = g_array_new (FALSE, FALSE, sizeof (gint));
    gsize             length;
    g_autofree gchar *text = NULL;
    g_auto(GStrv)     lines = NULL;
    guint             i;

    if (!lf_file_read (file, &text, &length, NULL))
        return indices;
    lines = g_strsplit (text, "\n", -1);
    for (i = 0; lines[i]; i++) {
        guint64 number;
        gint    index;

        if (!g_ascii_string_to_unsigned (lines[i], 10, 1, G_MAXINT, &number, NULL))
            continue;
        index = number;
        if (!lf_indices_contain (indices, index))
            g_array_append_val (indices, index);
    }
    return indices;
}

gboolean
lf_index_file_write (const gchar *file, const GArray *indices, GError **error)
{
    g_autofree gchar   *aside = g_strconcat (file, ".new", NULL);
    g_autofree gchar   *there = NULL;
    g_autoptr(GString)  text = g_string_new (NULL);
    gsize               length;
    guint               i;

    for (i = 0; i < indices->len; i++)
        g_string_append_printf (text, "%d\n", g_array_index (indices, gint, i));
    g_unlink (aside);
    lf_file_read (file, &there, &length, NULL);
    if (g_str_equal (text->str, there ? there : ""))
        return TRUE;
    if (text->len == 0)
        return g_unlink (file) == 0 || errno == ENOENT ||
               lf_error_errno (error, LF_ERROR_STATE, errno, _("%s cannot be removed"), file);
    return lf_file_replace (file, text->str, text->len, 0644, error);
}

gboolean
lf_index_file_add (const gchar *file, gint index, GError **error)
{
    g_autoptr(GArray) indices = lf_index_file_read (file);

    if (lf_indices_contain (indices, index))
        return TRUE;
    g_array_append_val (indices, index);
    return lf_index_file_write (file, indices, error);
}

gboolean
lf_indices_contain (const GArray *indices, gint index)
{
    guint i;

    for (i = 0; i < indices->len; i++) {
        if (g_array_index (indices, gint, i) == index)
            return TRUE;
    }
    return FALSE;
}

void
lf_indices_keep (GArray *indices, const GArray *others)
{
    guint i;

    for (i = indices->len; i > 0; i--) {
        if (!lf_indices_contain (others, g_array_index (indices, gint, i - 1)))
            g_array_remove_index (indices, i - 1);
    }
}
