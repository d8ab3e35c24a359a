/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sees to it that the kernel talks raw IP to the module, with the link taken down if need be. */

#include "mm-raw-ip-guard.h"

#include <net/if.h>

#include "core/ec25-error.h"
#include "core/ec25-link-holder.h"
#include "core/ec25-raw-ip.h"
#include "mm-log-printable.h"

#define MAX_ATTEMPTS   5
#define ATTEMPT_GAP_MS 200

typedef struct {
    gpointer log_object;
    guint    attempts;
} Context;

static void
context_free (Context *context)
{
    g_clear_object (&context->log_object);
    g_free (context);
}

static const gchar *
interface_of (MMPortNet *net)
{
    return mm_port_get_device (MM_PORT (net));
}

gboolean
mm_raw_ip_guard_ensure_finish (MMPortNet     *net,
                               GAsyncResult  *res,
                               GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

gchar *
mm_raw_ip_guard_explain (MMPortNet *net)
{
    const gchar               *interface = interface_of (net);
    g_autoptr(Ec25LinkHolder)  holder = NULL;
    g_autofree gchar          *cause = NULL;
    Ec25RawIp                  state = EC25_RAW_IP_ABSENT;

    if (!ec25_raw_ip_read (EC25_NET_CLASS, interface, &state, NULL) || state != EC25_RAW_IP_OFF)
        return NULL;
    if (if_nametoindex (interface) == 0)
        return g_strdup_printf ("raw_ip of %s cannot be set to Y: the interface is gone", interface);
    holder = ec25_link_holder_find (EC25_PROC, if_nametoindex (interface));
    cause = ec25_link_holder_describe (holder, interface);
    return g_strdup_printf ("raw_ip of %s cannot be set to Y: %s", interface, cause);
}

static void
complete_with_error (GTask  *task,
                     GError *error)
{
    g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "%s", error->message);
    g_error_free (error);
    g_object_unref (task);
}

static void
complete_busy (GTask *task)
{
    MMPortNet        *net = g_task_get_source_object (task);
    g_autofree gchar *explanation = mm_raw_ip_guard_explain (net);

    g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "%s",
                             explanation ? explanation : "raw_ip does not stay as it is set");
    g_object_unref (task);
}

static void
complete_on (GTask *task)
{
    MMPortNet *net = g_task_get_source_object (task);
    Context   *context = g_task_get_task_data (task);

    if (context->attempts > 0)
        mm_obj_info (context->log_object,
                     "%s: raw_ip was N, link taken down, raw_ip set to Y after %u attempt%s",
                     interface_of (net), context->attempts, context->attempts == 1 ? "" : "s");
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
}

/*****************************************************************************/
/* One attempt: read; if N: link down, write; read again */

static void attempt (GTask *task);

static gboolean
attempt_again (gpointer task)
{
    attempt (task);
    return G_SOURCE_REMOVE;
}

static void
link_is_down (MMPortNet    *net,
              GAsyncResult *res,
              GTask        *task)
{
    Context *context = g_task_get_task_data (task);
    GError  *error = NULL;

    if (!mm_port_net_link_setup_finish (net, res, &error)) {
        g_prefix_error (&error, "raw_ip of %s cannot be set to Y: the link cannot be taken down: ",
                        interface_of (net));
        complete_with_error (task, error);
        return;
    }

    context->attempts++;
    if (ec25_raw_ip_turn_on (EC25_NET_CLASS, interface_of (net), &error)) {
        attempt (task);
        return;
    }
    if (!g_error_matches (error, EC25_ERROR, EC25_ERROR_BUSY)) {
        complete_with_error (task, error);
        return;
    }
    mm_obj_dbg (context->log_object, "attempt %u of %u: %s", context->attempts, MAX_ATTEMPTS, error->message);
    g_error_free (error);
    g_timeout_add (ATTEMPT_GAP_MS, attempt_again, task);
}

static void
attempt (GTask *task)
{
    MMPortNet *net = g_task_get_source_object (task);
    Context   *context = g_task_get_task_data (task);
    Ec25RawIp  state;
    GError    *error = NULL;

    if (g_task_return_error_if_cancelled (task)) {
        g_object_unref (task);
        return;
    }
    if (!ec25_raw_ip_read (EC25_NET_CLASS, interface_of (net), &state, &error)) {
        complete_with_error (task, error);
        return;
    }

    if (state == EC25_RAW_IP_OFF && context->attempts < MAX_ATTEMPTS)
        mm_port_net_link_setup (net, FALSE, 0, g_task_get_cancellable (task),
                                (GAsyncReadyCallback) link_is_down, task);
    else if (state == EC25_RAW_IP_OFF)
        complete_busy (task);
    else {
        if (state == EC25_RAW_IP_ABSENT)
            mm_obj_dbg (context->log_object, "%s has no raw_ip setting", interface_of (net));
        complete_on (task);
    }
}

void
mm_raw_ip_guard_ensure (MMPortNet           *net,
                        gpointer             log_object,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
    GTask   *task = g_task_new (net, cancellable, callback, user_data);
    Context *context = g_new0 (Context, 1);

    context->log_object = g_object_ref (log_object);
    g_task_set_task_data (task, context, (GDestroyNotify) context_free);
    attempt (task);
}
