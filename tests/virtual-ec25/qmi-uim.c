/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI user identity module service: the card, its PIN and its files. */

#include "qmi-service.h"

#define NO_SESSION 0xffff

static const guint8 usim_identifier[] = { 0xa0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02 };

static QmiProtocolError
reset (QmiCall *call)
{
    call->peer->events = 0;
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
register_events (QmiCall *call)
{
    guint32 events;

    if (!tlv_get_u32 (call->request, 0x01, &events))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    call->peer->events = events & QMI_UIM_EVENT_REGISTRATION_FLAG_CARD_STATUS;
    tlv_u32 (call->response, 0x10, call->peer->events);
    return QMI_PROTOCOL_ERROR_NONE;
}

static guint8
pin_state (Model *model)
{
    if (model_sim_state (model) == SIM_PUK_REQUIRED)
        return QMI_UIM_PIN_STATE_BLOCKED;
    if (!*model->sim->pin)
        return QMI_UIM_PIN_STATE_DISABLED;
    return model_sim_state (model) == SIM_READY ? QMI_UIM_PIN_STATE_ENABLED_VERIFIED
                                                : QMI_UIM_PIN_STATE_ENABLED_NOT_VERIFIED;
}

static void
put_application (QmiMessage *message, Model *model)
{
    static const guint8 states[] = {
        [SIM_PIN_REQUIRED] = QMI_UIM_CARD_APPLICATION_STATE_PIN1_OR_UPIN_PIN_REQUIRED,
        [SIM_PUK_REQUIRED] = QMI_UIM_CARD_APPLICATION_STATE_PUK1_OR_UPIN_PUK_REQUIRED,
        [SIM_READY] = QMI_UIM_CARD_APPLICATION_STATE_READY,
    };
    gboolean ready = model_sim_state (model) == SIM_READY;

    put_u8 (message, QMI_UIM_CARD_APPLICATION_TYPE_USIM);
    put_u8 (message, states[model_sim_state (model)]);
    put_u8 (message, ready ? QMI_UIM_CARD_APPLICATION_PERSONALIZATION_STATE_READY
                           : QMI_UIM_CARD_APPLICATION_PERSONALIZATION_STATE_UNKNOWN);
    put_u8 (message, QMI_UIM_CARD_APPLICATION_PERSONALIZATION_FEATURE_STATUS_GW_NETWORK);
    put_u8 (message, 0);
    put_u8 (message, 0);
    put_u8 (message, sizeof (usim_identifier));
    put_bytes (message, usim_identifier, sizeof (usim_identifier));
    put_u8 (message, FALSE); /* UPIN in place of PIN1 */
    put_u8 (message, pin_state (model));
    put_u8 (message, model->sim->pin_retries);
    put_u8 (message, model->sim->puk_retries);
    put_u8 (message, QMI_UIM_PIN_STATE_ENABLED_NOT_VERIFIED);
    put_u8 (message, SIM_PIN_RETRIES);
    put_u8 (message, SIM_PUK_RETRIES);
}

static void
put_card_status (QmiMessage *message, Model *model, gconstpointer detail)
{
    gboolean present = model_sim_state (model) != SIM_ABSENT;
    gsize tlv = tlv_begin (message, 0x10);

    put_u16 (message, present ? 0 : NO_SESSION); /* slot 0, application 0 */
    put_u16 (message, NO_SESSION);
    put_u16 (message, NO_SESSION);
    put_u16 (message, NO_SESSION);
    put_u8 (message, 1);
    put_u8 (message, present ? QMI_UIM_CARD_STATE_PRESENT : QMI_UIM_CARD_STATE_ABSENT);
    put_u8 (message, QMI_UIM_PIN_STATE_NOT_INITIALIZED);
    put_u8 (message, 0);
    put_u8 (message, 0);
    put_u8 (message, present ? QMI_UIM_CARD_ERROR_UNKNOWN : QMI_UIM_CARD_ERROR_NO_ATR_RECEIVED);
    put_u8 (message, present);
    if (present)
        put_application (message, model);
    tlv_end (message, tlv);
}

static QmiProtocolError
get_card_status (QmiCall *call)
{
    put_card_status (call->response, call->model, NULL);
    return QMI_PROTOCOL_ERROR_NONE;
}

static void
put_card_result (QmiCall *call, guint8 sw1, guint8 sw2)
{
    gsize tlv = tlv_begin (call->response, 0x10);

    put_u8 (call->response, sw1);
    put_u8 (call->response, sw2);
    tlv_end (call->response, tlv);
}

static void
put_contents (QmiCall *call, GBytes *contents, guint16 offset, guint16 length)
{
    gsize size, tlv;
    const guint8 *data = g_bytes_get_data (contents, &size);

    offset = MIN (offset, size);
    size -= offset;
    if (length)
        size = MIN (size, length);
    put_card_result (call, 0x90, 0x00);
    tlv = tlv_begin (call->response, 0x11);
    put_u16 (call->response, size);
    put_bytes (call->response, data + offset, size);
    tlv_end (call->response, tlv);
}

static QmiProtocolError
read_transparent (QmiCall *call)
{
    TlvReader file_reader = tlv_open (call->request, 0x02), part_reader = tlv_open (call->request, 0x03);
    guint16 file, offset, length;
    g_autoptr (GBytes) contents = NULL;

    if (!get_u16 (&file_reader, &file) || !get_u16 (&part_reader, &offset) ||
        !get_u16 (&part_reader, &length))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (model_sim_state (call->model) == SIM_ABSENT)
        return QMI_PROTOCOL_ERROR_NO_SIM; /* inferred */
    contents = sim_read_file (call->model->sim, file);
    if (contents) {
        put_contents (call, contents, offset, length);
        return QMI_PROTOCOL_ERROR_NONE;
    }
    if (model_sim_state (call->model) != SIM_READY) {
        put_card_result (call, 0x69, 0x82); /* security status not satisfied */
        return QMI_PROTOCOL_ERROR_ACCESS_DENIED;
    }
    put_card_result (call, 0x6a, 0x82); /* file not found */
    return QMI_PROTOCOL_ERROR_SIM_FILE_NOT_FOUND;
}

/* PIN */

/* Opens the TLV that all PIN requests have: FALSE if it is not there or not about PIN1. */
static gboolean
open_pin (QmiCall *call, TlvReader *reader)
{
    guint8 id;

    *reader = tlv_open (call->request, 0x02);
    return get_u8 (reader, &id) && id == QMI_UIM_PIN_ID_PIN1;
}

static QmiProtocolError
finish_pin (QmiCall *call, gboolean right)
{
    gsize tlv;

    if (right)
        return QMI_PROTOCOL_ERROR_NONE;
    tlv = tlv_begin (call->response, 0x10);
    put_u8 (call->response, call->model->sim->pin_retries);
    put_u8 (call->response, call->model->sim->puk_retries);
    tlv_end (call->response, tlv);
    return call->model->sim->pin_retries ? QMI_PROTOCOL_ERROR_INCORRECT_PIN : QMI_PROTOCOL_ERROR_PIN_BLOCKED;
}

static QmiProtocolError
verify_pin (QmiCall *call)
{
    TlvReader reader;
    g_autofree char *pin = open_pin (call, &reader) ? get_string (&reader) : NULL;

    if (!pin)
        return QMI_PROTOCOL_ERROR_INVALID_PIN_ID;
    return finish_pin (call, model_sim_verify_pin (call->model, pin));
}

static QmiProtocolError
set_pin_protection (QmiCall *call)
{
    TlvReader reader;
    guint8 enable;
    g_autofree char *pin = NULL;

    if (!open_pin (call, &reader) || !get_u8 (&reader, &enable))
        return QMI_PROTOCOL_ERROR_INVALID_PIN_ID;
    pin = get_string (&reader);
    if (!pin)
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if ((*call->model->sim->pin != '\0') == (gboolean) enable)
        return QMI_PROTOCOL_ERROR_NO_EFFECT;
    return finish_pin (call, sim_enable_pin (call->model->sim, enable, pin));
}

static QmiProtocolError
unblock_pin (QmiCall *call)
{
    TlvReader reader;
    g_autofree char *puk = open_pin (call, &reader) ? get_string (&reader) : NULL;
    g_autofree char *pin = puk ? get_string (&reader) : NULL;

    if (!pin)
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    return finish_pin (call, model_sim_unblock_pin (call->model, puk, pin));
}

static QmiProtocolError
change_pin (QmiCall *call)
{
    TlvReader reader;
    g_autofree char *old_pin = open_pin (call, &reader) ? get_string (&reader) : NULL;
    g_autofree char *new_pin = old_pin ? get_string (&reader) : NULL;

    if (!new_pin)
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    return finish_pin (call, sim_change_pin (call->model->sim, old_pin, new_pin));
}

/* No lock to a network, so no personalization feature is listed. */
static QmiProtocolError
get_configuration (QmiCall *call)
{
    tlv_u8 (call->response, 0x11, 0);
    return QMI_PROTOCOL_ERROR_NONE;
}

static void
on_model (QmiEndpoint *endpoint, Model *model, ModelEvent event, gconstpointer detail)
{
    static const QmiIndication card_status = {
        .service = QMI_SERVICE_UIM,
        .message = 0x0032,
        .events = QMI_UIM_EVENT_REGISTRATION_FLAG_CARD_STATUS,
        .fill = put_card_status,
    };

    if (event == MODEL_SIM)
        qmi_endpoint_indicate (endpoint, &card_status, NULL);
}

static const QmiMethod methods[] = {
    { 0x0000, "Reset", reset },
    { 0x0020, "Read Transparent", read_transparent },
    { 0x0025, "Set PIN Protection", set_pin_protection },
    { 0x0026, "Verify PIN", verify_pin },
    { 0x0027, "Unblock PIN", unblock_pin },
    { 0x0028, "Change PIN", change_pin },
    { 0x002a, "Refresh Register" },
    { 0x002c, "Refresh Complete" },
    { 0x002e, "Register Events", register_events },
    { 0x002f, "Get Card Status", get_card_status },
    { 0x003a, "Get Configuration", get_configuration },
    { 0x0044, "Refresh Register All" },
    { 0x0046, "Switch Slot", qmi_not_supported },
    { 0x0047, "Get Slot Status", qmi_not_supported },
    { 0 },
};

const QmiServiceType qmi_uim = { QMI_SERVICE_UIM, "UIM", methods, on_model };
