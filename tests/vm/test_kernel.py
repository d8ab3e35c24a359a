# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin relies on in the kernel and in udev; a kernel that differs is to be noticed here."""

from bed.namespace import wait_for
from vm_test import VmTest

RAW_IP = "/sys/class/net/wwan0/qmi/raw_ip"


class Kernel(VmTest):
    in_all = True

    def setUp(self):
        super().setUp()
        self.guest.run("systemctl", "stop", "ModemManager", "NetworkManager", "lte-failover-monitor")

    def plug_in(self, mode):
        ec25 = self.bed.ec25(mode)
        wait_for("the AT ports", lambda: "ttyUSB3" in self.guest.shell("ls /dev"), 60, 0.5)
        self.guest.run("udevadm", "settle")
        return ec25

    def write_raw_ip(self, value):
        return self.guest.shell(f"echo {value} >{RAW_IP}", check=False)

    def link_type(self):
        return self.guest.read("/sys/class/net/wwan0/type").strip()

    def test_udev_has_set_raw_ip_before_anybody_opens_the_port(self):
        self.plug_in("qmi")
        self.assertEqual("Y", self.guest.read(RAW_IP).strip())

    def test_raw_ip_can_be_changed_only_while_the_link_is_down(self):
        self.plug_in("qmi")
        self.assertEqual("", self.write_raw_ip("N"))
        self.assertEqual("1", self.link_type())  # ARPHRD_ETHER
        self.guest.run("ip", "link", "set", "wwan0", "up")
        self.assertIn("busy", self.write_raw_ip("Y"))
        self.assertEqual("N", self.guest.read(RAW_IP).strip())
        self.assertEqual("", self.write_raw_ip("N"))
        self.guest.run("ip", "link", "set", "wwan0", "down")
        self.assertIn("Invalid argument", self.write_raw_ip("X"))
        self.assertEqual("", self.write_raw_ip("Y"))
        self.assertEqual("65534", self.link_type())  # ARPHRD_NONE

    def test_which_driver_takes_which_interface(self):
        expected = {
            "qmi": "option option option option qmi_wwan",
            "ecm": "option option option option cdc_ether cdc_ether",
            "mbim": "option option option option cdc_mbim cdc_mbim",
            "rndis": "rndis_host rndis_host option option option option",
        }
        for mode, drivers in expected.items():
            with self.subTest(mode):
                ec25 = self.plug_in(mode)
                found = self.guest.shell("for i in /sys/bus/usb/devices/1-1:1.*; do basename $(readlink $i/driver); done")
                self.assertEqual(drivers, " ".join(found.split()))
                self.bed.remove(ec25)
                wait_for("the ports to go", lambda: "ttyUSB" not in self.guest.shell("ls /dev"), 60, 0.5)
