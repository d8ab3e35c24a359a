# SPDX-License-Identifier: GPL-2.0-or-later
"""The virtual modem's own router, without anything of ours in between: what an EC25 in ECM mode does to a machine."""

import json

from bed.namespace import wait_for
from bed.testcase import BedTest

NET = "ec25usb0"


class MobileAp(BedTest):
    def plug_in(self, **modem):
        self.ec25 = self.bed.ec25("ecm", **modem)
        # The kernel itself takes part in IPv6 here, as on a machine without our files.
        self.host.run("sysctl", "-qw", f"net.ipv6.conf.{NET}.accept_ra=1")
        self.host.run("ip", "link", "set", NET, "up")
        self.host.run("ip", "address", "add", "192.168.225.33/24", "dev", NET)
        self.host.run("ip", "route", "add", "default", "via", "192.168.225.1")

    def ping(self, family=4):
        address = {4: "198.51.100.1", 6: "2001:db8:ffff::1"}[family]
        return self.host.run("ping", f"-{family}", "-c1", "-W2", address, check=False)

    def test_a_lease_and_a_carrier_say_nothing_of_the_internet(self):
        self.plug_in(network__registration="none")
        self.assertIn("192.168.225.1", self.host.run("ping", "-c1", "-W2", "192.168.225.1"))
        self.assertIn("Net Unreachable", self.ping())

    def test_traffic_while_the_call_is_up(self):
        self.plug_in()
        wait_for("IPv4", lambda: "1 received" in self.ping())
        wait_for("a SLAAC address", lambda: "2001:db8:3:" in self.host.run("ip", "-6", "address", "show", NET))
        wait_for("IPv6", lambda: "1 received" in self.ping(6))
        self.ec25.control("register", "denied")
        wait_for("the end", lambda: "Net Unreachable" in self.ping())
        self.ec25.control("register", "home")
        wait_for("IPv4", lambda: "1 received" in self.ping())

    def test_a_restart_is_another_interface(self):
        self.plug_in()
        before = json.loads(self.host.run("ip", "-j", "link", "show", NET))[0]
        self.ec25.control("reset")
        wait_for("the end", lambda: "detached" in self.ec25.events)
        wait_for("the restart", lambda: self.ec25.plugged and self.ec25.status()["state"] == "running")
        after = json.loads(self.host.run("ip", "-j", "link", "show", NET))[0]
        self.assertNotEqual(before["ifindex"], after["ifindex"])
        self.assertNotEqual(before["address"], after["address"])
        self.assertEqual("", self.ec25.daemon.log())  # nothing of the router before goes on

    def test_two_modules_have_a_router_each(self):
        run = "for n in 1 2; do virtual-ec25 --usbredir=/run/usb$n --control=/run/c$n --carrier-netdev=car$n --set=usb.usbnet=1 & done"
        self.host.start("two", "bash", "-c", f"{run}; wait")
        for number in 1, 2:
            wait_for("the module", lambda: "state=running" in self.host.run(
                "virtual-ec25", "control", f"/run/c{number}", "status", check=False))

    def test_the_mode_of_the_next_start(self):
        self.plug_in()
        self.ec25.at('AT+QCFG="usbnet",0')
        self.assertEqual(self.ec25.describe()["mode"], "ecm")
        self.ec25.control("reset")
        wait_for("the restart", lambda: self.ec25.describe()["mode"] == "qmi" and self.ec25.plugged)
        self.assertEqual(self.ec25.net, "wwan0")
        self.assertNotIn(NET, self.host.run("ip", "link"))
