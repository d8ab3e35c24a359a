/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lh-scripts.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define SIGNAL_TYPE "(ssssuut)"
#define PATH        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static const gchar *const ignored_suffixes[] = { "~", ".bak", ".swp", ".tmp" };
static const gchar *const ignored_infixes[] = { ".dpkg-", ".rpm", ".ucf-" };

gboolean
lh_scripts_is_name (const gchar *name)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (ignored_suffixes); i++) {
        if (g_str_has_suffix (name, ignored_suffixes[i]))
            return FALSE;
    }
    for (i = 0; i < G_N_ELEMENTS (ignored_infixes); i++) {
        if (strstr (name, ignored_infixes[i]))
            return FALSE;
    }
    return *name && *name != '.';
}

/* Links are followed: who may change what they lead to is what counts. */
static gboolean
is_fit (const gchar *path, const GStatBuf *status, uid_t owner, GPtrArray *problems)
{
    const gchar *wrong = NULL;

    if (status->st_uid != owner)
        wrong = "it does not belong to root";
    else if (status->st_mode & (S_IWGRP | S_IWOTH))
        wrong = "others than root may write to it (chmod go-w)";
    else if ((status->st_mode & (S_IROTH | S_IXOTH)) != (S_IROTH | S_IXOTH))
        wrong = "not everybody may read and execute it, and it does not run as root (chmod a+rx)";
    if (wrong)
        g_ptr_array_add (problems, g_strdup_printf ("%s is not run: %s", path, wrong));
    return !wrong;
}

static void
add_if_script (GPtrArray *scripts, const gchar *folder, const gchar *name, uid_t owner, GPtrArray *problems)
{
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    GStatBuf          status;

    if (lh_scripts_is_name (name) && g_stat (path, &status) == 0 && S_ISREG (status.st_mode) &&
        status.st_mode & S_IXUSR && is_fit (path, &status, owner, problems))
        g_ptr_array_add (scripts, g_steal_pointer (&path));
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

GPtrArray *
lh_scripts_list (const gchar *folder, uid_t owner, GPtrArray *problems)
{
    GPtrArray         *scripts = g_ptr_array_new_with_free_func (g_free);
    g_autoptr(GError)  error = NULL;
    g_autoptr(GDir)    entries = g_dir_open (folder, 0, &error);
    GStatBuf           status;
    const gchar       *name;

    if (!entries && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_ptr_array_add (problems, g_strdup (error->message));
    if (!entries || g_stat (folder, &status) < 0 || !is_fit (folder, &status, owner, problems))
        return scripts;
    while ((name = g_dir_read_name (entries)))
        add_if_script (scripts, folder, name, owner, problems);
    g_ptr_array_sort (scripts, compare_paths);
    return scripts;
}

gchar **
lh_scripts_environment (GVariant *arguments)
{
    const gchar *family, *from, *to, *reason;
    guint32      detect, took;
    guint64      lte_bytes;
    gchar      **environment = g_new0 (gchar *, 10);
    gchar      **next = environment;

    if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE (SIGNAL_TYPE))) {
        g_free (environment);
        return NULL;
    }
    g_variant_get (arguments, "(&s&s&s&suut)", &family, &from, &to, &reason, &detect, &took, &lte_bytes);
    *next++ = g_strdup ("PATH=" PATH);
    *next++ = g_strdup ("LANG=C.UTF-8");
    *next++ = g_strconcat ("LTE_FAILOVER_FAMILY=", family, NULL);
    *next++ = g_strconcat ("LTE_FAILOVER_FROM=", from, NULL);
    *next++ = g_strconcat ("LTE_FAILOVER_TO=", to, NULL);
    *next++ = g_strconcat ("LTE_FAILOVER_REASON=", reason, NULL);
    *next++ = g_strdup_printf ("LTE_FAILOVER_DETECT_MS=%u", detect);
    *next++ = g_strdup_printf ("LTE_FAILOVER_SWITCH_US=%u", took);
    *next++ = g_strdup_printf ("LTE_FAILOVER_LTE_BYTES=%" G_GUINT64_FORMAT, lte_bytes);
    return environment;
}
