/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ec25ctl reads from sysfs, and how it says what it found. */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "ec25ctl-report.h"
#include "ec25ctl-usb.h"
#include "scratch-tree.h"

typedef struct {
    guint        number;
    const gchar *class, *subclass, *protocol, *driver;
} Function;

static void
write_attribute (const ScratchTree *tree,
                 const gchar       *folder,
                 const gchar       *name,
                 const gchar       *content)
{
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    scratch_tree_write (tree, path, content);
}

static void
plug (const ScratchTree *tree,
      const gchar       *name,
      const gchar       *product,
      const Function    *functions)
{
    g_autofree gchar *device = g_strconcat ("bus/usb/devices/", name, NULL);

    write_attribute (tree, device, "idVendor", "2c7c\n");
    write_attribute (tree, device, "idProduct", "0125\n");
    write_attribute (tree, device, "product", product);
    for (; functions->class; functions++) {
        g_autofree gchar *folder = g_strdup_printf ("bus/usb/devices/%s:1.%u", name, functions->number);
        g_autofree gchar *number = g_strdup_printf ("%02x\n", functions->number);
        g_autofree gchar *driver = g_build_filename (folder, "driver", NULL);
        g_autofree gchar *link = NULL, *target = NULL;

        write_attribute (tree, folder, "bInterfaceNumber", number);
        write_attribute (tree, folder, "bInterfaceClass", functions->class);
        write_attribute (tree, folder, "bInterfaceSubClass", functions->subclass);
        write_attribute (tree, folder, "bInterfaceProtocol", functions->protocol);
        link = scratch_tree_path (tree, driver);
        target = g_strconcat ("../../drivers/", functions->driver, NULL);
        if (functions->driver)
            g_assert_no_errno (symlink (target, link));
    }
}

static const Function qmi[] = {
    { 0, "ff", "ff", "ff", "option" }, { 1, "ff", "00", "00", "option" }, { 2, "ff", "00", "00", "option" },
    { 3, "ff", "00", "00", "option" }, { 4, "ff", "ff", "ff", "qmi_wwan" }, { 0 },
};
static const Function ecm[] = {
    { 0, "ff", "ff", "ff", "option" }, { 1, "ff", "00", "00", "option" }, { 2, "ff", "00", "00", "option" },
    { 3, "ff", "00", "00", "option" }, { 4, "02", "06", "00", "cdc_ether" }, { 5, "0a", "00", "00", "cdc_ether" }, { 0 },
};
static const Function mbim[] = {
    { 0, "ff", "ff", "ff", "option" }, { 1, "ff", "00", "00", "option" }, { 4, "02", "0e", "00", "cdc_mbim" },
    { 5, "0a", "00", "02", "cdc_mbim" }, { 6, "01", "01", "00", "snd-usb-audio" }, { 0 },
};
static const Function rndis[] = {
    { 0, "e0", "01", "03", "rndis_host" }, { 1, "0a", "00", "00", "rndis_host" }, { 2, "ff", "ff", "ff", "option" },
    { 3, "ff", "00", "00", "option" }, { 4, "ff", "00", "00", "option" }, { 5, "ff", "00", "00", "option" }, { 0 },
};
static const Function loader[] = { { 0, "ff", "ff", "ff", "option" }, { 0 } };
static const Function unbound[] = {
    { 0, "ff", "ff", "ff", "option" }, { 1, "ff", "00", "00", NULL }, { 2, "ff", "ff", "ff", NULL }, { 0 },
};

/* Every interface of a whole module wants the driver that it has. */
static void
test_wanted_drivers (void)
{
    static const Function *const modules[] = { qmi, ecm, mbim, rndis };
    guint                        i, j;

    for (i = 0; i < G_N_ELEMENTS (modules); i++) {
        g_autoptr(ScratchTree) tree = scratch_tree_new ();
        g_autoptr(GPtrArray)   devices = NULL;
        Ec25ctlDevice         *device;

        plug (tree, "1-1.2", "EC25\n", modules[i]);
        devices = ec25ctl_usb_find (tree);
        g_assert_cmpuint (devices->len, ==, 1);
        device = devices->pdata[0];
        g_assert_cmpstr (device->name, ==, "1-1.2");
        g_assert_false (device->boot_loader);
        g_assert_cmpuint (device->interfaces->len, >=, 5);
        for (j = 0; j < device->interfaces->len; j++) {
            const Ec25ctlInterface *interface = &g_array_index (device->interfaces, Ec25ctlInterface, j);
            const gchar            *wanted = ec25ctl_usb_wanted_driver (device, interface);

            if (interface->class == 0x01)
                g_assert_null (wanted);
            else
                g_assert_cmpstr (wanted, ==, interface->driver);
        }
    }
}

static void
test_missing_drivers (void)
{
    g_autoptr(ScratchTree)  tree = scratch_tree_new ();
    g_autoptr(GPtrArray)    devices = NULL;
    const Ec25ctlInterface *serial, *net;
    Ec25ctlDevice          *device;

    plug (tree, "2-1", "EC25\n", unbound);
    devices = ec25ctl_usb_find (tree);
    device = devices->pdata[0];
    serial = &g_array_index (device->interfaces, Ec25ctlInterface, 1);
    net = &g_array_index (device->interfaces, Ec25ctlInterface, 2);
    g_assert_null (serial->driver);
    g_assert_cmpstr (ec25ctl_usb_wanted_driver (device, serial), ==, "option");
    g_assert_cmpstr (ec25ctl_usb_wanted_driver (device, net), ==, "qmi_wwan");
}

static void
test_bus (void)
{
    g_autoptr(ScratchTree) tree = scratch_tree_new ();
    g_autoptr(GPtrArray)   nothing = ec25ctl_usb_find (tree);
    g_autoptr(GPtrArray)   devices = NULL;

    g_assert_cmpuint (nothing->len, ==, 0);
    plug (tree, "1-2", "QHSUSB__BULK\n", loader);
    plug (tree, "1-1", "EC25\n", qmi);
    scratch_tree_write (tree, "bus/usb/devices/1-3/idVendor", "12d1\n");
    scratch_tree_write (tree, "bus/usb/devices/1-3/idProduct", "0125\n");
    devices = ec25ctl_usb_find (tree);
    g_assert_cmpuint (devices->len, ==, 2);
    g_assert_cmpstr (((Ec25ctlDevice *) devices->pdata[0])->name, ==, "1-1");
    g_assert_true (((Ec25ctlDevice *) devices->pdata[1])->boot_loader);
}

static void
test_report (void)
{
    g_autoptr(Ec25ctlReport) report = ec25ctl_report_new ();
    g_autofree gchar        *text = NULL, *json = NULL;

    ec25ctl_report_add (report, "usb", "USB", EC25CTL_OK, g_strdup ("here"), NULL);
    ec25ctl_report_add (report, "sim", "SIM card", EC25CTL_WARNING, g_strdup ("old"), NULL);
    g_assert_false (ec25ctl_report_has_problem (report));
    ec25ctl_report_add (report, "net", "net", EC25CTL_PROBLEM, g_strdup ("none \"at all\""), g_strdup ("move"));
    g_assert_true (ec25ctl_report_has_problem (report));
    text = ec25ctl_report_to_text (report);
    g_assert_cmpstr (text, ==, "ok    USB       here\n"
                               "warn  SIM card  old\n"
                               "FAIL  net       none \"at all\"\n"
                               "                -> move\n");
    json = ec25ctl_report_to_json (report);
    g_assert_nonnull (strstr (json, "\"ok\" : false"));
    g_assert_nonnull (strstr (json, "\"detail\" : \"none \\\"at all\\\"\""));
    g_assert_nonnull (strstr (json, "\"remedy\" : \"move\""));
}

static void
test_hostile_report (void)
{
    g_autoptr(Ec25ctlReport) report = ec25ctl_report_new ();
    g_autofree gchar        *text = NULL, *json = NULL;

    ec25ctl_report_add (report, "net", "net", EC25CTL_WARNING, g_strdup ("\033[31m%s\nFAIL\xff"), g_strdup ("\302\233" "0m"));
    text = ec25ctl_report_to_text (report);
    g_assert_cmpstr (text, ==, "warn  net  ?[31m%s?FAIL\357\277\275\n"
                               "           -> ?0m\n");
    json = ec25ctl_report_to_json (report);
    g_assert_nonnull (strstr (json, "\"detail\" : \"?[31m%s?FAIL\357\277\275\""));
}

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/ec25ctl/wanted-drivers", test_wanted_drivers);
    g_test_add_func ("/ec25ctl/missing-drivers", test_missing_drivers);
    g_test_add_func ("/ec25ctl/bus", test_bus);
    g_test_add_func ("/ec25ctl/report", test_report);
    g_test_add_func ("/ec25ctl/hostile-report", test_hostile_report);
    return g_test_run ();
}
