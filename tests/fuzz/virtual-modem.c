/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual modem's inputs. The first byte chooses: AT text, QMI or MBIM frames, a transfer of each kind, a control
 * request of the USB bus. */

#include "fuzz.h"

#include "faults.h"
#include "journal.h"
#include "model.h"
#include "profile-files.h"
#include "usb-device.h"
#include "usb-ntb.h"
#include "usb-rndis.h"

#include <string.h>

static Profile *profile;
static Nvram *nvram;
static Model *model;
static Faults *faults;
static Journal *journal;
static UsbDevice *device;

static void
completed (guint64 id, guint8 endpoint, gconstpointer data, gsize size, gpointer user_data)
{
}

static void
ignore (gpointer user_data)
{
}

static void
ignore_packet (gconstpointer packet, gsize size, gpointer user_data)
{
}

static void
start (void)
{
    static const UsbTransport transport = { ignore, ignore, completed };

    profile = profile_load (PROFILE_DEFAULT, NULL, NULL);
    nvram = nvram_open (NULL, NULL);
    model = model_new (profile, nvram, 0.001);
    faults = faults_new ();
    journal = journal_new (NULL);
    device = usb_device_new (model, faults, journal, NULL, NULL);
    usb_device_set_transport (device, &transport, NULL);
    model_start (model);
}

/* The module starts and restarts in its own time. */
static void
settle (void)
{
    while (g_main_context_iteration (NULL, FALSE))
        ;
    for (guint i = 0; i < 1000 && !usb_device_descriptors (device); i++) {
        if (model->power == POWER_OFF)
            model_plug (model);
        g_main_context_iteration (NULL, TRUE);
    }
}

static void
control (const uint8_t *data, size_t size)
{
    UsbSetup setup;
    g_autoptr (GByteArray) answer = NULL;

    if (size < 8)
        return;
    setup = (UsbSetup) { data[0], data[1], data[2] | data[3] << 8, data[4] | data[5] << 8, data[6] | data[7] << 8 };
    answer = usb_device_control (device, &setup, data + 8, size - 8);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const guint8 mac[6] = { 2 };
    g_autoptr (GByteArray) answer = NULL;

    if (!device)
        start ();
    settle ();
    if (size < 1)
        return 0;
    switch (data[0]) {
    case 'A':
        ports_feed (usb_device_ports (device), ROLE_AT_PRIMARY, data + 1, size - 1);
        ports_feed (usb_device_ports (device), ROLE_AT_PRIMARY, "\r", 1);
        break;
    case 'Q':
        ports_feed (usb_device_ports (device), ROLE_QMI, data + 1, size - 1);
        break;
    case 'M':
        ports_feed (usb_device_ports (device), ROLE_MBIM, data + 1, size - 1);
        break;
    case 'N':
        usb_ntb_unwrap (data + 1, size - 1, ignore_packet, NULL);
        break;
    case 'R':
        usb_rndis_unwrap (data + 1, size - 1, ignore_packet, NULL);
        answer = usb_rndis_answer (data + 1, size - 1, mac);
        break;
    default:
        control (data, size);
        break;
    }
    settle ();
    return 0;
}
