# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages on a machine: installed, upgraded, removed, purged."""

import time

from bed.namespace import wait_for
from bed.scenes import lte_up, wait_until_carried_by
from vm_bed import BOOTED
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


class FromTheDownload(VmTest):
    """A machine that has never heard of us, with a module plugged in."""

    snapshot = BOOTED

    def test_from_apt_install_to_a_running_failover(self):
        self.bed.ec25("qmi")
        self.guest.wait_for_online("eth0")
        begin = time.monotonic()
        install_packages(self.guest)
        installed = time.monotonic()
        lte_up(self.guest)
        wait_for("LTE to stand by, proven", lambda: "standby, good" in self.guest.run("lte-failover", "status"), 120, 0.5)
        done = time.monotonic()
        boot = self.guest.shell("systemd-analyze time | sed -n 's/.*= //p'").strip()
        size = sum(int(kilobytes) for kilobytes in
                   self.guest.run("dpkg-query", "--show", "--showformat=${Installed-Size} ", *OURS).split())
        self.note(f"apt install {installed - begin:.0f} s, until LTE stands by {done - installed:.0f} s more; "
                  f"the same machine boots in {boot}; installed: {size} kB")
        self.bed.provider("fibre").cut()
        wait_until_carried_by(self.guest, "wwan0")
