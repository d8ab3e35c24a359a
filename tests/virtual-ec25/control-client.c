/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other end of the control socket. */

#include "control.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>

/* Every word is quoted: the other end takes the line apart as a shell would. */
static char *
quoted_line (const char *const *command)
{
    GString *line = g_string_new (NULL);

    for (guint i = 0; command[i]; i++) {
        g_autofree char *quoted = g_shell_quote (command[i]);

        g_string_append_printf (line, "%s%s", i ? " " : "", quoted);
    }
    g_string_append_c (line, '\n');
    return g_string_free (line, FALSE);
}

/* Prints lines until the answer ends; events never end. */
static int
print_answer (GInputStream *stream, gboolean for_ever)
{
    g_autoptr (GDataInputStream) input = g_data_input_stream_new (stream);
    char *line;

    while ((line = g_data_input_stream_read_line (input, NULL, NULL, NULL))) {
        g_autofree char *text = line;

        if (g_str_has_prefix (text, "error: ")) {
            g_printerr ("virtual-ec25: %s\n", text + strlen ("error: "));
            return 1;
        }
        if (!g_str_equal (text, "ok"))
            g_print ("%s\n", text);
        else if (!for_ever)
            return 0;
        fflush (stdout);
    }
    if (!for_ever)
        g_printerr ("virtual-ec25: the modem has gone away\n");
    return for_ever ? 0 : 1;
}

int
control_client (const char *path, const char *const *command)
{
    g_autoptr (GSocketClient) client = g_socket_client_new ();
    g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
    g_autoptr (GError) error = NULL;
    g_autoptr (GSocketConnection) connection =
        g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
    g_autofree char *line = quoted_line (command);

    if (!connection ||
        !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), line,
                                                   strlen (line), NULL, NULL, &error)) {
        g_printerr ("virtual-ec25: no modem answers at %s: %s\n", path, error->message);
        return 1;
    }
    return print_answer (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                         g_str_equal (command[0], "events"));
}
