# SPDX-License-Identifier: GPL-2.0-or-later
"""nmtui and nm-connection-editor with the profile of the documentation."""

from desktop_test import DesktopTest
from terminal import Terminal

class EveryMode:
    mode = None
    net = "wwan0"

    def test_nmtui_activates_and_deactivates(self):
        self.begin(self.mode)
        self.terminal = Terminal(self.host, "nmtui", "connect")
        self.addCleanup(self.terminal.close)
        self.terminal.wait_for("Mobile Broadband")
        self.press_button_of("  lte")
        self.wait_for_lte(self.net)
        self.back_to_list()
        self.press_button_of("* lte")
        self.wait_for_no_lte(self.net)
        self.back_to_list()
        self.press_button_of("  lte")
        self.wait_for_lte(self.net)
        self.assert_failover(self.net)

    def press_button_of(self, row):
        """From the list. Whenever something changes nmtui makes it anew and chooses its first row."""
        self.terminal.wait_for(row)
        self.terminal.type("Down", "Tab")
        while not self.terminal.is_selected(row):
            self.back_to_list()
            self.terminal.type("Down", "Tab")
        self.terminal.type("Enter")

    def back_to_list(self):
        self.terminal.type("Tab", "Tab")


class Qmi(EveryMode, DesktopTest):
    mode = "qmi"


class Ecm(EveryMode, DesktopTest):
    mode, net = "ecm", "ec25usb0"


class ConnectionEditor(DesktopTest):
    def begin(self):
        super().begin()
        self.show_desktop()

    def test_lists_lte(self):
        self.begin()
        self.desktop.start("editor", "nm-connection-editor")
        self.desktop.wait_for("Mobile Broadband", "table cell")
        self.desktop.wait_for("lte", "table cell")

    def test_shows_the_apn_and_saves_the_profile(self):
        self.begin()
        uuid = self.host.nmcli("-g", "connection.uuid", "connection", "show", "lte").strip()
        self.desktop.start("editor", "nm-connection-editor", f"--edit={uuid}")
        self.desktop.wait_for("Editing lte", "frame")
        self.desktop.wait_for("super", "text")
        self.desktop.press("Save")
        self.desktop.wait_until_gone("Editing lte", "frame")
        self.assertEqual(self.host.nmcli("-g", "gsm.apn", "connection", "show", "lte").strip(), "super")
        self.host.nmcli("connection", "up", "lte")
        self.wait_for_lte("wwan0")
        self.assert_failover("wwan0")
