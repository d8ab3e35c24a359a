# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that come, change and go while LTE is connected, and a ModemManager that the plugin was not built for."""

from bed.scenes import lte_up, wait_until_carried_by
from vm_test import OURS, PACKAGES, VmTest


class Upgrade(VmTest):
    def connect(self):
        self.ec25 = self.bed.ec25("qmi")
        lte_up(self.guest)
        self.guest.set_carrier("eth0", False)
        wait_until_carried_by(self.guest, "wwan0")

    def modem_manager(self):
        return self.guest.run("systemctl", "show", "--value", "--property=MainPID", "ModemManager").strip()

    def test_upgrade_while_connected(self):
        self.connect()
        before = self.modem_manager()
        self.guest.copy_packages(PACKAGES)
        with self.guest.probe(4) as probe:
            output = self.guest.shell(
                "apt-get install --yes --reinstall " + " ".join(f"/media/{package}_*.deb" for package in OURS), timeout=400)
        self.note(f"during the upgrade: {probe}")
        self.assertLess(probe.gap_ms, 2000)
        self.assertEqual(before, self.modem_manager())
        self.assertIn("takes effect when ModemManager is started next", output)
        self.assertEqual("active", self.guest.run("systemctl", "is-active", "lte-failover-monitor").strip())

    def test_removal_while_connected(self):
        self.connect()
        before = self.modem_manager()
        with self.guest.probe(4) as probe:
            self.guest.run("apt-get", "remove", "--yes", *OURS, timeout=300)
        self.note(f"during the removal: {probe}")
        self.assertLess(probe.gap_ms, 2000)
        self.assertEqual(before, self.modem_manager())
        self.assertEqual([], self.guest.our_routes())
        self.guest.ping_over("wwan0")

    def test_another_modem_manager(self):
        """Its own plugin takes over, with a line in the log, and the connection works."""
        self.guest.shell("sed -i 's/1\\.24\\.0/1.24.9/g' /usr/lib/*/ModemManager/libmm-plugin-quectel-ec25.so")
        self.guest.run("systemctl", "restart", "ModemManager")
        self.connect()
        self.assertEqual("quectel", self.guest.modem()["generic.plugin"])
        self.assert_logged("ModemManager", "1.24.9")
        self.guest.ping_over("wwan0")
