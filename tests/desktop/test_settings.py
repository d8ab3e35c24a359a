# SPDX-License-Identifier: GPL-2.0-or-later
"""GNOME Settings, "Mobile Network", as a screen reader reads it; pictures of it stay in the logs."""

from bed.namespace import wait_for
from desktop_test import METRIC_OF_GNOME, DesktopTest
from settings import DATA, MOBILE_NETWORK, Settings


class SettingsTest(DesktopTest):
    def open_settings(self):
        self.show_desktop()
        self.settings = Settings(self.desktop)
        self.settings.wait_for_modem()


class EveryMode:
    mode = None
    net = "wwan0"

    def test_shows_and_switches(self):
        self.begin(self.mode)
        self.host.nmcli("connection", "modify", "lte", "gsm.sim-id", self.sim_id())
        self.open_settings()
        self.assertTrue(self.settings.is_on(MOBILE_NETWORK))
        self.assertFalse(self.settings.is_on(DATA))
        for text in self.modem["3gpp.operator-name"], "2G, 3G, 4G":
            self.desktop.wait_for(text, "label")

        self.settings.turn(DATA, on=True)
        self.wait_for_lte(self.net, METRIC_OF_GNOME)
        wait_for("the switch", lambda: self.settings.is_on(DATA))
        self.desktop.take_picture(f"/logs/settings-{self.mode}.png")
        self.assert_failover(self.net)

        self.settings.turn(DATA, on=False)
        self.wait_for_no_lte(self.net)
        self.settings.turn(DATA, on=True)
        self.wait_for_lte(self.net, METRIC_OF_GNOME)
        self.assert_failover(self.net)
        self.assert_details()

    def assert_details(self):
        told = self.settings.open_details()
        modem = self.host.modem()
        self.assertEqual(told["Carrier"], modem["3gpp.operator-name"])
        self.assertEqual(told["Network Type"], "lte")
        self.assertEqual(told["Signal Strength"], f"{modem['generic.signal-quality.value']}%")
        self.assertEqual(told["Network Status"], "Registered")
        self.assertEqual(told["IMEI"], modem["3gpp.imei"])


class Qmi(EveryMode, SettingsTest):
    mode = "qmi"


class Ecm(EveryMode, SettingsTest):
    mode, net = "ecm", "ec25usb0"


class Switches(SettingsTest):
    def test_no_modem(self):
        ec25 = self.bed.ec25()
        ec25.unplug()
        self.host.start_network_manager()
        self.host.start_modem_manager()
        self.show_desktop()
        settings = Settings(self.desktop)
        self.desktop.wait_for("No WWAN Adapter Found")
        ec25.plug()
        settings.wait_for_modem()

    def test_mobile_network_off_and_on(self):
        self.begin()
        self.host.nmcli("connection", "modify", "lte", "gsm.sim-id", self.sim_id(), "connection.autoconnect", "yes")
        self.wait_for_lte("wwan0")
        self.open_settings()
        self.settings.turn(MOBILE_NETWORK, on=False)
        wait_for("the radio to be off", lambda: self.host.nmcli("radio", "wwan").strip() == "disabled")
        self.wait_for_no_lte("wwan0")
        self.settings.turn(MOBILE_NETWORK, on=True)
        wait_for("the radio to be on", lambda: self.host.nmcli("radio", "wwan").strip() == "enabled")
        wait_for("lte to come back", self.lte_is_active, 60)
        self.wait_for_lte("wwan0")
        self.assert_failover("wwan0")

    def test_a_profile_that_is_not_bound_to_the_sim(self):
        """As `nmcli connection add` makes it: GNOME asks once which one to take."""
        self.begin()
        self.open_settings()
        self.settings.turn(DATA, on=True)
        self.desktop.press("lte", "label")
        sim_id = self.sim_id()
        wait_for("the profile to be bound",
                 lambda: self.host.nmcli("-g", "gsm.sim-id", "connection", "show", "lte").strip() == sim_id)
        self.desktop.press("Close")
        self.wait_for_lte("wwan0", METRIC_OF_GNOME)
