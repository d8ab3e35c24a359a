/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor: news of the kernel, answers to probes and changes of the configuration become health, a pass, and
 * what follows it.
 */

#pragma once

#include <glib.h>

typedef struct _LmMonitor LmMonitor;

/* Begins. Needs a main loop to run. NULL with an LF_ERROR if another monitor runs, or the kernel refuses. */
LmMonitor *lm_monitor_new (GError **error);

/* Ends, and takes back what only a living monitor stands for. */
void lm_monitor_free (LmMonitor *self);
