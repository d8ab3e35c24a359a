# SPDX-License-Identifier: GPL-2.0-or-later
"""A test with a desktop on its machine."""

import json
import time

from bed.namespace import wait_for
from bed.scenes import LTE, wait_until_carried_by
from bed.testcase import BedTest
from desktop import Desktop

# What the profile gets from GNOME Settings as soon as the switch is used.
METRIC_OF_GNOME = 1050


class DesktopTest(BedTest):
    def begin(self, mode="qmi"):
        """A cable that carries the traffic, a modem, and a profile that is not up."""
        self.cable = self.bed.cable()
        self.host.start_network_manager()
        self.host.add_wired("wired", "eth0")
        self.ec25 = self.bed.ec25(mode)
        self.host.start_modem_manager()
        self.modem = self.host.wait_for_modem("registered")
        self.host.nmcli("connection", "add", *LTE, "connection.autoconnect", "no")

    def show_desktop(self):
        self.desktop = Desktop(self.host)
        self.addCleanup(self.desktop.close)
        self.addCleanup(lambda: self.desktop.take_picture(f"{self.bed.logs}/end.png"))

    def sim_id(self):
        """What binds a profile to the SIM."""
        return json.loads(self.host.run("mmcli", "-i", "any", "-J"))["sim"]["properties"]["iccid"]

    def lte_is_active(self):
        return "lte" in self.active_profiles()

    def active_profiles(self):
        return self.host.nmcli("-g", "NAME", "connection", "show", "--active").splitlines()

    def wait_for_lte(self, interface, metric=None):
        """NetworkManager, ModemManager and the kernel agree that LTE is up."""
        wait_for("lte to be active", self.lte_is_active)
        self.host.wait_for_modem("connected")
        wait_for(f"a default route over {interface}", lambda: self.lte_metrics(interface))
        if metric:
            self.assertEqual(self.lte_metrics(interface), [metric])

    def wait_for_no_lte(self, interface):
        wait_for("lte to be down", lambda: not self.lte_is_active())
        self.host.wait_for_modem("registered disabled")
        wait_for(f"no default route over {interface}", lambda: not self.lte_metrics(interface))

    def lte_metrics(self, interface):
        """The metrics of NetworkManager's own default routes there."""
        ours = self.host.our_routes()
        return [route["metric"] for route in self.host.routes(4, "default", "dev", interface) if route not in ours]

    def assert_failover(self, interface):
        """The cable is pulled: LTE has the traffic, long before NetworkManager acts. It is back: the cable has."""
        wait_until_carried_by(self.host, "eth0")
        self.cable.pull()
        wait_until_carried_by(self.host, interface)
        self.assertIn("wired", self.active_profiles())
        with self.host.probe(4) as probe:
            time.sleep(0.5)
        self.assertEqual(probe.lost, 0)
        self.cable.plug()
        wait_until_carried_by(self.host, "eth0")
