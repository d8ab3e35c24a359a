/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds profiles. */

#include "profile-files.h"
#include "ec25-error.h"

#include <gio/gio.h>
#include <string.h>

#define FOLDER "/virtual-ec25/profiles/"

static char *
load_built_in (const char *name)
{
    g_autofree char *path = g_strdup_printf (FOLDER "%s.conf", name);
    g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

    return bytes ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
}

char **
profile_names (void)
{
    char **names = g_resources_enumerate_children (FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

    for (guint i = 0; names && names[i]; i++)
        *strrchr (names[i], '.') = '\0';
    return names;
}

Profile *
profile_load (const char *name, const char *const *settings, GError **error)
{
    g_autofree char *base = load_built_in (PROFILE_DEFAULT), *text = load_built_in (name);
    g_autoptr (GError) cause = NULL;
    const char *texts[3] = { base, NULL, NULL }, *names[3] = { PROFILE_DEFAULT, name, NULL };

    if (!text && !g_file_get_contents (name, &text, NULL, &cause)) {
        g_auto (GStrv) known = profile_names ();
        g_autofree char *list = g_strjoinv (", ", known);

        g_set_error (error, EC25_ERROR, EC25_ERROR_PROFILE, "no profile “%s”: %s. Built in are %s", name,
                     cause->message, list);
        return NULL;
    }
    texts[1] = text;
    return profile_parse (texts, names, settings, error);
}
