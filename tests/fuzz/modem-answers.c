/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plugin itself reads of QMI and MBIM. The first byte chooses: the rest is an MBIM message, or the TLVs of the
 * module's answer to a question of ours, which goes through a real QmiDevice: libqmi parses answers nowhere else. */

#include "fuzz.h"

#include "mm-answers-ec25.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define CLIENT 7
#define QMUX_HEADER 13 /* with the message's own */
#define MAX_TLVS 1024

static int module, terminal; /* both stay open: a terminal forgets what it was told */
static QmiDevice *device;
static QmiClient *client;

/*****************************************************************************/
/* A module at the other end of a pseudo terminal */

static void
finished (GObject *source, GAsyncResult *res, gpointer result)
{
    *(GAsyncResult **) result = g_object_ref (res);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
    while (!*result)
        g_main_context_iteration (NULL, TRUE);
    return *result;
}

static char *
open_terminal (void)
{
    struct termios raw;

    module = posix_openpt (O_RDWR | O_NOCTTY);
    g_assert_true (module >= 0 && grantpt (module) == 0 && unlockpt (module) == 0);
    terminal = open (ptsname (module), O_RDWR | O_NOCTTY);
    g_assert_true (terminal >= 0 && tcgetattr (terminal, &raw) == 0);
    cfmakeraw (&raw);
    g_assert_cmpint (tcsetattr (terminal, TCSANOW, &raw), ==, 0);
    return ptsname (module);
}

static void
ignore_log (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

static void
start (void)
{
    g_autoptr (GFile) file = g_file_new_for_path (open_terminal ());
    g_autoptr (GAsyncResult) made = NULL, opened = NULL, allocated = NULL;
    g_autoptr (GObject) source = NULL;

    g_log_set_default_handler (ignore_log, NULL); /* libqmi tells each message that it does not like */
    g_async_initable_new_async (QMI_TYPE_DEVICE, G_PRIORITY_DEFAULT, NULL, finished, &made,
                                QMI_DEVICE_FILE, file, QMI_DEVICE_NO_FILE_CHECK, TRUE, NULL);
    source = g_async_result_get_source_object (wait_for (&made));
    device = QMI_DEVICE (g_async_initable_new_finish (G_ASYNC_INITABLE (source), made, NULL));
    g_assert_nonnull (device);
    qmi_device_open (device, QMI_DEVICE_OPEN_FLAGS_NONE, 10, NULL, (GAsyncReadyCallback) finished, &opened);
    g_assert_true (qmi_device_open_finish (device, wait_for (&opened), NULL));
    qmi_device_allocate_client (device, QMI_SERVICE_NAS, CLIENT, 10, NULL, (GAsyncReadyCallback) finished, &allocated);
    client = qmi_device_allocate_client_finish (device, wait_for (&allocated), NULL);
    g_assert_nonnull (client);
}

/* The last question that was asked; its header is the answer's. */
static void
read_question (guint8 *question)
{
    struct pollfd asked = { module, POLLIN };

    while (poll (&asked, 1, 0) == 0)
        g_main_context_iteration (NULL, FALSE);
    g_assert_cmpint (read (module, question, QMUX_HEADER), ==, QMUX_HEADER);
}

static void
answer (const guint8 *question, const uint8_t *tlvs, size_t size)
{
    guint8 message[QMUX_HEADER + MAX_TLVS];

    memcpy (message, question, QMUX_HEADER);
    message[1] = (QMUX_HEADER - 1 + size) & 0xff;
    message[2] = (QMUX_HEADER - 1 + size) >> 8;
    message[3] = 0x80; /* from the module */
    message[6] = 0x02; /* an answer */
    message[11] = size & 0xff;
    message[12] = size >> 8;
    memcpy (message + QMUX_HEADER, tlvs, size);
    g_assert_cmpint (write (module, message, QMUX_HEADER + size), ==, QMUX_HEADER + size);
}

/*****************************************************************************/

/* What libqmi cannot read leaves the question open: a refusal behind it ends it. */
static void
read_qmi (const uint8_t *data, size_t size)
{
    static const guint8 refusal[] = { 0x02, 4, 0, 1, 0, 3, 0 };
    g_autoptr (QmiMessageNasGetSystemInfoOutput) info = NULL;
    g_autoptr (GAsyncResult) told = NULL;
    g_autoptr (GError) error = NULL;
    guint8 question[QMUX_HEADER];

    if (!device)
        start ();
    qmi_client_nas_get_system_info (QMI_CLIENT_NAS (client), NULL, 10, NULL, (GAsyncReadyCallback) finished, &told);
    read_question (question);
    answer (question, data, MIN (size, MAX_TLVS));
    answer (question, refusal, sizeof refusal);
    info = qmi_client_nas_get_system_info_finish (QMI_CLIENT_NAS (client), wait_for (&told), NULL);
    if (info && qmi_message_nas_get_system_info_output_get_result (info, NULL) &&
        !mm_answers_ec25_check_not_refused (info, &error))
        g_assert_true (error && strstr (error->message, "EMM cause"));
}

static void
read_mbim (const uint8_t *data, size_t size)
{
    g_autoptr (MbimMessage) message = mbim_message_new (data, size);
    g_autoptr (GError) error = NULL;

    if (mbim_message_validate (message, NULL) && !mm_answers_ec25_check_device_caps (message, &error))
        g_assert_nonnull (error);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] == 'Q')
        read_qmi (data + 1, size - 1);
    else if (size > 0)
        read_mbim (data + 1, size - 1);
    return 0;
}
