/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are read and replaced as a whole, in folders that nobody else can write to.
 *
 * A folder counts only if it is no link, belongs to root or to us, and nobody else may write to it; a file only if it
 * is a plain one of root's or ours. So nothing that somebody plants there is followed, waited for, or believed.
 */

#pragma once

#include <glib.h>

/* Much more than any file of ours has. */
#define LF_FILE_MAX (1024 * 1024)

/* Makes the folder unless it is there, readable by all. FALSE with LF_ERROR_STATE, also if it is not to be trusted. */
gboolean lf_file_make_folder (const gchar *folder, GError **error);

/*
 * The whole of @file, at most LF_FILE_MAX bytes, with a NUL behind them. FALSE with a GFileError (NOENT: it is not
 * there) or with LF_ERROR_STATE if it is not to be trusted. @data is owned by the caller.
 */
gboolean lf_file_read (const gchar *file, gchar **data, gsize *length, GError **error);

/* The same, as a key file; FALSE with a GKeyFileError too. */
gboolean lf_file_read_keys (const gchar *file, GKeyFile *key_file, GError **error);

/*
 * Makes @file hold @data, at once or not at all. Written aside (".new") and renamed, under a name that the next
 * writer finds: a killed one leaves nothing for ever. FALSE with LF_ERROR_STATE.
 */
gboolean lf_file_replace (const gchar *file, const gchar *data, gsize length, mode_t mode, GError **error);
