/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands. Each returns an exit status. */

#pragma once

#include "ec25ctl-modem.h"

typedef struct {
    gchar    *modem;  /* selector, or NULL */
    gchar    *target; /* what doctor connects to, "ADDRESS:PORT" */
    gboolean  json;
    gboolean  yes;
} Ec25ctlOptions;

gint ec25ctl_status (MMManager *manager, const Ec25ctlOptions *options);

/* mode: (nullable): only shown if NULL. */
gint ec25ctl_mode (MMManager *manager, const Ec25ctlOptions *options, const gchar *mode);

gint ec25ctl_reset (MMManager *manager, const Ec25ctlOptions *options);

/* manager: (nullable): NULL if ModemManager does not run. */
gint ec25ctl_doctor (MMManager *manager, const Ec25ctlOptions *options);
