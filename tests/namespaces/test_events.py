# SPDX-License-Identifier: GPL-2.0-or-later
"""Random events, one after the other, and what has to be true after each.

LTE_FAILOVER_SEED makes a run again, LTE_FAILOVER_EVENTS says how many events it has.
"""

import os
import random
import signal
import time

from bed.namespace import wait_for
from bed.scenes import lte_up, wait_until_carried_by
from bed.testcase import BedTest

EVENTS = int(os.environ.get("LTE_FAILOVER_EVENTS", "60"))
SEED = int(os.environ.get("LTE_FAILOVER_SEED", "0")) or random.SystemRandom().randrange(1, 10 ** 6)

CONFIG = """
[monitor]
targets=icmp:198.51.100.1;icmp:2001:db8:ffff::1
return-after=1s
return-max=2s
flap-window=1s
standby-interval=2s
metered-interval=5s
"""

# A foreign route, rule and setting: nobody's business but their owner's.
FOREIGN_ROUTE = ("192.0.2.0/24", "dev", "lo", "metric", "77", "proto", "static")
FOREIGN_RULE = ("pref", "1234", "fwmark", "0x77", "lookup", "main")

SETTLE = 25  # seconds; NetworkManager alone takes 6 to give a line up


class Events(BedTest):
    alone = True
    time_limit = 60 + EVENTS * (SETTLE + 5)

    def setUp(self):
        super().setUp()
        self.host.write("/etc/lte-failover.conf", CONFIG)
        self.lines = {"eth0": self.bed.cable(), "wlan0": self.bed.wifi()}
        self.plugged = {"eth0": True, "wlan0": True}
        self.providers = {"eth0": "fibre", "wlan0": "hotspot", "wwan0": "mobile"}
        self.alive = dict.fromkeys(self.providers, True)
        self.host.start_network_manager()
        self.host.add_wired("wired", "eth0")
        self.host.add_wired("wifi", "wlan0", metric=600)
        self.ec25 = self.bed.ec25()
        self.host.start_modem_manager()
        lte_up(self.host)
        self.host.run("ip", "route", "add", *FOREIGN_ROUTE)
        self.host.run("ip", "rule", "add", *FOREIGN_RULE)
        self.monitor = self.host.start_failover_monitor()
        wait_until_carried_by(self.host, "eth0")

    # What happens

    def provider_dies_or_lives_again(self):
        line = self.dice.choice(sorted(self.providers))
        provider = self.bed.provider(self.providers[line])
        provider.cut() if self.alive[line] else provider.restore()
        self.alive[line] = not self.alive[line]
        return f"{self.providers[line]} {'lives' if self.alive[line] else 'is dead'}"

    def cable_is_pulled_or_plugged(self):
        line = self.dice.choice(sorted(self.lines))
        self.lines[line].pull() if self.plugged[line] else self.lines[line].plug()
        self.plugged[line] = not self.plugged[line]
        return f"{line} {'plugged' if self.plugged[line] else 'pulled'}"

    def monitor_is_killed(self):
        self.monitor.kill(signal.SIGKILL)
        self.monitor.process.wait()
        self.monitor = self.host.start_failover_monitor()
        return "monitor killed and started again"

    def monitor_is_restarted(self):
        self.monitor.stop()
        self.monitor = self.host.start_failover_monitor()
        return "monitor restarted"

    def monitor_sleeps(self):
        """As a machine that was suspended: the clock has jumped when it wakes up."""
        self.monitor.process.send_signal(signal.SIGSTOP)
        time.sleep(4)
        self.monitor.process.send_signal(signal.SIGCONT)
        return "monitor stopped for 4 s"

    def network_manager_is_restarted(self):
        self.host.network_manager.stop()
        self.host.start_network_manager()
        return "NetworkManager restarted"

    def modem_manager_is_restarted(self):
        self.host.stop_modem_manager()
        self.host.start_modem_manager()
        return "ModemManager restarted"

    def address_is_renewed(self):
        up = [line for line in sorted(self.lines) if self.plugged[line]]
        if not up:
            return "no lease to renew"
        line = self.dice.choice(up)
        self.host.nmcli("device", "reapply", line, check=False)
        return f"{line} reapplied"

    def metric_changes(self):
        """As an administrator or another daemon does it, without any event of NetworkManager."""
        gateway = self.bed.provider("mobile").gateway[4]
        metric = str(self.dice.randrange(52, 98))
        self.host.run("ip", "route", "replace", "default", "via", gateway, "dev", "wwan0", "metric", metric,
                      "proto", "static", check=False)
        time.sleep(0.5)
        self.host.run("ip", "route", "delete", "default", "via", gateway, "dev", "wwan0", "metric", metric,
                      "proto", "static", check=False)
        return f"a default route over LTE with metric {metric} came and went"

    def pdn_is_lost(self):
        self.ec25.control("pdn", "drop")
        return "the network dropped the PDN"

    def dispatcher_runs(self):
        self.host.run("/usr/libexec/lte-failover-dispatcher", "wwan0", "up")
        return "dispatcher entry"

    WEIGHTS = {
        "provider_dies_or_lives_again": 12, "cable_is_pulled_or_plugged": 8, "monitor_is_killed": 3, "monitor_is_restarted": 2,
        "monitor_sleeps": 2, "network_manager_is_restarted": 1, "modem_manager_is_restarted": 1, "address_is_renewed": 3, "metric_changes": 4, "pdn_is_lost": 2,
        "dispatcher_runs": 2,
    }

    # What has to be true

    def working(self, family):
        """Lines that lead to the internet, as the bed knows it: best first."""
        routed = {route["dev"] for route in self.host.default_routes(family)}
        return [line for line in ("eth0", "wlan0", "wwan0")
                if self.alive[line] and self.plugged.get(line, True) and line in routed]

    def is_settled(self):
        """If any line works the traffic goes over one that does, and over the best of them."""
        for family in (4, 6):
            working = self.working(family)
            if working and self.host.way_out(family) != working[0]:
                return False
        return True

    def assert_nothing_of_others_is_touched(self):
        self.assertTrue(self.host.routes(4, "192.0.2.0/24", "table", "main"), "a foreign route is gone")
        self.assertIn("fwmark 0x77", self.host.run("ip", "rule"))

    def assert_no_more_of_ours_than_wanted(self):
        """For each line and family at most a copy in the main table, and a way of its own for connections that stay."""
        ours = [(route.get("table", "main"), route["dev"], ":" in route.get("gateway", "") + route.get("prefsrc", ""))
                for route in self.host.our_routes()]
        self.assertEqual(len(ours), len(set(ours)), sorted(ours))

    def test_whatever_happens(self):
        self.dice = random.Random(SEED)
        names, weights = zip(*self.WEIGHTS.items())
        story, slowest = [], (0, "")
        for number in range(EVENTS):
            story.append(getattr(self, self.dice.choices(names, weights)[0])())
            begin = time.monotonic()
            try:
                wait_for("the best line that works", self.is_settled, SETTLE, step=0.1)
                self.assertTrue(self.monitor.running, "the monitor has ended")
                self.assert_nothing_of_others_is_touched()
                self.assert_no_more_of_ours_than_wanted()
            except (TimeoutError, AssertionError) as error:
                ways = [self.host.way_out(4), self.host.way_out(6)]
                self.note(f"seed {SEED}, the last events: {'; '.join(story[-8:])}")
                self.note(self.host.run("lte-failover", "status"))
                self.fail(f"event {number}: {error}; ways out {ways}, alive {self.alive}, plugged {self.plugged}, "
                          f"our routes {self.host.our_routes()}")
            slowest = max(slowest, (time.monotonic() - begin, story[-1]))
            # The next one sometimes comes before the dust of the last has settled.
            time.sleep(self.dice.choice((0, 0, 0.3, 2)))
        self.note(f"{EVENTS} events with seed {SEED}; the longest took {slowest[0]:.1f} s: {slowest[1]}")
        self.assert_clean_after_the_end()

    def assert_clean_after_the_end(self):
        self.monitor.stop()
        self.host.run("lte-failover", "clean")
        self.assertEqual(self.host.our_routes(), [])
        self.assertEqual([rule for rule in self.host.run("ip", "rule").splitlines() if rule.startswith("3276") and
                          "from all" not in rule], [])
        self.assertEqual([self.host.linkdown_setting(line) for line in ("eth0", "wlan0", "wwan0")], ["0"] * 3)
        self.assertEqual(self.host.run("find", "/run/lte-failover", "/run/NetworkManager/conf.d", "-type", "f",
                                       "!", "-name", "*lock", check=False).strip(), "")
        self.assert_nothing_of_others_is_touched()
