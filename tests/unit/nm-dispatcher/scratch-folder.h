/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder that stands in for /sys or /proc/sys. */

#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <unistd.h>

static inline gchar *
scratch_folder_new (void)
{
    return g_dir_make_tmp ("lte-failover-XXXXXX", NULL);
}

/* Removes a tree; links are removed, not followed. */
static inline void
scratch_folder_remove (const gchar *path)
{
    g_autoptr(GDir)  dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
    const gchar     *name;

    while (dir && (name = g_dir_read_name (dir))) {
        g_autofree gchar *child = g_build_filename (path, name, NULL);

        scratch_folder_remove (child);
    }
    g_remove (path);
}

static inline void
put_file (const gchar *root, const gchar *path, const gchar *text)
{
    g_autofree gchar *file = g_build_filename (root, path, NULL);
    g_autofree gchar *folder = g_path_get_dirname (file);

    g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
    g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

/* @target is relative to @root. */
static inline void
put_link (const gchar *root, const gchar *path, const gchar *target)
{
    g_autofree gchar *link = g_build_filename (root, path, NULL);
    g_autofree gchar *folder = g_path_get_dirname (link);
    g_autofree gchar *absolute = g_build_filename (root, target, NULL);

    g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
    g_assert_cmpint (symlink (absolute, link), ==, 0);
}
