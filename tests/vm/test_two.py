# SPDX-License-Identifier: GPL-2.0-or-later
"""Two modules at once: the same IDs, no serial numbers, and in ECM mode the same network behind both."""

from bed.namespace import wait_for
from bed.scenes import LTE
from vm_test import VmTest


class Two(VmTest):
    def plug_in_both(self, mode):
        both = [self.bed.ec25(mode), self.bed.second_ec25(mode)]
        wait_for("two modems", lambda: len(self.modems()) == 2, 180, 1)
        return both

    def modems(self):
        """{USB path: ModemManager's number}"""
        listed = self.guest.shell("for m in $(mmcli -L | grep -o '/Modem/[0-9]*' | grep -o '[0-9]*'); do "
                                  "echo $m $(mmcli -m $m -K | sed -n 's/^modem.generic.device *: //p'); done").splitlines()
        return {path.rsplit("/", 1)[-1]: number for number, path in (line.split() for line in listed)}

    def connect_both(self, both, interfaces):
        for number, ec25 in enumerate(both):
            modem = self.modems()[ec25.usb_path]
            port = self.guest.shell(f"mmcli -m {modem} -K | sed -n 's/^modem.generic.primary-port *: //p'").strip()
            settings = [port if word == "*" else word.replace("lte", f"lte{number}") for word in LTE]
            self.guest.nmcli("connection", "add", *settings)
            self.guest.nmcli("connection", "up", f"lte{number}", timeout=180)
        used = [self.guest.lte_interface(f"lte{number}") for number in range(2)]
        self.assertEqual(interfaces, sorted(used))
        for interface in used:
            self.guest.ping_over(interface)
        return used

    def check_election(self, used):
        """Without the cable one of them carries the traffic, and when it goes the other."""
        self.guest.set_carrier("eth0", False)
        elected = wait_for("an LTE line", lambda: self.guest.way_out() in used and self.guest.way_out(), 60, 0.2)
        other = used[1 - used.index(elected)]
        self.guest.nmcli("connection", "down", f"lte{used.index(elected)}")
        self.guest.wait_for_way_out(other, timeout=60)
        self.guest.ping_over(other)

    def test_qmi(self):
        self.check_election(self.connect_both(self.plug_in_both("qmi"), ["wwan0", "wwan1"]))

    def test_ecm(self):
        self.check_election(self.connect_both(self.plug_in_both("ecm"), ["ec25usb0", "ec25usb1"]))
