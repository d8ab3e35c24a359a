/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module as a USB device: descriptors read back as a kernel reads them, framings, control requests, USB/IP. */

#include "host-usbip.h"
#include "scratch-module.h"
#include "usb-descriptors.h"
#include "usb-device.h"
#include "usb-ntb.h"
#include "usb-rndis.h"

#include <gio/gio.h>
#include <string.h>

#define CLASS_OUT  0x21
#define CLASS_IN   0xa1
#define NO_ANSWER  G_MAXSIZE

/* Descriptors */

typedef struct {
    Usbnet mode;
    guint size, interfaces;
    const char *data;  /* addresses of the data path's endpoints: interrupt, in, out */
    const char *at;    /* of the AT port's */
} Expected;

static const Expected expected[] = {
    { USBNET_QMI, 209, 5, "89 88 05", "85 84 03" },
    { USBNET_ECM, 258, 6, "89 88 05", "85 84 03" },
    { USBNET_MBIM, 257, 6, "89 88 05", "85 84 03" },
    { USBNET_RNDIS, 241, 6, "82 81 01", "87 86 04" },
};

static guint
address (const UsbDescriptors *descriptors, guint8 interface, UsbTransfer transfer, gboolean input)
{
    const UsbEndpoint *endpoint = usb_descriptors_endpoint (descriptors, interface, transfer, input);

    g_assert_nonnull (endpoint);
    return endpoint->address;
}

static char *
addresses (const UsbDescriptors *descriptors, guint8 control, guint8 data)
{
    return g_strdup_printf ("%02x %02x %02x", address (descriptors, control, USB_INTERRUPT, TRUE),
                            address (descriptors, data, USB_BULK, TRUE), address (descriptors, data, USB_BULK, FALSE));
}

/* Every descriptor ends where the next begins, every endpoint belongs to one interface only. */
static guint
walk (const UsbDescriptors *descriptors)
{
    const guint8 *bytes = descriptors->configuration->data;
    guint interfaces = 0, offset = 0, seen = 0;

    while (offset < descriptors->configuration->len) {
        const guint8 *here = bytes + offset;
        guint bit = here[1] == 5 ? 1u << ((here[2] & 0x0f) | (here[2] & 0x80 ? 16 : 0)) : 0;

        g_assert_cmpuint (here[0], >=, 4);
        interfaces += here[1] == 4 && here[3] == 0;
        g_assert_cmpuint (seen & bit, ==, 0);
        seen |= bit;
        offset += here[0];
    }
    g_assert_cmpuint (offset, ==, descriptors->configuration->len);
    return interfaces;
}

static void
test_descriptors (gconstpointer data)
{
    const Expected *wanted = data;
    g_auto (ScratchModule) module = { 0 };
    g_autoptr (UsbDescriptors) descriptors = NULL;
    g_autofree char *net = NULL, *at = NULL;
    Composition composition;
    guint8 at_interface = wanted->mode == USBNET_RNDIS ? 4 : 2;

    scratch_module_init (&module, NULL);
    composition_init (&composition, wanted->mode, FUNCTION_ALL);
    descriptors = usb_descriptors_new (&composition, module.profile, "02AABBCCDDEE");
    g_assert_cmpuint (descriptors->configuration->len, ==, wanted->size);
    g_assert_cmpuint (descriptors->configuration->data[2] | descriptors->configuration->data[3] << 8, ==, wanted->size);
    g_assert_cmpuint (walk (descriptors), ==, wanted->interfaces);
    g_assert_cmpuint (descriptors->configuration->data[4], ==, wanted->interfaces);
    g_assert_cmpuint (descriptors->version, ==, 0x0318);
    net = addresses (descriptors, descriptors->network, descriptors->data);
    at = addresses (descriptors, at_interface, at_interface);
    g_assert_cmpstr (net, ==, wanted->data);
    g_assert_cmpstr (at, ==, wanted->at);
}

static void
test_broken (void)
{
    g_auto (ScratchModule) module = { 0 };
    g_autoptr (UsbDescriptors) descriptors = NULL;
    g_autoptr (GByteArray) product = NULL;
    Composition composition;

    scratch_module_init (&module, NULL);
    composition_init_broken (&composition);
    descriptors = usb_descriptors_new (&composition, module.profile, "02AABBCCDDEE");
    g_assert_cmpuint (walk (descriptors), ==, 1);
    g_assert_cmpuint (descriptors->version, ==, 0);
    product = usb_descriptors_get (descriptors, 3, 2);
    g_assert_cmpuint (product->data[0], ==, 2 + 2 * strlen ("QHSUSB__BULK"));
    g_assert_cmpuint (product->data[2], ==, 'Q');
    g_assert_null (usb_descriptors_get (descriptors, 3, 9));
    g_assert_null (usb_descriptors_get (descriptors, 2, 1));
}

/* Framings */

static void
append (gconstpointer packet, gsize size, gpointer user_data)
{
    g_string_append_len (user_data, packet, size);
    g_string_append_c (user_data, ';');
}

static void
test_ntb (void)
{
    g_autoptr (GBytes) block = usb_ntb_wrap ("packet", 6, 7);
    g_autofree guint8 *spoilt = NULL;
    g_autoptr (GString) packets = g_string_new (NULL);
    gsize size;
    const guint8 *bytes = g_bytes_get_data (block, &size);

    g_assert_true (usb_ntb_unwrap (bytes, size, append, packets));
    g_assert_cmpstr (packets->str, ==, "packet;");
    g_assert_false (usb_ntb_unwrap (bytes, 11, append, packets));
    /* A table that names itself as the next must not be read for ever. */
    spoilt = g_memdup2 (bytes, size);
    spoilt[12 + 6] = 12;
    g_assert_false (usb_ntb_unwrap (spoilt, size, append, packets));
    spoilt[12 + 6] = 0;
    spoilt[12 + 10] = 0xff; /* longer than the block */
    g_assert_false (usb_ntb_unwrap (spoilt, size, append, packets));
    spoilt[12 + 10] = 6;
    spoilt[12] = 'X'; /* not IP: passed over */
    g_string_truncate (packets, 0);
    g_assert_true (usb_ntb_unwrap (spoilt, size, append, packets));
    g_assert_cmpstr (packets->str, ==, "");
}

static void
test_rndis_data (void)
{
    g_autoptr (GBytes) one = usb_rndis_wrap ("frame", 5), two = usb_rndis_wrap ("next", 4);
    g_autoptr (GByteArray) both = g_byte_array_new ();
    g_autoptr (GString) frames = g_string_new (NULL);

    g_byte_array_append (both, g_bytes_get_data (one, NULL), g_bytes_get_size (one));
    g_byte_array_append (both, g_bytes_get_data (two, NULL), g_bytes_get_size (two));
    g_assert_true (usb_rndis_unwrap (both->data, both->len, append, frames));
    g_assert_cmpstr (frames->str, ==, "frame;next;");
    both->data[8] = 0xff; /* its data lies outside */
    g_assert_false (usb_rndis_unwrap (both->data, both->len, append, frames));
}

static void
test_rndis_control (void)
{
    static const guint8 mac[6] = { 2, 1, 2, 3, 4, 5 };
    const guint32 address_query[] = { 4, 28, 77, 0x01010101, 0, 0, 0 };
    const guint32 odd_query[] = { 4, 28, 78, 0x0d010202, 0, 0, 0 };
    g_autoptr (GByteArray) found = usb_rndis_answer (address_query, sizeof (address_query), mac);
    g_autoptr (GByteArray) odd = usb_rndis_answer (odd_query, sizeof (odd_query), mac);

    g_assert_cmpmem (found->data + 24, 6, mac, 6);
    g_assert_cmpuint (found->data[8], ==, 77);
    g_assert_cmpuint (*(const guint32 *) (odd->data + 12), ==, 0xc00000bb);
    g_assert_null (usb_rndis_answer ("short", 5, mac));
}

/* The device */

typedef struct {
    ScratchModule module;
    UsbDevice *device;
    HostUsbip *usbip;
    guint16 port; /* of usbip */
    GString *completed; /* "ENDPOINT:SIZE " for each read that has come to its end */
    GByteArray *data;
} Fixture;

static void
note_attached (gpointer user_data)
{
    g_string_append (((Fixture *) user_data)->completed, "attached ");
}

static void
note_detached (gpointer user_data)
{
    g_string_append (((Fixture *) user_data)->completed, "detached ");
}

static void
note_completed (guint64 id, guint8 endpoint, gconstpointer data, gsize size, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_string_append_printf (fixture->completed, "%02x:%u ", endpoint, (guint) id);
    g_byte_array_append (fixture->data, data, size);
}

static const UsbTransport notes = { note_attached, note_detached, note_completed };

static void
set_up (Fixture *fixture, gconstpointer mode)
{
    g_autofree char *setting = g_strdup_printf ("usb.usbnet=%u", GPOINTER_TO_UINT (mode));
    const char *settings[] = { setting, NULL };

    scratch_module_init (&fixture->module, settings);
    fixture->completed = g_string_new (NULL);
    fixture->data = g_byte_array_new ();
    fixture->device =
        usb_device_new (fixture->module.model, fixture->module.faults, fixture->module.journal, NULL, NULL);
    usb_device_set_transport (fixture->device, &notes, fixture);
    scratch_module_register (&fixture->module);
}

static void
tear_down (Fixture *fixture, gconstpointer mode)
{
    g_clear_pointer (&fixture->usbip, host_usbip_free);
    usb_device_free (fixture->device);
    g_string_free (fixture->completed, TRUE);
    g_byte_array_unref (fixture->data);
    scratch_module_clear (&fixture->module);
}

/* The size of the answer, NO_ANSWER if the request is stalled. */
static gsize
request (Fixture *fixture, guint8 type, guint8 number, guint16 value, guint16 index, gconstpointer data, gsize size)
{
    UsbSetup setup = { type, number, value, index, type & 0x80 ? 4096 : size };
    g_autoptr (GByteArray) answer = usb_device_control (fixture->device, &setup, data, size);

    if (!answer)
        return NO_ANSWER;
    g_byte_array_set_size (fixture->data, 0);
    g_byte_array_append (fixture->data, answer->data, answer->len);
    return answer->len;
}

static void
wait_for_read (Fixture *fixture, guint8 endpoint, guint id)
{
    g_autofree char *done = g_strdup_printf ("%02x:%u ", endpoint, id);

    while (!strstr (fixture->completed->str, done))
        g_main_context_iteration (NULL, TRUE);
}

static const guint8 qmi_sync[] = { 0x01, 0x0b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x27, 0x00, 0x00, 0x00 };

static void
test_qmi_waits_for_dtr (Fixture *fixture, gconstpointer mode)
{
    g_assert_cmpuint (request (fixture, 0x00, 9, 1, 0, NULL, 0), ==, 0);
    g_assert_true (usb_device_read (fixture->device, 0x89, 64, 1));
    g_assert_cmpuint (request (fixture, CLASS_OUT, 0x00, 0, 4, qmi_sync, sizeof (qmi_sync)), ==, 0);
    g_assert_cmpuint (request (fixture, CLASS_IN, 0x01, 0, 4, NULL, 0), ==, 0);
    g_assert_null (strstr (fixture->completed->str, "89:"));

    g_assert_cmpuint (request (fixture, CLASS_OUT, 0x22, 1, 4, NULL, 0), ==, 0);
    g_byte_array_set_size (fixture->data, 0);
    g_assert_cmpuint (request (fixture, CLASS_OUT, 0x00, 0, 4, qmi_sync, sizeof (qmi_sync)), ==, 0);
    wait_for_read (fixture, 0x89, 1);
    g_assert_cmpuint (request (fixture, CLASS_IN, 0x01, 0, 4, NULL, 0), >, sizeof (qmi_sync));
    g_assert_cmpuint (fixture->data->data[8], ==, 0x27);
}

static gboolean
has_answered (Fixture *fixture)
{
    g_autoptr (GString) text = g_string_new_len ((const char *) fixture->data->data, fixture->data->len);

    return strstr (text->str, "OK\r\n") != NULL;
}

static void
test_at_over_bulk (Fixture *fixture, gconstpointer mode)
{
    request (fixture, 0x00, 9, 1, 0, NULL, 0);
    g_byte_array_set_size (fixture->data, 0);
    g_assert_true (usb_device_write (fixture->device, 0x03, "ATI\r", 4));
    for (guint id = 1; !has_answered (fixture); id++) {
        g_assert_true (usb_device_read (fixture->device, 0x84, 512, id));
        wait_for_read (fixture, 0x84, id);
    }
}

static void
test_refusals (Fixture *fixture, gconstpointer mode)
{
    guint8 endpoint;

    g_assert_false (usb_device_read (fixture->device, 0x89, 64, 1)); /* not configured yet */
    g_assert_cmpuint (request (fixture, 0x00, 9, 1, 0, NULL, 0), ==, 0);
    g_assert_cmpuint (request (fixture, 0x80, 6, 0x0f00, 0, NULL, 0), ==, NO_ANSWER); /* no BOS descriptor */
    g_assert_cmpuint (request (fixture, 0xc0, 1, 0, 0, NULL, 0), ==, NO_ANSWER);      /* a vendor's request */
    g_assert_cmpuint (request (fixture, CLASS_IN, 0x80, 0, 4, NULL, 0), ==, NO_ANSWER);
    g_assert_cmpuint (request (fixture, CLASS_OUT, 0x22, 1, 99, NULL, 0), ==, NO_ANSWER);
    g_assert_cmpuint (request (fixture, 0x00, 9, 2, 0, NULL, 0), ==, NO_ANSWER);
    g_assert_cmpuint (request (fixture, 0x01, 11, 1, 4, NULL, 0), ==, NO_ANSWER);
    g_assert_false (usb_device_read (fixture->device, 0x8f, 64, 1));
    g_assert_false (usb_device_write (fixture->device, 0x0f, "", 0));
    g_assert_true (usb_device_read (fixture->device, 0x89, 64, 5));
    g_assert_true (usb_device_cancel (fixture->device, 5, &endpoint));
    g_assert_cmpuint (endpoint, ==, 0x89);
    g_assert_false (usb_device_cancel (fixture->device, 5, &endpoint));
}

/* What the host does not fetch is lost, but what it is told of is there. */
static void
test_responses_match_notifications (Fixture *fixture, gconstpointer mode)
{
    guint n_told = 0, n_fetched = 0;
    guint8 endpoint;

    request (fixture, 0x00, 9, 1, 0, NULL, 0);
    request (fixture, CLASS_OUT, 0x22, 1, 4, NULL, 0);
    for (guint i = 0; i < 1000; i++)
        request (fixture, CLASS_OUT, 0x00, 0, 4, qmi_sync, sizeof (qmi_sync));
    for (guint id = 1; id <= 1000; id++) {
        usb_device_read (fixture->device, 0x89, 64, id);
        n_told += !usb_device_cancel (fixture->device, id, &endpoint);
    }
    while (request (fixture, CLASS_IN, 0x01, 0, 4, NULL, 0) > 0)
        n_fetched++;
    g_assert_cmpuint (n_told, >, 0);
    g_assert_cmpuint (n_fetched, ==, n_told);
}

static gboolean
is_attached_again (ScratchModule *module)
{
    return module->model->composition.mode == USBNET_ECM && strstr (module->events->str, "attached") != NULL;
}

static void
test_another_mode_after_the_restart (Fixture *fixture, gconstpointer mode)
{
    g_autoptr (GString) answer = g_string_new (NULL);

    g_string_truncate (fixture->module.events, 0);
    g_assert_true (at_engine_run (ports_at (usb_device_ports (fixture->device)), "AT+QCFG=\"usbnet\",1", answer));
    model_restart (fixture->module.model);
    scratch_module_wait (&fixture->module, is_attached_again);
    g_assert_nonnull (strstr (fixture->completed->str, "detached attached"));
    g_assert_cmpuint (usb_device_descriptors (fixture->device)->configuration->len, ==, 258);
}

/* The bulk endpoints of a data interface are those of its setting 1. */
static void
test_settings (Fixture *fixture, gconstpointer mode)
{
    g_assert_cmpuint (request (fixture, 0x01, 11, 1, 5, NULL, 0), ==, NO_ANSWER); /* not configured yet */
    request (fixture, 0x00, 9, 1, 0, NULL, 0);
    g_assert_false (usb_device_write (fixture->device, 0x05, "x", 1));
    g_assert_cmpuint (request (fixture, 0x01, 11, 1, 5, NULL, 0), ==, 0);
    g_assert_true (usb_device_write (fixture->device, 0x05, "x", 1));
    g_assert_true (usb_device_read (fixture->device, 0x88, 64, 1));
    g_assert_cmpuint (request (fixture, 0x81, 10, 0, 5, NULL, 0), ==, 1);
    g_assert_cmpuint (fixture->data->data[0], ==, 1);
    g_assert_cmpuint (request (fixture, 0x01, 11, 2, 5, NULL, 0), ==, NO_ANSWER);
    g_assert_cmpuint (request (fixture, 0x01, 11, 1, 2, NULL, 0), ==, NO_ANSWER);
    request (fixture, 0x00, 9, 1, 0, NULL, 0);
    g_assert_false (usb_device_write (fixture->device, 0x05, "x", 1));
}

/* USB/IP */

typedef struct {
    Fixture *fixture;
    GBytes *question;
    GByteArray *answer;
    gboolean ended;
} Dialogue;

static gpointer
talk (gpointer user_data)
{
    Dialogue *dialogue = user_data;
    g_autoptr (GSocketClient) client = g_socket_client_new ();
    g_autoptr (GSocketConnection) connection =
        g_socket_client_connect_to_host (client, "127.0.0.1", dialogue->fixture->port, NULL, NULL);
    GSocket *socket;
    char data[4096];
    gssize size;

    g_assert_nonnull (connection);
    socket = g_socket_connection_get_socket (connection);
    g_socket_set_timeout (socket, 1);
    g_socket_send (socket, g_bytes_get_data (dialogue->question, NULL), g_bytes_get_size (dialogue->question), NULL,
                   NULL);
    while ((size = g_socket_receive (socket, data, sizeof (data), NULL, NULL)) > 0)
        g_byte_array_append (dialogue->answer, (const guint8 *) data, size);
    dialogue->ended = size == 0;
    g_main_context_wakeup (NULL);
    return NULL;
}

/* Says it all at once, returns what comes back until the other end closes or a second has passed. */
static GByteArray *
dialogue_with (Fixture *fixture, const guint8 *question, gsize size, gboolean *ended)
{
    Dialogue dialogue = { fixture, g_bytes_new (question, size), g_byte_array_new (), FALSE };
    g_autoptr (GThread) thread = g_thread_new ("client", talk, &dialogue);
    gint64 end = g_get_monotonic_time () + 1500 * 1000;

    while (g_get_monotonic_time () < end && !dialogue.ended) {
        g_main_context_iteration (NULL, FALSE);
        g_usleep (1000);
    }
    g_thread_join (g_steal_pointer (&thread));
    g_bytes_unref (dialogue.question);
    *ended = dialogue.ended;
    return dialogue.answer;
}

static void
serve_usbip (Fixture *fixture)
{
    g_autoptr (GError) error = NULL;

    for (fixture->port = 43240; !fixture->usbip && fixture->port < 43340; fixture->port++) {
        g_autofree char *port = g_strdup_printf ("%u", fixture->port);

        g_clear_error (&error);
        fixture->usbip = host_usbip_new (fixture->device, fixture->module.journal, port, &error);
    }
    g_assert_no_error (error);
    fixture->port--;
}

static void
test_usbip_list (Fixture *fixture, gconstpointer mode)
{
    static const guint8 question[] = { 0x01, 0x11, 0x80, 0x05, 0, 0, 0, 0 };
    g_autoptr (GByteArray) answer = NULL;
    gboolean ended;

    serve_usbip (fixture);
    answer = dialogue_with (fixture, question, sizeof (question), &ended);
    g_assert_cmpuint (answer->len, ==, 12 + 312 + 5 * 4);
    g_assert_cmpuint (answer->data[11], ==, 1);
    g_assert_cmpmem (answer->data + 12 + 256 + 32 + 12, 4, "\x2c\x7c\x01\x25", 4);
}

static void
test_usbip_transfer (Fixture *fixture, gconstpointer mode)
{
    guint8 question[40 + 48] = { 0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0, '1', '-', '1' };
    guint8 *submit = question + 40;
    g_autoptr (GByteArray) answer = NULL;
    gboolean ended;

    serve_usbip (fixture);
    submit[3] = 1;  /* CMD_SUBMIT */
    submit[7] = 42; /* its number */
    submit[15] = 1; /* to the host */
    submit[27] = 18;
    memcpy (submit + 40, "\x80\x06\x00\x01\x00\x00\x12\x00", 8); /* the device descriptor */
    answer = dialogue_with (fixture, question, sizeof (question), &ended);
    g_assert_cmpuint (answer->len, ==, 320 + 48 + 18);
    g_assert_cmpuint (answer->data[320 + 3], ==, 3);
    g_assert_cmpuint (answer->data[320 + 7], ==, 42);
    g_assert_cmpuint (answer->data[320 + 27], ==, 18);
    g_assert_cmpmem (answer->data + 320 + 48 + 8, 4, "\x7c\x2c\x25\x01", 4);
}

static void
test_usbip_nonsense (Fixture *fixture, gconstpointer mode)
{
    static const guint8 other_protocol[] = "GET / HTTP/1.1\r\n\r\n";
    guint8 huge[40 + 48] = { 0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0, '1', '-', '1' };
    g_autoptr (GByteArray) first = NULL, second = NULL;
    gboolean ended;

    serve_usbip (fixture);
    first = dialogue_with (fixture, other_protocol, sizeof (other_protocol), &ended);
    g_assert_true (ended);
    g_assert_cmpuint (first->len, ==, 0);
    huge[40 + 3] = 1;
    memset (huge + 40 + 24, 0xff, 4); /* four gigabytes to come */
    second = dialogue_with (fixture, huge, sizeof (huge), &ended);
    g_assert_true (ended);
}

static void
test_usbip_address (void)
{
    static const char *const wrong[] = { "", "0", "70000", "house:3240", "1.2.3.4:", "3240x" };

    for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
        g_autoptr (GError) error = NULL;

        g_assert_null (host_usbip_new (NULL, NULL, wrong[i], &error));
        g_assert_nonnull (strstr (error->message, "ADDRESS:PORT"));
    }
}

#define ADD(path, mode, function) g_test_add (path, Fixture, GUINT_TO_POINTER (mode), set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
        g_autofree char *path = g_strconcat ("/usb/descriptors/", composition_mode_name (expected[i].mode), NULL);

        g_test_add_data_func (path, &expected[i], test_descriptors);
    }
    g_test_add_func ("/usb/descriptors/broken", test_broken);
    g_test_add_func ("/usb/ntb", test_ntb);
    g_test_add_func ("/usb/rndis/data", test_rndis_data);
    g_test_add_func ("/usb/rndis/control", test_rndis_control);
    ADD ("/usb/device/qmi-waits-for-dtr", USBNET_QMI, test_qmi_waits_for_dtr);
    ADD ("/usb/device/at-over-bulk", USBNET_QMI, test_at_over_bulk);
    ADD ("/usb/device/refusals", USBNET_QMI, test_refusals);
    ADD ("/usb/device/responses-match-notifications", USBNET_QMI, test_responses_match_notifications);
    ADD ("/usb/device/settings", USBNET_MBIM, test_settings);
    ADD ("/usb/device/another-mode-after-the-restart", USBNET_QMI, test_another_mode_after_the_restart);
    ADD ("/usb/usbip/list", USBNET_QMI, test_usbip_list);
    ADD ("/usb/usbip/transfer", USBNET_QMI, test_usbip_transfer);
    ADD ("/usb/usbip/nonsense", USBNET_QMI, test_usbip_nonsense);
    g_test_add_func ("/usb/usbip/address", test_usbip_address);
    return g_test_run ();
}
