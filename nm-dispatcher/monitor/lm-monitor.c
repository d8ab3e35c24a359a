/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lf-error.h"
#include "lf-follow.h"
#include "lf-pass.h"
#include "lm-lte.h"
#include "lm-news.h"
#include "lm-nm.h"
#include "lm-notify.h"
#include "lm-uplinks.h"
#include "lm-watch.h"

#define PROC          "/proc"
#define MONITOR_LOCK  "/run/lte-failover/monitor.lock"

/* Events come in bunches. */
#define SETTLE_TIME (10 * 1000)
/* Each changes the health of a line at least; more lines than that do not die at once. */
#define MAX_TURNS 64
/* What another monitor found longer ago than this is not worth knowing. */
#define STALE_REPORT (10 * 60)

struct _LmMonitor {
    int           lock;
    LmUplinks    *uplinks;
    LmWatch      *watch;
    LfFollow     *follow;
    LmNm         *nm;
    LmNews       *news;
    LmLte        *lte;
    LfView       *view;        /* after the last pass */
    GSource      *timer;
    GFileMonitor *files[2];    /* of the configuration */
    gint64        pass_due;    /* monotonic, µs; 0: no pass is due */
    gint64        watchdog;    /* interval, µs */
    gint64        watchdog_due;
};

/* Goes on while the machine sleeps. */
static gint64
boot_time (void)
{
    struct timespec now;

    clock_gettime (CLOCK_BOOTTIME, &now);
    return now.tv_sec * (gint64) G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/*
 * Everything that is due happens on a grid, so that one wake-up does for all uplinks and families. Rounded down,
 * because a wake-up is always a little late.
 */
static gint64
grid (const LmMonitor *self)
{
    return self->view->config->health.doubt_interval;
}

static gint64
grid_now (const LmMonitor *self)
{
    gint64 now = boot_time ();

    return now - now % grid (self);
}

/*****************************************************************************/
/* What others want to know */

static LfHealthReport *
report_now (gpointer data)
{
    LmMonitor      *self = data;
    LfHealthReport *report = lm_uplinks_report (self->uplinks, boot_time ());

    report->spent = lm_lte_is_spent (self->lte, self->view->config, LF_BUDGET_THEN_ALLOWED);
    return report;
}

static gint64
detection (gint link, LfFamily family, gpointer data)
{
    LmMonitor *self = data;

    return lm_uplinks_detection (self->uplinks, link, family);
}

/*****************************************************************************/
/* Passes */

static void
publish (LmMonitor *self)
{
    g_autoptr(LfHealthReport) report = report_now (self);
    g_autoptr(GError)         error = NULL;

    lm_news_health (self->news, self->view->report, report);
    if (!lf_health_report_save (report, LF_HEALTH_FILE, PROC, &error))
        g_warning ("%s", error->message);
}

static gboolean
keep_view (LmMonitor *self, LfView *view)
{
    gint64   now = boot_time ();
    gint64   step = view->config->health.doubt_interval;
    gboolean changed = lm_uplinks_update (self->uplinks, view->snapshot, view->config, now - now % step);

    g_clear_pointer (&self->view, lf_view_free);
    self->view = view;
    return changed;
}

static void order_pass (gpointer data);

static void
keep_lte (LmMonitor *self)
{
    if (lm_lte_keep (self->lte, self->view))
        order_pass (self);
}

static void
steer (LmMonitor *self)
{
    g_autoptr(GError)  error = NULL;
    LfView            *after = NULL;

    publish (self);
    if (!lf_pass_apply_and_view (&after, &error))
        g_warning ("%s; the next event tries again", error->message);
    if (!after)
        return;
    /* What has changed meanwhile has an event of its own. */
    keep_view (self, after);
    lm_news_pass (self->news, after);
    keep_lte (self);
    lf_follow_through (self->follow, after->snapshot, after->config);
}

static void
look_and_steer (LmMonitor *self)
{
    g_autoptr(GError)  error = NULL;
    LfView            *view = lf_view_new (LF_VIEW_ROUTED_LINKS, &error);

    self->pass_due = 0;
    if (!view) {
        g_warning ("%s; the next event tries again", error->message);
        return;
    }
    keep_view (self, view);
    steer (self);
}

/*****************************************************************************/
/* Time */

static void
arm (LmMonitor *self)
{
    gint64 monotonic = g_get_monotonic_time ();
    gint64 due = lm_uplinks_due (self->uplinks);
    gint64 ready = G_MAXINT64;

    if (due != G_MAXINT64) {
        due += (grid (self) - due % grid (self)) % grid (self);
        ready = monotonic + MAX (0, due - boot_time ());
    }
    if (self->pass_due)
        ready = MIN (ready, self->pass_due);
    if (self->watchdog)
        ready = MIN (ready, self->watchdog_due);
    ready = MIN (ready, lm_lte_due (self->lte));
    g_source_set_ready_time (self->timer, ready == G_MAXINT64 ? -1 : ready);
}

static void
feed_watchdog (LmMonitor *self)
{
    gint64 now = g_get_monotonic_time ();

    if (!self->watchdog || now < self->watchdog_due)
        return;
    lm_notify ("WATCHDOG=1");
    self->watchdog_due = now + self->watchdog;
}

static gboolean
timer_ready (gpointer data)
{
    LmMonitor *self = data;
    guint      turns;

    feed_watchdog (self);
    if (self->pass_due && g_get_monotonic_time () >= self->pass_due)
        look_and_steer (self);
    /* The death of one changes the roles of the others, from which more may follow. */
    for (turns = 0; turns < MAX_TURNS && lm_uplinks_run (self->uplinks, grid_now (self)); turns++)
        steer (self);
    if (g_get_monotonic_time () >= lm_lte_due (self->lte))
        keep_lte (self);
    arm (self);
    return G_SOURCE_CONTINUE;
}

static gboolean
timer_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
    return callback (data);
}

static GSourceFuncs timer_functions = { .dispatch = timer_dispatch };

static void
make_timer (LmMonitor *self)
{
    self->timer = g_source_new (&timer_functions, sizeof (GSource));
    g_source_set_callback (self->timer, timer_ready, self, NULL);
    g_source_attach (self->timer, g_main_context_get_thread_default ());
}

static void
order_pass (gpointer data)
{
    LmMonitor *self = data;

    if (!self->pass_due)
        self->pass_due = g_get_monotonic_time () + SETTLE_TIME;
    arm (self);
}

static void
neighbour_changed (gint link, LfFamily family, const guint8 *address, gboolean reachable, gpointer data)
{
    LmMonitor *self = data;

    lm_uplinks_neighbour (self->uplinks, link, family, address, reachable);
    arm (self);
}

static void
uplinks_are_doubtful (LfClass class, gpointer data)
{
    LmMonitor *self = data;

    lm_uplinks_doubt (self->uplinks, class);
    arm (self);
}

static void
interface_is_metered (const gchar *interface, gboolean metered, gpointer data)
{
    LmMonitor *self = data;

    lm_uplinks_metered (self->uplinks, interface, metered);
}

/*****************************************************************************/
/* Begin and end */

static gboolean
take_lock (LmMonitor *self, GError **error)
{
    if (!lf_pass_make_folder (error))
        return FALSE;
    self->lock = open (MONITOR_LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (self->lock >= 0 && flock (self->lock, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
    if (self->lock >= 0 && errno == EWOULDBLOCK) {
        g_set_error (error, LF_ERROR, LF_ERROR_STATE, "another lte-failover-monitor is running");
        return FALSE;
    }
    return lf_error_errno (error, LF_ERROR_STATE, errno, "%s cannot be locked", MONITOR_LOCK);
}

/* One that was killed a moment ago knew more than we do. */
static LfHealthReport *
load_previous (void)
{
    GStatBuf status;

    if (g_stat (LF_HEALTH_FILE, &status) < 0 || time (NULL) - status.st_mtime > STALE_REPORT)
        return lf_health_report_new ();
    return lf_health_report_load (LF_HEALTH_FILE, PROC);
}

static void
watch_file (LmMonitor *self, guint which, const gchar *path)
{
    g_autoptr(GFile) file = g_file_new_for_path (path);

    self->files[which] = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
    if (self->files[which])
        g_signal_connect_swapped (self->files[which], "changed", G_CALLBACK (order_pass), self);
}

static gboolean
begin (LmMonitor *self, GError **error)
{
    static const LmWatchCallbacks callbacks = { order_pass, neighbour_changed };
    static const LmNmCallbacks    nm_callbacks = { uplinks_are_doubtful, interface_is_metered };
    g_autoptr(LfHealthReport)     before = NULL;
    LfView                       *view;

    if (!take_lock (self, error))
        return FALSE;
    before = load_previous ();
    self->uplinks = lm_uplinks_new (before);
    /* News first, then the look: nothing can happen between unseen. */
    self->watch = lm_watch_new (&callbacks, self, error);
    view = self->watch ? lf_view_new (LF_VIEW_ROUTED_LINKS, error) : NULL;
    if (!view)
        return FALSE;
    keep_view (self, view);
    self->follow = lf_follow_new (order_pass, self);
    self->nm = lm_nm_new (&nm_callbacks, self);
    self->news = lm_news_new (report_now, detection, self);
    self->lte = lm_lte_new (self->nm, self->news);
    steer (self);
    return TRUE;
}

LmMonitor *
lm_monitor_new (GError **error)
{
    LmMonitor *self = g_new0 (LmMonitor, 1);

    self->lock = -1;
    make_timer (self);
    if (!begin (self, error)) {
        lm_monitor_free (self);
        return NULL;
    }
    watch_file (self, 0, LF_VENDOR_CONFIG);
    watch_file (self, 1, LF_ADMIN_CONFIG);
    self->watchdog = lm_notify_watchdog_interval ();
    lm_notify ("READY=1");
    arm (self);
    return self;
}

/* Without us nobody knows the health of a line any more: the order decides, as where no monitor is installed. */
static void
take_back (void)
{
    g_autoptr(GError) following = NULL, passing = NULL;

    g_unlink (LF_HEALTH_FILE);
    if (!lf_follow_clean (&following))
        g_warning ("%s", following->message);
    if (!lf_pass_apply (&passing))
        g_warning ("%s", passing->message);
}

void
lm_monitor_free (LmMonitor *self)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (self->files); i++)
        g_clear_object (&self->files[i]);
    g_clear_pointer (&self->watch, lm_watch_free);
    g_clear_pointer (&self->follow, lf_follow_free);
    if (self->lte)
        lm_lte_free (self->lte, self->view);
    g_clear_pointer (&self->nm, lm_nm_free);
    g_clear_pointer (&self->news, lm_news_free);
    if (self->view)
        take_back ();
    g_clear_pointer (&self->uplinks, lm_uplinks_free);
    g_clear_pointer (&self->view, lf_view_free);
    g_source_destroy (self->timer);
    g_source_unref (self->timer);
    if (self->lock >= 0)
        close (self->lock);
    g_free (self);
}
