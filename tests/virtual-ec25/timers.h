/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One-shot timers in modem time: delays are scaled, and all of them can be dropped at once. */

#pragma once

#include <glib.h>

typedef struct _Timers Timers;

typedef void (*TimerFunc) (gpointer user_data);

/* scale: 1 for real delays, smaller for a modem that lives faster. */
Timers *timers_new  (double scale);
void    timers_free (Timers *self);

/* Calls func once, after that many modem seconds. */
void timers_add (Timers *self, double seconds, TimerFunc func, gpointer user_data);

/* The same with data that destroy releases, whether func has been called or not. */
void timers_add_full (Timers *self, double seconds, TimerFunc func, gpointer user_data,
                      GDestroyNotify destroy);

/* Forgets every timer that has not fired. */
void timers_cancel (Timers *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Timers, timers_free)
