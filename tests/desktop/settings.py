# SPDX-License-Identifier: GPL-2.0-or-later
"""GNOME Settings, the panel "Mobile Network"."""

from bed.namespace import wait_for

DATA, MOBILE_NETWORK = "Mobile Data", "Enable Mobile Network"


class Settings:
    def __init__(self, desktop):
        self.desktop = desktop
        self.daemon = desktop.start("gnome-control-center", "gnome-control-center", "--verbose", "wwan")

    def wait_for_modem(self):
        self.desktop.wait_for(DATA, "check box", timeout=60)

    def is_on(self, switch):
        found = self.desktop.find(switch, "check box")
        return bool(found) and found.on

    def turn(self, switch, on):
        """Uses the switch as a user would: it has to stand in the other place."""
        wait_for(f"'{switch}' to be {'off' if on else 'on'}", lambda: self.is_on(switch) != on, 30, step=0.3)
        self.desktop.press(switch, "check box")

    def open_details(self):
        """{label: value} of the dialog "Modem Details", which stays open."""
        self.desktop.press("Modem Details")
        self.desktop.wait_for("IMEI", "label")
        labels = [thing.name for thing in self.desktop.things() if thing.role == "label"]
        dialog = labels[labels.index("Modem Status"):]
        rows = [label for label in dialog if label not in ("Modem Status", "Device Details")]
        return dict(zip(rows[::2], rows[1::2]))
