/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MBIM function, asked with libmbim-glib's requests and read with its parsers. */

#include <libmbim-glib.h>
#include <string.h>

#include "mbim-codec.h"
#include "mbim-endpoint.h"
#include "scratch-module.h"

typedef struct {
    ScratchModule module;
    MbimEndpoint *endpoint;
    GByteArray *output;
    guint32 transaction;
} Fixture;

static void
keep (gconstpointer data, gsize size, gpointer user_data)
{
    g_byte_array_append (user_data, data, size);
}

static void
set_up (Fixture *fixture, gconstpointer settings)
{
    scratch_module_init (&fixture->module, settings);
    fixture->output = g_byte_array_new ();
    fixture->endpoint = mbim_endpoint_new (&(MbimEndpointConfig) { fixture->module.model, fixture->module.faults,
                                                                   fixture->module.journal, keep, fixture->output });
    scratch_module_register (&fixture->module);
}

static void
tear_down (Fixture *fixture, gconstpointer settings)
{
    mbim_endpoint_free (fixture->endpoint);
    scratch_module_clear (&fixture->module);
    g_byte_array_unref (fixture->output);
}

static guint32
number_at (const GByteArray *bytes, guint at)
{
    guint32 little;

    g_assert_cmpuint (bytes->len, >=, at + sizeof (little));
    memcpy (&little, bytes->data + at, sizeof (little));
    return GUINT32_FROM_LE (little);
}

/* The next message in the output, or NULL. libmbim-glib checks its form. */
static MbimMessage *
next_message (Fixture *fixture)
{
    MbimMessage *message;
    guint32 length;

    if (fixture->output->len == 0)
        return NULL;
    length = number_at (fixture->output, 4);
    g_assert_cmpuint (length, <=, fixture->output->len);
    message = mbim_message_new (fixture->output->data, length);
    g_assert_true (mbim_message_validate (message, NULL));
    g_byte_array_remove_range (fixture->output, 0, length);
    return message;
}

static void
send (Fixture *fixture, MbimMessage *message)
{
    guint32 size;
    const guint8 *data;

    mbim_message_set_transaction_id (message, ++fixture->transaction);
    data = mbim_message_get_raw (message, &size, NULL);
    mbim_endpoint_feed (fixture->endpoint, data, size);
    mbim_message_unref (message);
}

/* Sends a request, which is taken, and returns the response. */
static MbimMessage *
ask (Fixture *fixture, MbimMessage *message)
{
    g_assert_nonnull (message);
    send (fixture, message);
    for (;;) {
        MbimMessage *response = next_message (fixture);

        g_assert_nonnull (response);
        if (mbim_message_get_message_type (response) != MBIM_MESSAGE_TYPE_INDICATE_STATUS) {
            g_assert_cmpuint (mbim_message_get_transaction_id (response), ==, fixture->transaction);
            return response;
        }
        mbim_message_unref (response);
    }
}

static MbimMessage *
ask_with_status (Fixture *fixture, MbimMessage *message, MbimStatusError status)
{
    MbimMessage *response = ask (fixture, message);

    g_assert_cmpuint (mbim_message_get_message_type (response), ==, MBIM_MESSAGE_TYPE_COMMAND_DONE);
    g_assert_cmpuint (mbim_message_command_done_get_status_code (response), ==, status);
    return response;
}

static void
open_with (Fixture *fixture, guint32 max_transfer)
{
    g_autoptr (MbimMessage) response = ask (fixture, mbim_message_open_new (0, max_transfer));

    g_assert_cmpuint (mbim_message_get_message_type (response), ==, MBIM_MESSAGE_TYPE_OPEN_DONE);
    g_assert_cmpuint (mbim_message_open_done_get_status_code (response), ==, MBIM_STATUS_ERROR_NONE);
}

static void
set_up_open (Fixture *fixture, gconstpointer settings)
{
    set_up (fixture, settings);
    open_with (fixture, 4096);
}

static MbimMessage *
connect_message (const char *apn, const char *password, MbimContextIpType type, MbimActivationCommand command)
{
    return mbim_message_connect_set_new (0, command, apn, *password ? "user" : "", password, MBIM_COMPRESSION_NONE,
                                         *password ? MBIM_AUTH_PROTOCOL_CHAP : MBIM_AUTH_PROTOCOL_NONE, type,
                                         mbim_uuid_from_context_type (MBIM_CONTEXT_TYPE_INTERNET), NULL);
}

/* The codec */

static void
test_buffer (void)
{
    g_autoptr (MbimBuffer) buffer = mbim_buffer_new ();
    MbimBuffer *inner = mbim_buffer_new ();
    g_autoptr (GByteArray) bytes = NULL;
    MbimReader reader, inside;
    guint32 number;
    g_autofree char *text = NULL, *none = NULL, *inner_text = NULL;

    put_mbim_string (inner, "ß");
    put_mbim_u32 (buffer, 7);
    put_mbim_string (buffer, "abc");
    put_mbim_string (buffer, "");
    put_mbim_struct (buffer, inner);
    bytes = mbim_buffer_finish (buffer);
    g_assert_cmpuint (bytes->len % 4, ==, 0);
    reader = (MbimReader) { bytes->data, bytes->len, 0 };
    g_assert_true (get_mbim_u32 (&reader, &number));
    g_assert_cmpuint (number, ==, 7);
    g_assert_true (get_mbim_string (&reader, &text));
    g_assert_cmpstr (text, ==, "abc");
    g_assert_true (get_mbim_string (&reader, &none));
    g_assert_cmpstr (none, ==, "");
    g_assert_true (get_mbim_struct (&reader, &inside));
    g_assert_true (get_mbim_string (&inside, &inner_text));
    g_assert_cmpstr (inner_text, ==, "ß");
}

/* Offset and size of a string that does not lie in the buffer, or is none. */
static void
test_strings_out_of_bounds (void)
{
    static const struct {
        guint32 offset, size;
    } cases[] = { { 8, 2 }, { 4, 8 }, { 0xffffffff, 2 }, { 2, 0xffffffff }, { 0, 3 }, { 9, 0 } };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        guint32 fields[] = { GUINT32_TO_LE (cases[i].offset), GUINT32_TO_LE (cases[i].size) };
        MbimReader reader = { (const guint8 *) fields, sizeof (fields), 0 };
        char *text = NULL;

        g_assert_false (get_mbim_string (&reader, &text));
        g_assert_null (text);
    }
}

static void
test_lone_surrogate (void)
{
    guint8 bytes[] = { 8, 0, 0, 0, 2, 0, 0, 0, 0x00, 0xd8, 0, 0 };
    MbimReader reader = { bytes, sizeof (bytes), 0 };
    char *text = NULL;

    g_assert_false (get_mbim_string (&reader, &text));
}

/* Opening */

static void
test_open_and_close (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) early = ask (fixture, mbim_message_device_caps_query_new (NULL));
    g_autoptr (MbimMessage) closed = NULL;

    g_assert_cmpuint (mbim_message_get_message_type (early), ==, MBIM_MESSAGE_TYPE_FUNCTION_ERROR);
    g_assert_cmpuint (mbim_message_error_get_error_status_code (early), ==, MBIM_PROTOCOL_ERROR_NOT_OPENED);
    open_with (fixture, 4096);
    closed = ask (fixture, mbim_message_close_new (0));
    g_assert_cmpuint (mbim_message_get_message_type (closed), ==, MBIM_MESSAGE_TYPE_CLOSE_DONE);
}

static void
test_open_fails (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) response = ask (fixture, mbim_message_open_new (0, 4096));

    g_assert_cmpuint (mbim_message_open_done_get_status_code (response), ==, MBIM_STATUS_ERROR_FAILURE);
}

static void
test_open_silent (Fixture *fixture, gconstpointer data)
{
    send (fixture, mbim_message_open_new (0, 4096));
    g_assert_null (next_message (fixture));
}

static void
test_closing_ends_the_session (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) up = ask_with_status (
        fixture, connect_message ("internet", "", MBIM_CONTEXT_IP_TYPE_IPV4, MBIM_ACTIVATION_COMMAND_ACTIVATE), 0);
    g_autoptr (MbimMessage) closed = NULL;

    g_assert_true (session_is_up (model_session (fixture->module.model, 4)));
    closed = ask (fixture, mbim_message_close_new (0));
    g_assert_false (session_is_up (model_session (fixture->module.model, 4)));
}

/* Fragments */

static void
test_long_answers_come_in_fragments (Fixture *fixture, gconstpointer data)
{
    guint32 total, length;
    guint n_fragments = 0;

    open_with (fixture, 64);
    send (fixture, mbim_message_device_caps_query_new (NULL));
    total = number_at (fixture->output, 12);
    g_assert_cmpuint (total, >, 1);
    while (fixture->output->len) {
        length = number_at (fixture->output, 4);
        g_assert_cmpuint (length, <=, 64);
        g_assert_cmpuint (number_at (fixture->output, 12), ==, total);
        g_assert_cmpuint (number_at (fixture->output, 16), ==, n_fragments++);
        g_byte_array_remove_range (fixture->output, 0, length);
    }
    g_assert_cmpuint (n_fragments, ==, total);
}

static void
put_number (GByteArray *bytes, guint at, guint32 number)
{
    guint32 little = GUINT32_TO_LE (number);

    memcpy (bytes->data + at, &little, sizeof (little));
}

/* Cuts a request in two behind that many bytes of its body. */
static void
send_in_two (Fixture *fixture, MbimMessage *message, guint body, guint second_index)
{
    guint32 size;
    const guint8 *data = mbim_message_get_raw (message, &size, NULL);
    g_autoptr (GByteArray) first = g_byte_array_append (g_byte_array_new (), data, 20 + body);
    g_autoptr (GByteArray) second = g_byte_array_append (g_byte_array_new (), data, 20);

    g_byte_array_append (second, data + 20 + body, size - 20 - body);
    for (guint i = 0; i < 2; i++) {
        GByteArray *half = i ? second : first;

        put_number (half, 4, half->len);
        put_number (half, 8, 77);
        put_number (half, 12, 2);
        put_number (half, 16, i ? second_index : 0);
        mbim_endpoint_feed (fixture->endpoint, half->data, half->len);
    }
    mbim_message_unref (message);
}

static void
test_requests_in_fragments (Fixture *fixture, gconstpointer data)
{
    static const struct {
        guint second_index;
        MbimMessageType type;
    } cases[] = { { 1, MBIM_MESSAGE_TYPE_COMMAND_DONE }, { 2, MBIM_MESSAGE_TYPE_FUNCTION_ERROR } };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (MbimMessage) response = NULL;

        send_in_two (fixture, connect_message ("internet", "", MBIM_CONTEXT_IP_TYPE_IPV4,
                                               MBIM_ACTIVATION_COMMAND_DEACTIVATE), 40, cases[i].second_index);
        response = next_message (fixture);
        g_assert_nonnull (response);
        g_assert_cmpuint (mbim_message_get_message_type (response), ==, cases[i].type);
        g_assert_cmpuint (mbim_message_get_transaction_id (response), ==, 77);
    }
}

/* Bad input */

static void
test_noise_is_skipped (Fixture *fixture, gconstpointer data)
{
    static const char noise[] = "AT\r\n+++\xff\x00\x01 garbage";
    g_autoptr (MbimMessage) response = NULL;

    mbim_endpoint_feed (fixture->endpoint, noise, sizeof (noise));
    response = ask_with_status (fixture, mbim_message_device_caps_query_new (NULL), MBIM_STATUS_ERROR_NONE);
}

/* Each length of a request that is cut off, with its header's length corrected, gets an answer that is no success. */
static void
test_truncated_requests (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) whole =
        connect_message ("internet", "", MBIM_CONTEXT_IP_TYPE_IPV4, MBIM_ACTIVATION_COMMAND_ACTIVATE);
    guint32 size;
    const guint8 *bytes = mbim_message_get_raw (whole, &size, NULL);

    for (guint length = 12; length < size; length++) {
        g_autoptr (GByteArray) cut = g_byte_array_append (g_byte_array_new (), bytes, length);
        g_autoptr (MbimMessage) response = NULL;

        put_number (cut, 4, length);
        mbim_endpoint_feed (fixture->endpoint, cut->data, cut->len);
        response = next_message (fixture);
        g_assert_nonnull (response);
        g_assert_cmpuint (mbim_message_get_message_type (response), ==, MBIM_MESSAGE_TYPE_FUNCTION_ERROR);
        g_assert_false (session_is_up (model_session (fixture->module.model, 4)));
    }
}

/* A buffer of any length below the one it needs, all of it ones, is refused by every command that reads one. */
static void
test_short_buffers (Fixture *fixture, gconstpointer data)
{
    static const guint cids[] = { 3, 4, 9, 10, 11, 12, 13, 19, 21 };

    for (guint i = 0; i < G_N_ELEMENTS (cids); i++) {
        for (guint size = 0; size < 64; size++) {
            guint8 buffer[64];
            MbimMessage *request = mbim_message_command_new (0, MBIM_SERVICE_BASIC_CONNECT, cids[i],
                                                             MBIM_MESSAGE_COMMAND_TYPE_SET);
            g_autoptr (MbimMessage) response = NULL;

            memset (buffer, 0xff, sizeof (buffer));
            mbim_message_command_append (request, buffer, size);
            response = ask (fixture, request);
            if (cids[i] == 11 && size >= 12)
                continue; /* any thresholds will do */
            g_assert_cmpuint (mbim_message_command_done_get_status_code (response), ==,
                              MBIM_STATUS_ERROR_INVALID_PARAMETERS);
        }
    }
}

static void
test_unknown_commands (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) cid = NULL, service = NULL;

    cid = ask_with_status (fixture, mbim_message_command_new (0, MBIM_SERVICE_BASIC_CONNECT, 99,
                                                              MBIM_MESSAGE_COMMAND_TYPE_QUERY),
                           MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT);
    service = ask_with_status (fixture, mbim_message_command_new (0, MBIM_SERVICE_USSD, 1,
                                                                  MBIM_MESSAGE_COMMAND_TYPE_SET),
                               MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT);
}

static void
test_faults (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) failed = NULL, fine = NULL;

    faults_add_mbim (fixture->module.faults, mbim_service_parse ("basic-connect"), 1,
                     (Fault) { FAULT_ERROR, MBIM_STATUS_ERROR_BUSY }, 1);
    failed = ask_with_status (fixture, mbim_message_device_caps_query_new (NULL), MBIM_STATUS_ERROR_BUSY);
    faults_add_mbim (fixture->module.faults, FAULTS_ANY, FAULTS_ANY, (Fault) { FAULT_SILENT }, 0);
    send (fixture, mbim_message_device_caps_query_new (NULL));
    g_assert_null (next_message (fixture));
    faults_clear_mbim (fixture->module.faults);
    fine = ask_with_status (fixture, mbim_message_device_caps_query_new (NULL), MBIM_STATUS_ERROR_NONE);
    g_assert_cmpint (mbim_service_parse ("no-such-service"), ==, -1);
}

/* Device */

static void
test_device_caps (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) response =
        ask_with_status (fixture, mbim_message_device_caps_query_new (NULL), MBIM_STATUS_ERROR_NONE);
    MbimDataClass classes;
    guint32 sessions;
    g_autofree char *imei = NULL, *revision = NULL, *model = NULL;

    g_assert_true (mbim_message_device_caps_response_parse (response, NULL, NULL, NULL, NULL, &classes, NULL, NULL,
                                                            &sessions, NULL, &imei, &revision, &model, NULL));
    g_assert_true (classes & MBIM_DATA_CLASS_LTE);
    g_assert_cmpuint (sessions, ==, 1);
    g_assert_cmpstr (imei, ==, fixture->module.profile->imei);
    g_assert_cmpstr (revision, ==, fixture->module.profile->revision);
    g_assert_cmpstr (model, ==, "EC25");
}

/* What is announced is what is answered. */
static void
test_device_services (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) response =
        ask_with_status (fixture, mbim_message_device_services_query_new (NULL), MBIM_STATUS_ERROR_NONE);
    MbimDeviceServiceElement **services;
    guint32 n_services;

    g_assert_true (mbim_message_device_services_response_parse (response, &n_services, NULL, &services, NULL));
    g_assert_cmpuint (n_services, ==, 2);
    for (guint i = 0; i < n_services; i++) {
        MbimService service = mbim_uuid_to_service (&services[i]->device_service_id);

        for (guint j = 0; j < services[i]->cids_count; j++) {
            guint answered = 0;

            for (guint type = 0; type < 2; type++) {
                g_autoptr (MbimMessage) answer = NULL;

                if (service == MBIM_SERVICE_BASIC_CONNECT && services[i]->cids[j] == 8)
                    answered++; /* a scan is answered later */
                else {
                    answer = ask (fixture, mbim_message_command_new (0, service, services[i]->cids[j], type));
                    answered += mbim_message_command_done_get_status_code (answer) !=
                                MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT;
                }
            }
            g_assert_cmpuint (answered, >, 0);
        }
    }
    mbim_device_service_element_array_free (services);
}

static void
test_radio (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) off = NULL;
    MbimRadioSwitchState hardware, software;

    off = ask_with_status (fixture, mbim_message_radio_state_set_new (MBIM_RADIO_SWITCH_STATE_OFF, NULL), 0);
    g_assert_true (mbim_message_radio_state_response_parse (off, &hardware, &software, NULL));
    g_assert_cmpuint (hardware, ==, MBIM_RADIO_SWITCH_STATE_ON);
    g_assert_cmpuint (software, ==, MBIM_RADIO_SWITCH_STATE_OFF);
    g_assert_cmpint (fixture->module.model->mode, ==, MODE_LOW_POWER);
}

/* SIM */

static void
assert_ready_state (Fixture *fixture, MbimSubscriberReadyState expected, const char *expected_imsi)
{
    g_autoptr (MbimMessage) response =
        ask_with_status (fixture, mbim_message_subscriber_ready_status_query_new (NULL), 0);
    MbimSubscriberReadyState state;
    g_autofree char *imsi = NULL;

    g_assert_true (mbim_message_subscriber_ready_status_response_parse (response, &state, &imsi, NULL, NULL, NULL, NULL,
                                                                        NULL));
    g_assert_cmpuint (state, ==, expected);
    g_assert_cmpstr (imsi, ==, expected_imsi);
}

static void
test_subscriber (Fixture *fixture, gconstpointer data)
{
    assert_ready_state (fixture, MBIM_SUBSCRIBER_READY_STATE_INITIALIZED, "001010123456789");
    model_sim_remove (fixture->module.model);
    assert_ready_state (fixture, MBIM_SUBSCRIBER_READY_STATE_SIM_NOT_INSERTED, NULL);
}

static void
test_telephone_number (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) response =
        ask_with_status (fixture, mbim_message_subscriber_ready_status_query_new (NULL), 0);
    guint32 n_numbers;
    g_auto (GStrv) numbers = NULL;

    g_assert_true (mbim_message_subscriber_ready_status_response_parse (response, NULL, NULL, NULL, NULL, &n_numbers,
                                                                        &numbers, NULL));
    g_assert_cmpuint (n_numbers, ==, 1);
    g_assert_cmpstr (numbers[0], ==, "4915112345678");
}

static void
assert_pin (Fixture *fixture, const char *pin, MbimStatusError status, MbimPinType type, MbimPinState state,
            guint32 attempts)
{
    MbimMessage *request = pin ? mbim_message_pin_set_new (MBIM_PIN_TYPE_PIN1, MBIM_PIN_OPERATION_ENTER, pin, "", NULL)
                               : mbim_message_pin_query_new (NULL);
    g_autoptr (MbimMessage) response = ask_with_status (fixture, request, status);
    MbimPinType told_type;
    MbimPinState told_state;
    guint32 left;

    g_assert_true (mbim_message_pin_response_parse (response, &told_type, &told_state, &left, NULL));
    g_assert_cmpuint (told_type, ==, type);
    g_assert_cmpuint (told_state, ==, state);
    g_assert_cmpuint (left, ==, attempts);
}

static void
test_pin (Fixture *fixture, gconstpointer data)
{
    Model *model = fixture->module.model;

    model_sim_insert (model, NULL, NULL);
    g_free (model->sim->pin);
    model->sim->pin = g_strdup ("1234");
    sim_power_cycle (model->sim);
    assert_ready_state (fixture, MBIM_SUBSCRIBER_READY_STATE_DEVICE_LOCKED, NULL);
    assert_pin (fixture, NULL, MBIM_STATUS_ERROR_NONE, MBIM_PIN_TYPE_PIN1, MBIM_PIN_STATE_LOCKED, 3);
    assert_pin (fixture, "4321", MBIM_STATUS_ERROR_FAILURE, MBIM_PIN_TYPE_PIN1, MBIM_PIN_STATE_LOCKED, 2);
    assert_pin (fixture, "1234", MBIM_STATUS_ERROR_NONE, MBIM_PIN_TYPE_PIN1, MBIM_PIN_STATE_UNLOCKED, 3);
    assert_ready_state (fixture, MBIM_SUBSCRIBER_READY_STATE_INITIALIZED, "001010123456789");
}

static void
test_pin_list (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) response = ask_with_status (fixture, mbim_message_pin_list_query_new (NULL), 0);
    g_autoptr (MbimPinDesc) pin1 = NULL, custom = NULL;

    g_assert_true (mbim_message_pin_list_response_parse (response, &pin1, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                                         NULL, &custom, NULL));
    g_assert_cmpuint (pin1->pin_mode, ==, MBIM_PIN_MODE_DISABLED);
    g_assert_cmpuint (pin1->pin_length_max, ==, 8);
    g_assert_cmpuint (custom->pin_mode, ==, MBIM_PIN_MODE_NOT_SUPPORTED);
}

/* Network */

static void
test_register_state (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) response = ask_with_status (fixture, mbim_message_register_state_query_new (NULL), 0);
    MbimRegisterState state;
    MbimDataClass classes;
    g_autofree char *id = NULL, *name = NULL;

    g_assert_true (mbim_message_register_state_response_parse (response, NULL, &state, NULL, &classes, NULL, &id, &name,
                                                               NULL, NULL, NULL));
    g_assert_cmpuint (state, ==, MBIM_REGISTER_STATE_HOME);
    g_assert_cmpuint (classes, ==, MBIM_DATA_CLASS_LTE);
    g_assert_cmpstr (id, ==, "00101");
    g_assert_cmpstr (name, ==, "Test Network");
}

static void
test_denial_has_its_cause (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) response = NULL;
    MbimRegisterState state;
    MbimNwError error;

    model_set_network_answer (fixture->module.model, REGISTRATION_DENIED, 8);
    response = ask_with_status (fixture, mbim_message_register_state_query_new (NULL), 0);
    g_assert_true (mbim_message_register_state_response_parse (response, &error, &state, NULL, NULL, NULL, NULL, NULL,
                                                               NULL, NULL, NULL));
    g_assert_cmpuint (state, ==, MBIM_REGISTER_STATE_DENIED);
    g_assert_cmpuint (error, ==, 8);
}

static void
test_packet_service (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) response =
        ask_with_status (fixture, mbim_message_packet_service_set_new (MBIM_PACKET_SERVICE_ACTION_DETACH, NULL), 0);
    MbimPacketServiceState state;
    guint64 uplink;

    g_assert_true (mbim_message_packet_service_response_parse (response, NULL, &state, NULL, &uplink, NULL, NULL));
    g_assert_cmpuint (state, ==, MBIM_PACKET_SERVICE_STATE_DETACHED);
    g_assert_cmpuint (uplink, ==, 0);
}

static void
test_signal (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) response = ask_with_status (fixture, mbim_message_signal_state_set_new (30, 5, 0, NULL), 0);
    guint32 rssi, interval, threshold;

    g_assert_true (mbim_message_signal_state_response_parse (response, &rssi, NULL, &interval, &threshold, NULL, NULL));
    g_assert_cmpuint (rssi, ==, (-65 + 113) / 2);
    g_assert_cmpuint (interval, ==, 30);
    g_assert_cmpuint (threshold, ==, 5);
}

static gboolean
has_output (ScratchModule *module)
{
    Fixture *fixture = (Fixture *) module; /* its first member */

    return fixture->output->len > 0;
}

static void
test_providers (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) home = ask_with_status (fixture, mbim_message_home_provider_query_new (NULL), 0);
    g_autoptr (MbimMessage) visible = NULL;
    g_autoptr (MbimProvider) provider = NULL;
    g_autoptr (MbimProviderArray) providers = NULL;
    guint32 n_providers;

    g_assert_true (mbim_message_home_provider_response_parse (home, &provider, NULL));
    g_assert_cmpstr (provider->provider_id, ==, "00101");
    send (fixture, mbim_message_visible_providers_query_new (MBIM_VISIBLE_PROVIDERS_ACTION_FULL_SCAN, NULL));
    g_assert_null (next_message (fixture));
    scratch_module_wait (&fixture->module, has_output);
    visible = next_message (fixture);
    g_assert_true (mbim_message_visible_providers_response_parse (visible, &n_providers, &providers, NULL));
    g_assert_cmpuint (n_providers, ==, 1);
    g_assert_cmpstr (providers[0]->provider_name, ==, "Test Network");
    g_assert_true (providers[0]->provider_state & MBIM_PROVIDER_STATE_REGISTERED);
}

/* Connecting */

static const struct {
    const char *apn, *password;
    MbimContextIpType wanted;
    MbimStatusError status;
    MbimContextIpType activated;
    guint32 error;
} connects[] = {
    { "internet", "", MBIM_CONTEXT_IP_TYPE_IPV4V6, 0, MBIM_CONTEXT_IP_TYPE_IPV4V6, 0 },
    { "super", "", MBIM_CONTEXT_IP_TYPE_IPV4, 0, MBIM_CONTEXT_IP_TYPE_IPV4, 0 },
    { "", "", MBIM_CONTEXT_IP_TYPE_IPV6, 0, MBIM_CONTEXT_IP_TYPE_IPV6, 0 },
    { "internet", "", MBIM_CONTEXT_IP_TYPE_DEFAULT, 0, MBIM_CONTEXT_IP_TYPE_IPV4V6, 0 },
    { "wrong", "", MBIM_CONTEXT_IP_TYPE_IPV4V6, MBIM_STATUS_ERROR_FAILURE, 0,
      MBIM_NW_ERROR_MISSING_OR_UNKNOWN_APN },
};

static void
assert_connect (Fixture *fixture, MbimMessage *request, MbimStatusError status, MbimContextIpType activated,
                guint32 expected_error)
{
    g_autoptr (MbimMessage) response = ask_with_status (fixture, request, status);
    MbimActivationState state;
    MbimContextIpType type;
    guint32 error;

    g_assert_true (mbim_message_connect_response_parse (response, NULL, &state, NULL, &type, NULL, &error, NULL));
    g_assert_cmpuint (state, ==, activated ? MBIM_ACTIVATION_STATE_ACTIVATED : MBIM_ACTIVATION_STATE_DEACTIVATED);
    g_assert_cmpuint (type, ==, activated);
    g_assert_cmpuint (error, ==, expected_error);
}

static MbimMessage *
disconnect_message (void)
{
    return connect_message ("", "", MBIM_CONTEXT_IP_TYPE_DEFAULT, MBIM_ACTIVATION_COMMAND_DEACTIVATE);
}

static void
test_connect (Fixture *fixture, gconstpointer data)
{
    for (guint i = 0; i < G_N_ELEMENTS (connects); i++) {
        assert_connect (fixture, connect_message (connects[i].apn, connects[i].password, connects[i].wanted,
                                                  MBIM_ACTIVATION_COMMAND_ACTIVATE),
                        connects[i].status, connects[i].activated, connects[i].error);
        assert_connect (fixture, disconnect_message (),
                        connects[i].activated ? 0 : MBIM_STATUS_ERROR_CONTEXT_NOT_ACTIVATED, 0, 0);
        for (guint family = 4; family <= 6; family += 2)
            g_assert_false (session_is_up (model_session (fixture->module.model, family)));
    }
}

static MbimMessage *
plain_connect (void)
{
    return connect_message ("internet", "", MBIM_CONTEXT_IP_TYPE_IPV4V6, MBIM_ACTIVATION_COMMAND_ACTIVATE);
}

static void
test_connect_one_version_only (Fixture *fixture, gconstpointer data)
{
    assert_connect (fixture, plain_connect (), 0, MBIM_CONTEXT_IP_TYPE_IPV4, MBIM_NW_ERROR_PDP_TYPE_IPV4_ONLY_ALLOWED);
}

static void
test_connect_password (Fixture *fixture, gconstpointer data)
{
    assert_connect (fixture, connect_message ("internet", "guessed", MBIM_CONTEXT_IP_TYPE_IPV4,
                                              MBIM_ACTIVATION_COMMAND_ACTIVATE),
                    MBIM_STATUS_ERROR_FAILURE, 0, MBIM_NW_ERROR_USER_AUTHENTICATION_FAILED);
    assert_connect (fixture, connect_message ("internet", "secret", MBIM_CONTEXT_IP_TYPE_IPV4,
                                              MBIM_ACTIVATION_COMMAND_ACTIVATE),
                    0, MBIM_CONTEXT_IP_TYPE_IPV4, 0);
}

static void
test_connect_needs_registration (Fixture *fixture, gconstpointer data)
{
    model_set_network_answer (fixture->module.model, REGISTRATION_SEARCHING, 11);
    assert_connect (fixture, plain_connect (), MBIM_STATUS_ERROR_NOT_REGISTERED, 0, 0);
    model_set_mode (fixture->module.model, MODE_LOW_POWER);
    assert_connect (fixture, plain_connect (), MBIM_STATUS_ERROR_RADIO_POWER_OFF, 0, 0);
    model_set_mode (fixture->module.model, MODE_ONLINE);
    model_sim_remove (fixture->module.model);
    assert_connect (fixture, plain_connect (), MBIM_STATUS_ERROR_SIM_NOT_INSERTED, 0, 0);
}

static void
test_connect_fails (Fixture *fixture, gconstpointer data)
{
    assert_connect (fixture, plain_connect (), MBIM_STATUS_ERROR_FAILURE, 0, 0);
}

static void
test_connect_silent (Fixture *fixture, gconstpointer data)
{
    send (fixture, plain_connect ());
    g_assert_null (next_message (fixture));
}

static MbimMessage *
ip_query (void)
{
    return mbim_message_ip_configuration_query_new (0, 0, 0, 0, NULL, 0, NULL, NULL, NULL, 0, NULL, 0, NULL, 0, 0,
                                                    NULL);
}

static void
test_ip_configuration (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) refused =
        ask_with_status (fixture, ip_query (), MBIM_STATUS_ERROR_CONTEXT_NOT_ACTIVATED);
    g_autoptr (MbimMessage) connected = ask_with_status (fixture, plain_connect (), 0);
    g_autoptr (MbimMessage) response = ask_with_status (fixture, ip_query (), 0);
    MbimIPConfigurationAvailableFlag available4, available6;
    g_autoptr (MbimIPv4ElementArray) addresses4 = NULL;
    g_autoptr (MbimIPv6ElementArray) addresses6 = NULL;
    const MbimIPv4 *gateway4;
    const MbimIPv6 *gateway6;
    g_autofree MbimIPv4 *dns4 = NULL;
    g_autofree MbimIPv6 *dns6 = NULL;
    guint32 n4, n6, n_dns4, n_dns6, mtu4, mtu6;
    static const guint8 own4[] = { 10, 77, 3, 2 }, router4[] = { 10, 77, 3, 1 };
    static const guint8 own6[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 3, [15] = 2 };

    g_assert_true (mbim_message_ip_configuration_response_parse (
        response, NULL, &available4, &available6, &n4, &addresses4, &n6, &addresses6, &gateway4, &gateway6, &n_dns4,
        &dns4, &n_dns6, &dns6, &mtu4, &mtu6, NULL));
    g_assert_cmpuint (available4, ==, 15);
    g_assert_cmpuint (available6, ==, 15);
    g_assert_cmpuint (addresses4[0]->on_link_prefix_length, ==, 24);
    g_assert_cmpmem (&addresses4[0]->ipv4_address, 4, own4, 4);
    g_assert_cmpuint (addresses6[0]->on_link_prefix_length, ==, 64);
    g_assert_cmpmem (&addresses6[0]->ipv6_address, 16, own6, 16);
    g_assert_cmpmem (gateway4, 4, router4, 4);
    g_assert_cmpuint (n_dns4, ==, 1);
    g_assert_cmpmem (dns4, 4, router4, 4);
    g_assert_cmpuint (n_dns6, ==, 1);
    g_assert_cmpuint (mtu4, ==, 1430);
    g_assert_cmpuint (mtu6, ==, 1430);
}

static void
test_statistics (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) connected = ask_with_status (fixture, plain_connect (), 0);
    g_autoptr (MbimMessage) response = NULL;
    guint64 received, sent;

    model_session (fixture->module.model, 4)->received.bytes = G_MAXUINT32;
    model_session (fixture->module.model, 6)->received.bytes = 1;
    response = ask_with_status (fixture, mbim_message_packet_statistics_query_new (NULL), 0);
    g_assert_true (mbim_message_packet_statistics_response_parse (response, NULL, NULL, &received, NULL, &sent, NULL,
                                                                  NULL, NULL, NULL));
    g_assert_cmpuint (received, ==, (guint64) G_MAXUINT32 + 1);
    g_assert_cmpuint (sent, ==, 0);
}

static void
test_contexts (Fixture *fixture, gconstpointer data)
{
    MbimMessage *request = mbim_message_provisioned_contexts_set_new (
        4, mbim_uuid_from_context_type (MBIM_CONTEXT_TYPE_INTERNET), "fourth", "user", "secret", MBIM_COMPRESSION_NONE,
        MBIM_AUTH_PROTOCOL_PAP, "", NULL);
    g_autoptr (MbimMessage) response = ask_with_status (fixture, request, 0);
    g_autoptr (MbimProvisionedContextElementArray) contexts = NULL;
    g_autoptr (PdpContext) stored = pdp_context_load (fixture->module.nvram, 4);
    guint32 n_contexts;

    g_assert_true (mbim_message_provisioned_contexts_response_parse (response, &n_contexts, &contexts, NULL));
    g_assert_cmpuint (n_contexts, ==, 4);
    g_assert_cmpuint (contexts[3]->context_id, ==, 4);
    g_assert_cmpstr (contexts[3]->access_string, ==, "fourth");
    g_assert_cmpstr (stored->apn, ==, "fourth");
    g_assert_cmpstr (stored->password, ==, "secret");
    g_assert_cmpuint (stored->authentication, ==, 1);
}

/* Indications */

static guint32
next_indication (Fixture *fixture)
{
    g_autoptr (MbimMessage) message = next_message (fixture);

    if (!message)
        return 0;
    g_assert_cmpuint (mbim_message_get_message_type (message), ==, MBIM_MESSAGE_TYPE_INDICATE_STATUS);
    return mbim_message_indicate_status_get_cid (message);
}

static void
test_pdn_drop_is_indicated (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) connected = ask_with_status (fixture, plain_connect (), 0);
    g_autoptr (MbimMessage) told = NULL;
    MbimActivationState state;

    g_assert_null (next_message (fixture));
    model_session_drop (fixture->module.model, 6, ESM_REGULAR_DEACTIVATION);
    told = next_message (fixture);
    g_assert_nonnull (told);
    g_assert_true (mbim_message_connect_notification_parse (told, NULL, &state, NULL, NULL, NULL, NULL, NULL));
    g_assert_cmpuint (state, ==, MBIM_ACTIVATION_STATE_DEACTIVATED);
    g_assert_null (next_message (fixture));
    g_assert_false (session_is_up (model_session (fixture->module.model, 4)));
}

static void
test_indications (Fixture *fixture, gconstpointer data)
{
    model_set_signal (fixture->module.model, (Signal) { -100, -12, -80, 0 });
    g_assert_cmpuint (next_indication (fixture), ==, MBIM_CID_BASIC_CONNECT_SIGNAL_STATE);
    model_set_network_answer (fixture->module.model, REGISTRATION_SEARCHING, 11);
    g_assert_cmpuint (next_indication (fixture), ==, MBIM_CID_BASIC_CONNECT_REGISTER_STATE);
    g_assert_cmpuint (next_indication (fixture), ==, MBIM_CID_BASIC_CONNECT_PACKET_SERVICE);
    model_sim_remove (fixture->module.model);
    g_assert_cmpuint (next_indication (fixture), ==, MBIM_CID_BASIC_CONNECT_SUBSCRIBER_READY_STATUS);
}

static void
test_only_what_was_subscribed_to (Fixture *fixture, gconstpointer data)
{
    guint32 cids[] = { MBIM_CID_BASIC_CONNECT_REGISTER_STATE };
    MbimEventEntry entry = { .device_service_id = *MBIM_UUID_BASIC_CONNECT, .cids_count = 1, .cids = cids };
    const MbimEventEntry *entries[] = { &entry, NULL };
    g_autoptr (MbimMessage) response =
        ask_with_status (fixture, mbim_message_device_service_subscribe_list_set_new (1, entries, NULL), 0);

    model_set_signal (fixture->module.model, (Signal) { -100, -12, -80, 0 });
    g_assert_cmpuint (next_indication (fixture), ==, 0);
    model_set_network_answer (fixture->module.model, REGISTRATION_SEARCHING, 11);
    g_assert_cmpuint (next_indication (fixture), ==, MBIM_CID_BASIC_CONNECT_REGISTER_STATE);
    g_assert_cmpuint (next_indication (fixture), ==, 0);
}

static void
test_a_restart_closes (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) response = NULL;

    model_crash (fixture->module.model);
    g_byte_array_set_size (fixture->output, 0);
    response = ask (fixture, mbim_message_device_caps_query_new (NULL));
    g_assert_cmpuint (mbim_message_get_message_type (response), ==, MBIM_MESSAGE_TYPE_FUNCTION_ERROR);
}

/* SMS */

static void
test_sms (Fixture *fixture, gconstpointer data)
{
    g_autoptr (MbimMessage) settings = ask_with_status (fixture, mbim_message_sms_configuration_query_new (NULL), 0);
    g_autoptr (MbimMessage) messages =
        ask_with_status (fixture, mbim_message_sms_read_query_new (MBIM_SMS_FORMAT_PDU, MBIM_SMS_FLAG_ALL, 0, NULL), 0);
    MbimSmsFormat format;
    guint32 n_messages;

    g_assert_true (mbim_message_sms_configuration_response_parse (settings, NULL, &format, NULL, NULL, NULL, NULL));
    g_assert_cmpuint (format, ==, MBIM_SMS_FORMAT_PDU);
    g_assert_true (mbim_message_sms_read_response_parse (messages, NULL, &n_messages, NULL, NULL, NULL));
    g_assert_cmpuint (n_messages, ==, 0);
}

static const char *const no_settings[] = { "usb.usbnet=2", NULL };
static const char *const open_fails[] = { "usb.usbnet=2", "mbim.hollow=open-fails", NULL };
static const char *const open_silent[] = { "usb.usbnet=2", "mbim.hollow=open-silent", NULL };
static const char *const connect_fails[] = { "usb.usbnet=2", "mbim.hollow=connect-fails", NULL };
static const char *const connect_silent[] = { "usb.usbnet=2", "mbim.hollow=connect-silent", NULL };
static const char *const ipv4_only[] = { "usb.usbnet=2", "network.ipv6=false", NULL };
static const char *const with_password[] = { "usb.usbnet=2", "network.username=user", "network.password=secret", NULL };
static const char *const with_number[] = { "usb.usbnet=2", "sim.msisdn=4915112345678", NULL };

static const struct {
    const char *name;
    const char *const *settings;
    void (*set_up) (Fixture *, gconstpointer);
    void (*test) (Fixture *, gconstpointer);
} tests[] = {
    { "open-and-close", no_settings, set_up, test_open_and_close },
    { "open-fails", open_fails, set_up, test_open_fails },
    { "open-silent", open_silent, set_up, test_open_silent },
    { "closing-ends-the-session", no_settings, set_up_open, test_closing_ends_the_session },
    { "long-answers-come-in-fragments", no_settings, set_up, test_long_answers_come_in_fragments },
    { "requests-in-fragments", no_settings, set_up_open, test_requests_in_fragments },
    { "noise-is-skipped", no_settings, set_up_open, test_noise_is_skipped },
    { "truncated-requests", no_settings, set_up_open, test_truncated_requests },
    { "short-buffers", no_settings, set_up_open, test_short_buffers },
    { "unknown-commands", no_settings, set_up_open, test_unknown_commands },
    { "faults", no_settings, set_up_open, test_faults },
    { "device-caps", no_settings, set_up_open, test_device_caps },
    { "device-services", no_settings, set_up_open, test_device_services },
    { "radio", no_settings, set_up_open, test_radio },
    { "subscriber", no_settings, set_up_open, test_subscriber },
    { "telephone-number", with_number, set_up_open, test_telephone_number },
    { "pin", no_settings, set_up_open, test_pin },
    { "pin-list", no_settings, set_up_open, test_pin_list },
    { "register-state", no_settings, set_up_open, test_register_state },
    { "denial-has-its-cause", no_settings, set_up_open, test_denial_has_its_cause },
    { "packet-service", no_settings, set_up_open, test_packet_service },
    { "signal", no_settings, set_up_open, test_signal },
    { "providers", no_settings, set_up_open, test_providers },
    { "connect", no_settings, set_up_open, test_connect },
    { "connect-one-version-only", ipv4_only, set_up_open, test_connect_one_version_only },
    { "connect-password", with_password, set_up_open, test_connect_password },
    { "connect-needs-registration", no_settings, set_up_open, test_connect_needs_registration },
    { "connect-fails", connect_fails, set_up_open, test_connect_fails },
    { "connect-silent", connect_silent, set_up_open, test_connect_silent },
    { "ip-configuration", no_settings, set_up_open, test_ip_configuration },
    { "statistics", no_settings, set_up_open, test_statistics },
    { "contexts", no_settings, set_up_open, test_contexts },
    { "pdn-drop-is-indicated", no_settings, set_up_open, test_pdn_drop_is_indicated },
    { "indications", no_settings, set_up_open, test_indications },
    { "only-what-was-subscribed-to", no_settings, set_up_open, test_only_what_was_subscribed_to },
    { "a-restart-closes", no_settings, set_up_open, test_a_restart_closes },
    { "sms", no_settings, set_up_open, test_sms },
};

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/mbim/buffer", test_buffer);
    g_test_add_func ("/mbim/strings-out-of-bounds", test_strings_out_of_bounds);
    g_test_add_func ("/mbim/lone-surrogate", test_lone_surrogate);
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autofree char *path = g_strconcat ("/mbim/", tests[i].name, NULL);

        g_test_add (path, Fixture, tests[i].settings, tests[i].set_up, tests[i].test, tear_down);
    }
    return g_test_run ();
}
