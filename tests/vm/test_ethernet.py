# SPDX-License-Identifier: GPL-2.0-or-later
"""A wired line whose link goes down, and a USB Ethernet adapter that is no modem."""

import json
import time

from bed.namespace import wait_for
from bed.scenes import lte_up, wait_until_carried_by
from vm_test import VmTest


class Wired(VmTest):
    def begin(self):
        self.bed.ec25("qmi")
        lte_up(self.guest)
        wait_until_carried_by(self.guest, "eth0")

    def pull(self):
        with self.guest.probe(4) as probe:
            time.sleep(2)
            self.guest.set_carrier("eth0", False)
            self.guest.wait_for_way_out("wwan0", timeout=60)
            time.sleep(5)
        self.guest.set_carrier("eth0", True)
        self.guest.wait_for_way_out("eth0", timeout=60)
        return probe

    def test_link_down(self):
        self.begin()
        ours = self.pull()
        self.without_failover()
        alone = self.pull()
        self.note(f"link down: {ours}; NetworkManager alone: {alone}")
        self.assertLess(ours.gap_ms, alone.gap_ms / 2)

    def test_a_usb_adapter_is_ethernet(self):
        self.begin()
        self.guest.monitor("netdev_add", type="user", id="adapter")
        self.guest.plug_usb("adapter", "usb-net", netdev="adapter", port="3")
        self.guest.wait_for_interface("usb0")
        wait_for("the adapter's connection", lambda: "connected" == self.guest.nmcli(
            "-g", "GENERAL.STATE", "device", "show", "usb0").strip(" \n0123456789()"), 120, 1)
        uplinks = json.loads(self.guest.run("lte-failover", "status", "--json"))["uplinks"]
        classes = {uplink["interface"]: uplink["class"] for uplink in uplinks}
        self.assertEqual(("ethernet", "lte"), (classes["usb0"], classes["wwan0"]))
