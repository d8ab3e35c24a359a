# SPDX-License-Identifier: GPL-2.0-or-later
"""The world outside the machine: an internet, providers that lead to it, and cables to the providers."""

import os

from .namespace import Namespace

HERE = os.path.dirname(os.path.abspath(__file__))


class Internet(Namespace):
    """A host that answers every UDP packet on port 7 with the same packet."""

    address = {4: "198.51.100.1", 6: "2001:db8:ffff::1"}

    def __init__(self, logs):
        super().__init__("internet", logs)
        self.run("ip", "address", "add", f"{self.address[4]}/32", "dev", "lo")
        self.run("ip", "address", "add", f"{self.address[6]}/128", "dev", "lo", "nodad")
        self.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        self.start("echo", "python3", os.path.join(HERE, "echo.py"), self.address[4], self.address[6])
        self.start("tcp-echo", "python3", os.path.join(HERE, "tcp_echo.py"), "serve")


class Provider(Namespace):
    """An internet provider: a gateway that hands out addresses and names and routes to the internet.

    It drops packets with a source address that is not its customer's, as providers do.
    """

    def __init__(self, name, number, internet, logs):
        super().__init__(name, logs)
        self.internet = internet
        self.subnet = {4: f"10.77.{number}.0/24", 6: f"2001:db8:{number}::/64"}
        self.gateway = {4: f"10.77.{number}.1", 6: f"2001:db8:{number}::1"}
        self.domain = f"{name}.example"
        self._transit = {4: f"10.255.{number}.", 6: f"2001:db8:fe{number:02x}::"}
        self._lease_range = f"10.77.{number}.50,10.77.{number}.99,1h"
        self._port = None
        self.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                 "net.ipv6.conf.all.keep_addr_on_down=1", "net.ipv6.conf.default.keep_addr_on_down=1",
                 "net.ipv6.conf.default.accept_dad=0", "net.ipv4.conf.default.rp_filter=1")
        self._connect_to_internet()

    def _connect_to_internet(self):
        far = f"to-{self.name}"
        self.run("ip", "link", "add", "internet", "type", "veth", "peer", "name", far, "netns", self.internet.name)
        self.run("ip", "address", "add", f"{self._transit[4]}2/30", "dev", "internet")
        self.run("ip", "address", "add", f"{self._transit[6]}2/64", "dev", "internet", "nodad")
        self.run("ip", "link", "set", "internet", "up")
        self.internet.run("ip", "address", "add", f"{self._transit[4]}1/30", "dev", far)
        self.internet.run("ip", "address", "add", f"{self._transit[6]}1/64", "dev", far, "nodad")
        self.internet.run("ip", "link", "set", far, "up")
        self.run("ip", "route", "add", "default", "via", f"{self._transit[4]}1")
        self.run("ip", "-6", "route", "add", "default", "via", f"{self._transit[6]}1")
        self.restore()

    def cut(self):
        """The silent death: links and gateway stay up, nothing comes back from the internet."""
        self.internet.run("ip", "route", "delete", self.subnet[4])
        self.internet.run("ip", "-6", "route", "delete", self.subnet[6])

    def restore(self):
        self.internet.run("ip", "route", "replace", self.subnet[4], "via", f"{self._transit[4]}2")
        self.internet.run("ip", "-6", "route", "replace", self.subnet[6], "via", f"{self._transit[6]}2")

    def serve_cable(self, port):
        """DHCP, router advertisements and DNS for what is at the other end of `port`."""
        self._give_address(port)
        # No --dhcp-authoritative, no ping check: an offer comes at once.
        self.start("dnsmasq", "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv",
                   "--no-ping", "--bind-dynamic", f"--interface={port}", "--leasefile-ro", "--log-facility=-",
                   f"--pid-file=/run/{self.name}-dnsmasq.pid", f"--dhcp-range={self._lease_range}", "--dhcp-option=6,0.0.0.0",
                   "--enable-ra", "--dhcp-range=::,constructor:" + port + ",ra-only", "--ra-param=" + port + ",5,1800",
                   f"--address=/internet.example/{self.internet.address[4]}",
                   f"--txt-record=provider.example,{self.name}")

    def serve_tunnel(self, port):
        """A mobile network's side: no DHCP, the modem hands the address to the machine."""
        self._give_address(port)
        self.start("dnsmasq", "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv",
                   "--bind-dynamic", f"--interface={port}", "--log-facility=-",
                   f"--pid-file=/run/{self.name}-dnsmasq.pid",
                   f"--address=/internet.example/{self.internet.address[4]}",
                   f"--txt-record=provider.example,{self.name}")

    def _give_address(self, port):
        self._port = port
        self.run("ip", "link", "set", port, "up")
        self.run("ip", "address", "add", f"{self.gateway[4]}/24", "dev", port)
        self.run("ip", "address", "add", f"{self.gateway[6]}/64", "dev", port, "nodad")


class Cable:
    """A line from an interface of the host to a provider."""

    def __init__(self, host, interface, provider):
        self.interface = interface
        self.host = host
        self.provider = provider
        self.far_end = f"p-{interface}"
        provider.run("ip", "link", "add", self.far_end, "type", "veth", "peer", "name", interface, "netns", host.name)
        provider.serve_cable(self.far_end)

    def pull(self):
        self.provider.run("ip", "link", "set", self.far_end, "down")

    def plug(self):
        self.provider.run("ip", "link", "set", self.far_end, "up")
