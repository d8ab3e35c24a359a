# SPDX-License-Identifier: GPL-2.0-or-later
"""MBIM mode: firmware that shows the function and has nothing behind it, and commands that fail."""

import json
import time

from bed.namespace import CommandFailed
from bed.scenes import LTE, lte_up
from bed.testcase import BedTest
from test_hostile import HostileModem

INTERFACE = "org.freedesktop.ModemManager1.Modem.QuectelEc25"
WAY_OUT = "ec25ctl mode qmi"
FAILURE = "2"  # MBIM_STATUS_FAILURE
BY_HAND = ("connection.autoconnect", "no")


class Hollow(BedTest):
    """Firmware that enumerates MBIM and opens no session: the user is told so, and what to do."""

    def plug_in(self, hollow):
        self.ec25 = self.bed.ec25("mbim", mbim__hollow=hollow)
        self.host.start_network_manager()
        self.host.start_modem_manager()
        modem = self.host.wait_for_modem("registered", timeout=120)
        self.assertEqual(modem["generic.plugin"], "quectel-ec25")

    def connection_error(self):
        answer = self.host.run("busctl", "--json=short", "get-property", "org.freedesktop.ModemManager1",
                               self.host.modem()["dbus-path"], INTERFACE, "ConnectionError")
        return json.loads(answer)["data"]

    def assert_told(self):
        self.assertIn(WAY_OUT, self.connection_error())
        self.assert_logged(self.host.modem_manager, WAY_OUT)

    def assert_connect_is_explained(self, within):
        self.host.nmcli("connection", "add", *LTE, *BY_HAND)
        begin = time.monotonic()
        with self.assertRaises(CommandFailed):
            self.host.nmcli("connection", "up", "lte", timeout=within + 30)
        self.assertLess(time.monotonic() - begin, within)
        self.note(f"told after {time.monotonic() - begin:.0f} s: {self.connection_error()}")
        self.assert_told()
        self.assertEqual(self.host.default_routes(4), [])

    def test_connecting_fails(self):
        self.plug_in("connect-fails")
        self.assert_connect_is_explained(within=30)

    def test_connecting_is_not_answered(self):
        self.plug_in("connect-silent")
        self.assert_connect_is_explained(within=80)

    def test_opening_fails(self):
        """No modem of ModemManager's MBIM class comes of it: it is driven by AT, and the log says why."""
        self.plug_in("open-fails")
        self.assert_told()

    def test_opening_is_not_answered(self):
        self.plug_in("open-silent")
        self.assert_told()

    def test_a_wrong_apn_is_not_blamed_on_the_firmware(self):
        self.plug_in("no")
        wrong = [word if word != "super" else "wrong" for word in LTE]
        self.host.nmcli("connection", "add", *wrong, *BY_HAND)
        with self.assertRaises(CommandFailed):
            self.host.nmcli("connection", "up", "lte", timeout=90)
        self.assertRegex(self.connection_error(), "(?i)apn")
        self.assertNotIn(WAY_OUT, self.connection_error())
        self.host.nmcli("connection", "modify", "lte", "gsm.apn", "super")
        self.host.nmcli("connection", "up", "lte")
        self.assertEqual(self.connection_error(), "")

    def test_a_failure_after_a_session_is_not_blamed_on_the_firmware(self):
        self.plug_in("no")
        lte_up(self.host, *BY_HAND)
        self.host.nmcli("connection", "down", "lte")
        self.ec25.control("fault", "mbim", "basic-connect", "12", "status", FAILURE)
        with self.assertRaises(CommandFailed):
            self.host.nmcli("connection", "up", "lte", timeout=90)
        self.assertNotEqual(self.connection_error(), "")
        self.assertNotIn(WAY_OUT, self.connection_error())


class Hostile(HostileModem):
    """Every command of a plug-in and a connection fails in turn; an AT port that says nothing."""

    mode = "mbim"
    time_limit = 900

    def test_every_command_fails_in_turn(self):
        self.fail_in_turn("mbim", ("basic-connect", "sms"), "status", FAILURE)

    def test_a_silent_at_port_costs_nothing_but_what_goes_over_it(self):
        self.ec25 = self.bed.ec25(self.mode)
        self.ec25.control("hang", "at", "on")
        self.host.start_network_manager()
        self.host.start_modem_manager()
        self.host.wait_for_modem("registered enabled disabled", timeout=120)
        self.host.nmcli("connection", "add", *LTE)
        self.host.nmcli("connection", "up", "lte", timeout=120)
        self.assertEqual(self.host.way_out(), "wwan0")
        self.assert_unharmed()
