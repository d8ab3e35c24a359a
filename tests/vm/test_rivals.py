# SPDX-License-Identifier: GPL-2.0-or-later
"""Other network daemons, as Debian has them, and what they do to raw_ip by bringing wwan0 up.

Either the connection comes up, or the error names the rival. Upstream is the same with ModemManager's own plugin, to
compare: tests/run vm test_rivals.
"""

import re

from bed.namespace import CommandFailed
from bed.scenes import LTE
from vm_test import OURS, VmTest

DHCPCD = "dpkg --install /srv/rivals/dhcpcd*.deb && systemctl start dhcpcd"
NETWORKD = """
printf '[Match]\\nName=*\\n[Network]\\nDHCP=yes\\n' >/etc/systemd/network/99-all.network
systemctl start systemd-networkd
"""
IFUPDOWN = """
dpkg --install /srv/rivals/ifupdown*.deb
printf 'allow-hotplug wwan0\\niface wwan0 inet manual\\n    up ip link set wwan0 up\\n' >/etc/network/interfaces
"""
LOOP = "systemd-run --quiet --unit=rival bash -c 'while :; do ip link set wwan0 up; done' 2>/dev/null"


class RivalTest(VmTest):
    def connect(self, rival):
        """Returns nmcli's error, or an empty text if packets flow."""
        self.guest.shell(f"set -e\n{rival}")
        self.bed.ec25("qmi")
        self.guest.wait_for_modem("registered enabled disabled connected", timeout=180)
        self.guest.nmcli("connection", "add", *LTE)
        try:
            self.guest.nmcli("connection", "up", "lte", timeout=180)
            self.guest.ping_over("wwan0")
        except CommandFailed as error:
            return str(error)
        return ""


class Rivals(RivalTest):
    def check(self, rival, name):
        error = self.connect(rival)
        self.note(error or "connected")
        self.assertTrue(not error or name in error, error)

    def test_dhcpcd(self):
        self.check(DHCPCD, "dhcpcd")

    def test_systemd_networkd(self):
        self.check(NETWORKD, "systemd-networkd")
        self.assertIn("unmanaged", self.guest.run("networkctl", "--no-legend", "list", "wwan0"))

    def test_ifupdown(self):
        self.check(IFUPDOWN, "if")

    def test_a_loop(self):
        self.check(LOOP, "bash")


class Upstream(RivalTest):
    """What comes of it is only noted."""

    on_request = True

    def check(self, rival):
        self.guest.run("apt-get", "purge", "--yes", OURS[0], timeout=300)
        self.guest.run("systemctl", "restart", "ModemManager")
        error = self.connect(rival)
        self.assertEqual("quectel", self.guest.modem()["generic.plugin"])
        self.note(re.sub(r".*: Error: ", "", error, flags=re.DOTALL).strip() or "connected")

    def test_dhcpcd(self):
        self.check(DHCPCD)

    def test_systemd_networkd(self):
        self.check(NETWORKD)

    def test_ifupdown(self):
        self.check(IFUPDOWN)

    def test_a_loop(self):
        self.check(LOOP)
