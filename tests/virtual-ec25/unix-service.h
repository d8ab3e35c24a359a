/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A listening socket with a name in the file system. */

#pragma once

#include <gio/gio.h>

/* Not started yet. A socket that is there already, of one that was killed, is replaced. what: for the error. */
GSocketService *unix_service_new (const char *path, const char *what, GError **error);

/* Ends it and takes the name away. */
void unix_service_free (GSocketService *self, const char *path);
