# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's side is forced to raw-ip in QMI mode, whatever state somebody left it in."""

import time

from bed.namespace import CommandFailed
from bed.scenes import LTE, lte_up
from bed.testcase import BedTest

# Listens on a link as a DHCP client does that thinks the link is its own.
RIVAL = """
import ctypes, socket, time
ctypes.CDLL(None).prctl(15, b"dhcpcd", 0, 0, 0)
listening = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
listening.bind(("wwan0", 0))
time.sleep(600)
"""

# Takes a link up again whenever somebody takes it down.
STUBBORN = """
import fcntl, socket, struct
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    name, flags = struct.unpack("16sh", fcntl.ioctl(control, SIOCGIFFLAGS, struct.pack("16sh", b"wwan0", 0)))
    fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh", name, flags | IFF_UP))
"""


class RawIp(BedTest):
    def test_without_udev_and_with_the_link_up_at_plug_in(self):
        ec25 = self.bed.ec25(udev=False)
        self.host.run("ip", "link", "set", "wwan0", "up")
        self.assertEqual(ec25.raw_ip(), "N")
        self.host.start_modem_manager()
        self.host.wait_for_modem("registered enabled disabled")
        self.assertEqual(ec25.raw_ip(), "Y", "not verified when the port was opened")
        self.host.start_network_manager()
        lte_up(self.host)
        self.assertEqual(ec25.raw_ip(), "Y")
        with self.host.probe(4) as probe:
            pass
        self.assertEqual(probe.lost, 0)
        self.assert_logged(self.host.modem_manager, "wwan0: raw_ip was N")

    def test_flipped_between_two_connects(self):
        ec25 = self.bed.ec25()
        self.host.start_network_manager()
        self.host.start_modem_manager()
        lte_up(self.host)
        self.host.nmcli("connection", "down", "lte")
        self.host.run("ip", "link", "set", "wwan0", "down")
        ec25.set_raw_ip("N")
        self.host.run("ip", "link", "set", "wwan0", "up")
        self.host.nmcli("connection", "up", "lte")
        self.assertEqual(ec25.raw_ip(), "Y")
        with self.host.probe(4) as probe:
            pass
        self.assertEqual(probe.lost, 0)

    def plug_in_beside(self, rival):
        ec25 = self.bed.ec25(udev=False)
        daemon = self.host.start("rival", "python3", "-c", rival)
        self.host.start_network_manager()
        self.host.start_modem_manager()
        modem = self.host.wait_for_modem("registered enabled disabled")
        self.assertEqual(modem["generic.plugin"], "quectel-ec25")
        self.host.nmcli("connection", "add", *LTE, "connection.autoconnect", "no")
        return ec25, daemon

    def test_a_rival_that_cannot_be_beaten_is_named(self):
        ec25, rival = self.plug_in_beside(RIVAL)
        self.host.run("ip", "link", "set", "wwan0", "down")
        ec25.set_raw_ip("N")
        ec25.control("link", "held", "on")
        with self.assertRaises(CommandFailed):
            self.host.nmcli("connection", "up", "lte")
        self.assertEqual(ec25.raw_ip(), "N")
        log = self.host.modem_manager.log()
        blame = [line for line in log.splitlines() if "couldn't connect bearer" in line and "dhcpcd (pid" in line]
        self.assertTrue(blame, "the rival is not named")
        self.note(blame[-1].split("] ")[-1])
        rival.stop()
        ec25.control("link", "held", "off")
        self.host.nmcli("connection", "up", "lte")
        self.assertEqual(ec25.raw_ip(), "Y")

    def test_a_rival_that_takes_the_link_up_again_does_no_harm_for_long(self):
        ec25, rival = self.plug_in_beside(STUBBORN)
        answer = self.host.nmcli("connection", "up", "lte", check=False)
        if "successfully activated" in answer:
            self.assertEqual(ec25.raw_ip(), "Y")
            self.note("beaten while it ran")
        else:
            self.assertRegex(self.host.modem_manager.log(), "raw_ip of wwan0 cannot be set to Y|Couldn't reset")
            self.note("named while it ran")
        rival.stop()
        self.host.nmcli("connection", "up", "lte")
        self.assertEqual(ec25.raw_ip(), "Y")
        with self.host.probe(4) as probe:
            time.sleep(0.5)
        self.assertEqual(probe.lost, 0)
