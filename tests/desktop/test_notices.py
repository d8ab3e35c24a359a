# SPDX-License-Identifier: GPL-2.0-or-later
"""What a desktop can see of a switch without a program of ours in the session: docs/desktop.md says it in words."""

import time

from bed.namespace import wait_for
from bed.scenes import wait_until_carried_by
from desktop_test import DesktopTest

CONFIG = """
[monitor]
targets=icmp:198.51.100.1;icmp:2001:db8:ffff::1
return-after=2s
"""
NETWORKMANAGER = ["org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager"]


class Notices(DesktopTest):
    def primary(self):
        """The type of the connection whose icon GNOME's top bar shows."""
        return self.host.run("busctl", "get-property", *NETWORKMANAGER, "PrimaryConnectionType").split('"')[1]

    def wait_for_primary(self, kind):
        wait_for(f"the primary connection to be {kind}", lambda: self.primary() == kind)

    def test_networkmanager_tells_of_the_cable_and_the_bus_of_everything(self):
        self.host.write("/etc/lte-failover.conf", CONFIG)
        self.begin()
        self.host.nmcli("connection", "up", "lte")
        self.host.start_failover_monitor()
        listener = self.host.start("listener", "gdbus", "monitor", "--system", "--dest", "io.github.lte_failover")
        listener.wait_for_log("is owned by")
        self.assertEqual(self.primary(), "802-3-ethernet")

        self.cable.pull()
        wait_until_carried_by(self.host, "wwan0")
        self.wait_for_primary("gsm")
        self.cable.plug()
        wait_until_carried_by(self.host, "eth0")
        self.wait_for_primary("802-3-ethernet")

        listener.wait_for_log("'wwan0', 'eth0'")
        told = listener.log().count("'eth0', 'wwan0'")
        self.bed.provider("fibre").cut()
        wait_until_carried_by(self.host, "wwan0")
        wait_for("the signal", lambda: listener.log().count("'eth0', 'wwan0'") > told)
        time.sleep(5)
        self.assertEqual(self.primary(), "802-3-ethernet", "NetworkManager does not know that the line is dead")
