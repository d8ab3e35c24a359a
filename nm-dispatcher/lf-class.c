/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-class.h"

#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>

/* Network drivers that only modems have. */
static const gchar *const modem_net_drivers[] = {
    "qmi_wwan", "qmi_wwan_q", "cdc_mbim", "huawei_cdc_ncm", "sierra_net", "hso", NULL,
};

/* Network drivers that modems share with Ethernet adapters. */
static const gchar *const shared_net_drivers[] = { "cdc_ether", "rndis_host", "cdc_ncm", NULL };

/* Drivers of the serial or control function that a modem has beside its network function. */
static const gchar *const modem_port_drivers[] = { "option", "sierra", "qcserial", "cdc_acm", "cdc_wdm", NULL };

/* Makers whose USB network functions are modems, even where no serial function is to be seen ("HiLink"). */
static const gchar *const modem_makers[] = {
    "2c7c", /* Quectel */
    "12d1", /* Huawei */
    "19d2", /* ZTE */
    "1bbb", /* Alcatel/TCL */
    "1199", /* Sierra Wireless */
    "1e0e", /* SIMCom */
    "1bc7", /* Telit */
    "2cb7", /* Fibocom */
    NULL,
};

/* What looks like Ethernet and is no line of its own: NetworkManager ranks them on purpose. */
static const gchar *const other_device_types[] = { "bluetooth", "vxlan", "geneve", "l2tpeth", NULL };

static gchar *
read_word (const gchar *folder, const gchar *file)
{
    g_autofree gchar *path = g_build_filename (folder, file, NULL);
    gchar            *text = NULL;

    return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) : NULL;
}

static gchar *
read_device_type (const gchar *interface)
{
    g_autofree gchar *uevent = read_word (interface, "uevent");
    const gchar      *found = uevent ? strstr (uevent, "DEVTYPE=") : NULL;

    return found ? g_strndup (found + strlen ("DEVTYPE="), strcspn (found + strlen ("DEVTYPE="), "\n")) : NULL;
}

/* The name of the driver bound to a device, or NULL. */
static gchar *
read_driver (const gchar *device)
{
    g_autofree gchar *path = g_build_filename (device, "driver", NULL);
    g_autofree gchar *target = g_file_read_link (path, NULL);

    return target ? g_path_get_basename (target) : NULL;
}

static gboolean
is_one_of (const gchar *word, const gchar *const *words)
{
    return word && g_strv_contains (words, word);
}

/* Whether any function of a USB device is bound to a driver of modem ports. */
static gboolean
has_modem_port (const gchar *usb_device)
{
    g_autoptr(GDir)  dir = g_dir_open (usb_device, 0, NULL);
    const gchar     *name;

    while (dir && (name = g_dir_read_name (dir))) {
        g_autofree gchar *function = strchr (name, ':') ? g_build_filename (usb_device, name, NULL) : NULL;
        g_autofree gchar *driver = function ? read_driver (function) : NULL;

        if (is_one_of (driver, modem_port_drivers))
            return TRUE;
    }
    return FALSE;
}

static gboolean
belongs_to_modem (const gchar *interface)
{
    g_autofree gchar *link = g_build_filename (interface, "device", NULL);
    g_autofree gchar *driver = read_driver (link);
    g_autofree gchar *maker = NULL;
    g_autofree gchar *usb_device = NULL;
    char             *function;

    if (is_one_of (driver, modem_net_drivers))
        return TRUE;
    function = is_one_of (driver, shared_net_drivers) ? realpath (link, NULL) : NULL;
    if (!function)
        return FALSE;
    usb_device = g_path_get_dirname (function);
    free (function);
    maker = read_word (usb_device, "idVendor");
    return maker && (is_one_of (maker, modem_makers) || has_modem_port (usb_device));
}

static gboolean
has_file (const gchar *interface, const gchar *name)
{
    g_autofree gchar *path = g_build_filename (interface, name, NULL);

    return g_file_test (path, G_FILE_TEST_EXISTS);
}

LfClass
lf_class_of_interface (const gchar *sysfs, const gchar *name, guint type)
{
    g_autofree gchar *interface = g_build_filename (sysfs, "class", "net", name, NULL);
    g_autofree gchar *device_type = read_device_type (interface);

    if (g_strcmp0 (device_type, "wwan") == 0)
        return LF_CLASS_LTE;
    if (g_strcmp0 (device_type, "wlan") == 0 || has_file (interface, "phy80211"))
        return LF_CLASS_WIFI;
    if (belongs_to_modem (interface))
        return LF_CLASS_LTE;
    if (is_one_of (device_type, other_device_types))
        return LF_CLASS_OTHER;
    /* A tap looks like Ethernet, but is a VPN's or a virtual machine's. */
    return type == ARPHRD_ETHER && !has_file (interface, "tun_flags") ? LF_CLASS_ETHERNET : LF_CLASS_OTHER;
}
