# SPDX-License-Identifier: GPL-2.0-or-later
"""Real Wi-Fi (two simulated radios), LTE behind it: every way in which an access point can be lost, beside
NetworkManager alone."""

import time

from access_point import AccessPoint
from bed.scenes import lte_up, wait_until_carried_by
from vm_test import VmTest


class Wifi(VmTest):
    """LTE takes over and gives back, however Wi-Fi is lost."""

    compared = False

    def setUp(self):
        super().setUp()
        self.guest.set_carrier("eth0", False)
        self.ec25 = self.bed.ec25("qmi")
        self.access_point = AccessPoint(self.guest)
        self.access_point.connect()
        lte_up(self.guest)
        wait_until_carried_by(self.guest, "wlan0")

    def lose(self, how, come_back, patience=120):
        """Returns the probes while Wi-Fi is lost and while it comes back."""
        with self.guest.probe(4) as away:
            time.sleep(2)
            how()
            self.guest.wait_for_way_out("wwan0", timeout=patience)
            time.sleep(5)
        with self.guest.probe(4) as back:
            come_back()
            self.guest.wait_for_way_out("wlan0", timeout=patience)
            time.sleep(5)
        return away, back

    def check(self, how, come_back):
        away, back = self.lose(how, come_back)
        self.note(f"away {away}; back {back}")
        self.assertLess(away.gap_ms, 8000)
        if self.compared:
            self.without_failover()
            away_alone, back_alone = self.lose(how, come_back)
            self.note(f"NetworkManager alone: away {away_alone}; back {back_alone}")
            self.assertLess(away.gap_ms, away_alone.gap_ms)

    def test_access_point_switched_off(self):
        self.check(self.access_point.stop, self.access_point.begin)

    def test_out_of_range(self):
        self.check(self.access_point.out_of_range, lambda: self.access_point.out_of_range(False))

    def test_the_access_point_has_another_key(self):
        def another_key():
            self.access_point.stop()
            self.access_point.begin("another secret")

        def the_old_key():
            self.access_point.stop()
            self.access_point.begin()
            self.guest.nmcli("connection", "up", "house", timeout=180)

        self.check(another_key, the_old_key)

    def test_provider_dead(self):
        self.compared = False  # NetworkManager alone would never notice
        hotspot = self.bed.provider("hotspot")
        self.check(hotspot.cut, hotspot.restore)


class Compared(Wifi):
    """The same, and then NetworkManager alone in the same run: tests/run vm test_wifi."""

    on_request = True
    compared = True
