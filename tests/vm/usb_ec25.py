# SPDX-License-Identifier: GPL-2.0-or-later
"""The virtual EC25 as a USB device of the guest."""

import os
import shutil
import subprocess

from bed.modem import VirtualEc25, firmware_options
from bed.namespace import Namespace, wait_for


class UsbEc25(VirtualEc25):
    """In one of the guest's USB ports, registered with a provider's mobile network.

    The device restarts and leaves the bus by itself, as a real one does: what happens on the bus is not played here.
    """

    def __init__(self, guest, provider, mode="qmi", port=1, profile=None, time_scale=0.2, plugged=True, **settings):
        self.guest = guest
        self.identity = f"ec25-{port}"
        self.port = port
        self.folder = f"/run/{self.identity}"
        shutil.rmtree(self.folder, ignore_errors=True)  # each is a new one, with factory settings
        os.makedirs(self.folder)
        self._bus = Namespace(self.identity, guest.logs)
        carrier = f"carrier{port}"
        self.daemon = self._bus.start(
            "virtual-ec25", "virtual-ec25", f"--usbredir={self.folder}/usb", f"--control={self.folder}/control",
            f"--nvram={self.folder}/nvram", f"--carrier-netdev={carrier}", f"--time-scale={time_scale}",
            f"--log={guest.logs}/conversation-{port}.log", *firmware_options(mode, profile, settings))
        wait_for("virtual-ec25", lambda: os.path.exists(f"{self.folder}/control") or not self.daemon.running)
        subprocess.run(["ip", "-n", self._bus.name, "link", "set", carrier, "netns", provider.name], check=True)
        provider.serve_tunnel(carrier)
        self.plugged = False
        if plugged:
            self.plug()

    @property
    def _control_argv(self):
        return [*self._bus.enter, "virtual-ec25", "control", f"{self.folder}/control"]

    def plug(self):
        """Puts it in the guest's port; from then on it comes and goes by its own control commands."""
        self.guest.plug_redirected(self.identity, f"{self.folder}/usb", self.port)
        self.plugged = True

    def take_out(self):
        """The port is empty."""
        self.guest.unplug(self.identity)
        self.plugged = False

    @property
    def usb_path(self):
        return f"1-{self.port}"

    def close(self):
        self._bus.close()
