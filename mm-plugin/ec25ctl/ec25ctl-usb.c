/* SPDX-License-Identifier: GPL-2.0-or-later */
/* EC25 modules on the USB bus. */

#include "ec25ctl-usb.h"

#include <stdlib.h>
#include <string.h>

static gchar *
read_attribute (const gchar *folder,
                const gchar *name)
{
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    gchar            *text = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL))
        return g_strdup ("");
    g_strstrip (text);
    return text;
}

static guint
read_hex (const gchar *folder,
          const gchar *name)
{
    g_autofree gchar *text = read_attribute (folder, name);

    return strtoul (text, NULL, 16);
}

static gchar *
read_link_name (const gchar *folder,
                const gchar *name)
{
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    g_autofree gchar *target = g_file_read_link (path, NULL);

    return target ? g_path_get_basename (target) : NULL;
}

static void
device_free (gpointer data)
{
    Ec25ctlDevice *device = data;

    g_free (device->name);
    g_free (device->product);
    g_array_unref (device->interfaces);
    g_free (device);
}

static void
interface_clear (gpointer data)
{
    g_free (((Ec25ctlInterface *) data)->driver);
}

static gint
compare_interfaces (gconstpointer a,
                    gconstpointer b)
{
    return (gint) ((const Ec25ctlInterface *) a)->number - (gint) ((const Ec25ctlInterface *) b)->number;
}

static gint
compare_devices (gconstpointer a,
                 gconstpointer b)
{
    return strcmp ((*(Ec25ctlDevice *const *) a)->name, (*(Ec25ctlDevice *const *) b)->name);
}

/* The interfaces of device "1-1" are folders "1-1:1.0" and so on beside it. */
static void
read_interfaces (Ec25ctlDevice *device,
                 const gchar   *bus)
{
    g_autofree gchar *prefix = g_strconcat (device->name, ":", NULL);
    g_autoptr(GDir)   entries = g_dir_open (bus, 0, NULL);
    const gchar      *name;

    while (entries && (name = g_dir_read_name (entries))) {
        g_autofree gchar *path = g_build_filename (bus, name, NULL);
        Ec25ctlInterface  interface;

        if (!g_str_has_prefix (name, prefix))
            continue;
        interface.number = read_hex (path, "bInterfaceNumber");
        interface.class = read_hex (path, "bInterfaceClass");
        interface.subclass = read_hex (path, "bInterfaceSubClass");
        interface.protocol = read_hex (path, "bInterfaceProtocol");
        interface.driver = read_link_name (path, "driver");
        g_array_append_val (device->interfaces, interface);
    }
    g_array_sort (device->interfaces, compare_interfaces);
}

static Ec25ctlDevice *
read_device (const gchar *bus,
             const gchar *name)
{
    g_autofree gchar *folder = g_build_filename (bus, name, NULL);
    Ec25ctlDevice    *device;

    if (read_hex (folder, "idVendor") != 0x2c7c || read_hex (folder, "idProduct") != 0x0125)
        return NULL;
    device = g_new0 (Ec25ctlDevice, 1);
    device->name = g_strdup (name);
    device->product = read_attribute (folder, "product");
    device->interfaces = g_array_new (FALSE, FALSE, sizeof (Ec25ctlInterface));
    g_array_set_clear_func (device->interfaces, interface_clear);
    read_interfaces (device, bus);
    device->boot_loader = g_str_equal (device->product, "QHSUSB__BULK");
    return device;
}

GPtrArray *
ec25ctl_usb_find (const gchar *sys)
{
    g_autofree gchar *folder = g_build_filename (sys, "bus", "usb", "devices", NULL);
    g_autoptr(GDir)   entries = g_dir_open (folder, 0, NULL);
    GPtrArray        *devices = g_ptr_array_new_with_free_func (device_free);
    const gchar      *name;

    while (entries && (name = g_dir_read_name (entries))) {
        Ec25ctlDevice *device = read_device (folder, name);

        if (device)
            g_ptr_array_add (devices, device);
    }
    g_ptr_array_sort (devices, compare_devices);
    return devices;
}

static gboolean
is_control (const Ec25ctlInterface *interface,
            guint                   class,
            guint                   subclass)
{
    return interface->class == class && interface->subclass == subclass;
}

/* The class of the diagnostic function and of QMI's is the same; the latter is the last of a module's own. */
static gboolean
is_last_vendor_function (const Ec25ctlDevice    *device,
                         const Ec25ctlInterface *interface)
{
    guint i;

    for (i = 0; i < device->interfaces->len; i++) {
        const Ec25ctlInterface *other = &g_array_index (device->interfaces, Ec25ctlInterface, i);

        if (other->number > interface->number && other->class == 0xff && other->subclass != 0x42)
            return FALSE;
    }
    return interface->number > 0;
}

static gboolean
has_class (const Ec25ctlDevice *device,
           guint                class,
           guint                subclass)
{
    guint i;

    for (i = 0; i < device->interfaces->len; i++) {
        if (is_control (&g_array_index (device->interfaces, Ec25ctlInterface, i), class, subclass))
            return TRUE;
    }
    return FALSE;
}

const gchar *
ec25ctl_usb_wanted_driver (const Ec25ctlDevice    *device,
                           const Ec25ctlInterface *interface)
{
    if (is_control (interface, 0x02, 0x06) || (interface->class == 0x0a && has_class (device, 0x02, 0x06)))
        return "cdc_ether";
    if (is_control (interface, 0x02, 0x0e) || (interface->class == 0x0a && has_class (device, 0x02, 0x0e)))
        return "cdc_mbim";
    if (is_control (interface, 0xe0, 0x01) || (interface->class == 0x0a && has_class (device, 0xe0, 0x01)))
        return "rndis_host";
    if (interface->class != 0xff || interface->subclass == 0x42)
        return NULL;
    if (interface->subclass == 0xff && is_last_vendor_function (device, interface))
        return "qmi_wwan";
    return "option";
}

gchar *
ec25ctl_usb_net_driver (const gchar *sys,
                        const gchar *interface)
{
    g_autofree gchar *folder = g_build_filename (sys, "class", "net", interface, "device", NULL);

    return read_link_name (folder, "driver");
}
