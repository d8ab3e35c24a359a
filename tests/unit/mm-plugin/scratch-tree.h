/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of files for one test, made in the style of sysfs or procfs, and removed at its end. */

#pragma once

#include <glib.h>
#include <glib/gstdio.h>

static inline void
scratch_tree_remove (gchar *path)
{
    g_autoptr(GDir)  dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
    const gchar     *name;

    while (dir && (name = g_dir_read_name (dir)))
        scratch_tree_remove (g_build_filename (path, name, NULL));
    g_assert_no_errno (g_remove (path));
    g_free (path);
}

typedef gchar ScratchTree;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScratchTree, scratch_tree_remove)

static inline ScratchTree *
scratch_tree_new (void)
{
    return g_dir_make_tmp ("ec25-XXXXXX", NULL);
}

static inline gchar *
scratch_tree_path (const ScratchTree *tree,
                   const gchar       *name)
{
    g_autofree gchar *path = g_build_filename (tree, name, NULL);
    g_autofree gchar *folder = g_path_get_dirname (path);

    g_assert_no_errno (g_mkdir_with_parents (folder, 0755));
    return g_steal_pointer (&path);
}

static inline void
scratch_tree_write (const ScratchTree *tree,
                    const gchar       *name,
                    const gchar       *content)
{
    g_autofree gchar *path = scratch_tree_path (tree, name);

    g_assert_true (g_file_set_contents (path, content, -1, NULL));
}
