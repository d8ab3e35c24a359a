# SPDX-License-Identifier: GPL-2.0-or-later
"""Other network daemons on the machine keep their hands off the module's network interface."""

from bed.namespace import wait_for
from bed.testcase import BedTest

NETWORKD = "/usr/lib/systemd/systemd-networkd"
# What an administrator writes who wants systemd-networkd to handle all there is.
EVERYTHING = """
[Match]
Name=*
[Network]
LinkLocalAddressing=ipv6
"""
QUECTEL, SOMEBODY = "2c7c", "12d1"
# The last two: a module that ModemManager is told to ignore, another maker's modem.
LINKS = {"wwan0": QUECTEL, "ec25usb0": QUECTEL, "usb0": QUECTEL, "wwan1": SOMEBODY}


class SystemdNetworkd(BedTest):
    def add_links(self):
        """Links that udev, which there is none of here, would have said this of."""
        self.host.write("/run/udev/control", "")
        for name, vendor in LINKS.items():
            self.host.run("ip", "link", "add", name, "type", "veth", "peer", "name", f"{name}-peer")
            index = self.host.read(f"/sys/class/net/{name}/ifindex").strip()
            self.host.write(f"/run/udev/data/n{index}", f"I:1\nE:ID_VENDOR_ID={vendor}\nE:ID_MODEL_ID=0125\nV:1\n")

    def start_networkd(self):
        # It asks udev only where /sys can be written to: elsewhere it takes itself to be in a container without any.
        self.host.run("mount", "-o", "remount,rw,bind", "/sys")
        self.host.run("mkdir", "-p", "/run/systemd")
        self.host.start("networkd", NETWORKD)

    def state(self, name):
        return self.host.run("networkctl", "--json=short", "status", name, check=False)

    def wait_for_state(self, name, *states):
        wait_for(f"{name} to be {' or '.join(states)}",
                 lambda: any(f'"AdministrativeState":"{state}"' in self.state(name) for state in states))

    def test_it_leaves_the_module_alone_and_nothing_else(self):
        self.host.write("/etc/systemd/network/20-everything.network", EVERYTHING)
        self.add_links()
        self.start_networkd()
        self.wait_for_state("usb0", "configuring", "configured")
        self.wait_for_state("wwan1", "configuring", "configured")
        self.wait_for_state("wwan0", "unmanaged")
        self.wait_for_state("ec25usb0", "unmanaged")
        for name in "wwan0", "ec25usb0":
            self.assertIn("state DOWN", self.host.run("ip", "link", "show", name))

    def test_an_administrator_decides_otherwise(self):
        self.host.write("/etc/systemd/network/20-everything.network", EVERYTHING)
        self.host.write("/etc/systemd/network/10-quectel-ec25.network", "")
        self.add_links()
        self.start_networkd()
        self.wait_for_state("wwan0", "configuring", "configured")
