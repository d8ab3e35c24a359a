/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MBIM Basic Connect: the SIM and its PIN. */

#include "mbim-service.h"

static MbimSubscriberReadyState
ready_state (const Model *model)
{
    switch (model_sim_state (model)) {
    case SIM_ABSENT:
        return MBIM_SUBSCRIBER_READY_STATE_SIM_NOT_INSERTED;
    case SIM_READY:
        return model->init & INIT_SIM ? MBIM_SUBSCRIBER_READY_STATE_INITIALIZED
                                      : MBIM_SUBSCRIBER_READY_STATE_NOT_INITIALIZED;
    default:
        return MBIM_SUBSCRIBER_READY_STATE_DEVICE_LOCKED;
    }
}

MbimStatusError
mbim_subscriber_ready (MbimCall *call)
{
    Model *model = call->model;
    SimState state = model_sim_state (model);
    gboolean has_number = state == SIM_READY && *model->profile->msisdn;

    put_mbim_u32 (call->response, ready_state (model));
    put_mbim_string (call->response, state == SIM_READY ? model->sim->imsi : "");
    put_mbim_string (call->response, state == SIM_ABSENT ? "" : model->sim->iccid);
    put_mbim_u32 (call->response, MBIM_READY_INFO_FLAG_NONE);
    put_mbim_u32 (call->response, has_number);
    if (has_number)
        put_mbim_string (call->response, model->profile->msisdn);
    return MBIM_STATUS_ERROR_NONE;
}

MbimStatusError
mbim_pin (MbimCall *call)
{
    SimState state = model_sim_state (call->model);
    gboolean blocked = state == SIM_PUK_REQUIRED;

    if (state == SIM_ABSENT)
        return MBIM_STATUS_ERROR_SIM_NOT_INSERTED;
    put_mbim_u32 (call->response, blocked ? MBIM_PIN_TYPE_PUK1 : MBIM_PIN_TYPE_PIN1);
    put_mbim_u32 (call->response, state == SIM_READY ? MBIM_PIN_STATE_UNLOCKED : MBIM_PIN_STATE_LOCKED);
    put_mbim_u32 (call->response, blocked ? call->model->sim->puk_retries : call->model->sim->pin_retries);
    return MBIM_STATUS_ERROR_NONE;
}

static gboolean
operate_pin (Model *model, MbimPinType type, MbimPinOperation operation, const char *pin, const char *new_pin)
{
    if (type == MBIM_PIN_TYPE_PUK1)
        return operation == MBIM_PIN_OPERATION_ENTER && model_sim_unblock_pin (model, pin, new_pin);
    switch (operation) {
    case MBIM_PIN_OPERATION_ENTER:
        return model_sim_verify_pin (model, pin);
    case MBIM_PIN_OPERATION_CHANGE:
        return sim_change_pin (model->sim, pin, new_pin);
    default:
        return sim_enable_pin (model->sim, operation == MBIM_PIN_OPERATION_ENABLE, pin);
    }
}

MbimStatusError
mbim_set_pin (MbimCall *call)
{
    guint32 type, operation;
    g_autofree char *pin = NULL, *new_pin = NULL;
    MbimStatusError status;
    gboolean right;

    if (!get_mbim_u32 (&call->request, &type) || !get_mbim_u32 (&call->request, &operation) ||
        !get_mbim_string (&call->request, &pin) || !get_mbim_string (&call->request, &new_pin) ||
        operation > MBIM_PIN_OPERATION_CHANGE || (type != MBIM_PIN_TYPE_PIN1 && type != MBIM_PIN_TYPE_PUK1))
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (model_sim_state (call->model) == SIM_ABSENT)
        return MBIM_STATUS_ERROR_SIM_NOT_INSERTED;
    right = operate_pin (call->model, type, operation, pin, new_pin);
    status = mbim_pin (call);
    return right ? status : MBIM_STATUS_ERROR_FAILURE;
}

/* Of the ten PINs that the list has places for, this card has one. */
MbimStatusError
mbim_pin_list (MbimCall *call)
{
    gboolean asked = *call->model->sim->pin != '\0';

    if (model_sim_state (call->model) == SIM_ABSENT)
        return MBIM_STATUS_ERROR_SIM_NOT_INSERTED;
    put_mbim_u32 (call->response, asked ? MBIM_PIN_MODE_ENABLED : MBIM_PIN_MODE_DISABLED);
    put_mbim_u32 (call->response, MBIM_PIN_FORMAT_NUMERIC);
    put_mbim_u32 (call->response, 4);
    put_mbim_u32 (call->response, 8);
    for (guint i = 1; i < 10; i++) {
        put_mbim_u32 (call->response, MBIM_PIN_MODE_NOT_SUPPORTED);
        put_mbim_u32 (call->response, MBIM_PIN_FORMAT_UNKNOWN);
        put_mbim_u32 (call->response, 0);
        put_mbim_u32 (call->response, 0);
    }
    return MBIM_STATUS_ERROR_NONE;
}
