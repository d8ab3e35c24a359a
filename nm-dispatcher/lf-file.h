/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are replaced as a whole. */

#pragma once

#include <glib.h>

/*
 * Makes @file hold @data, at once or not at all. Written aside (".new") and renamed, under a name that the next
 * writer finds: a killed one leaves nothing for ever. FALSE with LF_ERROR_STATE.
 */
gboolean lf_file_replace (const gchar *file, const gchar *data, gsize length, mode_t mode, GError **error);
