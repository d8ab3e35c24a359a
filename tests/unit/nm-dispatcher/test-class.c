/* SPDX-License-Identifier: GPL-2.0-or-later */

#include <net/if_arp.h>

#include "lf-class.h"
#include "scratch-folder.h"

typedef struct {
    const gchar *name;
    guint        type;        /* ARPHRD_* */
    const gchar *device_type; /* DEVTYPE in uevent */
    const gchar *maker;       /* idVendor of the USB device */
    const gchar *driver;      /* of the network function */
    const gchar *sibling;     /* driver of another function of the device */
    gboolean     phy;
    gboolean     tap;
    LfClass      class;
} Case;

static const Case cases[] = {
    { "PCI card", ARPHRD_ETHER, .driver = "e1000e", .class = LF_CLASS_ETHERNET },
    { "veth", ARPHRD_ETHER, .class = LF_CLASS_ETHERNET },
    { "Wi-Fi", ARPHRD_ETHER, .device_type = "wlan", .driver = "brcmfmac", .class = LF_CLASS_WIFI },
    { "Wi-Fi without a word in uevent", ARPHRD_ETHER, .phy = TRUE, .class = LF_CLASS_WIFI },
    { "Wi-Fi on USB of a modem maker", ARPHRD_ETHER, .device_type = "wlan", .maker = "12d1", .class = LF_CLASS_WIFI },
    { "QMI", ARPHRD_NONE, .device_type = "wwan", .maker = "2c7c", .driver = "qmi_wwan", .class = LF_CLASS_LTE },
    { "QMI without a word in uevent", ARPHRD_NONE, .maker = "ffff", .driver = "qmi_wwan", .class = LF_CLASS_LTE },
    { "MBIM", ARPHRD_ETHER, .maker = "1199", .driver = "cdc_mbim", .class = LF_CLASS_LTE },
    { "EC25 in ECM mode", ARPHRD_ETHER, .maker = "2c7c", .driver = "cdc_ether", .sibling = "option", .class = LF_CLASS_LTE },
    { "unknown maker, but a serial port beside it", ARPHRD_ETHER, .maker = "abcd", .driver = "rndis_host", .sibling = "option", .class = LF_CLASS_LTE },
    { "HiLink stick", ARPHRD_ETHER, .maker = "12d1", .driver = "cdc_ether", .class = LF_CLASS_LTE },
    { "USB Ethernet adapter", ARPHRD_ETHER, .maker = "0bda", .driver = "r8152", .class = LF_CLASS_ETHERNET },
    { "USB Ethernet adapter with cdc_ether", ARPHRD_ETHER, .maker = "0bda", .driver = "cdc_ether", .class = LF_CLASS_ETHERNET },
    { "dock: adapter beside a hub function", ARPHRD_ETHER, .maker = "17ef", .driver = "cdc_ether", .sibling = "usbhid", .class = LF_CLASS_ETHERNET },
    { "tethered phone", ARPHRD_ETHER, .maker = "18d1", .driver = "rndis_host", .class = LF_CLASS_ETHERNET },
    { "WireGuard", ARPHRD_NONE, .device_type = "wireguard", .class = LF_CLASS_OTHER },
    { "tun", ARPHRD_NONE, .class = LF_CLASS_OTHER },
    { "Bluetooth tethering", ARPHRD_ETHER, .device_type = "bluetooth", .class = LF_CLASS_OTHER },
    { "VXLAN", ARPHRD_ETHER, .device_type = "vxlan", .class = LF_CLASS_OTHER },
    { "tap", ARPHRD_ETHER, .tap = TRUE, .class = LF_CLASS_OTHER },
    { "USB Ethernet adapter of a modem maker", ARPHRD_ETHER, .maker = "12d1", .driver = "r8152", .class = LF_CLASS_ETHERNET },
    { "PPP", ARPHRD_PPP, .class = LF_CLASS_OTHER },
};

static void
build (const gchar *root, const Case *it)
{
    g_autofree gchar *uevent = it->device_type ? g_strdup_printf ("INTERFACE=net0\nDEVTYPE=%s\n", it->device_type)
                                               : g_strdup ("INTERFACE=net0\n");

    put_file (root, "class/net/net0/uevent", uevent);
    if (it->phy)
        put_file (root, "class/net/net0/phy80211/index", "0\n");
    if (it->tap)
        put_file (root, "class/net/net0/tun_flags", "0x1002\n");
    if (!it->driver)
        return;
    put_file (root, "devices/usb1/1-1/1-1:1.0/bInterfaceNumber", "00\n");
    put_link (root, "class/net/net0/device", "devices/usb1/1-1/1-1:1.0");
    put_link (root, "devices/usb1/1-1/1-1:1.0/driver", it->driver);
    if (it->maker)
        put_file (root, "devices/usb1/1-1/idVendor", it->maker);
    if (it->sibling)
        put_link (root, "devices/usb1/1-1/1-1:1.2/driver", it->sibling);
}

static void
test_class (gconstpointer data)
{
    const Case       *it = data;
    g_autofree gchar *root = scratch_folder_new ();

    build (root, it);
    g_assert_cmpstr (lf_class_to_string (lf_class_of_interface (root, "net0", it->type)), ==,
                     lf_class_to_string (it->class));
    scratch_folder_remove (root);
}

static void
test_gone (void)
{
    g_assert_cmpint (lf_class_of_interface ("/nonexistent", "net0", ARPHRD_ETHER), ==, LF_CLASS_ETHERNET);
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strdup_printf ("/class/%s", cases[i].name);

        g_test_add_data_func (path, &cases[i], test_class);
    }
    g_test_add_func ("/class/interface that has just gone", test_gone);
    return g_test_run ();
}
