/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The error domain of the pure part. */

#pragma once

#include <glib.h>

#define EC25_ERROR (ec25_error_quark ())
GQuark ec25_error_quark (void);

/**
 * Ec25Error:
 * @EC25_ERROR_PARSE: the text is not what the grammar allows.
 * @EC25_ERROR_UNSUPPORTED: well-formed, but nothing this plugin can use.
 * @EC25_ERROR_BUSY: the kernel refused for now (EBUSY); worth another try.
 * @EC25_ERROR_IO: any other failure of a file.
 */
typedef enum {
    EC25_ERROR_PARSE,
    EC25_ERROR_UNSUPPORTED,
    EC25_ERROR_BUSY,
    EC25_ERROR_IO,
} Ec25Error;
