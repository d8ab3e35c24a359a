/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module behind a USB/IP socket, seen by the client of a desktop: imported, talked to, pulled, attached again. */

#include "host-usbip.h"
#include "scratch-module.h"

#include <gio/gio.h>
#include <string.h>

enum { HEADER = 48, DEVICE = 312, PORTS_MAX = 100 };
enum { CMD_SUBMIT = 1, CMD_UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4 };
enum { EPIPE_OF_LINUX = -32, ECONNRESET_OF_LINUX = -104 };

typedef struct {
    ScratchModule module;
    UsbDevice *device;
    HostUsbip *host;
    guint16 port;
    GSocketConnection *connection;
    GByteArray *in;
    gboolean gone; /* the other side has hung up */
    guint32 sequence;
} Fixture;

static gboolean
give_up (gpointer user_data)
{
    g_error ("nothing came in time");
    return G_SOURCE_REMOVE;
}

static void
receive (Fixture *fixture)
{
    GSocket *socket = g_socket_connection_get_socket (fixture->connection);
    char data[4096];
    gssize size = g_socket_receive_with_blocking (socket, data, sizeof (data), FALSE, NULL, NULL);

    if (size > 0)
        g_byte_array_append (fixture->in, (const guint8 *) data, size);
    else if (size == 0)
        fixture->gone = TRUE;
}

static gboolean
tick (gpointer user_data)
{
    return G_SOURCE_CONTINUE;
}

/* Runs the module until so many bytes have come, or the end of the connection. */
static void
wait_for_bytes (Fixture *fixture, guint size)
{
    guint limit = g_timeout_add_seconds (5, give_up, NULL), clock = g_timeout_add (1, tick, NULL);

    while (fixture->in->len < size && !fixture->gone) {
        g_main_context_iteration (NULL, TRUE);
        receive (fixture);
    }
    g_source_remove (limit);
    g_source_remove (clock);
}

static void
say (Fixture *fixture, GByteArray *bytes)
{
    GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (fixture->connection));
    g_autoptr (GError) error = NULL;

    g_output_stream_write_all (stream, bytes->data, bytes->len, NULL, NULL, &error);
    g_assert_no_error (error);
}

static void
connect_client (Fixture *fixture)
{
    g_autoptr (GSocketClient) client = g_socket_client_new ();
    g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", fixture->port);
    g_autoptr (GError) error = NULL;

    g_clear_object (&fixture->connection);
    fixture->connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
    g_assert_no_error (error);
    fixture->gone = FALSE;
    g_byte_array_set_size (fixture->in, 0);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
    scratch_module_init (&fixture->module, NULL);
    fixture->in = g_byte_array_new ();
    fixture->device =
        usb_device_new (fixture->module.model, fixture->module.faults, fixture->module.journal, NULL, NULL);
    for (guint16 port = 43340; !fixture->host && port < 43340 + PORTS_MAX; port++) {
        g_autofree char *text = g_strdup_printf ("%u", port);

        fixture->port = port;
        fixture->host = host_usbip_new (fixture->device, fixture->module.journal, text, NULL);
    }
    g_assert_nonnull (fixture->host);
    scratch_module_register (&fixture->module);
    connect_client (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    g_clear_object (&fixture->connection);
    host_usbip_free (fixture->host);
    usb_device_free (fixture->device);
    g_byte_array_unref (fixture->in);
    scratch_module_clear (&fixture->module);
}

/* The protocol */

static void
put32 (GByteArray *bytes, guint32 value)
{
    value = GUINT32_TO_BE (value);
    g_byte_array_append (bytes, (const guint8 *) &value, sizeof (value));
}

static guint32
get32 (const Fixture *fixture, guint at)
{
    guint32 value;

    g_assert_cmpuint (fixture->in->len, >=, at + sizeof (value));
    memcpy (&value, fixture->in->data + at, sizeof (value));
    return GUINT32_FROM_BE (value);
}

/* The status of the answer. */
static guint32
import (Fixture *fixture, const char *bus_id)
{
    static const guint8 head[8] = { 0x01, 0x11, 0x80, 0x03 };
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    guint8 name[32] = { 0 };
    guint32 status;

    memcpy (name, bus_id, strlen (bus_id));
    g_byte_array_append (bytes, head, sizeof (head));
    g_byte_array_append (bytes, name, sizeof (name));
    say (fixture, bytes);
    wait_for_bytes (fixture, 8);
    status = get32 (fixture, 4);
    if (status == 0)
        wait_for_bytes (fixture, 8 + DEVICE);
    g_byte_array_set_size (fixture->in, 0);
    return status;
}

/* setup: eight bytes or NULL. The number of the transfer. */
static guint32
submit (Fixture *fixture, guint8 endpoint, const char *setup, gconstpointer data, guint size)
{
    gboolean input = endpoint & 0x80;
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    const guint32 words[] = { CMD_SUBMIT, ++fixture->sequence, 0x10001, input, endpoint & 0x0f, 0, size, 0, 0, 0 };

    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        put32 (bytes, words[i]);
    g_byte_array_append (bytes, (const guint8 *) (setup ? setup : "\0\0\0\0\0\0\0"), 8);
    if (!input)
        g_byte_array_append (bytes, data, size);
    say (fixture, bytes);
    return fixture->sequence;
}

static gint32
unlink_transfer (Fixture *fixture, guint32 sequence)
{
    const guint32 words[] = { CMD_UNLINK, ++fixture->sequence, 0x10001, 0, 0, sequence, 0, 0, 0, 0, 0, 0 };
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    gint32 status;

    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        put32 (bytes, words[i]);
    say (fixture, bytes);
    wait_for_bytes (fixture, HEADER);
    g_assert_cmpuint (get32 (fixture, 0), ==, RET_UNLINK);
    g_assert_cmpuint (get32 (fixture, 4), ==, fixture->sequence);
    status = get32 (fixture, 20);
    g_byte_array_remove_range (fixture->in, 0, HEADER);
    return status;
}

/* Takes the next answer, which must be to that transfer. What it carries to the client, to be freed. */
static GByteArray *
take_answer (Fixture *fixture, guint32 sequence, gboolean input, gint32 *status)
{
    GByteArray *data = g_byte_array_new ();
    guint32 size;

    wait_for_bytes (fixture, HEADER);
    g_assert_cmpuint (get32 (fixture, 0), ==, RET_SUBMIT);
    g_assert_cmpuint (get32 (fixture, 4), ==, sequence);
    *status = get32 (fixture, 20);
    size = input ? get32 (fixture, 24) : 0;
    wait_for_bytes (fixture, HEADER + size);
    g_byte_array_append (data, fixture->in->data + HEADER, size);
    g_byte_array_remove_range (fixture->in, 0, HEADER + size);
    return data;
}

static GByteArray *
control_in (Fixture *fixture, const char *setup, guint size, gint32 *status)
{
    return take_answer (fixture, submit (fixture, 0x80, setup, NULL, size), TRUE, status);
}

static gint32
control_out (Fixture *fixture, const char *setup, gconstpointer data, guint size)
{
    gint32 status;

    g_byte_array_unref (take_answer (fixture, submit (fixture, 0x00, setup, data, size), FALSE, &status));
    return status;
}

static void
import_and_configure (Fixture *fixture)
{
    g_assert_cmpuint (import (fixture, "1-1"), ==, 0);
    g_assert_cmpint (control_out (fixture, "\x00\x09\x01\x00\x00\x00\x00\x00", NULL, 0), ==, 0);
}

/* Tests */

static void
test_enumerate (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GByteArray) device = NULL, configuration = NULL, nothing = NULL;
    gint32 status;

    import_and_configure (fixture);
    device = control_in (fixture, "\x80\x06\x00\x01\x00\x00\x12\x00", 18, &status);
    g_assert_cmpuint (device->len, ==, 18);
    g_assert_cmpmem (device->data + 8, 4, "\x7c\x2c\x25\x01", 4);
    configuration = control_in (fixture, "\x80\x06\x00\x02\x00\x00\xff\x00", 255, &status);
    g_assert_cmpuint (configuration->len, ==, 209);
    nothing = control_in (fixture, "\x80\x06\x00\x0f\x00\x00\x05\x00", 5, &status);
    g_assert_cmpint (status, ==, EPIPE_OF_LINUX);
    g_assert_cmpuint (nothing->len, ==, 0);
}

/* The notification comes in a read that was there before the question. */
static void
test_qmi (Fixture *fixture, gconstpointer data)
{
    static const guint8 sync[] = { 0x01, 0x0b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x27, 0x00, 0x00, 0x00 };
    g_autoptr (GByteArray) notification = NULL, answer = NULL;
    guint32 waiting;
    gint32 status;

    import_and_configure (fixture);
    g_assert_cmpint (control_out (fixture, "\x21\x22\x01\x00\x04\x00\x00\x00", NULL, 0), ==, 0);
    waiting = submit (fixture, 0x89, NULL, NULL, 64);
    submit (fixture, 0x00, "\x21\x00\x00\x00\x04\x00\x0c\x00", sync, sizeof (sync));
    wait_for_bytes (fixture, HEADER + 8 + HEADER);
    if (get32 (fixture, 4) != waiting) /* either may be first */
        g_byte_array_unref (take_answer (fixture, waiting + 1, FALSE, &status));
    notification = take_answer (fixture, waiting, TRUE, &status);
    g_assert_cmpmem (notification->data, notification->len, "\xa1\x01\x00\x00\x04\x00\x00\x00", 8);
    g_byte_array_set_size (fixture->in, 0);
    answer = control_in (fixture, "\xa1\x01\x00\x00\x04\x00\x00\x10", 4096, &status);
    g_assert_cmpuint (answer->len, >, sizeof (sync));
    g_assert_cmpuint (answer->data[8], ==, 0x27);
}

static void
test_at (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GString) text = g_string_new (NULL);
    guint32 sequence;
    gint32 status;

    import_and_configure (fixture);
    sequence = submit (fixture, 0x03, NULL, "ATI\r", 4);
    g_byte_array_unref (take_answer (fixture, sequence, FALSE, &status));
    g_assert_cmpint (status, ==, 0);
    for (guint i = 0; !strstr (text->str, "OK\r\n"); i++) {
        g_autoptr (GByteArray) part = NULL;

        g_assert_cmpuint (i, <, 10);
        sequence = submit (fixture, 0x84, NULL, NULL, 512);
        part = take_answer (fixture, sequence, TRUE, &status);
        g_string_append_len (text, (const char *) part->data, part->len);
    }
    g_assert_nonnull (strstr (text->str, "EC25"));
}

/* A transfer that is called back has no answer but that to the call. */
static void
test_unlink (Fixture *fixture, gconstpointer data)
{
    guint32 sequence;
    gint32 status;

    import_and_configure (fixture);
    sequence = submit (fixture, 0x88, NULL, NULL, 2048);
    g_assert_cmpint (unlink_transfer (fixture, sequence), ==, ECONNRESET_OF_LINUX);
    g_assert_cmpint (unlink_transfer (fixture, sequence), ==, 0);
    sequence = submit (fixture, 0x8f, NULL, NULL, 64); /* no such endpoint */
    g_byte_array_unref (take_answer (fixture, sequence, TRUE, &status));
    g_assert_cmpint (status, ==, EPIPE_OF_LINUX);
}

static gboolean
is_running (ScratchModule *module)
{
    return module->model->power == POWER_RUNNING;
}

/* USB/IP knows no unplugging: the line is cut. What is not there cannot be imported; later it can. */
static void
test_unplug (Fixture *fixture, gconstpointer data)
{
    import_and_configure (fixture);
    submit (fixture, 0x88, NULL, NULL, 2048);
    model_unplug (fixture->module.model);
    wait_for_bytes (fixture, 1);
    g_assert_true (fixture->gone);
    connect_client (fixture);
    g_assert_cmpuint (import (fixture, "1-1"), !=, 0);
    model_plug (fixture->module.model);
    scratch_module_wait (&fixture->module, is_running);
    connect_client (fixture);
    import_and_configure (fixture);
}

/* The second client is sent away, the first stays. */
static void
test_one_client (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GSocketConnection) first = NULL;
    gint32 status;

    import_and_configure (fixture);
    first = g_steal_pointer (&fixture->connection);
    connect_client (fixture);
    wait_for_bytes (fixture, 1);
    g_assert_true (fixture->gone);
    g_set_object (&fixture->connection, first);
    fixture->gone = FALSE;
    g_byte_array_unref (control_in (fixture, "\x80\x08\x00\x00\x00\x00\x01\x00", 1, &status));
    g_assert_cmpint (status, ==, 0);
}

static void
test_other_bus (Fixture *fixture, gconstpointer data)
{
    g_assert_cmpuint (import (fixture, "2-1"), !=, 0);
    connect_client (fixture);
    g_assert_cmpuint (import (fixture, "1-1"), ==, 0);
}

/* Whatever comes, the module stays: noise before and behind the import, cut anywhere. */
static void
test_noise (Fixture *fixture, gconstpointer data)
{
    for (guint i = 0; i < 200; i++) {
        g_autoptr (GByteArray) noise = g_byte_array_new ();

        connect_client (fixture);
        if (i % 2)
            g_assert_cmpuint (import (fixture, "1-1"), ==, 0);
        for (guint n = g_test_rand_int_range (1, 60); n; n--)
            put32 (noise, g_test_rand_bit () ? (guint32) g_test_rand_int_range (0, 9) : (guint32) g_test_rand_int ());
        say (fixture, noise);
        g_io_stream_close (G_IO_STREAM (fixture->connection), NULL, NULL);
        for (guint round = 0; round < 10; round++)
            g_main_context_iteration (NULL, FALSE);
    }
    connect_client (fixture);
    import_and_configure (fixture);
}

int
main (int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test) (Fixture *fixture, gconstpointer data);
    } tests[] = {
        { "/usbip/enumerate", test_enumerate },   { "/usbip/qmi", test_qmi },
        { "/usbip/at", test_at },                 { "/usbip/unlink", test_unlink },
        { "/usbip/unplug", test_unplug },         { "/usbip/one-client", test_one_client },
        { "/usbip/other-bus", test_other_bus },   { "/usbip/noise", test_noise },
    };

    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
        g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
    return g_test_run ();
}
