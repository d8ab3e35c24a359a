/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The QMI side of the modem. */

#include "qmi-endpoint.h"
#include "qmi-service.h"

#include <string.h>

/* QMUX: marker, length (2), flags, service, client. cdc-wdm takes messages of at most 4096 bytes. */
#define FRAME_MIN 12
#define FRAME_MAX 4096
#define STALE     (G_USEC_PER_SEC)

/* Seconds, never scaled, from a response to the indication that completes it: hosts rely on such a pause. */
#define INDICATION_DELAY 0.02

struct _QmiEndpoint {
    QmiEndpointConfig config;
    GByteArray *input;
    gint64 last_input;
    GPtrArray *peers;
    Timers *later;
    Hang hang;
};

static const QmiServiceType *const types[] = {
    &qmi_ctl, &qmi_wds, &qmi_dms, &qmi_nas, &qmi_wms, &qmi_voice,
    &qmi_uim, &qmi_loc, &qmi_sar, &qmi_wda, &qmi_pdc, &qmi_dsd,
};

static const QmiServiceType *
find_type (QmiService service)
{
    for (guint i = 0; i < G_N_ELEMENTS (types); i++)
        if (types[i]->service == service)
            return types[i];
    return NULL;
}

int
qmi_service_parse (const char *text)
{
    guint64 number;
    gboolean hexadecimal = g_str_has_prefix (text, "0x");

    for (guint i = 0; i < G_N_ELEMENTS (types); i++)
        if (g_ascii_strcasecmp (types[i]->name, text) == 0)
            return types[i]->service;
    if (hexadecimal)
        text += 2;
    if (g_ascii_string_to_unsigned (text, hexadecimal ? 16 : 10, 0, 255, &number, NULL))
        return number;
    return -1;
}

QmiProtocolError
qmi_not_supported (QmiCall *call)
{
    return QMI_PROTOCOL_ERROR_NOT_SUPPORTED;
}

/* Clients */

static void
peer_free (gpointer data)
{
    QmiPeer *peer = data;

    g_array_unref (peer->handles);
    g_free (peer);
}

static QmiPeer *
find_peer (QmiEndpoint *self, QmiService service, guint8 id)
{
    for (guint i = 0; i < self->peers->len; i++) {
        QmiPeer *peer = g_ptr_array_index (self->peers, i);

        if (peer->service == service && peer->id == id)
            return peer;
    }
    return NULL;
}

QmiPeer *
qmi_endpoint_allocate (QmiEndpoint *self, QmiService service)
{
    for (guint id = 1; id < 255; id++) {
        QmiPeer *peer;

        if (find_peer (self, service, id))
            continue;
        peer = g_new0 (QmiPeer, 1);
        peer->service = service;
        peer->id = id;
        peer->family = 4;
        peer->handles = g_array_new (FALSE, FALSE, sizeof (guint32));
        g_ptr_array_add (self->peers, peer);
        return peer;
    }
    return NULL;
}

gboolean
qmi_endpoint_release (QmiEndpoint *self, QmiService service, guint8 id)
{
    QmiPeer *peer = find_peer (self, service, id);
    const QmiServiceType *type = find_type (service);
    guint index;

    if (!peer || !g_ptr_array_find (self->peers, peer, &index))
        return FALSE;
    /* Out of the list first: what follows is not for its ears. */
    g_ptr_array_steal_index (self->peers, index);
    if (type && type->on_release)
        type->on_release (self->config.model, peer);
    peer_free (peer);
    return TRUE;
}

void
qmi_endpoint_release_all (QmiEndpoint *self)
{
    while (self->peers->len) {
        QmiPeer *peer = g_ptr_array_index (self->peers, 0);

        qmi_endpoint_release (self, peer->service, peer->id);
    }
}

gboolean
qmi_endpoint_has_service (QmiEndpoint *self, QmiService service)
{
    GArray *services = self->config.model->profile->services;

    for (guint i = 0; i < services->len; i++)
        if (g_array_index (services, ProfileService, i).service == (guint) service)
            return TRUE;
    return FALSE;
}

/* Output */

static void
send_message (QmiEndpoint *self, QmiMessage *message)
{
    if (!self->hang)
        self->config.write (message->data, message->len, self->config.user_data);
}

static gboolean
wants (const QmiPeer *peer, const QmiIndication *indication)
{
    if (peer->service != indication->service)
        return FALSE;
    return (!indication->events || peer->events & indication->events) &&
           (!indication->family || peer->family == indication->family);
}

void
qmi_endpoint_indicate (QmiEndpoint *self, const QmiIndication *indication, gconstpointer detail)
{
    for (guint i = 0; i < self->peers->len; i++) {
        QmiPeer *peer = g_ptr_array_index (self->peers, i);
        g_autoptr (QmiMessage) message = NULL;

        if (!wants (peer, indication))
            continue;
        message = qmi_indication_new (peer->service, peer->id, indication->message);
        indication->fill (message, self->config.model, detail);
        journal_log (self->config.journal, "QMI %s client %u indication 0x%04x",
                     find_type (peer->service)->name,
                     peer->id, indication->message);
        send_message (self, message);
    }
}

QmiMessage *
qmi_call_indicate (QmiCall *call, guint16 message)
{
    QmiMessage *indication = qmi_indication_new (call->peer->service, call->peer->id, message);

    g_ptr_array_add (call->indications, indication);
    return indication;
}

void
qmi_call_register (QmiCall *call, guint8 type, guint32 event)
{
    guint8 wanted;

    if (!tlv_get_u8 (call->request, type, &wanted))
        return;
    if (wanted)
        call->peer->events |= event;
    else
        call->peer->events &= ~event;
}

/* Requests */

static void
copy_tlv (guint8 type, const guint8 *value, gsize length, gpointer user_data)
{
    if (type != 0x02) /* the result */
        qmi_message_add_raw_tlv (user_data, type, value, length, NULL);
}

typedef struct {
    QmiEndpoint *endpoint;
    QmiMessage *response;
    GPtrArray *indications;
} Answer;

static void
answer_free (gpointer data)
{
    Answer *self = data;

    qmi_message_unref (self->response);
    g_ptr_array_unref (self->indications);
    g_free (self);
}

static void
send_indications (gpointer data)
{
    Answer *self = data;

    for (guint i = 0; i < self->indications->len; i++)
        send_message (self->endpoint, g_ptr_array_index (self->indications, i));
}

static void
send_response (gpointer data)
{
    Answer *self = data;

    send_message (self->endpoint, self->response);
}

/* The response with the error in place of success, and what TLVs the handler has put into it. */
static QmiMessage *
make_refusal (QmiCall *call, QmiProtocolError error)
{
    QmiMessage *refusal = qmi_message_response_new (call->request, error);

    qmi_message_foreach_raw_tlv (call->response, copy_tlv, refusal);
    return refusal;
}

static void
answer_call (QmiEndpoint *self, QmiCall *call, QmiProtocolError result)
{
    Answer *answer = g_new0 (Answer, 1);

    answer->endpoint = self;
    answer->response = result ? make_refusal (call, result) : qmi_message_ref (call->response);
    answer->indications = g_ptr_array_ref (call->indications);
    if (call->delay > 0) {
        timers_add_full (self->config.model->timers, call->delay, send_response, answer, answer_free);
        return;
    }
    send_response (answer);
    timers_add_full (self->later, INDICATION_DELAY, send_indications, answer, answer_free);
}

static const QmiMethod *
find_method (const QmiServiceType *type, guint16 message)
{
    for (const QmiMethod *method = type ? type->methods : NULL; method && method->name; method++)
        if (method->message == message)
            return method;
    return NULL;
}

static QmiProtocolError
run_method (QmiEndpoint *self, QmiCall *call, const QmiMethod *method, Fault fault)
{
    if (fault.kind == FAULT_ERROR)
        return fault.value;
    if (qmi_message_get_service (call->request) != QMI_SERVICE_CTL && !call->peer)
        return QMI_PROTOCOL_ERROR_INVALID_CLIENT_ID;
    if (!method)
        return QMI_PROTOCOL_ERROR_INVALID_QMI_COMMAND;
    return method->handler ? method->handler (call) : QMI_PROTOCOL_ERROR_NONE;
}

static void
note (QmiEndpoint *self, QmiMessage *request, const QmiMethod *method, QmiProtocolError result, Fault fault)
{
    QmiService service = qmi_message_get_service (request);
    const QmiServiceType *type = find_type (service);
    g_autofree char *number = g_strdup_printf ("%u", service);
    const char *outcome = result ? qmi_protocol_error_get_string (result) : "ok";
    g_autofree char *question =
        g_strdup_printf ("%s 0x%04x %s %s", type ? type->name : number, qmi_message_get_message_id (request),
                         method ? method->name : "unknown", fault.kind == FAULT_SILENT ? "silent" : outcome);

    journal_count (self->config.journal, JOURNAL_QMI, question);
    journal_log (self->config.journal, "QMI client %u %s%s", qmi_message_get_client_id (request), question,
                 fault.kind ? " (fault)" : "");
}

static void
handle_request (QmiEndpoint *self, QmiMessage *request)
{
    QmiService service = qmi_message_get_service (request);
    guint16 message = qmi_message_get_message_id (request);
    const QmiMethod *method = find_method (find_type (service), message);
    Fault fault = faults_strike_qmi (self->config.faults, service, message);
    g_autoptr (GPtrArray) indications = g_ptr_array_new_with_free_func ((GDestroyNotify) qmi_message_unref);
    QmiProtocolError result = QMI_PROTOCOL_ERROR_NONE;
    QmiCall call = {
        .endpoint = self,
        .model = self->config.model,
        .peer = find_peer (self, service, qmi_message_get_client_id (request)),
        .request = request,
        .response = qmi_message_response_new (request, QMI_PROTOCOL_ERROR_NONE),
        .indications = indications,
    };

    if (fault.kind != FAULT_SILENT)
        result = run_method (self, &call, method, fault);
    note (self, request, method, result, fault);
    if (fault.kind != FAULT_SILENT)
        answer_call (self, &call, result);
    qmi_message_unref (call.response);
}

/* Input */

/* Skips what cannot be the beginning of a frame from the host. */
static void
skip_noise (QmiEndpoint *self)
{
    guint skip = 0;
    GByteArray *input = self->input;

    for (; skip < input->len; skip++) {
        const guint8 *frame = input->data + skip;
        guint left = input->len - skip;
        guint length = left >= 3 ? (frame[1] | frame[2] << 8) + 1 : FRAME_MIN;

        if (frame[0] == QMI_MESSAGE_QMUX_MARKER && length >= FRAME_MIN && length <= FRAME_MAX &&
            (left < 4 || frame[3] == 0))
            break;
    }
    if (skip) {
        journal_log (self->config.journal, "QMI skipped %u bytes that are no frame", skip);
        g_byte_array_remove_range (input, 0, skip);
    }
}

/* NULL: no whole frame yet. */
static GByteArray *
take_frame (QmiEndpoint *self)
{
    GByteArray *input = self->input, *frame;
    guint length;

    skip_noise (self);
    if (input->len < FRAME_MIN)
        return NULL;
    length = (input->data[1] | input->data[2] << 8) + 1;
    if (input->len < length)
        return NULL;
    frame = g_byte_array_append (g_byte_array_new (), input->data, length);
    g_byte_array_remove_range (input, 0, length);
    return frame;
}

/* Whoever opens the port asks for a client first. */
static gboolean
is_lost_in_hang (QmiEndpoint *self, QmiMessage *request)
{
    if (self->hang && qmi_message_get_service (request) == QMI_SERVICE_CTL)
        self->hang = HANG_NONE;
    return self->hang != HANG_NONE;
}

static void
handle_frame (QmiEndpoint *self, GByteArray *frame)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (QmiMessage) request = qmi_message_new_from_raw (frame, &error);

    if (request && is_lost_in_hang (self, request))
        return;
    if (request && qmi_message_is_request (request))
        handle_request (self, request);
    else
        journal_log (self->config.journal, "QMI dropped a frame: %s", error ? error->message
                     : "not a request");
}

void
qmi_endpoint_feed (QmiEndpoint *self, gconstpointer data, gsize size)
{
    gint64 now = g_get_monotonic_time ();
    GByteArray *frame;

    if (self->hang > HANG_UNTIL_REOPENED)
        return;
    /* A frame comes in one write: what is left of a second ago is the torso of one. */
    if (now - self->last_input > STALE)
        g_byte_array_set_size (self->input, 0);
    self->last_input = now;
    g_byte_array_append (self->input, data, size);
    while ((frame = take_frame (self))) {
        handle_frame (self, frame);
        g_byte_array_unref (frame);
    }
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    QmiEndpoint *self = user_data;

    self->hang = hang_after (self->hang, model, event);
    if (event == MODEL_DETACHED || event == MODEL_ATTACHED) {
        /* The firmware's clients went with it. */
        g_ptr_array_set_size (self->peers, 0);
        timers_cancel (self->later);
        g_byte_array_set_size (self->input, 0);
    }
    if (model->power != POWER_RUNNING)
        return;
    for (guint i = 0; i < G_N_ELEMENTS (types); i++)
        if (types[i]->on_model)
            types[i]->on_model (self, model, event, detail);
}

void
qmi_endpoint_set_hang (QmiEndpoint *self, Hang hang)
{
    self->hang = hang;
}

gboolean
qmi_endpoint_is_hung (const QmiEndpoint *self)
{
    return self->hang != HANG_NONE;
}

QmiEndpoint *
qmi_endpoint_new (const QmiEndpointConfig *config)
{
    QmiEndpoint *self = g_new0 (QmiEndpoint, 1);

    self->config = *config;
    self->input = g_byte_array_new ();
    self->later = timers_new (1);
    self->peers = g_ptr_array_new_with_free_func (peer_free);
    model_listen (config->model, on_model, self);
    return self;
}

void
qmi_endpoint_free (QmiEndpoint *self)
{
    timers_free (self->later);
    g_byte_array_unref (self->input);
    g_ptr_array_unref (self->peers);
    g_free (self);
}
