/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The error domain of the virtual modem. */

#pragma once

#include <glib.h>

#define EC25_ERROR (ec25_error_quark ())

typedef enum {
    EC25_ERROR_PROFILE,
    EC25_ERROR_NVRAM,
    EC25_ERROR_COMMAND,
    EC25_ERROR_HOST,
} Ec25Error;

GQuark ec25_error_quark (void);
