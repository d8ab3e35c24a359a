# SPDX-License-Identifier: GPL-2.0-or-later
"""The module as a router, and the example of a firewall against it: data/examples/ec25-router.nft."""

import time

from bed.modem import LAN
from bed.namespace import Namespace, wait_for
from bed.scenes import lte_up
from bed.testcase import BedTest

RULES = "/usr/share/doc/lte-failover/examples/ec25-router.nft"
ROUTER = "192.168.225.1"
PORT = "8022"


class Router(BedTest):
    mode = "ecm"

    def begin(self):
        """Connected, and a service of the host's that listens on every address."""
        self.ec25 = self.bed.ec25(self.mode)
        self.host.start_network_manager()
        self.host.start_modem_manager()
        lte_up(self.host)
        for family in (4, 6):
            self.host.wait_for_way_out(LAN, family)
        self.host.start("service", "socat", f"TCP6-LISTEN:{PORT},ipv6only=0,fork,reuseaddr", "SYSTEM:echo service")
        pid = self.host.run("pgrep", "-P", str(self.ec25.daemon.process.pid)).split()[0]
        self.inside = ["nsenter", "-t", pid, "--net"]

    def connects(self, address, port, enter=(), whence=None):
        """open, or how it is closed."""
        wrapped = f"[{address}]" if ":" in address else address
        said = (whence or self.host).run(*enter, "socat", "-T2", "-u", f"TCP:{wrapped}:{port},connect-timeout=2", "-", check=False)
        return "open" if "MobileAP" in said or "service" in said else "refused" if "refused" in said else "closed"

    def address(self, family):
        found = self.host.run("ip", "-br", f"-{family}", "address", "show", LAN, "scope", "global").split()[2:]
        return found[0].split("/")[0]

    def module_address(self, scope):
        """The module's own IPv6 address, of this scope."""
        said = self.host.run(*self.inside, "ip", "-br", "-6", "address", "show", "bridge0", "scope", scope)
        return said.split()[2].split("/")[0]

    def open_ways(self):
        """What the module and its network reach of the host, and the host of the module."""
        link_local = self.module_address("link")
        return {"its web interface": self.connects(ROUTER, 80),
                "its web interface, link-local": self.connects(f"{link_local}%{LAN}", 80),
                "the host's service from it": self.connects(self.address(4), PORT, self.inside),
                "the host's service from it, IPv6": self.connects(self.address(6), PORT, self.inside)}

    def assert_all_works(self):
        for family in (4, 6):
            with self.host.probe(family) as probe:
                time.sleep(1)
            self.assertEqual(probe.lost, 0, f"IPv{family}")
        self.assertIn("198.51.100.1", self.host.run("getent", "ahostsv4", "internet.example"))
        self.assertIn(" 0% packet loss", self.host.run("ping", "-c1", "-W2", ROUTER))

    def test_without_the_rules(self):
        """What docs/module-as-router.md warns of."""
        self.begin()
        self.assertEqual(set(self.open_ways().values()), {"open"})

    def test_with_the_rules(self):
        self.begin()
        self.host.run("nft", "-f", RULES)
        self.host.run("nft", "-f", RULES)
        closed = self.open_ways()
        self.note(closed)
        self.assertNotIn("open", closed.values())
        self.assert_all_works()
        # A lease, a router's advertisement and neighbours, all anew.
        self.host.nmcli("connection", "down", "lte")
        self.host.nmcli("connection", "up", "lte")
        for family in (4, 6):
            self.host.wait_for_way_out(LAN, family, timeout=40)
        wait_for("names", lambda: "198.51.100.1" in self.host.run("getent", "ahostsv4", "internet.example", check=False))
        self.assert_all_works()
        self.assertNotIn("open", self.open_ways().values())

    def test_the_operators_prefix_can_be_closed_too(self):
        self.begin()
        own = self.module_address("global")
        self.host.run("nft", "-f", RULES)
        self.assertEqual(self.connects(own, 80), "open")
        prefix = f"{own.split('::')[0]}::/64"
        self.host.run("nft", "add", "element", "inet", "ec25_router", "module6", f"{{ {prefix} }}")
        self.assertNotEqual(self.connects(own, 80), "open")
        self.assert_all_works()

    def test_who_is_behind_the_host(self):
        """A machine of the host's network, for which it routes, does not reach the module; the internet it does."""
        self.begin()
        self.host.run("nft", "-f", RULES)
        guest = Namespace("guest", self.bed.logs)
        self.addCleanup(guest.close)
        guest.run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "lan0", "netns", self.host.name)
        guest.run("sh", "-ec", "ip address add 10.88.0.2/24 dev eth0; ip link set eth0 up; ip route add default via 10.88.0.1")
        self.host.run("sh", "-ec", "ip address add 10.88.0.1/24 dev lan0; ip link set lan0 up; sysctl -qw net.ipv4.ip_forward=1; "
                                   "nft 'add table ip n; add chain ip n p { type nat hook postrouting priority 100; }; "
                                   f"add rule ip n p oifname {LAN} masquerade'")
        guest.run("ping", "-c1", "-W2", "10.88.0.1")
        self.assertIn(" 0% packet loss", guest.run("ping", "-c1", "-W2", "198.51.100.1"))
        self.assertNotEqual(self.connects(ROUTER, 80, whence=guest), "open")
        self.assertIn("100% packet loss", guest.run("ping", "-c1", "-W2", ROUTER, check=False))
