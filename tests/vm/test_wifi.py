# SPDX-License-Identifier: GPL-2.0-or-later
"""Real Wi-Fi (two simulated radios), LTE behind it: every way in which an access point can be lost, beside
NetworkManager alone."""

import time

from access_point import AccessPoint
from bed.namespace import wait_for
from bed.scenes import lte_up, wait_until_carried_by
from vm_test import VmTest


class WifiTest(VmTest):
    def begin(self, failover):
        if not failover:
            self.guest.run("systemctl", "stop", "lte-failover-monitor", "lte-failover-hooks.path")
            self.guest.shell("mount -t tmpfs tmpfs /usr/lib/NetworkManager/dispatcher.d; lte-failover clean")
        self.guest.set_carrier("eth0", False)
        self.ec25 = self.bed.ec25("qmi")
        self.access_point = AccessPoint(self.guest)
        self.access_point.connect()
        lte_up(self.guest)
        wait_until_carried_by(self.guest, "wlan0")

    def lose(self, how, come_back, patience=90):
        """Returns the probes while Wi-Fi is lost and while it comes back."""
        with self.guest.probe(4) as away:
            time.sleep(2)
            how()
            wait_for("LTE to carry the traffic", lambda: self.guest.way_out() == "wwan0", patience, 0.1)
            time.sleep(5)
        with self.guest.probe(4) as back:
            come_back()
            wait_for("Wi-Fi to carry the traffic again", lambda: self.guest.way_out() == "wlan0", patience, 0.1)
            time.sleep(5)
        return away, back


class Lost(WifiTest):
    """LTE takes over and gives back, however Wi-Fi is lost."""

    def check(self, how, come_back):
        self.begin(failover=True)
        away, back = self.lose(how, come_back)
        self.note(f"away {away}; back {back}")
        self.assertLess(back.lost, 0.2 * back.sent)
        return away, back

    def test_access_point_switched_off(self):
        self.begin(failover=True)
        away, back = self.lose(self.access_point.stop, lambda: self.access_point.begin("secret of the house"))
        self.note(f"away {away}; back {back}")

    def test_out_of_range(self):
        self.begin(failover=True)
        away, back = self.lose(self.access_point.out_of_range, lambda: self.access_point.out_of_range(False))
        self.note(f"away {away}; back {back}")

    def test_wrong_key_after_the_access_point_changed_it(self):
        self.begin(failover=True)

        def another_key():
            self.access_point.stop()
            self.access_point.begin("another secret")

        def the_old_key():
            self.access_point.stop()
            self.access_point.begin("secret of the house")
            self.guest.run("nmcli", "connection", "up", "house", timeout=180)

        away, back = self.lose(another_key, the_old_key)
        self.note(f"away {away}; back {back}")

    def test_provider_dead(self):
        self.begin(failover=True)
        hotspot = self.bed.provider("hotspot")
        away, back = self.lose(hotspot.cut, hotspot.restore)
        self.note(f"away {away}; back {back}")
