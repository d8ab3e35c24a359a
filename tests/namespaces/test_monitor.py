# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines that die while their link is up, and what the monitor makes of it."""

import json
import signal
import socket
import statistics
import time

from bed.namespace import wait_for
from bed.scenes import wired_with_lte_standby
from bed.testcase import BedTest

MONITOR = "/usr/libexec/lte-failover-monitor"

# The bed's internet in place of the one that the defaults mean, and a return that a test can wait for.
CONFIG = """
[monitor]
targets=icmp:198.51.100.1;icmp:2001:db8:ffff::1;dns:198.51.100.1
return-after=2s
flap-window=5s
"""


class MonitorTest(BedTest):
    def begin(self, config=CONFIG):
        """A cable in eth0 that carries the traffic, LTE behind it, known to be good. Returns the cable."""
        self.host.write("/etc/lte-failover.conf", config)
        cable, self.ec25 = wired_with_lte_standby(self.bed)
        self.start_monitor()
        self.wait_for_health("wwan0", "good")
        return cable

    def start_monitor(self, **environment):
        self.monitor = self.host.start_failover_monitor(**environment)

    def health(self, interface):
        """[IPv4's, IPv6's] as a living monitor has found."""
        status = json.loads(self.host.run("lte-failover", "status", "--json"))
        uplinks = {uplink["interface"]: uplink for uplink in status["uplinks"]}
        return [uplinks[interface][family].get("health") for family in ("ipv4", "ipv6")] if interface in uplinks else None

    def wait_for_health(self, interface, *health, timeout=30):
        wanted = list(health) * (3 - len(health))
        wait_for(f"{interface} to be {health}", lambda: self.health(interface) == wanted, timeout)

    def time_until_carried_by(self, interface, timeout=20):
        """Seconds until the kernel sends both families through the interface."""
        started = time.monotonic()
        for family in (4, 6):
            wait_for(f"IPv{family} over {interface}", lambda: self.host.way_out(family) == interface, timeout, step=0.01)
        return time.monotonic() - started


class SilentDeath(MonitorTest):
    alone = True

    def test_lte_takes_over_from_a_line_that_is_dead_behind_its_gateway(self):
        self.begin()
        fibre = self.bed.provider("fibre")
        with self.host.probe(4) as out4, self.host.probe(6) as out6:
            time.sleep(1)
            fibre.cut()
            away = self.time_until_carried_by("wwan0")
            time.sleep(1)
        with self.host.probe(4) as back4, self.host.probe(6) as back6:
            fibre.restore()
            back = self.time_until_carried_by("eth0")
            time.sleep(1)
        self.note(f"away after {away:.2f} s: IPv4 {out4}; IPv6 {out6}")
        self.note(f"back after {back:.2f} s: IPv4 {back4}; IPv6 {back6}")
        self.assertLess(away, 3.2)
        self.assertLess(max(out4.gap_ms, out6.gap_ms), 3500)
        self.assertGreater(back, 2)
        self.assertEqual([back4.lost, back6.lost], [0, 0])

    def die_and_live_again(self, times):
        """Seconds that each death, and each way back, took."""
        fibre = self.bed.provider("fibre")
        away, back = [], []
        for number in range(times):
            time.sleep(1 + number * 0.137 % 1)
            fibre.cut()
            away.append(self.time_until_carried_by("wwan0"))
            fibre.restore()
            back.append(self.time_until_carried_by("eth0", timeout=60))
        return away, back

    def test_time_to_leave(self):
        self.begin()
        away, _ = self.die_and_live_again(10)
        self.note(f"ten deaths: median {statistics.median(away):.2f} s, longest {max(away):.2f} s")
        self.assertLess(max(away), 3.2)

    def test_the_way_back_takes_longer_each_time(self):
        self.begin(CONFIG.replace("flap-window=5s", "flap-window=10min"))
        _, back = self.die_and_live_again(3)
        self.note(f"back after {', '.join(f'{seconds:.1f}' for seconds in back)} s")
        self.assertGreater(back[1], back[0] + 1)
        self.assertGreater(back[2], back[1] + 3)

    def test_all_lines_dead_and_the_first_that_lives_again(self):
        self.begin()
        fibre, mobile = self.bed.provider("fibre"), self.bed.provider("mobile")
        fibre.cut()
        self.time_until_carried_by("wwan0")
        mobile.cut()
        self.wait_for_health("wwan0", "dead")
        self.wait_for_health("eth0", "dead")
        self.assertEqual([self.host.way_out(4), self.host.way_out(6)], ["eth0", "eth0"])
        mobile.restore()
        self.note(f"LTE lives again: {self.time_until_carried_by('wwan0'):.1f} s")
        mobile.cut()
        fibre.restore()
        self.note(f"LTE dies while it carries, the cable lives again: {self.time_until_carried_by('eth0'):.1f} s")
        self.wait_for_health("eth0", "good")

    def test_each_family_by_itself(self):
        self.begin()
        self.bed.internet.run("ip", "-6", "route", "delete", self.bed.provider("fibre").subnet[6])
        self.host.wait_for_way_out("wwan0", 6)
        self.assertEqual(self.host.way_out(4), "eth0")
        self.assertEqual(self.health("eth0"), ["good", "dead"])


class Healthy(MonitorTest):
    def test_a_lossy_line_is_not_left(self):
        self.begin()
        fibre = self.bed.provider("fibre")
        fibre.run("nft", "add table inet loss; add chain inet loss forward { type filter hook forward priority 0; };"
                         "add rule inet loss forward numgen random mod 100 < 2 drop")
        with self.host.probe(4) as probe:
            for _ in range(300):
                self.assertEqual([self.host.way_out(4), self.host.way_out(6)], ["eth0", "eth0"])
                time.sleep(0.1)
        self.note(f"{probe}, no switch")
        self.assertGreater(probe.lost, 30)

    def test_nobody_else_moves_the_traffic(self):
        """Metrics change without any event of NetworkManager."""
        self.begin()
        gateway = self.bed.provider("mobile").gateway[4]
        self.host.run("ip", "route", "add", "default", "via", gateway, "dev", "wwan0", "metric", "60", "proto", "static")
        wait_for("eth0 to be put first again", lambda: self.host.way_out() == "eth0", 2, step=0.005)
        self.host.run("ip", "route", "delete", "default", "via", gateway, "dev", "wwan0", "metric", "60")
        wait_for("our route to go", lambda: not self.host.our_routes(), 2, step=0.01)

    def test_a_line_that_is_plugged_again_has_to_show_that_it_works(self):
        cable = self.begin()
        self.bed.provider("fibre").cut()
        cable.pull()
        time.sleep(1)
        cable.plug()
        with self.host.probe(4) as probe:
            time.sleep(8)
        self.assertEqual([self.host.way_out(4), probe.lost], ["wwan0", 0])

    def test_answers_come_through_a_strict_reverse_path_filter(self):
        # Where MPTCP is on, NetworkManager makes the filter loose.
        self.host.run("sysctl", "-qw", "net.mptcp.enabled=0", "net.ipv4.conf.all.rp_filter=1")
        self.begin()
        self.assertEqual(self.host.read("/proc/sys/net/ipv4/conf/wwan0/rp_filter").strip(), "0")
        self.bed.provider("fibre").cut()
        self.time_until_carried_by("wwan0")
        self.bed.provider("fibre").restore()
        self.time_until_carried_by("eth0")

    def test_standby_costs_little(self):
        """Bytes of one round over LTE, counted on the interface, and what a month of them is."""
        self.begin(CONFIG + "metered-interval=1s\n")
        time.sleep(2)
        before, started = self.bytes_on("wwan0"), time.monotonic()
        time.sleep(20)
        per_round = (self.bytes_on("wwan0") - before) / (time.monotonic() - started)
        month = per_round * 30 * 86400 / 300 / 1e6
        self.note(f"{per_round:.0f} bytes a round on the wire, both families; every five minutes: {month:.1f} MB a month")
        self.assertLess(month, 10)

    def test_standby_is_left_alone_while_all_is_well(self):
        self.begin()
        time.sleep(8)
        before = self.host.sent_packets("wwan0")
        time.sleep(30)
        sent = self.host.sent_packets("wwan0") - before
        self.note(f"{sent} packets over LTE in 30 s of standby")
        self.assertLessEqual(sent, 4, "more than one round in five minutes")

    def bytes_on(self, interface):
        stats = json.loads(self.host.run("ip", "-j", "-s", "link", "show", interface))[0]["stats64"]
        return stats["rx"]["bytes"] + stats["tx"]["bytes"]

    def test_it_sleeps_most_of_the_time(self):
        self.begin()
        time.sleep(10)
        before = self.process_status()
        time.sleep(20)
        after = self.process_status()
        wakeups = (int(after["voluntary_ctxt_switches"]) - int(before["voluntary_ctxt_switches"])) / 20
        self.note(f"{wakeups:.2f} wake-ups a second, {after['VmRSS']} resident ({after['RssAnon']} its own)")
        self.assertLess(wakeups, 2)

    def process_status(self):
        pid = self.monitor.process.pid
        with open(f"/proc/{pid}/status") as status:
            return dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)


class Cost(MonitorTest):
    alone = True

    def test_an_event_of_networkmanager_costs_next_to_nothing(self):
        """The monitor has seen it before: the dispatcher's entry finds that out and ends."""
        self.begin()
        helper = ["/usr/libexec/lte-failover-dispatcher", "wwan0", "up"]
        costs = {argv[0]: [int(self.host.run("/build/meson/tests/bench/account", *argv).split()[0]) for _ in range(20)]
                 for argv in (helper, ["/bin/true"])}
        ours, empty = (statistics.median(values) / 1000 for values in costs.values())
        self.note(f"{ours:.2f} ms of CPU, an empty program {empty:.2f} ms")
        self.assertLess(ours - empty, 1.5)


class Portal(MonitorTest):
    def test_a_captive_portal_is_not_the_internet(self):
        self.bed.internet.start("web", "python3", "-m", "http.server", "-d", "/src/data", "80")
        self.begin("[monitor]\ntargets=icmp:198.51.100.1;icmp:2001:db8:ffff::1;http://198.51.100.1/README.md\n"
                   "return-after=2s\nhttp-body=# data\n")
        self.assertEqual(self.host.way_out(), "eth0")
        self.wait_for_health("eth0", "good")
        self.monitor.stop()
        fibre = self.bed.provider("fibre")
        fibre.start("portal", "python3", "-m", "http.server", "-d", "/src/tests", "80")
        fibre.run("nft", "add table ip portal; add chain ip portal in { type nat hook prerouting priority -100; };"
                         "add rule ip portal in tcp dport 80 redirect")
        self.start_monitor()
        wait_for("the cable to be left", lambda: self.host.way_out(4) == "wwan0", 10)
        self.assertEqual(self.host.way_out(6), "eth0")
        self.assertIn("captive portal", self.host.run("lte-failover", "status", "--json"))
        fibre.run("nft", "delete", "table", "ip", "portal")
        wait_for("the cable to be back", lambda: self.host.way_out(4) == "eth0", 30)


class Killed(MonitorTest):
    """In each state: all well, and the cable dead."""

    def test_the_monitor_is_killed_or_ended_and_comes_again(self):
        self.begin()
        fibre = self.bed.provider("fibre")
        for state in ("well", "cable dead"):
            elected = "eth0"
            if state == "cable dead":
                fibre.cut()
                self.time_until_carried_by("wwan0")
                elected = "wwan0"
            # Name resolution follows, of which NetworkManager makes an event; while no monitor lives, an event
            # goes by the order alone.
            time.sleep(1)
            with self.subTest(state):
                self.kill_and_restart(elected)
                self.end_and_restart(elected)
        self.end_for_good()

    def kill_and_restart(self, elected):
        """Nothing moves: the next one begins where the killed one was."""
        self.monitor.kill(signal.SIGKILL)
        self.monitor.process.wait()
        self.assertEqual(self.host.way_out(), elected)
        self.assertIsNone(self.health("eth0")[0], "what a dead monitor has found is believed")
        with self.host.probe(4) as probe:
            self.start_monitor()
            time.sleep(4)
        self.assertEqual([self.host.way_out(4), self.host.way_out(6)], [elected, elected])
        self.assertEqual(probe.lost, 0)

    def end_and_restart(self, elected):
        self.monitor.stop()
        self.assertEqual([self.host.way_out(4), self.host.way_out(6)], ["eth0", "eth0"])
        self.start_monitor()
        self.wait_for_health("wwan0", "good")
        self.time_until_carried_by(elected)

    def end_for_good(self):
        self.monitor.stop()
        self.host.run("lte-failover", "clean")
        self.assertEqual(self.host.our_routes(), [])
        left = self.host.run("find", "/run/lte-failover", "-type", "f", "!", "-name", "*lock")
        self.assertEqual(left.strip(), "")

    def test_there_is_only_one(self):
        self.begin()
        self.assertIn("another lte-failover-monitor is running", self.host.run(MONITOR, check=False))

    def test_the_service_manager_is_told(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(f"{self.host.run_folder}/notify")
            manager.settimeout(5)
            self.start_monitor(NOTIFY_SOCKET="/run/notify", WATCHDOG_USEC="1000000")
            self.assertEqual([manager.recv(64) for _ in range(3)], [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"])


class Commands(MonitorTest):
    def test_what_they_say(self):
        self.begin()
        live = self.host.start("live", "lte-failover", "monitor")
        live.wait_for_log("IPv4 goes over eth0")
        tested = self.host.run("lte-failover", "test")
        self.assertEqual(tested.count("answers"), 4, tested)
        self.bed.provider("fibre").cut()
        tested = self.host.run("lte-failover", "test", check=False)
        self.assertEqual((tested.count("answers"), tested.count("no answer")), (2, 2), tested)
        live.wait_for_log("eth0  IPv4 is dead: no target of the probes answers")
        live.wait_for_log("IPv4 goes over wwan0")
        explained = self.host.run("lte-failover", "explain")
        self.assertIn("eth0             dead: no target of the probes answers", explained)
        self.note(explained)
        self.note(self.host.run("lte-failover", "status"))
