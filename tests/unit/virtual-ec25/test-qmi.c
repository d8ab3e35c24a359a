/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "qmi-codec.h"
#include "qmi-endpoint.h"
#include "scratch-module.h"

#include <string.h>

typedef struct {
    ScratchModule module;
    QmiEndpoint *endpoint;
    GByteArray *output;
    guint16 transaction;
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
    fixture->endpoint =
        qmi_endpoint_new (&(QmiEndpointConfig) { fixture->module.model, fixture->module.faults,
                                                                 fixture->module.journal, keep,
                                                                     fixture->output });
    scratch_module_register (&fixture->module);
}

static void
tear_down (Fixture *fixture, gconstpointer settings)
{
    qmi_endpoint_free (fixture->endpoint);
    scratch_module_clear (&fixture->module);
    g_byte_array_unref (fixture->output);
}

static QmiMessage *
request (Fixture *fixture, QmiService service, guint8 client, guint16 message)
{
    fixture->transaction = fixture->transaction % 200 + 1;
    return qmi_message_new (service, client, fixture->transaction, message);
}

/* The next message in the output, or NULL. libqmi-glib checks its form. */
static QmiMessage *
next_message (Fixture *fixture)
{
    g_autoptr (GError) error = NULL;
    QmiMessage *message;

    if (fixture->output->len == 0)
        return NULL;
    message = qmi_message_new_from_raw (fixture->output, &error);
    g_assert_no_error (error);
    return message;
}

/* Sends a request, which is taken, and returns the response. */
static QmiMessage *
ask (Fixture *fixture, QmiMessage *message)
{
    guint16 transaction = qmi_message_get_transaction_id (message);
    QmiMessage *response;

    qmi_endpoint_feed (fixture->endpoint, message->data, message->len);
    qmi_message_unref (message);
    for (;;) {
        response = next_message (fixture);
        g_assert_nonnull (response);
        if (qmi_message_is_response (response))
            break;
        qmi_message_unref (response); /* an indication came in between */
    }
    g_assert_cmpuint (qmi_message_get_transaction_id (response), ==, transaction);
    return response;
}

static guint
result_of (QmiMessage *response)
{
    TlvReader reader = tlv_open (response, 0x02);
    guint16 status, error;

    g_assert_true (get_u16 (&reader, &status) && get_u16 (&reader, &error));
    g_assert_cmpuint (status, ==, error != 0);
    return error;
}

static guint8
allocate (Fixture *fixture, QmiService service)
{
    QmiMessage *message = request (fixture, QMI_SERVICE_CTL, 0, 0x0022);
    g_autoptr (QmiMessage) response = NULL;
    TlvReader reader;
    guint8 got_service, client;

    tlv_u8 (message, 0x01, service);
    response = ask (fixture, message);
    g_assert_cmpuint (result_of (response), ==, 0);
    reader = tlv_open (response, 0x01);
    g_assert_true (get_u8 (&reader, &got_service) && get_u8 (&reader, &client));
    g_assert_cmpuint (got_service, ==, service);
    return client;
}

/* libqmi-glib's own reading of a message: fails the test if a TLV is not of the form that it knows. */
static char *
print (QmiMessage *message)
{
    char *text = qmi_message_get_printable_full (message, NULL, "");

    if (strstr (text, "ERROR"))
        g_error ("libqmi-glib cannot read:\n%s", text);
    return text;
}

static guint
simple (Fixture *fixture, QmiService service, guint8 client, guint16 message)
{
    g_autoptr (QmiMessage) response = ask (fixture, request (fixture, service, client, message));
    g_autofree char *text = print (response);

    g_assert_nonnull (text);
    return result_of (response);
}

/* Messages that take no argument: number, and the error that an EC25 answers, 0 for none. */
static const struct {
    QmiService service;
    guint16 message;
    guint error;
    const char *words; /* that libqmi-glib must read in it */
} simple_messages[] = {
    { QMI_SERVICE_DMS, 0x0020, 0, "lte" },
    { QMI_SERVICE_DMS, 0x0021, 0, "QUALCOMM INCORPORATED" },
    { QMI_SERVICE_DMS, 0x0022, 0, "QUECTEL Mobile Broadband Module" },
    { QMI_SERVICE_DMS, 0x0023, 0, "EC25EFAR06A11M4G" },
    { QMI_SERVICE_DMS, 0x0024, QMI_PROTOCOL_ERROR_NOT_PROVISIONED, NULL },
    { QMI_SERVICE_DMS, 0x0025, 0, "861107030000017" },
    { QMI_SERVICE_DMS, 0x002b, QMI_PROTOCOL_ERROR_NOT_SUPPORTED, NULL },
    { QMI_SERVICE_DMS, 0x002c, 0, "10000" },
    { QMI_SERVICE_DMS, 0x002d, 0, "online" },
    { QMI_SERVICE_DMS, 0x0043, QMI_PROTOCOL_ERROR_NOT_SUPPORTED, NULL },
    { QMI_SERVICE_DMS, 0x0045, 0, "wcdma-2100" },
    { QMI_SERVICE_DMS, 0x5555, QMI_PROTOCOL_ERROR_INVALID_QMI_COMMAND, NULL },
    { QMI_SERVICE_NAS, 0x0020, 0, "lte" },
    { QMI_SERVICE_NAS, 0x0024, 0, "registered" },
    { QMI_SERVICE_NAS, 0x0025, 0, "mcc" },
    { QMI_SERVICE_NAS, 0x002b, 0, NULL },
    { QMI_SERVICE_NAS, 0x0031, 0, "eutran-3" },
    { QMI_SERVICE_NAS, 0x0034, 0, "gsm, umts, lte" },
    { QMI_SERVICE_NAS, 0x0043, 0, "tracking_area_code" },
    { QMI_SERVICE_NAS, 0x004d, 0, "available" },
    { QMI_SERVICE_NAS, 0x004f, 0, "rsrp" },
    { QMI_SERVICE_NAS, 0x007d, 0, "universal_time" },
    { QMI_SERVICE_UIM, 0x002f, 0, "usim" },
    { QMI_SERVICE_UIM, 0x0047, QMI_PROTOCOL_ERROR_NOT_SUPPORTED, NULL },
    { QMI_SERVICE_WDS, 0x0022, 0, "disconnected" },
    { QMI_SERVICE_WDS, 0x002d, QMI_PROTOCOL_ERROR_OUT_OF_CALL, NULL },
    { QMI_SERVICE_WDS, 0x0034, 0, "disabled" },
    { QMI_SERVICE_WDS, 0x0085, 0, "internet" },
    { QMI_SERVICE_WDS, 0x0094, 0, NULL },
    { QMI_SERVICE_WDS, 0x002a, 0, NULL },
    { QMI_SERVICE_WDS, 0x00a7, 0, NULL },
    { QMI_SERVICE_WDA, 0x0021, 0, "raw-ip" },
    { QMI_SERVICE_WMS, 0x0031, 0, NULL },
    { QMI_SERVICE_WMS, 0x0033, 0, "store-and-notify" },
    { QMI_SERVICE_VOICE, 0x002f, 0, NULL },
    { QMI_SERVICE_DSD, 0x0024, 0, "3gpp-lte" },
    { QMI_SERVICE_SAR, 0x0002, 0, NULL },
    { QMI_SERVICE_QOS, 0x0020, QMI_PROTOCOL_ERROR_INVALID_QMI_COMMAND, NULL },
};

static void
test_simple_messages (Fixture *fixture, gconstpointer settings)
{
    for (guint i = 0; i < G_N_ELEMENTS (simple_messages); i++) {
        guint8 client = allocate (fixture, simple_messages[i].service);
        g_autoptr (QmiMessage) response =
            ask (fixture, request (fixture, simple_messages[i].service, client, simple_messages[i].message));
        g_autofree char *text = print (response);

        if (result_of (response) != simple_messages[i].error ||
            (simple_messages[i].words && !strstr (text, simple_messages[i].words)))
            g_error ("service %u message 0x%04x:\n%s", simple_messages[i].service, simple_messages[i].message,
                     text);
    }
}

static void
test_clients (Fixture *fixture, gconstpointer settings)
{
    static const QmiService missing[] = { QMI_SERVICE_PDS, QMI_SERVICE_OMA, QMI_SERVICE_DPM };
    guint8 first = allocate (fixture, QMI_SERVICE_NAS), second = allocate (fixture, QMI_SERVICE_NAS);
    QmiMessage *message;

    g_assert_cmpuint (first, !=, second);
    for (guint i = 0; i < G_N_ELEMENTS (missing); i++) {
        g_autoptr (QmiMessage) response = NULL;

        message = request (fixture, QMI_SERVICE_CTL, 0, 0x0022);
        tlv_u8 (message, 0x01, missing[i]);
        response = ask (fixture, message);
        g_assert_cmpuint (result_of (response), ==, QMI_PROTOCOL_ERROR_INVALID_SERVICE_TYPE);
    }
    g_assert_cmpuint (simple (fixture, QMI_SERVICE_NAS, 99, 0x0024), ==,
                      QMI_PROTOCOL_ERROR_INVALID_CLIENT_ID);
    g_assert_cmpuint (simple (fixture, QMI_SERVICE_CTL, 0, 0x0027), ==, 0);
    g_assert_cmpuint (simple (fixture, QMI_SERVICE_NAS, first, 0x0024), ==,
                      QMI_PROTOCOL_ERROR_INVALID_CLIENT_ID);
}

static void
test_versions (Fixture *fixture, gconstpointer settings)
{
    g_autoptr (QmiMessage) response = ask (fixture, request (fixture, QMI_SERVICE_CTL, 0, 0x0021));
    g_autofree char *text = print (response);

    g_assert_nonnull (strstr (text, "service = 'wds' major_version = '1' minor_version = '67'"));
    g_assert_nonnull (strstr (text, "service = 'wda' major_version = '1' minor_version = '16'"));
    g_assert_null (strstr (text, "'pds'"));
}

static guint
dial (Fixture *fixture, guint8 client, const char *apn, guint8 family, guint32 *handle)
{
    QmiMessage *message = request (fixture, QMI_SERVICE_WDS, client, 0x0020);
    g_autoptr (QmiMessage) response = NULL;
    g_autofree char *text = NULL;

    tlv_string (message, 0x14, apn);
    tlv_u8 (message, 0x19, family);
    response = ask (fixture, message);
    text = print (response);
    if (result_of (response) == 0)
        g_assert_true (tlv_get_u32 (response, 0x01, handle));
    else if (result_of (response) == QMI_PROTOCOL_ERROR_CALL_FAILED)
        g_assert_nonnull (strstr (text, "Verbose Call End Reason"));
    return result_of (response);
}

static guint
hang_up (Fixture *fixture, guint8 client, guint32 handle)
{
    QmiMessage *message = request (fixture, QMI_SERVICE_WDS, client, 0x0021);
    g_autoptr (QmiMessage) response = NULL;

    tlv_u32 (message, 0x01, handle);
    response = ask (fixture, message);
    return result_of (response);
}

static void
assert_settings (Fixture *fixture, guint8 client, const char *const *words)
{
    g_autoptr (QmiMessage) response = ask (fixture, request (fixture, QMI_SERVICE_WDS, client, 0x002d));
    g_autofree char *text = print (response);

    for (; *words; words++)
        if (!strstr (text, *words))
            g_error ("no “%s” in:\n%s", *words, text);
}

static void
test_calls (Fixture *fixture, gconstpointer settings)
{
    static const char *const words4[] = { "super", "IPv4 Gateway Subnet Mask", "ipv4", "1430", NULL };
    static const char *const words6[] = { "super", "IPv6 Address", "prefix_length = '64'", "ipv6", NULL };
    guint8 client4 = allocate (fixture, QMI_SERVICE_WDS), client6 = allocate (fixture, QMI_SERVICE_WDS);
    guint32 handle4, handle6;

    g_assert_cmpuint (dial (fixture, client4, "wrong", 4, &handle4), ==, QMI_PROTOCOL_ERROR_CALL_FAILED);
    g_assert_cmpuint (dial (fixture, client4, "super", 4, &handle4), ==, 0);
    g_assert_cmpuint (dial (fixture, client6, "super", 6, &handle6), ==, 0);
    g_assert_cmpuint (dial (fixture, client4, "super", 4, &handle4), ==, QMI_PROTOCOL_ERROR_NO_EFFECT);
    assert_settings (fixture, client4, words4);
    assert_settings (fixture, client6, words6);
    g_assert_cmpuint (hang_up (fixture, client4, handle6), ==, QMI_PROTOCOL_ERROR_INVALID_HANDLE);
    g_assert_cmpuint (hang_up (fixture, client4, handle4), ==, 0);
    g_assert_cmpuint (hang_up (fixture, client4, handle4), ==, QMI_PROTOCOL_ERROR_NO_EFFECT);
    g_assert_false (session_is_up (model_session (fixture->module.model, 4)));
    g_assert_true (session_is_up (model_session (fixture->module.model, 6)));
}

static void
test_dropped_call (Fixture *fixture, gconstpointer settings)
{
    guint8 client = allocate (fixture, QMI_SERVICE_WDS);
    g_autoptr (QmiMessage) indication = NULL;
    g_autofree char *text = NULL;
    guint32 handle;

    g_assert_cmpuint (dial (fixture, client, "super", 4, &handle), ==, 0);
    g_byte_array_set_size (fixture->output, 0);
    model_session_drop (fixture->module.model, 4, ESM_REGULAR_DEACTIVATION);
    indication = next_message (fixture);
    g_assert_nonnull (indication);
    g_assert_true (qmi_message_is_indication (indication));
    g_assert_cmpuint (qmi_message_get_message_id (indication), ==, 0x0022);
    g_assert_cmpuint (qmi_message_get_client_id (indication), ==, client);
    text = print (indication);
    g_assert_nonnull (strstr (text, "disconnected"));
    g_assert_nonnull (strstr (text, "reason = '36'"));
    g_assert_cmpuint (dial (fixture, client, "super", 4, &handle), ==, 0);
}

static void
test_released_client_hangs_up (Fixture *fixture, gconstpointer settings)
{
    guint8 client = allocate (fixture, QMI_SERVICE_WDS);
    QmiMessage *message = request (fixture, QMI_SERVICE_CTL, 0, 0x0023);
    g_autoptr (QmiMessage) response = NULL;
    gsize tlv = tlv_begin (message, 0x01);
    guint32 handle;

    put_u8 (message, QMI_SERVICE_WDS);
    put_u8 (message, client);
    tlv_end (message, tlv);
    g_assert_cmpuint (dial (fixture, client, "super", 4, &handle), ==, 0);
    response = ask (fixture, message);
    g_assert_cmpuint (result_of (response), ==, 0);
    g_assert_false (session_is_up (model_session (fixture->module.model, 4)));
}

static void
test_raw_ip_is_sticky (Fixture *fixture, gconstpointer settings)
{
    guint8 client = allocate (fixture, QMI_SERVICE_WDA);
    QmiMessage *message = request (fixture, QMI_SERVICE_WDA, client, 0x0020);
    g_autoptr (QmiMessage) response = NULL;
    guint32 protocol;

    tlv_u32 (message, 0x11, QMI_WDA_LINK_LAYER_PROTOCOL_802_3);
    response = ask (fixture, message);
    g_assert_cmpuint (result_of (response), ==, 0);
    g_assert_true (tlv_get_u32 (response, 0x11, &protocol));
    g_assert_cmpuint (protocol, ==, settings ? QMI_WDA_LINK_LAYER_PROTOCOL_802_3
                      : QMI_WDA_LINK_LAYER_PROTOCOL_RAW_IP);
}

static void
test_old_firmware (Fixture *fixture, gconstpointer settings)
{
    guint8 client = allocate (fixture, QMI_SERVICE_WDS);

    g_assert_cmpuint (simple (fixture, QMI_SERVICE_WDS, client, 0x00a7), ==,
                      QMI_PROTOCOL_ERROR_INVALID_QMI_COMMAND);
}

static void
test_profiles (Fixture *fixture, gconstpointer settings)
{
    guint8 client = allocate (fixture, QMI_SERVICE_WDS);
    QmiMessage *message = request (fixture, QMI_SERVICE_WDS, client, 0x0027);
    g_autoptr (QmiMessage) created = NULL, read = NULL;
    g_autoptr (PdpContext) context = NULL;
    g_autofree char *text = NULL;
    gsize tlv;

    tlv_u8 (message, 0x01, QMI_WDS_PROFILE_TYPE_3GPP);
    tlv_u8 (message, 0x11, QMI_WDS_PDP_TYPE_IPV6);
    tlv_string (message, 0x14, "mine");
    created = ask (fixture, message);
    g_assert_cmpuint (result_of (created), ==, 0);
    context = pdp_context_load (fixture->module.nvram, 4);
    g_assert_nonnull (context);
    g_assert_cmpstr (context->apn, ==, "mine");
    g_assert_cmpint (context->type, ==, PDP_IPV6);

    message = request (fixture, QMI_SERVICE_WDS, client, 0x002b);
    tlv = tlv_begin (message, 0x01);
    put_u8 (message, QMI_WDS_PROFILE_TYPE_3GPP);
    put_u8 (message, 4);
    tlv_end (message, tlv);
    read = ask (fixture, message);
    text = print (read);
    g_assert_nonnull (strstr (text, "mine"));
}

static void
test_sim_indication (Fixture *fixture, gconstpointer settings)
{
    guint8 client = allocate (fixture, QMI_SERVICE_UIM);
    QmiMessage *message = request (fixture, QMI_SERVICE_UIM, client, 0x002e);
    g_autoptr (QmiMessage) response = NULL, indication = NULL;
    g_autofree char *text = NULL;

    tlv_u32 (message, 0x01, QMI_UIM_EVENT_REGISTRATION_FLAG_CARD_STATUS);
    response = ask (fixture, message);
    g_byte_array_set_size (fixture->output, 0);
    model_sim_remove (fixture->module.model);
    indication = next_message (fixture);
    g_assert_nonnull (indication);
    g_assert_cmpuint (qmi_message_get_message_id (indication), ==, 0x0032);
    text = print (indication);
    g_assert_nonnull (strstr (text, "absent"));
}

static void
test_unrequested_indications_stay_away (Fixture *fixture, gconstpointer settings)
{
    allocate (fixture, QMI_SERVICE_NAS);
    allocate (fixture, QMI_SERVICE_UIM);
    g_byte_array_set_size (fixture->output, 0);
    model_set_signal (fixture->module.model, (Signal) { -100, -11, -70, 90 });
    model_sim_remove (fixture->module.model);
    g_assert_cmpuint (fixture->output->len, ==, 0);
}

static void
test_noise (Fixture *fixture, gconstpointer settings)
{
    static const guint8 noise[] = { 0xff, 0x01, 0x00, 0x00, 0x7e, 0x01, 0xff, 0xff, 0x00, 0x03, 'A', 'T',
                                    '\r' };
    static const guint8 broken[] = { 0x01, 0x0f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
                                     0x22, 0x00, 0x09, 0x00, 0x01, 0x01, 0x00, 0x02 };
    g_autoptr (QmiMessage) message = request (fixture, QMI_SERVICE_CTL, 0, 0x0021), response = NULL;

    qmi_endpoint_feed (fixture->endpoint, noise, sizeof (noise));
    qmi_endpoint_feed (fixture->endpoint, broken, sizeof (broken));
    g_assert_cmpuint (fixture->output->len, ==, 0);
    for (gsize i = 0; i < message->len; i++)
        qmi_endpoint_feed (fixture->endpoint, message->data + i, 1);
    response = next_message (fixture);
    g_assert_nonnull (response);
    g_assert_cmpuint (result_of (response), ==, 0);
}

static void
test_faults (Fixture *fixture, gconstpointer settings)
{
    guint8 client = allocate (fixture, QMI_SERVICE_DMS);
    g_autoptr (QmiMessage) message = request (fixture, QMI_SERVICE_DMS, client, 0x0022);

    faults_add_qmi (fixture->module.faults, QMI_SERVICE_DMS, 0x0022, (Fault) { FAULT_ERROR, 3 }, 1);
    g_assert_cmpuint (simple (fixture, QMI_SERVICE_DMS, client, 0x0022), ==, 3);
    g_assert_cmpuint (simple (fixture, QMI_SERVICE_DMS, client, 0x0022), ==, 0);
    faults_add_qmi (fixture->module.faults, FAULTS_ANY, FAULTS_ANY, (Fault) { FAULT_SILENT }, 0);
    qmi_endpoint_feed (fixture->endpoint, message->data, message->len);
    g_assert_cmpuint (fixture->output->len, ==, 0);
}

static const char *const sticky_off[] = { "quirks.accepts-802-3=true", NULL };
static const char *const old[] = { "quirks.profile-events=false", NULL };

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    qmi_utils_set_show_personal_info (TRUE);
#define ADD(name, settings, func) g_test_add ("/qmi/" name, Fixture, settings, set_up, func, tear_down)
    ADD ("simple-messages", NULL, test_simple_messages);
    ADD ("clients", NULL, test_clients);
    ADD ("versions", NULL, test_versions);
    ADD ("calls", NULL, test_calls);
    ADD ("dropped-call", NULL, test_dropped_call);
    ADD ("released-client", NULL, test_released_client_hangs_up);
    ADD ("raw-ip/sticky", NULL, test_raw_ip_is_sticky);
    ADD ("raw-ip/not-sticky", sticky_off, test_raw_ip_is_sticky);
    ADD ("old-firmware", old, test_old_firmware);
    ADD ("profiles", NULL, test_profiles);
    ADD ("sim-indication", NULL, test_sim_indication);
    ADD ("unrequested-indications", NULL, test_unrequested_indications_stay_away);
    ADD ("noise", NULL, test_noise);
    ADD ("faults", NULL, test_faults);
    return g_test_run ();
}
