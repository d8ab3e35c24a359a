/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMI bearer that connects only when kernel and module agree on raw IP.
 *
 * The parent class trusts what it read from the kernel when it opened the QMI
 * port. If anybody changed raw_ip since, it connects all the same and no packet
 * gets through.
 */

#include "mm-bearer-qmi-ec25.h"

#include "mm-log-printable.h"
#include "mm-raw-ip-guard.h"

struct _MMBearerQmiEc25 {
    MMBearerQmi parent;
};

G_DEFINE_FINAL_TYPE (MMBearerQmiEc25, mm_bearer_qmi_ec25, MM_TYPE_BEARER_QMI)

typedef struct {
    MMBroadbandModemQmi *modem;
    MMPort              *data;
} ConnectContext;

static void
connect_context_free (ConnectContext *context)
{
    g_clear_object (&context->modem);
    g_clear_object (&context->data);
    g_free (context);
}

static void
complete_with_error (GTask  *task,
                     GError *error)
{
    g_task_return_error (task, error);
    g_object_unref (task);
}

static MMBearerConnectResult *
connect_finish (MMBaseBearer  *self,
                GAsyncResult  *res,
                GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

/*****************************************************************************/
/* Last: the parent class connects */

static void
parent_connected (MMBaseBearer *self,
                  GAsyncResult *res,
                  GTask        *task)
{
    ConnectContext        *context = g_task_get_task_data (task);
    MMBearerConnectResult *result;
    g_autofree gchar      *explanation = NULL;
    GError                *error = NULL;

    result = MM_BASE_BEARER_CLASS (mm_bearer_qmi_ec25_parent_class)->connect_finish (self, res, &error);
    if (result) {
        g_task_return_pointer (task, result, (GDestroyNotify) mm_bearer_connect_result_unref);
        g_object_unref (task);
        return;
    }
    /* Its own set-up of the data format has the same enemies as ours, and does not name them. */
    explanation = context->data ? mm_raw_ip_guard_explain (MM_PORT_NET (context->data)) : NULL;
    if (explanation)
        g_prefix_error (&error, "%s: ", explanation);
    complete_with_error (task, error);
}

static void
connect_parent (GTask *task)
{
    MMBaseBearerClass *parent = MM_BASE_BEARER_CLASS (mm_bearer_qmi_ec25_parent_class);

    parent->connect (g_task_get_source_object (task), g_task_get_cancellable (task),
                     (GAsyncReadyCallback) parent_connected, task);
}

/*****************************************************************************/
/* Second: the module talks raw IP, as far as it has told ModemManager */

static gboolean
module_talks_raw_ip (MMPortQmi *qmi)
{
    QmiWdaLinkLayerProtocol protocol = mm_port_qmi_get_link_layer_protocol (qmi);

    return protocol == QMI_WDA_LINK_LAYER_PROTOCOL_RAW_IP || protocol == QMI_WDA_LINK_LAYER_PROTOCOL_UNKNOWN;
}

static void
data_format_set_up (MMPortQmi    *qmi,
                    GAsyncResult *res,
                    GTask        *task)
{
    const gchar       *protocol;
    g_autoptr(GError)  error = NULL;

    if (!mm_port_qmi_setup_data_format_finish (qmi, res, &error)) {
        complete_with_error (task, g_steal_pointer (&error));
        return;
    }
    if (module_talks_raw_ip (qmi)) {
        connect_parent (task);
        return;
    }
    protocol = qmi_wda_link_layer_protocol_get_string (mm_port_qmi_get_link_layer_protocol (qmi));
    complete_with_error (task, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                                            "the module keeps to the link layer protocol '%s' on %s, "
                                            "where raw-ip is needed; reset the module",
                                            protocol, mm_port_get_device (MM_PORT (qmi))));
}

static void
ensure_module_side (GTask *task)
{
    ConnectContext *context = g_task_get_task_data (task);
    MMPortQmi      *qmi;

    qmi = mm_broadband_modem_qmi_peek_port_qmi_for_data (context->modem, context->data, NULL, NULL);
    /* A port that is still closed has not told its protocol yet. */
    if (!qmi || !mm_port_qmi_is_open (qmi) || module_talks_raw_ip (qmi)) {
        connect_parent (task);
        return;
    }
    mm_obj_info (MM_BASE_BEARER (g_task_get_source_object (task)),
                 "the module does not talk raw-ip: setting up the data format anew");
    mm_port_qmi_setup_data_format (qmi, context->data, MM_PORT_QMI_SETUP_DATA_FORMAT_ACTION_SET_DEFAULT,
                                   (GAsyncReadyCallback) data_format_set_up, task);
}

/*****************************************************************************/
/* First: the kernel talks raw IP */

static void
raw_ip_ensured (MMPortNet    *net,
                GAsyncResult *res,
                GTask        *task)
{
    GError *error = NULL;

    if (mm_raw_ip_guard_ensure_finish (net, res, &error))
        ensure_module_side (task);
    else
        complete_with_error (task, error);
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
    if (context->modem)
        context->data = mm_base_modem_get_best_data_port (MM_BASE_MODEM (context->modem), MM_PORT_TYPE_NET);

    /* Without a data port the parent class has the right words. */
    if (context->data)
        mm_raw_ip_guard_ensure (MM_PORT_NET (context->data), self, cancellable,
                                (GAsyncReadyCallback) raw_ip_ensured, task);
    else
        connect_parent (task);
}

MMBaseBearer *
mm_bearer_qmi_ec25_new (MMBroadbandModemQmi *modem,
                        MMBearerProperties  *config)
{
    MMBaseBearer *bearer = g_object_new (MM_TYPE_BEARER_QMI_EC25,
                                         MM_COMPAT_BIND_TO (modem)
                                         MM_BASE_BEARER_MODEM,  modem,
                                         MM_BASE_BEARER_CONFIG, config,
                                         NULL);

    mm_base_bearer_export (bearer);
    return bearer;
}

static void
mm_bearer_qmi_ec25_init (MMBearerQmiEc25 *self)
{
}

static void
mm_bearer_qmi_ec25_class_init (MMBearerQmiEc25Class *klass)
{
    MMBaseBearerClass *bearer_class = MM_BASE_BEARER_CLASS (klass);

    bearer_class->connect = connect_bearer;
    bearer_class->connect_finish = connect_finish;
}
