# SPDX-License-Identifier: GPL-2.0-or-later
"""The day of somebody who follows no tutorial: the acceptance test of the whole product."""

from bed.scenes import LTE
from vm_test import VmTest


class Day(VmTest):
    in_all = True

    def assert_no_wired_connection_of_the_modem(self):
        active = self.guest.nmcli("-t", "-f", "TYPE,DEVICE", "connection", "show", "--active").split()
        self.assertEqual(["802-3-ethernet:eth0"], [line for line in active if line.startswith("802-3")])

    def test_plugged_in_connected_rebooted_switched_to_ecm_and_back(self):
        self.bed.ec25("qmi")
        self.guest.wait_for_interface("wwan0")
        self.assertIn("Driver=qmi_wwan", self.guest.run("lsusb", "-t"))
        modem = self.guest.wait_for_modem("registered enabled disabled connected", timeout=120)
        self.assertEqual("quectel-ec25", modem["generic.plugin"])
        self.assertEqual("Y", self.guest.read("/sys/class/net/wwan0/qmi/raw_ip").strip())

        self.guest.nmcli("connection", "add", *LTE)
        self.guest.nmcli("connection", "up", "lte", timeout=180)
        self.guest.ping_over("wwan0")
        self.guest.wait_for_way_out("eth0")

        self.guest.reboot()
        self.guest.wait_for_lte("wwan0")
        self.guest.ping_over("wwan0")

        self.guest.run("ec25ctl", "mode", "ecm", "--yes", timeout=300)
        self.guest.wait_for_lte("ec25usb0")
        self.guest.ping_over("ec25usb0")
        self.assertIn("Driver=cdc_ether", self.guest.run("lsusb", "-t"))
        self.assert_no_wired_connection_of_the_modem()

        self.guest.run("ec25ctl", "mode", "qmi", "--yes", timeout=300)
        self.guest.wait_for_lte("wwan0")
        self.guest.ping_over("wwan0")
        self.guest.run("ec25ctl", "doctor")


class More(VmTest):
    def test_what_somebody_with_the_hardware_runs(self):
        self.bed.ec25("qmi")
        self.guest.wait_for_modem("registered enabled disabled connected", timeout=120)
        with open("/src/tests/on-device") as script:
            self.guest.write("/root/on-device", script.read(), "755")
        said = self.guest.shell("cd /root && ./on-device super --switch", check=False, timeout=600)
        report = self.guest.shell("cat /root/on-device-*.txt")
        self.assertNotIn("FAIL", said)
        self.assertRegex(said, r"1\d passed, 0 failed")
        for private in "861107030000017", "8986000000000000017", "001010123456789", "10.77.":
            self.assertNotIn(private, report)

    def test_the_other_modes(self):
        for mode, interface in (("mbim", "wwan0"), ("rndis", "ec25usb0")):
            with self.subTest(mode):
                ec25 = self.bed.ec25(mode)
                self.guest.wait_for_modem("registered enabled disabled connected", timeout=120)
                self.guest.nmcli("connection", "add", *LTE)
                self.guest.nmcli("connection", "up", "lte", timeout=180)
                self.guest.wait_for_lte(interface)
                self.guest.ping_over(interface)
                self.guest.nmcli("connection", "delete", "lte")
                self.bed.remove(ec25)
                self.guest.wait_for_no_modem(timeout=60)
