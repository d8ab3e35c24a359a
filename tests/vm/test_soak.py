# SPDX-License-Identifier: GPL-2.0-or-later
"""Plugged and unplugged at random moments, switched, restarted during a connect: nothing may grow or be left.

A cycle plugs four times. LTE_FAILOVER_CYCLES says how many (tests/vm/soak: 50), LTE_FAILOVER_SEED repeats a run.
"""

import os
import random
import time

from bed.namespace import wait_for
from bed.scenes import lte_up, wait_until_carried_by
from vm_test import VmTest

CYCLES = int(os.environ.get("LTE_FAILOVER_CYCLES", "2"))
SEED = int(os.environ.get("LTE_FAILOVER_SEED", random.randrange(1_000_000)))
PROGRAMS = ["ModemManager", "lte-failover-monitor"]  # units of the same name


class Soak(VmTest):
    time_limit = 900 + 90 * CYCLES

    def sizes(self):
        """{program: (KiB of its own, open files)}"""
        sizes = {}
        for program in PROGRAMS:
            pid = self.guest.run("systemctl", "show", "--property=MainPID", "--value", program).strip()
            private = self.guest.shell(f"awk '/^Private/ {{ sum += $2 }} END {{ print sum }}' /proc/{pid}/smaps_rollup")
            sizes[program] = int(private), int(self.guest.shell(f"ls /proc/{pid}/fd | wc -l"))
        return sizes

    def left_behind(self):
        """What exists because of us, apart from files that stay."""
        return self.guest.shell("ip rule; ip -6 rule; ip route show table all proto 76; ip -6 route show table all proto 76;"
                                " ls /run/lte-failover /run/NetworkManager/conf.d 2>/dev/null"
                                " | grep -v -e lock$ -e health").splitlines()

    def settle(self):
        self.guest.wait_for_lte("wwan0", timeout=300)
        wait_until_carried_by(self.guest, "eth0")
        self.guest.ping_over("wwan0")

    def plug_cycle(self):
        self.ec25.control("unplug")
        time.sleep(self.random.uniform(0, 3))
        self.ec25.control("plug")
        time.sleep(self.random.uniform(0, 12))

    def restart_during_connect(self):
        # Without `down`: what a user has taken down stays down when the module comes back.
        self.guest.shell("nmcli connection up lte >/dev/null 2>&1 &")
        time.sleep(self.random.uniform(0, 3))
        wait_for("the module to run", lambda: self.ec25.status()["state"] == "running", 60, 0.2)
        self.ec25.control(self.random.choice(["reset", "crash"]))
        time.sleep(self.random.uniform(0, 8))

    def switch_there_and_back(self):
        self.settle()
        for mode, interface in (("ecm", "ec25usb0"), ("qmi", "wwan0")):
            self.guest.run("ec25ctl", "mode", mode, "--yes", timeout=300)
            self.guest.wait_for_lte(interface, timeout=300)

    def cycle(self):
        for _ in range(4):
            self.plug_cycle()
        self.restart_during_connect()

    def test_nothing_grows_and_nothing_is_left(self):
        self.note(f"seed {SEED}, {CYCLES} cycles")
        self.random = random.Random(SEED)
        self.ec25 = self.bed.ec25("qmi", time_scale=0.1)
        lte_up(self.guest)
        self.cycle()
        self.switch_there_and_back()
        self.settle()
        before, clean = self.sizes(), self.left_behind()
        for number in range(CYCLES):
            self.cycle()
            if number % 2 == 1:
                self.switch_there_and_back()
        self.settle()
        after = self.sizes()
        self.note(f"KiB and files before {before}, after {after}")
        for program in PROGRAMS:
            self.assertLess(after[program][0], before[program][0] + 1024 + 20 * CYCLES, program)
            self.assertLessEqual(after[program][1], before[program][1] + 2, program)
        wait_for("the traces to be as before", lambda: self.left_behind() == clean, 30, 1)
