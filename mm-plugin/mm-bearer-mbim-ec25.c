/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MBIM bearer that tells firmware whose MBIM function is hollow from a network
 * that refuses.
 *
 * Firmware of this family is known that enumerates MBIM, registers, and opens
 * no session. The parent class waits three minutes for an answer, longer than
 * NetworkManager waits for it, so that nobody would be told anything.
 */

#include "mm-bearer-mbim-ec25.h"

#include "mm-log-printable.h"
#include "mm-shared-ec25-mode.h"

/*
 * Seconds. A PDN connection is requested five times, 8 s apart, before it has failed (3GPP TS 24.301, T3482). Who
 * has left that unanswered once is not waited for as long again: NetworkManager tries three times, with IPv4 and
 * IPv6, with the one, with the other, and nmcli waits for 90 s.
 */
#define CONNECT_LIMIT       45
#define CONNECT_LIMIT_AGAIN 15

struct _MMBearerMbimEc25 {
    MMBearerMbim parent;
};

G_DEFINE_FINAL_TYPE (MMBearerMbimEc25, mm_bearer_mbim_ec25, MM_TYPE_BEARER_MBIM)

typedef struct {
    MMBaseModem  *modem;
    /* The parent's: cancelled with that of the caller, and when it takes too long. */
    GCancellable *cancellable, *callers;
    gulong        cancelled_id;
    guint         limit, limit_id;
    gboolean      late;
} ConnectContext;

/* Not g_cancellable_disconnect(), which waits for the very signal that may have led here. */
static void
connect_context_free (ConnectContext *context)
{
    if (context->cancelled_id)
        g_signal_handler_disconnect (context->callers, context->cancelled_id);
    g_clear_handle_id (&context->limit_id, g_source_remove);
    g_clear_object (&context->callers);
    g_clear_object (&context->cancellable);
    g_clear_object (&context->modem);
    g_free (context);
}

/*****************************************************************************/
/* Whose fault it is */

/* What is known of the modem's function, in its data. */
typedef enum {
    FUNCTION_UNTRIED,
    FUNCTION_SILENT,
    FUNCTION_WORKS,
} Function;

static GQuark
function_quark (void)
{
    return g_quark_from_static_string ("ec25-mbim-function");
}

static Function
get_function (MMBaseModem *modem)
{
    return modem ? GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (modem), function_quark ())) : FUNCTION_UNTRIED;
}

static void
set_function (MMBaseModem *modem,
              Function     function)
{
    if (modem)
        g_object_set_qdata (G_OBJECT (modem), function_quark (), GUINT_TO_POINTER (function));
}

/* Statuses of MBIM 1.0 (9.4.5) that are about the SIM, the radio, the network or what the user has set. */
static gboolean
status_gives_reason (gint status)
{
    static const MbimStatusError reasons[] = {
        MBIM_STATUS_ERROR_SIM_NOT_INSERTED,     MBIM_STATUS_ERROR_BAD_SIM,
        MBIM_STATUS_ERROR_PIN_REQUIRED,         MBIM_STATUS_ERROR_NOT_REGISTERED,
        MBIM_STATUS_ERROR_PROVIDERS_NOT_FOUND,  MBIM_STATUS_ERROR_PACKET_SERVICE_DETACHED,
        MBIM_STATUS_ERROR_VOICE_CALL_IN_PROGRESS, MBIM_STATUS_ERROR_INVALID_ACCESS_STRING,
        MBIM_STATUS_ERROR_INVALID_USER_NAME_PWD, MBIM_STATUS_ERROR_RADIO_POWER_OFF,
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (reasons); i++) {
        if ((gint) reasons[i] == status)
            return TRUE;
    }
    return FALSE;
}

static gboolean
gives_reason (const GError *error)
{
    if (error->domain == MBIM_STATUS_ERROR)
        return status_gives_reason (error->code);
    if (error->domain == MM_CORE_ERROR)
        return error->code != MM_CORE_ERROR_TIMEOUT;
    /* Of the network, which has then been asked. A cancelled attempt says nothing of the module. */
    return error->domain != MBIM_CORE_ERROR;
}

void
mm_bearer_mbim_ec25_explain (GError **error)
{
    g_prefix_error (error, "this module shows an MBIM function, but its firmware opens no session over it, as is known "
                    "of some; another USB mode helps: ec25ctl mode qmi: ");
}

/*****************************************************************************/
/* Connecting */

static MMBearerConnectResult *
connect_finish (MMBaseBearer  *self,
                GAsyncResult  *res,
                GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

static void
complete_with_error (GTask  *task,
                     GError *error)
{
    ConnectContext *context = g_task_get_task_data (task);
    gboolean        is_cancelled = g_cancellable_is_cancelled (g_task_get_cancellable (task));

    if (context->late && !is_cancelled) {
        g_clear_error (&error);
        error = g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_TIMEOUT, "no answer to CONNECT within %u s", context->limit);
        if (get_function (context->modem) == FUNCTION_UNTRIED)
            set_function (context->modem, FUNCTION_SILENT);
    }
    if (!is_cancelled && get_function (context->modem) != FUNCTION_WORKS && !gives_reason (error))
        mm_bearer_mbim_ec25_explain (&error);
    mm_shared_ec25_report_connection (context->modem, error);
    g_task_return_error (task, error);
}

static void
parent_connected (MMBaseBearer *self,
                  GAsyncResult *res,
                  GTask        *task)
{
    ConnectContext        *context = g_task_get_task_data (task);
    MMBearerConnectResult *result;
    GError                *error = NULL;

    result = MM_BASE_BEARER_CLASS (mm_bearer_mbim_ec25_parent_class)->connect_finish (self, res, &error);
    if (result) {
        set_function (context->modem, FUNCTION_WORKS);
        mm_shared_ec25_report_connection (context->modem, NULL);
        g_task_return_pointer (task, result, (GDestroyNotify) mm_bearer_connect_result_unref);
    } else
        complete_with_error (task, error);
    g_object_unref (task);
}

static gboolean
limit_reached (gpointer user_data)
{
    ConnectContext *context = user_data;

    context->limit_id = 0;
    context->late = TRUE;
    g_cancellable_cancel (context->cancellable);
    return G_SOURCE_REMOVE;
}

static void
follow_caller (ConnectContext *context,
               GCancellable   *callers)
{
    if (!callers)
        return;
    context->callers = g_object_ref (callers);
    context->cancelled_id = g_signal_connect_swapped (callers, "cancelled", G_CALLBACK (g_cancellable_cancel),
                                                      context->cancellable);
    if (g_cancellable_is_cancelled (callers))
        g_cancellable_cancel (context->cancellable);
}

static void
connect_bearer (MMBaseBearer        *self,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
    GTask          *task = g_task_new (self, cancellable, callback, user_data);
    ConnectContext *context = g_new0 (ConnectContext, 1);

    /* What the parent class achieved is reported even if it is no longer wanted: it has to be undone. */
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, context, (GDestroyNotify) connect_context_free);
    g_object_get (self, MM_BASE_BEARER_MODEM, &context->modem, NULL);
    context->cancellable = g_cancellable_new ();
    follow_caller (context, cancellable);
    context->limit = get_function (context->modem) == FUNCTION_SILENT ? CONNECT_LIMIT_AGAIN : CONNECT_LIMIT;
    context->limit_id = g_timeout_add_seconds (context->limit, limit_reached, context);
    MM_BASE_BEARER_CLASS (mm_bearer_mbim_ec25_parent_class)->connect (self, context->cancellable,
                                                                      (GAsyncReadyCallback) parent_connected, task);
}

MMBaseBearer *
mm_bearer_mbim_ec25_new (MMBroadbandModemMbim *modem,
                         MMBearerProperties   *config)
{
    MMBaseBearer *bearer = g_object_new (MM_TYPE_BEARER_MBIM_EC25,
                                         MM_COMPAT_BIND_TO (modem)
                                         MM_BASE_BEARER_MODEM,  modem,
                                         MM_BASE_BEARER_CONFIG, config,
                                         NULL);

    mm_base_bearer_export (bearer);
    return bearer;
}

static void
mm_bearer_mbim_ec25_init (MMBearerMbimEc25 *self)
{
}

static void
mm_bearer_mbim_ec25_class_init (MMBearerMbimEc25Class *klass)
{
    MMBaseBearerClass *bearer_class = MM_BASE_BEARER_CLASS (klass);

    bearer_class->connect = connect_bearer;
    bearer_class->connect_finish = connect_finish;
}
