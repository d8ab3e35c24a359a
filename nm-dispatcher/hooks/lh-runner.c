/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lh-runner.h"

#include <signal.h>
#include <unistd.h>

#include "lh-scripts.h"

#define MAX_WAITING 32

struct _LhRunner {
    gchar     *folder;
    guint      time_limit;
    GQueue     waiting;     /* of environments, gchar ** */
    GPtrArray *scripts;     /* still to be run for the switch at hand; NULL: none is */
    gchar    **environment; /* of it */
    GPid       pid;         /* of the script that runs, and of its process group; 0: none */
    guint      child;
    guint      alarm;
};

static void go_on (LhRunner *self);

LhRunner *
lh_runner_new (const gchar *folder, guint time_limit)
{
    LhRunner *self = g_new0 (LhRunner, 1);

    self->folder = g_strdup (folder);
    self->time_limit = time_limit;
    g_queue_init (&self->waiting);
    return self;
}

/* What it has started as well. */
static void
kill_script (LhRunner *self)
{
    if (self->pid)
        kill (-self->pid, SIGKILL);
}

void
lh_runner_free (LhRunner *self)
{
    kill_script (self);
    g_clear_handle_id (&self->child, g_source_remove);
    g_clear_handle_id (&self->alarm, g_source_remove);
    g_queue_clear_full (&self->waiting, (GDestroyNotify) g_strfreev);
    g_clear_pointer (&self->scripts, g_ptr_array_unref);
    g_strfreev (self->environment);
    g_free (self->folder);
    g_free (self);
}

/*****************************************************************************/
/* One script */

static void
script_ended (GPid pid, gint status, gpointer data)
{
    LhRunner          *self = data;
    g_autoptr(GError)  error = NULL;

    if (!g_spawn_check_wait_status (status, &error))
        g_warning ("%s: %s", (const gchar *) self->scripts->pdata[0], error->message);
    /* Nothing of it stays behind. */
    kill_script (self);
    self->pid = 0;
    self->child = 0;
    g_clear_handle_id (&self->alarm, g_source_remove);
    g_ptr_array_remove_index (self->scripts, 0);
    go_on (self);
}

static gboolean
too_long (gpointer data)
{
    LhRunner *self = data;

    self->alarm = 0;
    g_warning ("%s takes longer than %u s: ended", (const gchar *) self->scripts->pdata[0], self->time_limit / 1000);
    kill_script (self);
    return G_SOURCE_REMOVE;
}

/* Between fork and exec: only what is safe there. */
static void
lead_a_group (gpointer data)
{
    setpgid (0, 0);
}

static gboolean
start_script (LhRunner *self, GError **error)
{
    gchar *argv[] = { self->scripts->pdata[0], NULL };

    if (!g_spawn_async ("/", argv, self->environment, G_SPAWN_DO_NOT_REAP_CHILD, lead_a_group, NULL, &self->pid, error))
        return FALSE;
    self->child = g_child_watch_add (self->pid, script_ended, self);
    self->alarm = g_timeout_add (self->time_limit, too_long, self);
    return TRUE;
}

/*****************************************************************************/
/* One switch after the other */

static gboolean
begin_next_switch (LhRunner *self)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
    guint                i;

    g_clear_pointer (&self->scripts, g_ptr_array_unref);
    g_clear_pointer (&self->environment, g_strfreev);
    self->environment = g_queue_pop_head (&self->waiting);
    if (!self->environment)
        return FALSE;
    self->scripts = lh_scripts_list (self->folder, 0, problems);
    for (i = 0; i < problems->len; i++)
        g_warning ("%s", (const gchar *) problems->pdata[i]);
    return TRUE;
}

static void
go_on (LhRunner *self)
{
    for (;;) {
        g_autoptr(GError) error = NULL;

        while (!self->scripts || self->scripts->len == 0) {
            if (!begin_next_switch (self))
                return;
        }
        if (start_script (self, &error))
            return;
        g_warning ("%s cannot be run: %s", (const gchar *) self->scripts->pdata[0], error->message);
        g_ptr_array_remove_index (self->scripts, 0);
    }
}

void
lh_runner_add (LhRunner *self, gchar **environment)
{
    if (g_queue_get_length (&self->waiting) >= MAX_WAITING) {
        g_warning ("scripts take longer than switches: one switch is not told to them");
        g_strfreev (g_queue_pop_head (&self->waiting));
    }
    g_queue_push_tail (&self->waiting, environment);
    if (!self->pid)
        go_on (self);
}
