/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets have in common. */

#pragma once

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The input as text ended by a zero, as the programs read files and lines. */
static inline char *
fuzz_text (const uint8_t *data, size_t size)
{
    return g_strndup ((const char *) data, size);
}
