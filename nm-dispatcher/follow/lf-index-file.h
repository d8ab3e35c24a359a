/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that remembers interfaces by their index, for whoever comes after a crash. */

#pragma once

#include <glib.h>

/* Of gint, owned by the caller; empty if there is no such file. What is no index is passed over. */
GArray *lf_index_file_read (const gchar *file);

/*
 * Replaces the file at once, or removes it if @indices is empty; does nothing if it says so already. FALSE
 * with LF_ERROR_STATE.
 */
gboolean lf_index_file_write (const gchar *file, const GArray *indices, GError **error);

/* Adds one. */
gboolean lf_index_file_add (const gchar *file, gint index, GError **error);

gboolean lf_indices_contain (const GArray *indices, gint index);

/* Removes from @indices all that are not among @others. */
void lf_indices_keep (GArray *indices, const GArray *others);
