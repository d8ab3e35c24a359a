# SPDX-License-Identifier: GPL-2.0-or-later
"""A test in the virtual machine: it starts from a snapshot of a machine with our packages installed."""

import unittest

from vm_bed import BOOTED, INSTALLED, PACKAGES, VmBed

OURS = ["modemmanager-quectel-ec25", "network-manager-lte-failover"]


def install_packages(guest, packages=OURS):
    """What a user types who has downloaded the packages."""
    guest.copy_packages(PACKAGES)
    wanted = " ".join(f"/media/{package}_*.deb" for package in packages)
    output = guest.shell(f"DEBIAN_FRONTEND=noninteractive apt-get install --yes {wanted}", timeout=400)
    guest.remove_packages()
    return output


def prepare():
    """Installs the packages in a machine that has booted, and keeps that as a snapshot for the tests."""
    bed = VmBed("/logs/vm-prepare", BOOTED, fresh=True)
    try:
        bed.guest.wait_for_online("eth0")
        bed.guest.remember_files("before")
        install_packages(bed.guest)
        bed.guest.save(INSTALLED)
    except BaseException:
        bed.guest.keep_evidence()
        raise
    finally:
        bed.close()


class VmTest(unittest.TestCase):
    """A test with a guest of its own; console and journal are kept when it fails."""

    time_limit = 900  # seconds; an emulated processor, perhaps on a busy machine
    alone = True
    snapshot = INSTALLED
    in_all = False  # tests/run all has to end within the hour; tests/run vm runs them all

    def setUp(self):
        self.notes = []
        self.bed = VmBed(f"/logs/{self.id()}", self.snapshot)
        self.addCleanup(self._close)
        self.guest = self.bed.guest

    def _close(self):
        result = self._outcome.result
        try:
            if any(test is self for test, _ in result.failures + result.errors):
                self.guest.keep_evidence()
        finally:
            self.bed.close()

    def without_failover(self):
        """NetworkManager alone from now on."""
        self.guest.run("systemctl", "stop", "lte-failover-monitor", "lte-failover-hooks.path")
        self.guest.shell("mount -t tmpfs tmpfs /usr/lib/NetworkManager/dispatcher.d; lte-failover clean")

    def note(self, text):
        """A measured figure, printed with the test's result."""
        self.notes.append(text)

    def assert_logged(self, unit, text):
        self.assertIn(text.lower(), self.guest.journal(unit).lower())
