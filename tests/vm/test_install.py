# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages on a machine: installed, upgraded, removed, purged."""

from vm_test import OURS, VmTest, install_packages


class Packages(VmTest):
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

