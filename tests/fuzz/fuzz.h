/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets have in common. */

#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The input as text ended by a zero, as the programs read files and lines. */
static inline char *
fuzz_text (const uint8_t *data, size_t size)
{
    return g_strndup ((const char *) data, size);
}

/* A folder in memory, for what reads files; the root that the targets run in takes it away. */
static inline char *
fuzz_folder (void)
{
    char *folder = g_strdup ("/dev/shm/fuzz-XXXXXX");

    g_assert_nonnull (g_mkdtemp (folder));
    return folder;
}

static inline void
fuzz_write (const char *file, const uint8_t *data, size_t size)
{
    FILE *stream = fopen (file, "w");
    size_t written;
    int closed;

    g_assert_nonnull (stream);
    written = fwrite (data, 1, size, stream);
    closed = fclose (stream);
    g_assert_true (written == size && closed == 0);
}
