/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds profiles: those that are built in, by name, and files of the user's. */

#pragma once

#include "profile.h"

#define PROFILE_DEFAULT "ec25-e-r06a11"

/* name: of a built-in profile, or the path of a file that is laid over the default. */
Profile *profile_load (const char *name, const char *const *settings, GError **error);

/* The names of what is built in, ended by NULL. */
char **profile_names (void);
