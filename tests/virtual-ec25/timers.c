/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One-shot timers in modem time. */

#include "timers.h"

struct _Timers {
    double scale;
    GHashTable *pending; /* source id -> nothing */
};

typedef struct {
    Timers *timers;
    guint source;
    TimerFunc func;
    gpointer user_data;
    GDestroyNotify destroy;
} Timer;

Timers *
timers_new (double scale)
{
    Timers *self = g_new0 (Timers, 1);

    self->scale = scale;
    self->pending = g_hash_table_new (NULL, NULL);
    return self;
}

void
timers_cancel (Timers *self)
{
    GHashTableIter iter;
    gpointer source;

    g_hash_table_iter_init (&iter, self->pending);
    while (g_hash_table_iter_next (&iter, &source, NULL)) {
        g_hash_table_iter_remove (&iter);
        g_source_remove (GPOINTER_TO_UINT (source));
    }
}

void
timers_free (Timers *self)
{
    timers_cancel (self);
    g_hash_table_unref (self->pending);
    g_free (self);
}

static gboolean
fire (gpointer data)
{
    Timer *timer = data;

    g_hash_table_remove (timer->timers->pending, GUINT_TO_POINTER (timer->source));
    timer->func (timer->user_data);
    return G_SOURCE_REMOVE;
}

static void
timer_free (gpointer data)
{
    Timer *timer = data;

    if (timer->destroy)
        timer->destroy (timer->user_data);
    g_free (timer);
}

void
timers_add_full (Timers *self, double seconds, TimerFunc func, gpointer user_data, GDestroyNotify destroy)
{
    Timer *timer = g_new0 (Timer, 1);
    guint delay = MAX (seconds, 0) * self->scale * 1000;

    timer->timers = self;
    timer->func = func;
    timer->user_data = user_data;
    timer->destroy = destroy;
    timer->source = g_timeout_add_full (G_PRIORITY_DEFAULT, delay, fire, timer, timer_free);
    g_hash_table_add (self->pending, GUINT_TO_POINTER (timer->source));
    /* cppcheck-suppress memleak ; the source has it */
}

void
timers_add (Timers *self, double seconds, TimerFunc func, gpointer user_data)
{
    timers_add_full (self, seconds, func, user_data, NULL);
}
