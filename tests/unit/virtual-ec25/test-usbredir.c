/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module behind a usbredir socket, seen by a virtual machine: enumerated, talked to, restarted, pulled. */

#include "host-usbredir.h"
#include "scratch-module.h"

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <usbredirparser.h>

typedef struct {
    ScratchModule module;
    char *folder, *path;
    UsbDevice *device;
    HostUsbredir *host;
    /* The machine. */
    GSocketConnection *connection;
    struct usbredirparser *parser;
    guint source;
    gboolean gone; /* the other side has hung up */
    guint64 next_id;
    GString *order; /* of announcements: i(nterfaces) e(ndpoints) c(onnect) d(isconnect) */
    struct usb_redir_interface_info_header interfaces;
    struct usb_redir_ep_info_header endpoints;
    struct usb_redir_device_connect_header device_seen;
    /* The last answer. */
    gboolean answered;
    guint8 status;
    guint8 setting;
    GByteArray *data;
    GByteArray *interrupt;
    GString *text; /* of bulk endpoints */
} Fixture;

static int
fd_of (Fixture *fixture)
{
    return g_socket_get_fd (g_socket_connection_get_socket (fixture->connection));
}

static int
read_machine (void *user_data, uint8_t *data, int size)
{
    gssize got = recv (fd_of (user_data), data, size, MSG_DONTWAIT);

    if (got < 0 && errno == EAGAIN)
        return 0;
    return got > 0 ? got : -1;
}

static int
write_machine (void *user_data, uint8_t *data, int size)
{
    return send (fd_of (user_data), data, size, MSG_NOSIGNAL);
}

static void
log_machine (void *user_data, int level, const char *text)
{
    if (level == usbredirparser_error)
        g_error ("%s", text);
}

static void
on_interfaces (void *user_data, struct usb_redir_interface_info_header *info)
{
    Fixture *fixture = user_data;

    fixture->interfaces = *info;
    g_string_append_c (fixture->order, 'i');
}

static void
on_endpoints (void *user_data, struct usb_redir_ep_info_header *info)
{
    Fixture *fixture = user_data;

    fixture->endpoints = *info;
    g_string_append_c (fixture->order, 'e');
}

static void
on_connect (void *user_data, struct usb_redir_device_connect_header *device)
{
    Fixture *fixture = user_data;

    fixture->device_seen = *device;
    g_string_append_c (fixture->order, 'c');
}

static void
on_disconnect (void *user_data)
{
    Fixture *fixture = user_data;

    g_string_append_c (fixture->order, 'd');
}

static void
on_hello (void *user_data, struct usb_redir_hello_header *hello)
{
    Fixture *fixture = user_data;

    g_string_append_c (fixture->order, 'h');
}

static void
take_answer (Fixture *fixture, guint8 status, uint8_t *data, int size)
{
    fixture->answered = TRUE;
    fixture->status = status;
    g_byte_array_set_size (fixture->data, 0);
    g_byte_array_append (fixture->data, data, size);
    usbredirparser_free_packet_data (fixture->parser, data);
}

static void
on_control (void *user_data, uint64_t id, struct usb_redir_control_packet_header *header, uint8_t *data, int size)
{
    take_answer (user_data, header->status, data, size);
}

static void
on_bulk (void *user_data, uint64_t id, struct usb_redir_bulk_packet_header *header, uint8_t *data, int size)
{
    Fixture *fixture = user_data;

    if (header->endpoint & 0x80)
        g_string_append_len (fixture->text, (const char *) data, size);
    take_answer (fixture, header->status, data, size);
}

static void
on_interrupt (void *user_data, uint64_t id, struct usb_redir_interrupt_packet_header *header, uint8_t *data, int size)
{
    Fixture *fixture = user_data;

    g_byte_array_append (fixture->interrupt, data, size);
    usbredirparser_free_packet_data (fixture->parser, data);
}

static void
on_configuration (void *user_data, uint64_t id, struct usb_redir_configuration_status_header *status)
{
    Fixture *fixture = user_data;

    fixture->answered = TRUE;
    fixture->status = status->status;
    fixture->setting = status->configuration;
}

static void
on_alternate (void *user_data, uint64_t id, struct usb_redir_alt_setting_status_header *status)
{
    Fixture *fixture = user_data;

    fixture->answered = TRUE;
    fixture->status = status->status;
    fixture->setting = status->alt;
}

static void
on_receiving (void *user_data, uint64_t id, struct usb_redir_interrupt_receiving_status_header *status)
{
    Fixture *fixture = user_data;

    fixture->answered = TRUE;
    fixture->status = status->status;
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer user_data)
{
    Fixture *fixture = user_data;

    if (usbredirparser_do_read (fixture->parser) == 0)
        return G_SOURCE_CONTINUE;
    fixture->gone = TRUE;
    fixture->source = 0;
    return G_SOURCE_REMOVE;
}

static struct usbredirparser *
make_parser (Fixture *fixture)
{
    static const int capabilities[] = {
        usb_redir_cap_connect_device_version, usb_redir_cap_filter, usb_redir_cap_device_disconnect_ack,
        usb_redir_cap_ep_info_max_packet_size, usb_redir_cap_64bits_ids, usb_redir_cap_32bits_bulk_length,
        usb_redir_cap_bulk_receiving, usb_redir_cap_bulk_streams,
    };
    struct usbredirparser *parser = usbredirparser_create ();
    guint32 caps[USB_REDIR_CAPS_SIZE] = { 0 };

    for (guint i = 0; i < G_N_ELEMENTS (capabilities); i++)
        usbredirparser_caps_set_cap (caps, capabilities[i]);
    parser->priv = fixture;
    parser->log_func = log_machine;
    parser->read_func = read_machine;
    parser->write_func = write_machine;
    parser->hello_func = on_hello;
    parser->interface_info_func = on_interfaces;
    parser->ep_info_func = on_endpoints;
    parser->device_connect_func = on_connect;
    parser->device_disconnect_func = on_disconnect;
    parser->configuration_status_func = on_configuration;
    parser->alt_setting_status_func = on_alternate;
    parser->interrupt_receiving_status_func = on_receiving;
    parser->control_packet_func = on_control;
    parser->bulk_packet_func = on_bulk;
    parser->interrupt_packet_func = on_interrupt;
    usbredirparser_init (parser, "test", caps, USB_REDIR_CAPS_SIZE, 0);
    return parser;
}

static void
flush (Fixture *fixture)
{
    while (usbredirparser_has_data_to_write (fixture->parser))
        g_assert_cmpint (usbredirparser_do_write (fixture->parser), ==, 0);
}

static void
plug_machine_in (Fixture *fixture)
{
    g_autoptr (GSocketClient) client = g_socket_client_new ();
    g_autoptr (GSocketAddress) address = g_unix_socket_address_new (fixture->path);
    g_autoptr (GError) error = NULL;

    fixture->connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
    g_assert_no_error (error);
    fixture->gone = FALSE;
    g_string_truncate (fixture->order, 0);
    fixture->parser = make_parser (fixture);
    fixture->source = g_unix_fd_add (fd_of (fixture), G_IO_IN | G_IO_HUP, on_input, fixture);
    flush (fixture);
}

static void
pull_machine_out (Fixture *fixture)
{
    g_clear_handle_id (&fixture->source, g_source_remove);
    g_clear_pointer (&fixture->parser, usbredirparser_destroy);
    g_clear_object (&fixture->connection);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GError) error = NULL;

    scratch_module_init (&fixture->module, data);
    fixture->folder = g_dir_make_tmp ("usbredir-XXXXXX", NULL);
    fixture->path = g_build_filename (fixture->folder, "socket", NULL);
    fixture->order = g_string_new (NULL);
    fixture->text = g_string_new (NULL);
    fixture->data = g_byte_array_new ();
    fixture->interrupt = g_byte_array_new ();
    fixture->device =
        usb_device_new (fixture->module.model, fixture->module.faults, fixture->module.journal, NULL, NULL);
    fixture->host = host_usbredir_new (fixture->device, fixture->module.journal, fixture->path, &error);
    g_assert_no_error (error);
    plug_machine_in (fixture);
    scratch_module_register (&fixture->module);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    pull_machine_out (fixture);
    host_usbredir_free (fixture->host);
    usb_device_free (fixture->device);
    g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
    scratch_module_clear (&fixture->module);
    g_free (fixture->folder);
    g_free (fixture->path);
    g_string_free (fixture->order, TRUE);
    g_string_free (fixture->text, TRUE);
    g_byte_array_unref (fixture->data);
    g_byte_array_unref (fixture->interrupt);
}

static gboolean
give_up (gpointer user_data)
{
    g_error ("nothing came in time");
    return G_SOURCE_REMOVE;
}

#define WAIT_FOR(condition)                                    \
    G_STMT_START                                               \
    {                                                          \
        guint limit = g_timeout_add_seconds (5, give_up, NULL); \
                                                               \
        while (!(condition))                                   \
            g_main_context_iteration (NULL, TRUE);             \
        g_source_remove (limit);                               \
    }                                                          \
    G_STMT_END

static void
wait_answer (Fixture *fixture)
{
    flush (fixture);
    WAIT_FOR (fixture->answered);
    fixture->answered = FALSE;
}

static guint8
control (Fixture *fixture, guint8 type, guint8 request, guint16 value, guint16 index, gconstpointer data,
         guint16 length)
{
    struct usb_redir_control_packet_header header = {
        type & 0x80, request, type, 0, value, index, length,
    };

    usbredirparser_send_control_packet (fixture->parser, fixture->next_id++, &header, (uint8_t *) data,
                                        type & 0x80 ? 0 : length);
    wait_answer (fixture);
    return fixture->status;
}

static void
configure (Fixture *fixture)
{
    struct usb_redir_set_configuration_header header = { 1 };

    usbredirparser_send_set_configuration (fixture->parser, fixture->next_id++, &header);
    wait_answer (fixture);
    g_assert_cmpint (fixture->status, ==, usb_redir_success);
    g_assert_cmpint (fixture->setting, ==, 1);
}

static void
set_alternate (Fixture *fixture, guint8 interface, guint8 setting)
{
    struct usb_redir_set_alt_setting_header header = { interface, setting };

    usbredirparser_send_set_alt_setting (fixture->parser, fixture->next_id++, &header);
    wait_answer (fixture);
}

static void
write_bulk (Fixture *fixture, guint8 endpoint, gconstpointer data, guint16 size)
{
    struct usb_redir_bulk_packet_header header = { .endpoint = endpoint, .length = size };

    usbredirparser_send_bulk_packet (fixture->parser, fixture->next_id++, &header, (uint8_t *) data, size);
    wait_answer (fixture);
}

static guint64
start_read (Fixture *fixture, guint8 endpoint)
{
    struct usb_redir_bulk_packet_header header = { .endpoint = endpoint, .length = 2048 };

    usbredirparser_send_bulk_packet (fixture->parser, fixture->next_id, &header, NULL, 0);
    flush (fixture);
    return fixture->next_id++;
}

static void
listen_to (Fixture *fixture, guint8 endpoint)
{
    struct usb_redir_start_interrupt_receiving_header header = { endpoint };

    usbredirparser_send_start_interrupt_receiving (fixture->parser, fixture->next_id++, &header);
    wait_answer (fixture);
    g_assert_cmpint (fixture->status, ==, usb_redir_success);
}

/* Tests */

static void
test_announced (Fixture *fixture, gconstpointer data)
{
    WAIT_FOR (strchr (fixture->order->str, 'c'));
    g_assert_cmpstr (fixture->order->str, ==, "hiec");
    g_assert_cmpint (fixture->device_seen.vendor_id, ==, 0x2c7c);
    g_assert_cmpint (fixture->device_seen.product_id, ==, 0x0125);
    g_assert_cmpint (fixture->device_seen.device_version_bcd, ==, 0x0318);
    g_assert_cmpint (fixture->interfaces.interface_count, ==, 5);
    g_assert_cmpint (fixture->interfaces.interface_class[1], ==, 0xff);
    g_assert_cmpint (fixture->interfaces.interface_subclass[1], ==, 0x00);
    configure (fixture);
    g_assert_cmpstr (fixture->order->str, ==, "hiece");
    g_assert_cmpint (fixture->endpoints.type[0x10 | 9], ==, usb_redir_type_interrupt);
    g_assert_cmpint (fixture->endpoints.type[5], ==, usb_redir_type_bulk);
    g_assert_cmpint (fixture->endpoints.max_packet_size[5], ==, 512);
    g_assert_cmpint (fixture->endpoints.interface[5], ==, 4);
}

static void
test_descriptors (Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint (control (fixture, 0x80, 6, 0x0200, 0, NULL, 9), ==, usb_redir_success);
    g_assert_cmpuint (fixture->data->len, ==, 9);
    g_assert_cmpuint (fixture->data->data[2] | fixture->data->data[3] << 8, ==, 209);
    g_assert_cmpint (control (fixture, 0x80, 6, 0x0307, 0, NULL, 255), ==, usb_redir_stall);
    g_assert_cmpint (control (fixture, 0xa1, 0x77, 0, 4, NULL, 8), ==, usb_redir_stall);
    g_assert_cmpint (control (fixture, 0xc0, 1, 0, 0, NULL, 8), ==, usb_redir_stall);
}

static void
test_at (Fixture *fixture, gconstpointer data)
{
    configure (fixture);
    write_bulk (fixture, 0x03, "ATE0\r", 5);
    for (guint i = 0; !strstr (fixture->text->str, "OK"); i++) {
        start_read (fixture, 0x84);
        wait_answer (fixture);
        g_assert_cmpuint (i, <, 10);
    }
    g_string_truncate (fixture->text, 0);
    start_read (fixture, 0x84);
    write_bulk (fixture, 0x03, "AT+CGMM\r", 8);
    WAIT_FOR (strstr (fixture->text->str, "EC25"));
}

static void
on_iso_status (void *user_data, uint64_t id, struct usb_redir_iso_stream_status_header *status)
{
    Fixture *fixture = user_data;

    fixture->answered = TRUE;
    fixture->status = status->status;
}

/* A modem has no such endpoints. */
static void
test_iso (Fixture *fixture, gconstpointer data)
{
    struct usb_redir_start_iso_stream_header start = { 0x81, 1, 1 };
    struct usb_redir_stop_iso_stream_header stop = { 0x81 };

    fixture->parser->iso_stream_status_func = on_iso_status;
    configure (fixture);
    usbredirparser_send_start_iso_stream (fixture->parser, fixture->next_id++, &start);
    wait_answer (fixture);
    g_assert_cmpint (fixture->status, ==, usb_redir_stall);
    usbredirparser_send_stop_iso_stream (fixture->parser, fixture->next_id++, &stop);
    wait_answer (fixture);
}

static gboolean
tick (gpointer user_data)
{
    *(gboolean *) user_data = TRUE;
    return G_SOURCE_REMOVE;
}

static void
wait_a_little (void)
{
    gboolean over = FALSE;

    g_timeout_add (100, tick, &over);
    while (!over)
        g_main_context_iteration (NULL, TRUE);
}

/* Without DTR the firmware takes commands and says nothing. */
static void
test_qmi (Fixture *fixture, gconstpointer data)
{
    static const guint8 sync[] = { 0x01, 0x0b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x27, 0x00, 0x00, 0x00 };
    static const guint8 available[] = { 0xa1, 0x01, 0, 0, 4, 0, 0, 0 };

    configure (fixture);
    listen_to (fixture, 0x89);
    g_assert_cmpint (control (fixture, 0x21, 0x00, 0, 4, sync, sizeof (sync)), ==, usb_redir_success);
    wait_a_little ();
    g_assert_cmpuint (fixture->interrupt->len, ==, 0);
    g_assert_cmpint (control (fixture, 0x21, 0x22, 1, 4, NULL, 0), ==, usb_redir_success);
    g_assert_cmpint (control (fixture, 0x21, 0x00, 0, 4, sync, sizeof (sync)), ==, usb_redir_success);
    WAIT_FOR (fixture->interrupt->len);
    g_assert_cmpmem (fixture->interrupt->data, fixture->interrupt->len, available, sizeof (available));
    g_assert_cmpint (control (fixture, 0xa1, 0x01, 0, 4, NULL, 4096), ==, usb_redir_success);
    g_assert_cmpuint (fixture->data->len, >, 12);
    g_assert_cmpint (fixture->data->data[0], ==, 0x01);
    g_assert_cmpint (fixture->data->data[8], ==, 0x27);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
    configure (fixture);
    usbredirparser_send_cancel_data_packet (fixture->parser, start_read (fixture, 0x88));
    wait_answer (fixture);
    g_assert_cmpint (fixture->status, ==, usb_redir_cancelled);
    start_read (fixture, 0x88);
    usbredirparser_send_reset (fixture->parser);
    wait_answer (fixture);
    g_assert_cmpint (fixture->status, ==, usb_redir_cancelled);
    start_read (fixture, 0x88); /* not configured */
    wait_answer (fixture);
    g_assert_cmpint (fixture->status, ==, usb_redir_stall);
}

/* AT+CFUN=1,1: it goes, and comes again in the mode that has been set meanwhile. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
    WAIT_FOR (strchr (fixture->order->str, 'c'));
    nvram_set_int (fixture->module.nvram, "module", "usbnet", USBNET_ECM);
    g_string_truncate (fixture->order, 0);
    model_restart (fixture->module.model);
    WAIT_FOR (strchr (fixture->order->str, 'd'));
    flush (fixture); /* the parser acknowledges */
    WAIT_FOR (strchr (fixture->order->str, 'c'));
    g_assert_cmpstr (fixture->order->str, ==, "diec");
    g_assert_cmpint (fixture->interfaces.interface_count, ==, 6);
    configure (fixture);
    g_assert_cmpint (fixture->endpoints.type[5], ==, usb_redir_type_invalid);
    set_alternate (fixture, 5, 1);
    g_assert_cmpint (fixture->status, ==, usb_redir_success);
    g_assert_cmpint (fixture->endpoints.type[5], ==, usb_redir_type_bulk);
    set_alternate (fixture, 5, 2);
    g_assert_cmpint (fixture->status, ==, usb_redir_stall);
}

static void
test_broken_boot (Fixture *fixture, gconstpointer data)
{
    WAIT_FOR (strchr (fixture->order->str, 'c'));
    g_string_truncate (fixture->order, 0);
    model_break (fixture->module.model);
    WAIT_FOR (strchr (fixture->order->str, 'd'));
    flush (fixture);
    WAIT_FOR (strchr (fixture->order->str, 'c'));
    g_assert_cmpint (fixture->interfaces.interface_count, ==, 1);
    g_assert_cmpint (fixture->device_seen.device_version_bcd, ==, 0);
}

static void
test_unplug (Fixture *fixture, gconstpointer data)
{
    WAIT_FOR (strchr (fixture->order->str, 'c'));
    configure (fixture);
    start_read (fixture, 0x88);
    model_unplug (fixture->module.model);
    WAIT_FOR (strchr (fixture->order->str, 'd'));
    g_assert_cmpint (control (fixture, 0x80, 6, 0x0100, 0, NULL, 18), ==, usb_redir_stall);
    g_string_truncate (fixture->order, 0);
    model_plug (fixture->module.model);
    WAIT_FOR (strchr (fixture->order->str, 'c'));
}

/* One machine after the other, not two. */
static void
test_machines (Fixture *fixture, gconstpointer data)
{
    WAIT_FOR (strchr (fixture->order->str, 'c'));
    configure (fixture);
    start_read (fixture, 0x88);
    pull_machine_out (fixture);
    wait_a_little ();
    plug_machine_in (fixture);
    WAIT_FOR (strchr (fixture->order->str, 'c'));
    g_assert_cmpstr (fixture->order->str, ==, "hiec");
    configure (fixture);
}

/* Only what is a socket is in the way. */
static void
test_file_in_the_way (void)
{
    g_autofree char *folder = g_dir_make_tmp ("usbredir-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (folder, "letter", NULL);
    g_autoptr (GError) error = NULL;

    g_assert_true (g_file_set_contents (path, "dear", 4, NULL));
    g_assert_null (host_usbredir_new (NULL, NULL, path, &error));
    g_assert_nonnull (strstr (error->message, path));
    g_assert_cmpint (g_unlink (path), ==, 0);
    g_rmdir (folder);
}

static void
test_nonsense (Fixture *fixture, gconstpointer data)
{
    static const guint8 nonsense[256] = { 0x65, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1 };

    WAIT_FOR (strchr (fixture->order->str, 'c'));
    g_assert_cmpint (send (fd_of (fixture), nonsense, sizeof (nonsense), 0), ==, sizeof (nonsense));
    WAIT_FOR (fixture->gone);
    pull_machine_out (fixture);
    plug_machine_in (fixture);
    WAIT_FOR (strchr (fixture->order->str, 'c'));
}

int
main (int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test) (Fixture *fixture, gconstpointer data);
    } tests[] = {
        { "/usbredir/announced", test_announced },     { "/usbredir/descriptors", test_descriptors },
        { "/usbredir/at", test_at },                   { "/usbredir/qmi", test_qmi },
        { "/usbredir/cancel", test_cancel },           { "/usbredir/restart", test_restart },
        { "/usbredir/broken-boot", test_broken_boot }, { "/usbredir/unplug", test_unplug },
        { "/usbredir/iso", test_iso },
        { "/usbredir/machines", test_machines },       { "/usbredir/nonsense", test_nonsense },
    };

    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
        g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
    g_test_add_func ("/usbredir/file-in-the-way", test_file_in_the_way);
    return g_test_run ();
}
