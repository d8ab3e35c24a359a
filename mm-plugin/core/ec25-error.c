/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The error domain of the pure part. */

#include "ec25-error.h"

G_DEFINE_QUARK (ec25-error-quark, ec25_error)
