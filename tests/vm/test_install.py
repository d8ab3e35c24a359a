# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages on a machine: installed, upgraded, removed, purged."""

from vm_test import OURS, VmTest, install_packages


class Packages(VmTest):
    in_all = True

    def test_everything_runs_after_the_installation_alone(self):
        self.assertEqual("active", self.guest.run("systemctl", "is-active", "lte-failover-monitor").strip())
        self.assertEqual("active", self.guest.run("systemctl", "is-active", "lte-failover-hooks.path").strip())
        self.assertEqual("", self.guest.run("systemctl", "--failed", "--quiet", "--plain", "--no-legend").strip())
        self.assertIn("eth0", self.guest.run("lte-failover", "status"))

    def test_purge_leaves_the_machine_as_it_was(self):
        routes = self.guest.run("ip", "route")
        self.guest.run("apt-get", "purge", "--yes", *OURS, timeout=300)
        self.guest.remember_files("after")
        self.assertEqual("", self.guest.shell("diff /root/files-before /root/files-after", check=False))
        self.assertEqual([], self.guest.our_routes())
        self.assertEqual(routes, self.guest.run("ip", "route"))
        self.assertEqual("", self.guest.run("pgrep", "-f", "lte-failover", check=False))
        self.assertEqual("0", self.guest.linkdown_setting("eth0"))


    def test_the_virtual_modem_by_usb_ip_on_the_machine_itself(self):
        """What a continuous integration of Debian runs: debian/tests/modem-by-usbip."""
        install_packages(self.guest, ["virtual-ec25"])
        with open("/src/debian/tests/modem-by-usbip") as script:
            self.guest.write("/root/modem-by-usbip", script.read(), "755")
        said = self.guest.run("/root/modem-by-usbip", timeout=300)
        self.assertIn("3 packets transmitted, 3 received", said)
