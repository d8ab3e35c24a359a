/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-linkdown.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "lf-error.h"

#define KEY_INDEX "index"

static const gchar *const family_names[] = { [LF_IPV4] = "ipv4", [LF_IPV6] = "ipv6" };

typedef struct {
    const gchar *proc_sys;
    const gchar *state_file;
    GKeyFile    *state; /* a group for each interface: its index, and the setting before ours for each family */
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
        return errno == ENOENT || lf_error_errno (error, LF_ERROR_STATE, errno, "%s cannot be set", path);
    written = write (fd, value, strlen (value)) == (gssize) strlen (value) ||
              lf_error_errno (error, LF_ERROR_STATE, errno, "%s cannot be set to %s", path, value);
    close (fd);
    return written;
}

/*****************************************************************************/
/* What was before */

static void
load_state (Context *context)
{
    g_autoptr(GError) error = NULL;

    context->state = g_key_file_new ();
    if (g_key_file_load_from_file (context->state, context->state_file, G_KEY_FILE_NONE, &error))
        return;
    if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        g_warning ("%s: %s; settings that are on now will stay on", context->state_file, error->message);
        g_key_file_free (context->state);
        context->state = g_key_file_new ();
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
               lf_error_errno (error, LF_ERROR_STATE, errno, "%s cannot be removed", context->state_file);
    data = g_key_file_to_data (context->state, &length, NULL);
    return g_file_set_contents_full (context->state_file, data, length, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
}

static gboolean
is_remembered (const Context *context, const LfLink *link)
{
    return g_key_file_has_group (context->state, link->name) &&
           g_key_file_get_integer (context->state, link->name, KEY_INDEX, NULL) == link->index;
}

static void
remember (Context *context, const LfLink *link)
{
    guint family;

    if (is_remembered (context, link))
        return;
    g_key_file_remove_group (context->state, link->name, NULL);
    g_key_file_set_integer (context->state, link->name, KEY_INDEX, link->index);
    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autofree gchar *value = read_setting (context, link->name, family);

        if (value)
            g_key_file_set_value (context->state, link->name, family_names[family], value);
    }
    context->changed = TRUE;
}

static void
forget (Context *context, const gchar *interface)
{
    g_key_file_remove_group (context->state, interface, NULL);
    context->changed = TRUE;
}

/*****************************************************************************/

static gboolean
turn_on (const Context *context, const LfLink *link, GError **error)
{
    guint family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autofree gchar *value = read_setting (context, link->name, family);

        if (value && !g_str_equal (value, "1") && !write_setting (context, link->name, family, "1", error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
take_back (const Context *context, const LfLink *link, GError **error)
{
    guint family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autofree gchar *before = g_key_file_get_value (context->state, link->name, family_names[family], NULL);

        if (before && !write_setting (context, link->name, family, before, error))
            return FALSE;
    }
    return TRUE;
}

static const LfLink *
find_by_name (const LfSnapshot *snapshot, const gchar *name)
{
    guint i;

    for (i = 0; i < snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (snapshot->links, LfLink, i);

        if (g_str_equal (link->name, name))
            return link;
    }
    return NULL;
}

static gboolean
take_back_unwanted (Context *context, const LfSnapshot *snapshot, const GPtrArray *wanted, GError **error)
{
    g_auto(GStrv) interfaces = g_key_file_get_groups (context->state, NULL);
    guint         i;

    for (i = 0; interfaces[i]; i++) {
        const LfLink *link = find_by_name (snapshot, interfaces[i]);

        if (link && g_ptr_array_find ((GPtrArray *) wanted, link, NULL))
            continue;
        if (link && is_remembered (context, link) && !take_back (context, link, error))
            return FALSE;
        forget (context, interfaces[i]);
    }
    return TRUE;
}

gboolean
lf_linkdown_apply (const gchar *proc_sys, const gchar *state_file, const LfSnapshot *snapshot, const GPtrArray *wanted,
                   GError **error)
{
    g_autoptr(GKeyFile) state = NULL;
    Context             context = { proc_sys, state_file };
    guint               i;

    load_state (&context);
    state = context.state;
    for (i = 0; i < wanted->len; i++)
        remember (&context, wanted->pdata[i]);
    if (!save_state (&context, error))
        return FALSE;
    for (i = 0; i < wanted->len; i++) {
        if (!turn_on (&context, wanted->pdata[i], error))
            return FALSE;
    }
    return take_back_unwanted (&context, snapshot, wanted, error) && save_state (&context, error);
}
