/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-pass.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "lf-allow.h"
#include "lf-class.h"
#include "lf-error.h"
#include "lf-file.h"
#include "lf-linkdown.h"

#define SYSFS      "/sys"
#define PROC_SYS   "/proc/sys"
#define RUN_FOLDER "/run/lte-failover"
#define STATE_FILE RUN_FOLDER "/linkdown"
#define LOCK_FILE  RUN_FOLDER "/lock"
#define KEPT_FILE  RUN_FOLDER "/configuration"
#define PROC       "/proc"

static gboolean
has_route (const LfSnapshot *snapshot, const LfLink *link)
{
    return lf_snapshot_best_route (snapshot, LF_IPV4, link->index) ||
           lf_snapshot_best_route (snapshot, LF_IPV6, link->index);
}

static gint
read_reverse_path_filter (const gchar *interface)
{
    g_autofree gchar *path = g_build_filename (PROC_SYS, "net/ipv4/conf", interface, "rp_filter", NULL);
    g_autofree gchar *text = NULL;

    return g_file_get_contents (path, &text, NULL, NULL) ? g_ascii_strtoll (text, NULL, 10) : 0;
}

/* Of the two settings the larger counts, and 1 is the strict one: ip-sysctl, rp_filter. */
static gboolean
is_strict (const LfLink *link)
{
    return MAX (read_reverse_path_filter ("all"), read_reverse_path_filter (link->name)) == 1;
}

static void
classify (LfSnapshot *snapshot, LfViewScope scope)
{
    guint i;

    for (i = 0; i < snapshot->links->len; i++) {
        LfLink *link = &g_array_index (snapshot->links, LfLink, i);

        if (scope != LF_VIEW_ALL_LINKS && !has_route (snapshot, link))
            continue;
        link->class = lf_class_of_interface (SYSFS, link->name, link->type);
        link->strict = is_strict (link);
    }
}

/* The view stays as it is if the kernel does not answer. */
static gboolean
observe (LfView *self, LfViewScope scope, GError **error)
{
    LfSnapshot *snapshot = lf_netlink_observe (self->netlink, error);

    if (!snapshot)
        return FALSE;
    g_clear_pointer (&self->snapshot, lf_snapshot_free);
    self->snapshot = snapshot;
    classify (snapshot, scope);
    lf_config_apply_classes (self->config, snapshot);
    lf_health_report_apply (self->report, snapshot);
    return TRUE;
}

LfView *
lf_view_new (LfViewScope scope, GError **error)
{
    g_autoptr(LfView) self = g_new0 (LfView, 1);

    self->problems = g_ptr_array_new_with_free_func (g_free);
    self->config = lf_config_load (LF_VENDOR_CONFIG, LF_ADMIN_CONFIG, KEPT_FILE, self->problems);
    self->report = lf_health_report_load (LF_HEALTH_FILE, PROC);
    self->netlink = lf_netlink_new (error);
    if (!self->netlink)
        return NULL;
    return observe (self, scope, error) ? g_steal_pointer (&self) : NULL;
}

void
lf_view_free (LfView *self)
{
    g_ptr_array_unref (self->problems);
    g_clear_pointer (&self->config, lf_config_free);
    g_clear_pointer (&self->report, lf_health_report_free);
    g_clear_pointer (&self->netlink, lf_netlink_free);
    g_clear_pointer (&self->snapshot, lf_snapshot_free);
    g_free (self);
}

/* Everybody may look at what is in it; the files say for themselves who may read them. */
gboolean
lf_pass_make_folder (GError **error)
{
    return lf_file_make_folder (RUN_FOLDER, error);
}

/* Nobody else may open it: whoever can, can lock it. Released when the file descriptor is closed. */
static int
lock (GError **error)
{
    int fd;

    if (!lf_pass_make_folder (error))
        return -1;
    fd = open (LOCK_FILE, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0 && flock (fd, LOCK_EX) == 0)
        return fd;
    lf_error_errno (error, LF_ERROR_STATE, errno, _("%s cannot be locked"), LOCK_FILE);
    if (fd >= 0)
        close (fd);
    return -1;
}

/* Keeps the first error: it is the one that tells. */
static void
note_error (GError **first, GError *error)
{
    if (!error)
        return;
    if (*first) {
        g_warning ("%s", error->message);
        g_error_free (error);
    } else {
        *first = error;
    }
}

/* The new routes are in before the old ones go: there is always a way. */
static gboolean
execute (const LfView *view, LfFamily family, const LfPlan *plan, GError **error)
{
    guint i;

    if (plan->problem)
        g_warning ("%s", plan->problem);
    for (i = 0; i < plan->add->len; i++) {
        const LfAddition *addition = &g_array_index (plan->add, LfAddition, i);

        if (!lf_netlink_add_route (view->netlink, family, &addition->route, addition->replaces, error))
            return FALSE;
    }
    for (i = 0; i < plan->remove->len; i++) {
        if (!lf_netlink_remove_route (view->netlink, family, &g_array_index (plan->remove, LfRoute, i), error))
            return FALSE;
    }
    return TRUE;
}

static GPtrArray *
links_to_leave_without_carrier (const LfView *view)
{
    GPtrArray *links = g_ptr_array_new ();
    guint      i;

    for (i = 0; i < view->snapshot->links->len; i++) {
        LfLink *link = &g_array_index (view->snapshot->links, LfLink, i);

        if (lf_config_rank (view->config, link) >= 0 && has_route (view->snapshot, link))
            g_ptr_array_add (links, link);
    }
    return links;
}

static void
steer_family (LfView *view, LfFamily family, gboolean active, GError **first)
{
    GError   *error = NULL;
    gint64    began;
    gboolean  once_more;
    guint     attempts = 2;

    do {
        g_autoptr(LfPlan) plan = lf_plan_new (view->snapshot, view->config, family, active);

        began = g_get_monotonic_time ();
        once_more = execute (view, family, plan, &error) && plan->once_more && --attempts > 0;
        if (plan->add->len || plan->remove->len)
            view->took[family] += g_get_monotonic_time () - began;
    } while (once_more && observe (view, LF_VIEW_ROUTED_LINKS, &error));
    note_error (first, error);
}

/* Not active: wants nothing, so that everything of ours goes. */
static void
steer (LfView *view, gboolean active, GError **first)
{
    g_autoptr(GPtrArray)  links = NULL;
    GError               *error = NULL;
    guint                 i;

    links = active && view->config->linkdown ? links_to_leave_without_carrier (view) : g_ptr_array_new ();
    if (!lf_linkdown_apply (PROC_SYS, STATE_FILE, view->snapshot, links, &error))
        note_error (first, error);
    for (i = 0; i < LF_N_FAMILIES; i++)
        steer_family (view, i, active, first);
}

/* A configuration that is right is remembered, for the day when it is not. */
static void
keep_configuration (const LfView *view, gboolean active, GError **first)
{
    GError *error = NULL;

    if (!active)
        g_unlink (KEPT_FILE);
    else if (view->problems->len == 0 && !lf_config_keep (LF_ADMIN_CONFIG, KEPT_FILE, &error))
        note_error (first, error);
}

static void
warn_of_problems (const LfView *view)
{
    guint i;

    for (i = 0; i < view->problems->len; i++)
        g_warning ("%s", (gchar *) view->problems->pdata[i]);
}

/* What the machine is like now goes into @after, if it is asked for; who asks tells what is wrong by itself. */
static gboolean
run (gboolean active, LfView **after, GError **error)
{
    g_autoptr(LfView)  view = NULL;
    GError            *first = NULL;
    int                locked = lock (error);

    if (locked < 0)
        return FALSE;
    view = lf_view_new (LF_VIEW_ROUTED_LINKS, &first);
    if (view) {
        if (!after)
            warn_of_problems (view);
        keep_configuration (view, active, &first);
        steer (view, active, &first);
    }
    close (locked);
    if (view && after && observe (view, LF_VIEW_ROUTED_LINKS, NULL))
        *after = g_steal_pointer (&view);
    if (!first)
        return TRUE;
    g_propagate_error (error, first);
    return FALSE;
}

gboolean
lf_pass_apply (GError **error)
{
    return run (TRUE, NULL, error);
}

gboolean
lf_pass_apply_and_view (LfView **after, GError **error)
{
    *after = NULL;
    return run (TRUE, after, error);
}

gboolean
lf_pass_clean (GError **error)
{
    gboolean             done = run (FALSE, NULL, error);
    g_autoptr(LfNetlink) netlink = lf_netlink_new (done ? error : NULL);

    return netlink && lf_allow_apply (netlink, NULL, NULL, done ? error : NULL) && done;
}
