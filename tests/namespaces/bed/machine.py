# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test asks of the machine under test, whether that is a namespace or a virtual machine."""

import json
import re

from .namespace import CommandFailed, wait_for

# data/rt-protos.conf, by its number: the name goes with the package.
OUR_PROTOCOL = "76"


class Machine:
    """A mixin over run(*argv, check, timeout)."""

    def read(self, path):
        return self.run("cat", path)

    # NetworkManager

    def nmcli(self, *arguments, check=True, timeout=90):
        return self.run("nmcli", *arguments, check=check, timeout=timeout)

    def add_wired(self, name, interface, metric=None):
        """A wired profile, up in both families; metric stands in for what another device type would get."""
        metrics = ["ipv4.route-metric", str(metric), "ipv6.route-metric", str(metric)] if metric else []
        self.nmcli("connection", "add", "type", "ethernet", "con-name", name, "ifname", interface, "autoconnect", "no",
                   "ipv4.may-fail", "no", "ipv6.may-fail", "no", *metrics)
        self.nmcli("connection", "modify", name, "connection.autoconnect", "yes")
        self.nmcli("connection", "up", name)

    def device_state(self, device):
        return self.nmcli("-g", "GENERAL.STATE", "device", "show", device, check=False).strip()

    # ModemManager

    def modem(self):
        """What mmcli knows about the modem, or None: a dictionary with dotted keys."""
        listed = self.run("mmcli", "-L", "-J", check=False)
        try:
            paths = json.loads(listed)["modem-list"]
            return flatten(json.loads(self.run("mmcli", "-m", paths[0], "-J"))["modem"]) if paths else None
        except (ValueError, CommandFailed):
            return None

    def mmcli(self, *arguments, check=True):
        return self.run("mmcli", "-m", "any", *arguments, check=check)

    def wait_for_modem(self, state, timeout=60):
        """Waits until the modem's state is one of the words in `state`; returns what mmcli knows about it."""
        words = state.split()

        def reached():
            modem = self.modem()
            return modem if modem and modem.get("generic.state") in words else None

        return wait_for(f"a modem that is {state}", reached, timeout, step=0.2)

    def wait_for_no_modem(self, timeout=30):
        wait_for("the modem to go", lambda: self.modem() is None, timeout, step=0.1)

    # what the kernel does

    def way_out(self, family=4):
        """The interface that the kernel sends a packet to the internet through, or None."""
        address = {4: "198.51.100.1", 6: "2001:db8:ffff::1"}[family]
        found = re.search(r"\bdev (\S+)", self.run("ip", f"-{family}", "route", "get", address, check=False))
        return found.group(1) if found else None

    def wait_for_way_out(self, interface, family=4, timeout=20):
        wait_for(f"IPv{family} over {interface}", lambda: self.way_out(family) == interface, timeout)

    def routes(self, family=4, *filters):
        return json.loads(self.run("ip", "-j", f"-{family}", "route", "show", *filters) or "[]")

    def default_routes(self, family=4):
        return self.routes(family, "default")

    def our_routes(self):
        """Every route of the failover helper, whichever table it is in."""
        return [route for family in (4, 6)
                for route in self.routes(family, "table", "all", "proto", OUR_PROTOCOL)]

    def linkdown_setting(self, interface, family=4):
        return self.read(f"/proc/sys/net/ipv{family}/conf/{interface}/ignore_routes_with_linkdown").strip()

    def sent_packets(self, interface):
        """Packets that have left through the interface."""
        return json.loads(self.run("ip", "-j", "-s", "link", "show", interface))[0]["stats64"]["tx"]["packets"]


def flatten(tree, prefix=""):
    flat = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat.update(flatten(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = value
    return flat
