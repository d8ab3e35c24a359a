/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module keeps over a power cycle: a key file on disk, written whole at each change. */

#pragma once

#include <glib.h>

typedef struct _Nvram Nvram;

/**
 * nvram_open:
 * @path: (nullable): the file, which need not exist yet; NULL keeps everything in memory.
 *
 * Fails if the file exists and cannot be read as a key file; the file is then left as it is.
 */
Nvram *nvram_open (const char *path, GError **error);
void   nvram_free (Nvram *self);

/* fallback is what a module with factory settings has; strings are owned by the caller. */
char *nvram_get_string (Nvram *self, const char *group, const char *key, const char *fallback);
int   nvram_get_int    (Nvram *self, const char *group, const char *key, int fallback);

/* The value holds for this run even if it cannot be written; that is warned about once. */
void nvram_set_string (Nvram *self, const char *group, const char *key, const char *value);
void nvram_set_int    (Nvram *self, const char *group, const char *key, int value);
void nvram_drop_group (Nvram *self, const char *group);

/* Factory settings. */
void nvram_erase (Nvram *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nvram, nvram_free)
