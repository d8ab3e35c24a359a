# SPDX-License-Identifier: GPL-2.0-or-later
"""`nmcli connection up lte` in every USB mode: what a user does, and what modems and networks do to users."""

import re
import time

from bed.namespace import CommandFailed, wait_for
from bed.scenes import LTE, lte_up
from bed.testcase import BedTest

NO_IPV4 = ("ipv4.method", "disabled")
NO_IPV6 = ("ipv6.method", "disabled")
BY_HAND = ("connection.autoconnect", "no")


class EveryMode:
    """What is the same for a user whatever the mode; `mode` and the few differences are in the subclasses."""

    mode = None
    net = "wwan0"
    resolver = "10.77.3.1"
    wrong_apn = "unknown APN|APN|service option not subscribed"
    wrong_password = "authentication"

    def plug_in(self, **modem):
        self.ec25 = self.bed.ec25(self.mode, **modem)
        self.host.start_network_manager()
        self.host.start_modem_manager()

    def plug_in_and_connect(self, *settings, **modem):
        self.plug_in(**modem)
        lte_up(self.host, *settings)
        for family in {4, 6} - ({6} if NO_IPV6[0] in settings else set()) - ({4} if NO_IPV4[0] in settings else set()):
            self.host.wait_for_way_out(self.net, family)

    def assert_traffic(self, *families):
        for family in families:
            self.host.wait_for_way_out(self.net, family)
            with self.host.probe(family) as probe:
                time.sleep(0.5)
            self.assertEqual(probe.lost, 0, f"IPv{family}")

    def assert_no_routes(self):
        self.assertEqual([self.host.default_routes(4), self.host.default_routes(6)], [[], []])

    def assert_fails_to_connect(self, why, timeout=90):
        """nmcli gives up within its time, no route appears, and the reason stands in the log."""
        with self.assertRaises(CommandFailed):
            self.host.nmcli("connection", "up", "lte", timeout=timeout)
        self.assert_no_routes()
        told = re.findall(rf"(?:couldn't connect bearer|onnection attempt.* failed): (.*(?:{why}).*)",
                          self.host.modem_manager.log(), re.IGNORECASE)
        self.assertTrue(told, f"the log does not say '{why}'")
        self.note(told[-1])
        return told[-1]

    def assert_up_and_down(self, families, *settings):
        self.plug_in_and_connect(*settings)
        for _ in range(2):
            self.assert_traffic(*families)
            for family in {4, 6} - set(families):
                self.assertEqual(self.host.default_routes(family), [])
            self.host.nmcli("connection", "down", "lte")
            self.assert_no_routes()
            self.host.nmcli("connection", "up", "lte")
        self.assert_traffic(*families)

    def test_ipv4_and_ipv6(self):
        self.assert_up_and_down((4, 6))
        self.assertIn(self.resolver, self.host.read("/etc/resolv.conf"))
        modem = self.host.modem()
        self.assertEqual(modem["generic.plugin"], "quectel-ec25")
        wired = [line for line in self.host.nmcli("-g", "NAME,TYPE", "connection").splitlines() if "ethernet" in line]
        self.assertEqual(wired, [])

    def test_ipv4_only(self):
        self.assert_up_and_down((4,), *NO_IPV6)

    def test_ipv6_only(self):
        self.assert_up_and_down((6,), *NO_IPV4)

    def test_signal_operator_and_technology(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        self.ec25.control("signal", "-103", "-12", "-75", "90")
        self.host.mmcli("--signal-setup=1")
        wait_for("the signal", lambda: "-103" in self.host.mmcli("--signal-get"), 15)
        self.assertRegex(self.host.mmcli("--signal-get"), r"-103.*(?s:.)*")
        modem = self.host.modem()
        self.assertIn("lte", modem["generic.access-technologies"])
        self.assertEqual(modem["3gpp.operator-code"], "00101")
        quality = int(modem["generic.signal-quality.value"])
        self.assertGreater(quality, 0)
        self.assertLess(quality, 100)

    def test_a_wrong_apn_is_named(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        wrong = [word if word != "super" else "wrong" for word in LTE]
        self.host.nmcli("connection", "add", *wrong, *BY_HAND)
        self.assert_fails_to_connect(self.wrong_apn)
        self.host.nmcli("connection", "modify", "lte", "gsm.apn", "super")
        self.host.nmcli("connection", "up", "lte")
        self.assert_traffic(4, 6)

    def test_a_wrong_password_is_named(self):
        self.plug_in(network__username="user", network__password="secret")
        self.host.wait_for_modem("registered enabled disabled searching")
        self.host.nmcli("connection", "add", *LTE, *BY_HAND, "gsm.username", "user", "gsm.password", "guessed")
        self.assert_fails_to_connect(self.wrong_password)
        self.host.nmcli("connection", "modify", "lte", "gsm.password", "secret")
        self.host.nmcli("connection", "up", "lte")
        self.assert_traffic(4, 6)

    def test_not_registered(self):
        self.plug_in(network__registration="denied")
        self.host.wait_for_modem("enabled disabled searching")
        self.host.nmcli("connection", "add", *LTE, *BY_HAND)
        begin = time.monotonic()
        with self.assertRaises(CommandFailed) as failed:
            self.host.nmcli("connection", "up", "lte", timeout=120)
        self.note(f"{time.monotonic() - begin:.0f} s: {str(failed.exception).split(': ', 1)[1].strip()}")
        self.assertNotIn("Timeout", str(failed.exception))
        self.assert_no_routes()
        self.ec25.control("register", "home")
        self.host.wait_for_modem("registered")
        self.host.nmcli("connection", "up", "lte")
        self.assert_traffic(4, 6)

    def test_the_sim_is_asked_for_its_pin(self):
        self.plug_in(sim__pin="1234")
        self.host.wait_for_modem("locked")
        self.assert_no_routes()
        self.host.nmcli("connection", "add", *LTE, *BY_HAND, "gsm.pin", "1234")
        self.host.nmcli("connection", "up", "lte")
        self.assert_traffic(4, 6)

    def test_a_dropped_pdn_is_connected_again(self):
        self.plug_in_and_connect()
        up, down = (self.ec25.events.count(f"{event} 4") for event in ("connected", "disconnected"))
        self.ec25.control("pdn", "drop")
        wait_for("the drop", lambda: self.ec25.events.count("disconnected 4") > down)
        wait_for("a new session", lambda: self.ec25.events.count("connected 4") > up)
        self.assert_traffic(4, 6)

    def test_a_module_that_restarts_comes_back(self):
        self.plug_in_and_connect()
        self.ec25.control("reset")
        self.host.wait_for_no_modem()
        self.assert_no_routes()
        self.host.wait_for_way_out(self.net, timeout=60)
        self.assert_traffic(4, 6)

    def test_reset_by_command(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        self.host.mmcli("--reset")
        wait_for("the restart", lambda: "detached" in self.ec25.events)
        self.host.wait_for_no_modem()
        self.host.wait_for_modem("registered")

    def test_unplugged_and_plugged_again(self):
        self.plug_in_and_connect()
        self.ec25.control("unplug")
        self.host.wait_for_no_modem()
        wait_for("the routes to go", lambda: not self.host.default_routes(4) and not self.host.default_routes(6))
        self.ec25.control("plug")
        self.host.wait_for_way_out(self.net, timeout=60)
        self.assert_traffic(4, 6)

    def test_modemmanager_killed_and_started_again(self):
        self.plug_in_and_connect()
        self.host.modem_manager.kill()
        self.host.stop_modem_manager()
        self.host.start_modem_manager()
        self.host.wait_for_way_out(self.net, timeout=60)
        self.assert_traffic(4, 6)


class Qmi(EveryMode, BedTest):
    mode = "qmi"


class Ecm(EveryMode, BedTest):
    mode = "ecm"
    net = "ec25usb0"
    resolver = "192.168.225.1"

    def test_connecting_again_changes_nothing_in_the_module(self):
        """The APN is stored and CID 1 is active: nothing is sent that changes state."""
        self.plug_in_and_connect()
        self.host.nmcli("connection", "down", "lte")
        self.ec25.control("seen", "clear")
        before = len(self.ec25.events)
        self.host.nmcli("connection", "up", "lte")
        self.assert_traffic(4, 6)
        changing = [asked for asked in self.ec25.seen("at")
                    if re.match(r"AT\+(CGDCONT=\d|QICSGP=\d+,|CGACT=|CGATT=|CFUN=)|ATD", asked)]
        self.assertEqual(changing, [])
        self.assertEqual(self.ec25.events[before:], [])


    def test_a_module_that_takes_an_apn_only_at_its_start_is_restarted_once(self):
        self.plug_in(quirks__contexts_at_boot="true", contexts__defined="1,IPV4V6,internet")
        self.host.wait_for_modem("registered")
        self.host.nmcli("connection", "add", *LTE)
        wait_for("the restart", lambda: "detached" in self.ec25.events)
        self.host.wait_for_way_out(self.net, timeout=60)
        self.assert_traffic(4, 6)
        self.assertIn('"super', "".join(self.ec25.at("AT+CGCONTRDP=1")))
        self.assertEqual(self.ec25.events.count("detached"), 1)


    def test_a_stored_apn_that_keeps_it_from_registering(self):
        """The way out that `ec25ctl doctor` names."""
        self.plug_in(quirks__attach_checks_apn="true", contexts__defined="1,IPV4V6,gone")
        self.host.wait_for_modem("enabled disabled searching")
        self.host.nmcli("connection", "add", *LTE, "gsm.initial-eps-bearer-configure", "yes",
                        "gsm.initial-eps-bearer-apn", "super")
        self.host.wait_for_way_out(self.net, timeout=60)
        self.assert_traffic(4, 6)


    def test_a_profile_without_ipv6_gets_none(self):
        """Although the module's one context has it, and its router says so."""
        self.plug_in_and_connect(*NO_IPV6)
        self.assertEqual(self.host.read(f"/proc/sys/net/ipv6/conf/{self.net}/accept_ra").strip(), "0")
        self.ec25.control("seen", "clear")
        time.sleep(7)  # there is an advertisement every 5 s
        self.assertEqual(self.host.default_routes(6), [])


class Rndis(Ecm):
    mode = "rndis"


class Mbim(EveryMode, BedTest):
    mode = "mbim"
