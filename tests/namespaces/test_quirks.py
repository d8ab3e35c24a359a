# SPDX-License-Identifier: GPL-2.0-or-later
"""What ModemManager's own plugin does for an EC25 beyond connecting, ours does too, in every USB mode."""

from bed.namespace import wait_for
from bed.scenes import lte_up
from bed.testcase import BedTest


class EveryMode:
    mode = None

    def plug_in(self, prepare=lambda: None, **modem):
        self.ec25 = self.bed.ec25(self.mode, **modem)
        prepare()
        self.host.start_network_manager()
        self.host.start_modem_manager()
        modem = self.host.wait_for_modem("registered enabled disabled")
        self.assertEqual(modem["generic.plugin"], "quectel-ec25")
        return modem

    def use_gps(self):
        self.host.wait_for_modem("registered")
        self.host.mmcli("--location-enable-gps-nmea", "--location-enable-gps-raw")
        self.ec25.control("gps", "fix", "47.5", "9.75")
        wait_for("a fix", lambda: "47.5" in self.host.mmcli("--location-get"), 30)
        self.host.mmcli("--location-disable-gps-nmea", "--location-disable-gps-raw")

    def test_a_restart_without_unplugging_is_noticed_by_rdy(self):
        before = self.plug_in()
        self.ec25.control("urc", "RDY")
        wait_for("a new modem object", lambda: (self.host.modem() or before)["dbus-path"] != before["dbus-path"], 60)
        self.host.wait_for_modem("registered")

    def test_sim_hot_swap(self):
        self.plug_in(self.detect_cards)
        self.host.wait_for_modem("registered")
        self.ec25.control("sim", "remove")
        self.host.wait_for_modem("failed")
        self.ec25.control("sim", "insert", "89490200001234567894", "262019876543210")
        modem = self.host.wait_for_modem("registered")
        self.assertIn("262019876543210", self.host.run("mmcli", "-i", modem["generic.sim"]))

    def detect_cards(self):
        """AT tells nothing of the card with factory settings; the user's choice, stored, for the next start."""
        self.ec25.at("AT+QSIMDET=1,1")
        self.ec25.control("reset")
        wait_for("the restart", lambda: "detached" in self.ec25.events and self.ec25.plugged)

    def test_time_of_the_network(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        self.ec25.control("time", "2026-11-22T10:20:30+01:00")
        self.assertIn("2026-11-22T10:20", self.host.mmcli("--time"))

    def test_gps(self):
        self.plug_in()
        self.use_gps()

    def test_firmware_version_and_update_method(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        status = self.host.mmcli("--firmware-status")
        self.assertIn("fastboot", status)
        self.assertIn("EC25EFAR06A11M4G", status)

    def test_a_firmware_version_that_comes_late(self):
        self.ec25 = self.bed.ec25(self.mode)
        self.ec25.control("fault", "at", "AT+QGMR", "error", "2")
        self.host.start_network_manager()
        self.host.start_modem_manager()
        self.host.wait_for_modem("registered")
        wait_for("the version", lambda: "EC25EFAR06A11M4G_" in self.host.mmcli("--firmware-status"))

    def test_power_off(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        self.host.mmcli("--disable")
        self.host.mmcli("--set-power-state-low")
        self.host.mmcli("--set-power-state-off")
        self.assert_off()

    def assert_off(self):
        self.host.wait_for_no_modem(timeout=60)
        self.assertEqual(self.ec25.status()["state"], "off")


class Qmi(EveryMode, BedTest):
    mode = "qmi"

    def assert_off(self):
        """ModemManager's QMI way to switch off: the radio is dead, the module stays on the bus and can be switched on."""
        self.assertEqual(self.ec25.status()["functionality"], "offline")
        self.assertEqual(self.host.modem()["generic.power-state"], "off")

    def test_gps(self):
        super().test_gps()
        self.assertIn("LOC 0x0023 Stop ok", self.ec25.seen("qmi"))

    def test_gps_by_at_where_there_is_no_location_service(self):
        self.plug_in(qmi__services="0:1.5;1:1.67;2:1.0;3:1.25;5:1.10;9:2.1;11:1.46;26:1.16;36:1.0;42:1.0")
        self.use_gps()
        self.assertEqual(self.ec25.seen("at").get("AT+QGPSEND"), 1)

    def test_old_firmware_is_not_asked_for_profile_events(self):
        self.plug_in(profile="ec25-e-r02a09")
        self.host.wait_for_modem("registered")
        asked = [name for name in self.ec25.seen("qmi") if "Configure Profile Event List" in name]
        self.assertEqual(asked, [])
        lte_up(self.host)
        self.assertEqual(self.host.way_out(4), "wwan0")


class Ecm(EveryMode, BedTest):
    mode = "ecm"

    def test_gps(self):
        super().test_gps()
        self.assertEqual(self.ec25.seen("at").get("AT+QGPSEND"), 1)

    def test_powered_down_that_never_comes_is_named(self):
        """AT+QPOWD is done when the module says POWERED DOWN, not when it says OK."""
        self.plug_in(quirks__powered_down_urc="false", boot__power_down_time="3600")
        self.host.wait_for_modem("registered")
        self.host.mmcli("--disable")
        self.host.mmcli("--set-power-state-low")
        answer = self.host.run("mmcli", "--timeout=90", "-m", "any", "--set-power-state-off", check=False, timeout=100)
        self.assertIn("POWERED DOWN", answer)


class Mbim(EveryMode, BedTest):
    mode = "mbim"

    def detect_cards(self):
        """The MBIM function tells of a card that comes and goes by itself."""
