# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine sleeps, and the module starts anew meanwhile."""

import time

from bed.scenes import lte_up
from vm_test import VmTest


class Suspend(VmTest):
    def test_the_module_restarts_while_the_machine_sleeps(self):
        ec25 = self.bed.ec25("qmi")
        lte_up(self.guest)
        self.guest.sleep(lambda: (ec25.control("crash"), time.sleep(8)))
        self.guest.wait_for_lte("wwan0", timeout=240)
        self.guest.ping_over("wwan0")
        self.guest.wait_for_way_out("eth0", timeout=60)

    def test_nothing_happens_while_the_machine_sleeps(self):
        self.bed.ec25("qmi")
        lte_up(self.guest)
        self.guest.sleep(lambda: time.sleep(3))
        self.guest.wait_for_lte("wwan0", timeout=240)
        self.guest.ping_over("wwan0")
