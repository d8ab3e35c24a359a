# SPDX-License-Identifier: GPL-2.0-or-later
"""A graphical session on the machine under test: a display without a window manager, a session bus, and its user."""

import json
import os
import signal

from bed.namespace import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = "/run/desktop"
DISPLAY = ":99"
# As large as GNOME Settings opens its window, so that a picture of the display is one of the window.
SIZE = "980x640"

ENVIRONMENT = {
    "DISPLAY": DISPLAY,
    "HOME": f"{FOLDER}/home",
    "XDG_RUNTIME_DIR": FOLDER,
    # GNOME Settings refuses to start anywhere else.
    "XDG_CURRENT_DESKTOP": "GNOME",
    "DBUS_SESSION_BUS_ADDRESS": f"unix:path={FOLDER}/bus",
    "GDK_BACKEND": "x11",
    "GSK_RENDERER": "cairo",
    "LC_ALL": "C.UTF-8",
    "TERM": "xterm-256color",
}


class Thing:
    """Something that a program shows."""

    def __init__(self, role, name, states, place, has_action):
        self.role, self.name, self.states, self.place, self.has_action = role, name, states, place, has_action

    def __repr__(self):
        return f"{self.role} '{self.name}'"

    @property
    def showing(self):
        return "showing" in self.states

    @property
    def on(self):
        return "checked" in self.states

    @property
    def middle(self):
        left, top, width, height = self.place
        return left + width // 2, top + height // 2


class Desktop:
    def __init__(self, host):
        self.host = host
        host.run("mkdir", "-p", "-m", "700", FOLDER, f"{FOLDER}/home")
        # Without -noreset it begins anew when its last client goes, and refuses one that comes meanwhile.
        self.start("display", "Xvfb", DISPLAY, "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp", "-noreset")
        wait_for("the display", lambda: "name of display" in self.run("xdpyinfo", check=False))
        self.start("session-bus", "dbus-daemon", "--session", "--nofork", "--nopidfile",
                   f"--address=unix:path={FOLDER}/bus")
        wait_for("the session bus", lambda: os.path.exists(f"{host.run_folder}/desktop/bus"))

    def start(self, name, *argv):
        return self.host.start(name, *argv, env=ENVIRONMENT)

    def run(self, *argv, **options):
        return self.host.run("env", *(f"{key}={value}" for key, value in ENVIRONMENT.items()), *argv, **options)

    # seeing

    def things(self):
        """What programs show, in the order in which a screen reader comes to it."""
        lines = self.run("python3", f"{HERE}/accessibility.py").splitlines()
        things = [Thing(**json.loads(line)) for line in lines if line.startswith("{")]
        return [thing for thing in things if thing.showing]

    def texts(self):
        return [thing.name for thing in self.things()]

    def find(self, name, role=None):
        """The last thing with this name and role, or None: a dialog comes after its window, a switch after its row."""
        found = [thing for thing in self.things() if thing.name == name and role in (None, thing.role)]
        return found[-1] if found else None

    def wait_for(self, name, role=None, timeout=30):
        return wait_for(f"the screen to show '{name}'", lambda: self.find(name, role), timeout, step=0.3)

    def wait_until_gone(self, name, role=None, timeout=30):
        wait_for(f"'{name}' to disappear", lambda: not self.find(name, role), timeout, step=0.3)

    def take_picture(self, path):
        self.run("scrot", "--overwrite", path)

    # acting

    def press(self, name, role="button"):
        """Clicks where it is, or has it do what it does: GTK's places are exact enough for wide rows only."""
        thing = self.wait_for(name, role)
        if thing.has_action:
            self.run("python3", f"{HERE}/accessibility.py", role, name)
        else:
            self.run("xdotool", "mousemove", *map(str, thing.middle), "click", "1")
            self.run("xdotool", "mousemove", "0", "0")

    # ending

    def close(self):
        """Ends what the session bus has started, too: that is nobody's child here."""
        mark = f"XDG_RUNTIME_DIR={FOLDER}".encode()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as environment:
                    if mark in environment.read().split(b"\0"):
                        os.kill(int(pid), signal.SIGTERM)
            except (FileNotFoundError, ProcessLookupError):
                pass  # has ended
