/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-linkdown.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "lf-error.h"
#include "lf-file.h"

static const gchar *const family_names[] = { [LF_IPV4] = "ipv4", [LF_IPV6] = "ipv6" };

typedef struct {
    const gchar *proc_sys;
    const gchar *state_file;
    GKeyFile    *state; /* a group for each interface index: the setting before ours for each family */
    gboolean     changed;
} Context;

static gchar *
setting_path (const Context *context, const gchar *interface, LfFamily family)
{
    return g_build_filename (context->proc_sys, "net", family_names[family], "conf", interface,
                             "ignore_routes_with_linkdown", NULL);
}

/* NULL if there is no such setting: IPv6 is off, or the interface has just gone. */
static gchar *
read_setting (const Context *context, const gchar *interface, LfFamily family)
{
    g_autofree gchar *path = setting_path (context, interface, family);
    gchar            *value = NULL;

    return g_file_get_contents (path, &value, NULL, NULL) ? g_strstrip (value) : NULL;
}

static gboolean
write_setting (const Context *context, const gchar *interface, LfFamily family, const gchar *value, GError **error)
{
    g_autofree gchar *path = setting_path (context, interface, family);
    int               fd = open (path, O_WRONLY | O_CLOEXEC);
    gboolean          written;

    if (fd < 0)
        return errno == ENOENT || lf_error_errno (error, LF_ERROR_STATE, errno, _("%s cannot be set"), path);
    written = write (fd, value, strlen (value)) == (gssize) strlen (value) ||
              lf_error_errno (error, LF_ERROR_STATE, errno, _("%s cannot be set to %s"), path, value);
    close (fd);
    return written;
}

/*****************************************************************************/
static void
context_clear (Context *context)
{
    g_clear_pointer (&context->state, g_key_file_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Context, context_clear)

/* What was before */

static void
load_state (Context *context)
{
    g_autoptr(GError) error = NULL;

    context->state = g_key_file_new ();
    if (lf_file_read_keys (context->state_file, context->state, &error))
        return;
    if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        g_warning ("%s: %s; settings that are on now will stay on", context->state_file, error->message);
        g_key_file_free (context->state);
        context->state = g_key_file_new ();
        context->changed = TRUE;
    }
}

static gboolean
save_state (Context *context, GError **error)
{
    g_autofree gchar *data = NULL;
    g_auto(GStrv)     groups = g_key_file_get_groups (context->state, NULL);
    gsize             length;

    if (!context->changed)
        return TRUE;
    context->changed = FALSE;
    if (!groups[0])
        return g_unlink (context->state_file) == 0 || errno == ENOENT ||
               lf_error_errno (error, LF_ERROR_STATE, errno, _("%s cannot be removed"), context->state_file);
    data = g_key_file_to_data (context->state, &length, NULL);
    return lf_file_replace (context->state_file, data, length, 0600, error);
}

/* An interface that is unplugged and plugged again gets another index, and is another interface. */
static gchar *
group_of (const LfLink *link)
{
    return g_strdup_printf ("%d", link->index);
}

static void
remember (Context *context, const LfLink *link)
{
    g_autofree gchar *group = group_of (link);
    guint             family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autofree gchar *value = NULL;

        if (g_key_file_has_key (context->state, group, family_names[family], NULL))
            continue;
        value = read_setting (context, link->name, family);
        if (value) {
            g_key_file_set_value (context->state, group, family_names[family], value);
            context->changed = TRUE;
        }
    }
}

/*****************************************************************************/

/* One link that refuses does not keep the others from it; the first error is the one that tells. */
static gboolean
turn_on (const Context *context, const LfLink *link, GError **error)
{
    gboolean done = TRUE;
    guint    family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autofree gchar *value = read_setting (context, link->name, family);

        if (value && !g_str_equal (value, "1"))
            done &= write_setting (context, link->name, family, "1", done ? error : NULL);
    }
    return done;
}

static gboolean
take_back (const Context *context, const LfLink *link, GError **error)
{
    g_autofree gchar *group = group_of (link);
    gboolean          done = TRUE;
    guint             family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autofree gchar *before = g_key_file_get_value (context->state, group, family_names[family], NULL);

        if (before)
            done &= write_setting (context, link->name, family, before, done ? error : NULL);
    }
    return done;
}

static gboolean
take_back_unwanted (Context *context, const LfSnapshot *snapshot, const GPtrArray *wanted, GError **error)
{
    g_auto(GStrv) groups = g_key_file_get_groups (context->state, NULL);
    gboolean      done = TRUE;
    guint         i;

    for (i = 0; groups[i]; i++) {
        const LfLink *link = lf_snapshot_find_link (snapshot, g_ascii_strtoll (groups[i], NULL, 10));

        if (link && g_ptr_array_find ((GPtrArray *) wanted, link, NULL))
            continue;
        if (link && !take_back (context, link, done ? error : NULL)) {
            done = FALSE;
            continue;
        }
        g_key_file_remove_group (context->state, groups[i], NULL);
        context->changed = TRUE;
    }
    return done;
}

gboolean
lf_linkdown_apply (const gchar *proc_sys, const gchar *state_file, const LfSnapshot *snapshot, const GPtrArray *wanted,
                   GError **error)
{
    g_auto(Context) context = { proc_sys, state_file };
    gboolean        done = TRUE;
    guint           i;

    load_state (&context);
    for (i = 0; i < wanted->len; i++)
        remember (&context, wanted->pdata[i]);
    if (!save_state (&context, error))
        return FALSE;
    for (i = 0; i < wanted->len; i++)
        done &= turn_on (&context, wanted->pdata[i], done ? error : NULL);
    done &= take_back_unwanted (&context, snapshot, wanted, done ? error : NULL);
    return save_state (&context, done ? error : NULL) && done;
}
