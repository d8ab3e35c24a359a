/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module keeps over a power cycle. */

#include "nvram.h"
#include "ec25-error.h"

struct _Nvram {
    char *path;
    GKeyFile *items;
    gboolean warned;
};

Nvram *
nvram_open (const char *path, GError **error)
{
    g_autoptr (Nvram) self = g_new0 (Nvram, 1);
    g_autoptr (GError) cause = NULL;

    self->items = g_key_file_new ();
    self->path = g_strdup (path);
    if (path && !g_key_file_load_from_file (self->items, path, G_KEY_FILE_NONE, &cause) &&
        !g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        g_set_error (error, EC25_ERROR, EC25_ERROR_NVRAM,
                     "NVRAM file %s cannot be read: %s. Repair it, or remove it for factory settings", path,
                     cause->message);
        return NULL;
    }
    return g_steal_pointer (&self);
}

void
nvram_free (Nvram *self)
{
    g_key_file_unref (self->items);
    g_free (self->path);
    g_free (self);
}

static void
nvram_save (Nvram *self)
{
    g_autoptr (GError) error = NULL;

    if (!self->path || g_key_file_save_to_file (self->items, self->path, &error) || self->warned)
        return;
    g_warning ("NVRAM file %s cannot be written: %s. Changes last until the model ends", self->path,
               error->message);
    self->warned = TRUE;
}

char *
nvram_get_string (Nvram *self, const char *group, const char *key, const char *fallback)
{
    char *value = g_key_file_get_string (self->items, group, key, NULL);

    if (!value)
        return g_strdup (fallback);
    return value;
}

int
nvram_get_int (Nvram *self, const char *group, const char *key, int fallback)
{
    g_autoptr (GError) error = NULL;
    int value = g_key_file_get_integer (self->items, group, key, &error);

    return error ? fallback : value;
}

void
nvram_set_string (Nvram *self, const char *group, const char *key, const char *value)
{
    g_autofree char *now = nvram_get_string (self, group, key, NULL);

    if (g_strcmp0 (now, value) == 0)
        return;
    g_key_file_set_string (self->items, group, key, value);
    nvram_save (self);
}

void
nvram_set_int (Nvram *self, const char *group, const char *key, int value)
{
    g_autofree char *text = g_strdup_printf ("%d", value);

    nvram_set_string (self, group, key, text);
}

void
nvram_drop_group (Nvram *self, const char *group)
{
    if (g_key_file_remove_group (self->items, group, NULL))
        nvram_save (self);
}

void
nvram_erase (Nvram *self)
{
    g_key_file_unref (self->items);
    self->items = g_key_file_new ();
    nvram_save (self);
}
