# SPDX-License-Identifier: GPL-2.0-or-later
"""`nmcli connection up lte` in QMI mode: what a user does, and what a modem does to users."""

import time

from bed.namespace import CommandFailed, wait_for
from bed.scenes import LTE, lte_up, wait_until_carried_by
from bed.testcase import BedTest

NO_IPV4 = ("ipv4.method", "disabled")
NO_IPV6 = ("ipv6.method", "disabled")

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


class Connected(BedTest):
    def plug_in(self, **modem):
        self.ec25 = self.bed.ec25(**modem)
        self.host.start_network_manager()
        self.host.start_modem_manager()

    def assert_traffic(self, *families):
        for family in families:
            self.assertEqual(self.host.way_out(family), "wwan0")
            with self.host.probe(family) as probe:
                time.sleep(0.5)
            self.assertEqual(probe.lost, 0, f"IPv{family}")

    def assert_up_and_down(self, families, *settings):
        self.plug_in()
        lte_up(self.host, *settings)
        for _ in range(2):
            self.assert_traffic(*families)
            for family in {4, 6} - set(families):
                self.assertEqual(self.host.default_routes(family), [])
            self.host.nmcli("connection", "down", "lte")
            self.assertEqual([self.host.default_routes(4), self.host.default_routes(6)], [[], []])
            status = self.ec25.status()
            self.assertEqual([status["session4"], status["session6"]], ["disconnected", "disconnected"])
            self.host.nmcli("connection", "up", "lte")
        self.assert_traffic(*families)

    def test_ipv4_and_ipv6(self):
        self.assert_up_and_down((4, 6))
        resolvers = self.host.read("/etc/resolv.conf")
        self.assertIn("10.77.3.1", resolvers)
        self.assertEqual(self.host.modem()["generic.plugin"], "quectel-ec25")

    def test_ipv4_only(self):
        self.assert_up_and_down((4,), *NO_IPV6)

    def test_ipv6_only(self):
        self.assert_up_and_down((6,), *NO_IPV4)

    def test_a_wrong_apn_is_named(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        self.host.nmcli("connection", "add", *[word if word != "super" else "wrong" for word in LTE],
                        "connection.autoconnect", "no")
        with self.assertRaises(CommandFailed):
            self.host.nmcli("connection", "up", "lte")
        self.assert_logged(self.host.modem_manager, "unknown APN")
        self.host.nmcli("connection", "modify", "lte", "gsm.apn", "super")
        self.host.nmcli("connection", "up", "lte")
        self.assert_traffic(4, 6)

    def test_a_dropped_pdn_is_connected_again(self):
        self.plug_in()
        lte_up(self.host)
        self.ec25.control("pdn", "drop")
        wait_for("the drop to be seen", lambda: "disconnected 4" in self.ec25.events)
        wait_until_carried_by(self.host, "wwan0")
        self.assert_traffic(4, 6)

    def test_a_module_that_restarts_comes_back(self):
        self.plug_in()
        lte_up(self.host)
        self.ec25.control("reset")
        self.host.wait_for_no_modem()
        self.host.wait_for_way_out("wwan0", timeout=60)
        self.assert_traffic(4)

    def test_unplugged_and_plugged_again(self):
        self.plug_in()
        lte_up(self.host)
        self.ec25.unplug()
        self.host.wait_for_no_modem()
        wait_for("the routes to go", lambda: not self.host.default_routes(4) and not self.host.default_routes(6))
        self.ec25.plug()
        self.host.wait_for_way_out("wwan0", timeout=60)
        self.assert_traffic(4)

    def test_modemmanager_killed_and_started_again(self):
        self.plug_in()
        lte_up(self.host)
        self.host.modem_manager.kill()
        self.host.stop_modem_manager()
        self.host.start_modem_manager()
        self.host.wait_for_way_out("wwan0", timeout=60)
        self.assert_traffic(4, 6)

    def test_the_sim_is_asked_for_its_pin(self):
        self.plug_in(sim__pin="1234")
        self.host.wait_for_modem("locked")
        self.host.nmcli("connection", "add", *LTE, "gsm.pin", "1234", "connection.autoconnect", "no")
        self.host.nmcli("connection", "up", "lte")
        self.assert_traffic(4, 6)


class RawIp(BedTest):
    """The kernel's side is forced to raw-ip, whatever state somebody left it in."""

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


class Quirks(BedTest):
    """What upstream's plugin does for an EC25 in QMI mode, ours does too."""

    def plug_in(self, **modem):
        self.ec25 = self.bed.ec25(**modem)
        self.host.start_network_manager()
        self.host.start_modem_manager()
        modem = self.host.wait_for_modem("registered enabled disabled")
        self.assertEqual(modem["generic.plugin"], "quectel-ec25")
        return modem

    def test_a_restart_without_unplugging_is_noticed_by_rdy(self):
        before = self.plug_in()
        self.ec25.control("urc", "RDY")
        wait_for("a new modem object", lambda: (self.host.modem() or before)["dbus-path"] != before["dbus-path"], 60)
        self.host.wait_for_modem("registered")

    def test_sim_hot_swap(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        self.ec25.control("sim", "remove")
        self.host.wait_for_modem("failed")
        self.ec25.control("sim", "insert", "89490200001234567894", "262019876543210")
        modem = self.host.wait_for_modem("registered")
        self.assertIn("262019876543210", self.host.run("mmcli", "-i", modem["generic.sim"]))

    def test_time_of_the_network(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        self.ec25.control("time", "2026-11-22T10:20:30+01:00")
        self.assertIn("2026-11-22T10:20", self.host.mmcli("--time"))

    def use_gps(self):
        self.host.wait_for_modem("registered")
        self.host.mmcli("--location-enable-gps-nmea", "--location-enable-gps-raw")
        self.ec25.control("gps", "fix", "47.5", "9.75")
        wait_for("a fix", lambda: "47.5" in self.host.mmcli("--location-get"), 30)
        self.host.mmcli("--location-disable-gps-nmea", "--location-disable-gps-raw")

    def test_gps_by_the_location_service(self):
        self.plug_in()
        self.use_gps()
        self.assertIn("LOC 0x0023 Stop ok", self.ec25.seen("qmi"))

    def test_gps_by_at_where_there_is_no_location_service(self):
        self.plug_in(qmi__services="0:1.5;1:1.67;2:1.0;3:1.25;5:1.10;9:2.1;11:1.46;26:1.16;36:1.0;42:1.0")
        self.use_gps()
        self.assertEqual(self.ec25.seen("at").get("AT+QGPSEND"), 1)

    def test_firmware_version_and_update_method(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        status = self.host.mmcli("--firmware-status")
        self.assertIn("fastboot", status)
        self.assertIn("EC25EFAR06A11M4G", status)

    def test_a_firmware_version_that_comes_late(self):
        self.ec25 = self.bed.ec25()
        self.ec25.control("fault", "at", "AT+QGMR", "error", "2")
        self.host.start_network_manager()
        self.host.start_modem_manager()
        self.host.wait_for_modem("registered")
        wait_for("the version", lambda: "EC25EFAR06A11M4G_" in self.host.mmcli("--firmware-status"))

    def test_old_firmware_is_not_asked_for_profile_events(self):
        self.plug_in(profile="ec25-e-r02a09")
        self.host.wait_for_modem("registered")
        asked = [name for name in self.ec25.seen("qmi") if "Configure Profile Event List" in name]
        self.assertEqual(asked, [])
        lte_up(self.host)
        self.assertEqual(self.host.way_out(4), "wwan0")


class OtherModes(BedTest):
    """Until there are classes of our own: what upstream's plugin does in these modes is not lost."""

    def test_a_module_in_ecm_mode_is_as_well_off_as_with_upstreams_plugin(self):
        ec25 = self.bed.ec25(usb__usbnet="1")
        self.host.start_network_manager()
        self.host.start_modem_manager()
        modem = self.host.wait_for_modem("registered enabled disabled")
        self.assertEqual(modem["generic.plugin"], "quectel-ec25")
        self.host.mmcli("--reset")
        wait_for("the restart", lambda: "detached" in ec25.events)
        self.host.wait_for_modem("registered enabled disabled")
        self.assertIn("AT+CTZU=3", ec25.seen("at"))
