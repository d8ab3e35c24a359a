# SPDX-License-Identifier: GPL-2.0-or-later
"""The day of somebody who follows no tutorial: the acceptance test of the whole product."""

from bed.namespace import wait_for
from bed.scenes import LTE
from vm_test import VmTest


class Day(VmTest):
    def ping_over(self, interface):
        self.guest.run("ping", "-c", "3", "-W", "5", "-I", interface, "198.51.100.1")

    def lte_interface(self):
        """The network interface that the connection lte is up on, or None."""
        return self.guest.nmcli("-g", "GENERAL.IP-IFACE", "connection", "show", "--active", "lte", check=False).strip() or None

    def assert_no_wired_connection_of_the_modem(self):
        active = self.guest.nmcli("-t", "-f", "TYPE,DEVICE", "connection", "show", "--active").split()
        self.assertEqual(["802-3-ethernet:eth0"], [line for line in active if line.startswith("802-3")])

    def test_plugged_in_connected_rebooted_switched_to_ecm_and_back(self):
        self.bed.ec25("qmi")
        wait_for("wwan0", lambda: "wwan0" in self.guest.run("ls", "/sys/class/net"), 60, 0.5)
        self.assertIn("Driver=qmi_wwan", self.guest.run("lsusb", "-t"))
        modem = self.guest.wait_for_modem("registered enabled disabled connected", timeout=120)
        self.assertEqual("quectel-ec25", modem["generic.plugin"])
        self.assertEqual("Y", self.guest.read("/sys/class/net/wwan0/qmi/raw_ip").strip())

        self.guest.nmcli("connection", "add", *LTE)
        self.guest.nmcli("connection", "up", "lte", timeout=180)
        self.ping_over("wwan0")
        self.guest.wait_for_way_out("eth0")

        self.guest.reboot()
        wait_for("lte after the reboot", self.lte_interface, 180, 1)
        self.assertEqual("wwan0", self.lte_interface())
        self.ping_over("wwan0")

        self.guest.run("ec25ctl", "mode", "ecm", "--yes", timeout=300)
        wait_for("lte in ECM mode", lambda: self.lte_interface() == "ec25usb0", 180, 1)
        self.ping_over("ec25usb0")
        self.assertIn("Driver=cdc_ether", self.guest.run("lsusb", "-t"))
        self.assert_no_wired_connection_of_the_modem()

        self.guest.run("ec25ctl", "mode", "qmi", "--yes", timeout=300)
        wait_for("lte in QMI mode again", lambda: self.lte_interface() == "wwan0", 180, 1)
        self.ping_over("wwan0")
        self.guest.run("ec25ctl", "doctor")
