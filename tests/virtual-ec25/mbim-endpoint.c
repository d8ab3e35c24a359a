/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MBIM side of the modem. */

#include "mbim-endpoint.h"
#include "mbim-service.h"

#include <string.h>

/* Type, length, transaction; then, in commands and indications, number of fragments and index (MBIM 1.0, 9). */
#define HEADER   12
#define FRAGMENT 20
#define COMMAND  28 /* behind the fragment header: service, CID, query or set, length of the buffer */

#define TRANSFER_MIN 64
#define TRANSFER_MAX 4096
#define MESSAGE_MAX  65536
#define STALE        (G_USEC_PER_SEC)

struct _MbimEndpoint {
    MbimEndpointConfig config;
    GByteArray *input;
    gint64 last_input;
    gboolean open;
    Hang hang;
    guint32 max_transfer;
    GArray *subscriptions; /* of MbimSubscription; NULL: everything */
    MbimState state;
    struct {
        GByteArray *body; /* of a command that has not come in whole */
        guint32 transaction, total, next;
    } partial;
};

const MbimServiceType *const mbim_services[] = { &mbim_basic_connect, &mbim_sms, NULL };

static const MbimServiceType *
find_type (MbimService service)
{
    for (guint i = 0; mbim_services[i]; i++)
        if (mbim_services[i]->service == service)
            return mbim_services[i];
    return NULL;
}

static const MbimMethod *
find_method (const MbimServiceType *type, guint cid)
{
    for (const MbimMethod *method = type ? type->methods : NULL; method && method->name; method++)
        if (method->cid == cid)
            return method;
    return NULL;
}

int
mbim_service_parse (const char *text)
{
    guint64 number;

    for (guint i = 0; mbim_services[i]; i++)
        if (g_ascii_strcasecmp (mbim_services[i]->name, text) == 0)
            return mbim_services[i]->service;
    if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT8, &number, NULL))
        return number;
    return -1;
}

MbimState *
mbim_endpoint_state (MbimEndpoint *self)
{
    return &self->state;
}

/* As a function is before OPEN; what the session used is for the caller to give back. */
static void
forget_host (MbimEndpoint *self)
{
    self->open = FALSE;
    self->state = (MbimState) { 0 };
    g_clear_pointer (&self->subscriptions, g_array_unref);
    g_clear_pointer (&self->partial.body, g_byte_array_unref);
}

/* Output */

static void
append_u32 (GByteArray *bytes, guint32 value)
{
    guint32 little = GUINT32_TO_LE (value);

    g_byte_array_append (bytes, (const guint8 *) &little, sizeof (little));
}

static void
send_bytes (MbimEndpoint *self, gconstpointer data, gsize size)
{
    if (!self->hang)
        self->config.write (data, size, self->config.user_data);
}

static void
send_message (MbimEndpoint *self, MbimMessage *message)
{
    guint32 size;
    const guint8 *data = mbim_message_get_raw (message, &size, NULL);

    send_bytes (self, data, size);
    mbim_message_unref (message);
}

/* body: what comes behind the fragment header. */
static void
send_fragments (MbimEndpoint *self, MbimMessageType type, guint32 transaction, const GByteArray *body)
{
    guint room = self->max_transfer - FRAGMENT;
    guint total = MAX (1, (body->len + room - 1) / room);

    for (guint i = 0; i < total; i++) {
        guint size = MIN (room, body->len - i * room);
        g_autoptr (GByteArray) fragment = g_byte_array_new ();

        append_u32 (fragment, type);
        append_u32 (fragment, FRAGMENT + size);
        append_u32 (fragment, transaction);
        append_u32 (fragment, total);
        append_u32 (fragment, i);
        g_byte_array_append (fragment, body->data + i * room, size);
        send_bytes (self, fragment->data, fragment->len);
    }
}

static void
send_error (MbimEndpoint *self, guint32 transaction, MbimProtocolError error)
{
    journal_log (self->config.journal, "MBIM function error: %s", mbim_protocol_error_get_string (error));
    send_message (self, mbim_message_function_error_new (transaction, error));
}

static gboolean
is_subscribed (const MbimEndpoint *self, MbimService service, guint cid)
{
    const MbimUuid *uuid = mbim_uuid_from_service (service);

    for (guint i = 0; self->subscriptions && i < self->subscriptions->len; i++) {
        const MbimSubscription *wanted = &g_array_index (self->subscriptions, MbimSubscription, i);

        if (mbim_uuid_cmp (&wanted->service, uuid) && (wanted->cid == cid || wanted->cid == 0))
            return TRUE;
    }
    return !self->subscriptions;
}

void
mbim_endpoint_subscribe (MbimEndpoint *self, GArray *list)
{
    g_clear_pointer (&self->subscriptions, g_array_unref);
    self->subscriptions = list;
}

void
mbim_endpoint_indicate (MbimEndpoint *self, MbimService service, guint cid, MbimHandler fill)
{
    g_autoptr (MbimBuffer) buffer = mbim_buffer_new ();
    g_autoptr (GByteArray) content = NULL, body = g_byte_array_new ();
    MbimCall call = { self, self->config.model, &self->state, .response = buffer };

    if (!self->open || !is_subscribed (self, service, cid))
        return;
    fill (&call);
    content = mbim_buffer_finish (buffer);
    g_byte_array_append (body, (const guint8 *) mbim_uuid_from_service (service), sizeof (MbimUuid));
    append_u32 (body, cid);
    append_u32 (body, content->len);
    g_byte_array_append (body, content->data, content->len);
    journal_log (self->config.journal, "MBIM %s %u indication", find_type (service)->name, cid);
    send_fragments (self, MBIM_MESSAGE_TYPE_INDICATE_STATUS, 0, body);
}

/* Commands */

typedef struct {
    MbimEndpoint *endpoint;
    guint32 transaction;
    GByteArray *body;
} Answer;

static void
answer_free (gpointer data)
{
    Answer *self = data;

    g_byte_array_unref (self->body);
    g_free (self);
}

static void
send_answer (gpointer data)
{
    Answer *self = data;

    if (self->endpoint->open)
        send_fragments (self->endpoint, MBIM_MESSAGE_TYPE_COMMAND_DONE, self->transaction, self->body);
}

typedef struct {
    guint32 transaction;
    MbimUuid service;
    guint32 cid, is_set;
    MbimReader buffer;
} Command;

static void
answer_command (MbimEndpoint *self, const Command *command, const MbimCall *call, MbimStatusError status)
{
    g_autoptr (GByteArray) content = mbim_buffer_finish (call->response);
    Answer *answer = g_new0 (Answer, 1);

    answer->endpoint = self;
    answer->transaction = command->transaction;
    answer->body = g_byte_array_new ();
    g_byte_array_append (answer->body, (const guint8 *) &command->service, sizeof (command->service));
    append_u32 (answer->body, command->cid);
    append_u32 (answer->body, status);
    append_u32 (answer->body, content->len);
    g_byte_array_append (answer->body, content->data, content->len);
    if (call->delay > 0) {
        timers_add_full (self->config.model->timers, call->delay, send_answer, answer, answer_free);
        return;
    }
    send_answer (answer);
    answer_free (answer);
}

static MbimStatusError
run_method (MbimCall *call, const Command *command, const MbimMethod *method, Fault fault)
{
    MbimHandler handler = NULL;

    if (fault.kind == FAULT_ERROR)
        return fault.value;
    if (method)
        handler = command->is_set ? method->set : method->query;
    return handler ? handler (call) : MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT;
}

static void
note (MbimEndpoint *self, const Command *command, const char *outcome, Fault fault)
{
    const MbimServiceType *type = find_type (mbim_uuid_to_service (&command->service));
    const MbimMethod *method = find_method (type, command->cid);
    g_autofree char *uuid = mbim_uuid_get_printable (&command->service);
    g_autofree char *question =
        g_strdup_printf ("%s %u %s %s %s", type ? type->name : uuid, command->cid, method ? method->name : "unknown",
                         command->is_set ? "set" : "query", outcome);

    journal_count (self->config.journal, JOURNAL_MBIM, question);
    journal_log (self->config.journal, "MBIM %s%s", question, fault.kind ? " (fault)" : "");
}

static void
handle_command (MbimEndpoint *self, const Command *command)
{
    MbimService service = mbim_uuid_to_service (&command->service);
    const MbimMethod *method = find_method (find_type (service), command->cid);
    Fault fault = faults_strike_mbim (self->config.faults, service, command->cid);
    g_autoptr (MbimBuffer) response = mbim_buffer_new ();
    MbimCall call = { self, self->config.model, &self->state, command->buffer, response };
    MbimStatusError status = MBIM_STATUS_ERROR_NONE;

    call.silent = fault.kind == FAULT_SILENT;
    if (!call.silent)
        status = run_method (&call, command, method, fault);
    note (self, command, call.silent ? "silent" : status ? mbim_status_error_get_string (status) : "ok", fault);
    if (!call.silent)
        answer_command (self, command, &call, status);
}

static void
parse_command (MbimEndpoint *self, guint32 transaction, const GByteArray *body)
{
    MbimReader reader = { body->data, body->len, 0 };
    Command command = { transaction };
    guint32 size;

    if (!get_mbim_uuid (&reader, &command.service) || !get_mbim_u32 (&reader, &command.cid) ||
        !get_mbim_u32 (&reader, &command.is_set) || !get_mbim_u32 (&reader, &size) || size != body->len - COMMAND) {
        send_error (self, transaction, MBIM_PROTOCOL_ERROR_LENGTH_MISMATCH);
        return;
    }
    command.buffer = (MbimReader) { body->data + COMMAND, size, 0 };
    handle_command (self, &command);
}

/* Fragments of one command come one after the other, with nothing in between. */
static void
handle_fragment (MbimEndpoint *self, guint32 transaction, MbimReader *reader)
{
    guint32 total, index;
    GByteArray *body;

    if (!get_mbim_u32 (reader, &total) || !get_mbim_u32 (reader, &index)) {
        send_error (self, transaction, MBIM_PROTOCOL_ERROR_LENGTH_MISMATCH);
        return;
    }
    if (index == 0) {
        g_clear_pointer (&self->partial.body, g_byte_array_unref);
        self->partial.body = g_byte_array_new ();
        self->partial.transaction = transaction;
        self->partial.total = total;
        self->partial.next = 0;
    }
    body = self->partial.body;
    if (!body || self->partial.transaction != transaction || self->partial.next != index ||
        self->partial.total != total || index >= total || body->len > MESSAGE_MAX) {
        g_clear_pointer (&self->partial.body, g_byte_array_unref);
        send_error (self, transaction, MBIM_PROTOCOL_ERROR_FRAGMENT_OUT_OF_SEQUENCE);
        return;
    }
    g_byte_array_append (body, reader->data + reader->at, reader->size - reader->at);
    if (++self->partial.next < total)
        return;
    self->partial.body = NULL;
    parse_command (self, transaction, body);
    g_byte_array_unref (body);
}

/* Opening and closing. An OPEN of what is open starts it anew. */

static void
handle_open (MbimEndpoint *self, guint32 transaction, guint32 max_transfer)
{
    const char *hollow = self->config.model->profile->mbim_hollow;
    gboolean fails = g_str_equal (hollow, "open-fails");

    journal_count (self->config.journal, JOURNAL_MBIM, "open");
    journal_log (self->config.journal, "MBIM open, transfers of up to %u bytes", max_transfer);
    mbim_session_end (&self->state, self->config.model);
    forget_host (self);
    if (g_str_equal (hollow, "open-silent"))
        return;
    if (max_transfer < TRANSFER_MIN) {
        send_error (self, transaction, MBIM_PROTOCOL_ERROR_MAX_TRANSFER);
        return;
    }
    self->open = !fails;
    self->max_transfer = MIN (max_transfer, TRANSFER_MAX);
    send_message (self, mbim_message_open_done_new (transaction, fails ? MBIM_STATUS_ERROR_FAILURE
                                                                       : MBIM_STATUS_ERROR_NONE));
}

static void
handle_close (MbimEndpoint *self, guint32 transaction)
{
    journal_count (self->config.journal, JOURNAL_MBIM, "close");
    mbim_session_end (&self->state, self->config.model);
    forget_host (self);
    send_message (self, mbim_message_close_done_new (transaction, MBIM_STATUS_ERROR_NONE));
}

/* Input */

static void
handle_frame (MbimEndpoint *self, const guint8 *frame, gsize size)
{
    MbimReader reader = { frame, size, 0 };
    guint32 type = 0, length, transaction = 0, max_transfer;

    get_mbim_u32 (&reader, &type);
    get_mbim_u32 (&reader, &length);
    get_mbim_u32 (&reader, &transaction);
    switch (type) {
    case MBIM_MESSAGE_TYPE_OPEN:
        if (get_mbim_u32 (&reader, &max_transfer))
            handle_open (self, transaction, max_transfer);
        else
            send_error (self, transaction, MBIM_PROTOCOL_ERROR_LENGTH_MISMATCH);
        break;
    case MBIM_MESSAGE_TYPE_CLOSE:
        handle_close (self, transaction);
        break;
    case MBIM_MESSAGE_TYPE_COMMAND:
        if (self->open)
            handle_fragment (self, transaction, &reader);
        else
            send_error (self, transaction, MBIM_PROTOCOL_ERROR_NOT_OPENED);
        break;
    default: /* the host's own complaints: it has given up what it asked for */
        g_clear_pointer (&self->partial.body, g_byte_array_unref);
        journal_log (self->config.journal, "MBIM host error");
    }
}

static guint32
peek_u32 (const GByteArray *bytes, guint at)
{
    MbimReader reader = { bytes->data, bytes->len, at };
    guint32 value = 0;

    get_mbim_u32 (&reader, &value);
    return value;
}

/* Whether a message from the host may begin there, as far as its beginning has come. */
static gboolean
may_begin (const GByteArray *input, guint at)
{
    guint left = input->len - at;
    guint32 type, length;

    if (left < 8)
        return TRUE;
    type = peek_u32 (input, at);
    length = peek_u32 (input, at + 4);
    return type >= MBIM_MESSAGE_TYPE_OPEN && type <= MBIM_MESSAGE_TYPE_HOST_ERROR && length >= HEADER &&
           length <= TRANSFER_MAX;
}

static void
skip_noise (MbimEndpoint *self)
{
    guint skip = 0;

    while (skip < self->input->len && !may_begin (self->input, skip))
        skip++;
    if (skip) {
        journal_log (self->config.journal, "MBIM skipped %u bytes that are no message", skip);
        g_byte_array_remove_range (self->input, 0, skip);
    }
}

/* NULL: no whole message yet. */
static GByteArray *
take_frame (MbimEndpoint *self)
{
    GByteArray *input = self->input, *frame;
    guint32 length;

    skip_noise (self);
    if (input->len < HEADER)
        return NULL;
    length = peek_u32 (input, 4);
    if (input->len < length)
        return NULL;
    frame = g_byte_array_append (g_byte_array_new (), input->data, length);
    g_byte_array_remove_range (input, 0, length);
    return frame;
}

static gboolean
looks_reopened (gconstpointer data, gsize size)
{
    guint32 type = 0;

    if (size >= sizeof (type))
        memcpy (&type, data, sizeof (type));
    return GUINT32_FROM_LE (type) == MBIM_MESSAGE_TYPE_OPEN;
}

void
mbim_endpoint_feed (MbimEndpoint *self, gconstpointer data, gsize size)
{
    gint64 now = g_get_monotonic_time ();
    GByteArray *frame;

    if (self->hang == HANG_UNTIL_REOPENED && looks_reopened (data, size))
        self->hang = HANG_NONE;
    if (self->hang)
        return;
    /* A message comes in one write: what is left of a second ago is the torso of one. */
    if (now - self->last_input > STALE)
        g_byte_array_set_size (self->input, 0);
    self->last_input = now;
    g_byte_array_append (self->input, data, size);
    while ((frame = take_frame (self))) {
        handle_frame (self, frame->data, frame->len);
        g_byte_array_unref (frame);
    }
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    MbimEndpoint *self = user_data;

    self->hang = hang_after (self->hang, model, event);
    if (event == MODEL_DETACHED || event == MODEL_ATTACHED) {
        forget_host (self);
        g_byte_array_set_size (self->input, 0);
    }
    if (model->power != POWER_RUNNING || !self->open)
        return;
    for (guint i = 0; mbim_services[i]; i++)
        if (mbim_services[i]->on_model)
            mbim_services[i]->on_model (self, model, event, detail);
}

void
mbim_endpoint_set_hang (MbimEndpoint *self, Hang hang)
{
    self->hang = hang;
}

gboolean
mbim_endpoint_is_hung (const MbimEndpoint *self)
{
    return self->hang != HANG_NONE;
}

MbimEndpoint *
mbim_endpoint_new (const MbimEndpointConfig *config)
{
    MbimEndpoint *self = g_new0 (MbimEndpoint, 1);

    self->config = *config;
    self->input = g_byte_array_new ();
    self->max_transfer = TRANSFER_MAX;
    model_listen (config->model, on_model, self);
    return self;
}

void
mbim_endpoint_free (MbimEndpoint *self)
{
    forget_host (self);
    g_byte_array_unref (self->input);
    g_free (self);
}
