/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mm-answers-ec25.h"

#include <libmm-glib.h>

gboolean
mm_answers_ec25_check_not_refused (QmiMessageNasGetSystemInfoOutput  *info,
                                   GError                           **error)
{
    QmiNasServiceStatus service = QMI_NAS_SERVICE_STATUS_NONE;
    gboolean            forbidden_known = FALSE, forbidden = FALSE, cause_known = FALSE;
    QmiNasRejectCause   cause = QMI_NAS_REJECT_CAUSE_NONE;

    qmi_message_nas_get_system_info_output_get_lte_service_status (info, &service, NULL, NULL, NULL);
    qmi_message_nas_get_system_info_output_get_lte_system_info_v2 (
        info, NULL, NULL, NULL, NULL, NULL, NULL, &forbidden_known, &forbidden, NULL, NULL, NULL, NULL,
        &cause_known, NULL, &cause, NULL, NULL, NULL, NULL, NULL, NULL);
    if (service != QMI_NAS_SERVICE_STATUS_LIMITED || !forbidden_known || !forbidden || !cause_known)
        return TRUE;
    g_set_error (error, MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_NETWORK_NOT_ALLOWED,
                 "the network refuses to register the module (EMM cause %u, %s): "
                 "ask the provider whether the SIM is active and may use this network",
                 cause, qmi_nas_reject_cause_get_string (cause));
    return FALSE;
}

gboolean
mm_answers_ec25_check_device_caps (const MbimMessage  *response,
                                   GError            **error)
{
    g_autofree gchar *custom = NULL, *id = NULL, *firmware = NULL, *hardware = NULL;

    return mbim_message_response_get_result (response, MBIM_MESSAGE_TYPE_COMMAND_DONE, error) &&
           mbim_message_device_caps_response_parse (response, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                                    &custom, &id, &firmware, &hardware, error);
}
