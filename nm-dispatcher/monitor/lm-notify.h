/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A word to the service manager: sd_notify(3) by a plain datagram. */

#pragma once

#include <glib.h>

/* @state: "READY=1" and the like. Nothing happens if nobody wants to know. */
void lm_notify (const gchar *state);

/* How often "WATCHDOG=1" is to be said, µs; 0: never. Half of what the service manager allows. */
gint64 lm_notify_watchdog_interval (void);
