# SPDX-License-Identifier: GPL-2.0-or-later
"""The virtual machine with its lines, as a unittest case."""

import glob
import hashlib
import os
import subprocess

from bed.provider import Internet, Provider
from bed.testcase import PROVIDERS

from guest import SYSTEM, Guest, open_tap
from usb_ec25 import UsbEc25

PACKAGES = "/build/packages"
DISK = "/build/guest.qcow2"
BOOTED, INSTALLED = "booted", "installed"


# Whom the monitor asks by default: the guest is to work with no file edited.
TARGETS = ["1.1.1.1/32", "8.8.8.8/32", "9.9.9.9/32", "2606:4700:4700::1111/128", "2001:4860:4860::8888/128", "2620:fe::fe/128"]


class Line:
    """A cable from an interface of the guest to a provider."""

    def __init__(self, provider, port):
        self.provider = provider
        self.tap = open_tap(provider.name, port)
        # The same gateway as when the snapshot was made.
        provider.run("ip", "link", "set", port, "address", f"02:00:00:00:00:{PROVIDERS[provider.name]:02x}")
        provider.serve_cable(port)

    def close(self):
        os.close(self.tap)


def create_disk(path):
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", f"{SYSTEM}/root.ext4", "-F", "raw", path],
                   check=True)


def booted_disk(logs, taps):
    """A disk with the snapshot of a machine that has booted; kept for as long as system and QEMU stay the same."""
    version = subprocess.run(["qemu-system-x86_64", "--version"], stdout=subprocess.PIPE, check=True).stdout
    line = " ".join(Guest.command_line("", range(len(taps))))
    path = f"{SYSTEM}/booted-{hashlib.sha256(version + line.encode()).hexdigest()[:8]}.qcow2"
    if not os.path.exists(path):
        for old in glob.glob(f"{SYSTEM}/booted-*"):
            os.remove(old)
        create_disk(f"{path}.part")
        guest = Guest(logs, f"{path}.part", taps)
        guest.save(BOOTED)
        guest.close()
        os.rename(f"{path}.part", path)
    return path


class VmBed:
    """The guest, running from a snapshot, with a cable to a provider, another for its access point, and virtual modems
    by request."""

    def __init__(self, logs, snapshot=INSTALLED, fresh=False):
        self.logs = logs
        os.makedirs(logs, exist_ok=True)
        self._open = []
        self.providers = {}
        self.guest = None
        try:
            self.internet = self._keep(Internet(logs))
            for address in TARGETS:
                self.internet.run("ip", "address", "add", address, "dev", "lo")
            self.internet.start("names", "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv",
                                "--log-facility=-", "--pid-file=/run/internet-dnsmasq.pid", "--bind-interfaces",
                                *(f"--listen-address={address.split('/')[0]}" for address in TARGETS))
            lines = [self._keep(Line(self.provider(name), f"p-{name}")) for name in ("fibre", "hotspot")]
            taps = [line.tap for line in lines]
            disk = self._fresh_disk(taps) if fresh else DISK
            self.guest = self._keep(Guest(logs, disk, taps, snapshot))
        except BaseException:
            self.close()
            raise

    def _fresh_disk(self, taps):
        subprocess.run(["cp", "--sparse=always", booted_disk(self.logs, taps), DISK], check=True)
        return DISK

    def _keep(self, thing):
        self._open.append(thing)
        return thing

    def provider(self, name):
        if name not in self.providers:
            self.providers[name] = self._keep(Provider(name, PROVIDERS[name], self.internet, self.logs))
        return self.providers[name]

    def ec25(self, mode="qmi", **options):
        return self._keep(UsbEc25(self.guest, self.provider("mobile"), mode, **options))

    def second_ec25(self, mode="qmi", **options):
        """Another one, of another operator: it has no serial number to be told by either."""
        operator = self.provider("stick")
        return self._keep(UsbEc25(
            self.guest, operator, mode, port=2, identity__imei="861107030000025", sim__iccid="8986000000000000025",
            sim__imsi="001010123456780", network__address4=operator.subnet[4].replace(".0/", ".2/"),
            network__gateway4=operator.gateway[4], network__dns4=operator.gateway[4],
            network__address6=operator.subnet[6].replace("::/", "::2/"), network__gateway6=operator.gateway[6],
            network__dns6=operator.gateway[6], **options))

    def remove(self, ec25):
        """Unplugs a modem for good."""
        ec25.take_out()
        ec25.close()
        self._open.remove(ec25)

    def close(self):
        for thing in reversed(self._open):
            thing.close()
