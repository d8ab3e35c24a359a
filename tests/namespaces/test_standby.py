# SPDX-License-Identifier: GPL-2.0-or-later
"""LTE that does not stand by all the time, and what NetworkManager and ModemManager know before a probe does."""

import json
import time

from bed.namespace import wait_for
from bed.scenes import LTE, wait_until_carried_by
from bed.testcase import BedTest

CONFIG = """
[monitor]
targets=icmp:198.51.100.1;icmp:2001:db8:ffff::1
return-after=1s
flap-window=1s
[standby]
lte=cold
linger=3s
"""


class StandbyTest(BedTest):
    def begin(self, config=CONFIG):
        self.host.write("/etc/lte-failover.conf", config)
        self.cable = self.bed.cable()
        self.host.start_network_manager()
        self.host.add_wired("wired", "eth0")
        self.ec25 = self.bed.ec25()
        self.host.start_modem_manager()
        self.host.wait_for_modem("registered enabled disabled")
        self.host.nmcli("connection", "add", *LTE, "connection.autoconnect", "no")
        self.monitor = self.host.start_failover_monitor()
        wait_until_carried_by(self.host, "eth0")
        time.sleep(3)
        self.assertFalse(self.lte_is_up())

    def lte_is_up(self):
        return bool(self.host.routes(4, "default", "dev", "wwan0"))


class Cold(StandbyTest):
    def test_lte_comes_when_the_line_is_dead_and_goes_when_it_is_back(self):
        self.begin()
        fibre = self.bed.provider("fibre")
        begin = time.monotonic()
        fibre.cut()
        wait_until_carried_by(self.host, "wwan0")
        self.note(f"over LTE {time.monotonic() - begin:.1f} s after the death, LTE being down before")
        fibre.restore()
        wait_until_carried_by(self.host, "eth0")
        self.assertTrue(self.lte_is_up(), "it lingers")
        wait_for("LTE to go down", lambda: not self.lte_is_up(), 20)
        self.assertIn("wired", self.host.nmcli("-g", "NAME", "connection", "show", "--active"))

    def test_lte_comes_when_the_cable_is_pulled(self):
        self.begin()
        self.cable.pull()
        self.host.wait_for_way_out("wwan0")
        self.cable.plug()
        wait_for("LTE to go down", lambda: not self.lte_is_up(), 30)

    def test_what_the_user_has_brought_up_stays(self):
        self.begin()
        self.host.nmcli("connection", "up", "lte")
        self.bed.provider("fibre").cut()
        wait_until_carried_by(self.host, "wwan0")
        self.bed.provider("fibre").restore()
        wait_until_carried_by(self.host, "eth0")
        time.sleep(6)
        self.assertTrue(self.lte_is_up())

    def test_a_killed_monitor_and_a_restarted_networkmanager_forget_nothing(self):
        self.begin()
        self.bed.provider("fibre").cut()
        wait_until_carried_by(self.host, "wwan0")
        self.monitor.kill()
        self.monitor.process.wait()
        self.monitor = self.host.start_failover_monitor()
        self.host.network_manager.stop()
        self.host.start_network_manager()
        self.bed.provider("fibre").restore()
        wait_until_carried_by(self.host, "eth0")
        wait_for("LTE to go down", lambda: not self.lte_is_up(), 30)


class Budget(StandbyTest):
    CONFIG = CONFIG.replace("lte=cold", "lte=hot") + "[budget]\nmonthly=100k\n"

    def begin_with_lte(self, config):
        super().begin(config)
        self.host.nmcli("connection", "up", "lte")
        wait_for("LTE", self.lte_is_up)

    def use_lte(self, seconds=4):
        """The cable's provider is dead for a while, and 200 packets a second go over LTE."""
        self.bed.provider("fibre").cut()
        wait_until_carried_by(self.host, "wwan0")
        with self.host.probe(4), self.host.probe(6):
            time.sleep(seconds)
        self.bed.provider("fibre").restore()
        wait_until_carried_by(self.host, "eth0")

    def budget(self):
        return json.loads(self.host.run("lte-failover", "status", "--json"))["lte_budget"]

    def test_it_is_told_and_remembered(self):
        self.begin_with_lte(self.CONFIG)
        self.use_lte()
        self.assert_logged(self.monitor, "LTE budget used up")
        self.assertTrue(self.lte_is_up(), "then=warn")
        used = self.budget()["used"]
        carried = self.bytes_on("wwan0")
        self.note(f"{used} bytes counted, {carried} on the interface; " + [
            line for line in self.host.run("lte-failover", "status").splitlines() if "budget" in line][0])
        self.assertGreater(used, 100000)
        self.assertLessEqual(used, carried)
        self.monitor.stop()
        self.monitor = self.host.start_failover_monitor()
        wait_for("the monitor", lambda: "good" in self.monitor.log())
        self.assertGreaterEqual(self.budget()["used"], used)
        self.assertLess(self.budget()["used"], used + 20000, "what was counted is counted twice")

    def bytes_on(self, interface):
        stats = json.loads(self.host.run("ip", "-j", "-s", "link", "show", interface))[0]["stats64"]
        return stats["rx"]["bytes"] + stats["tx"]["bytes"]

    def test_only_what_is_allowed_goes_over_lte(self):
        self.begin_with_lte(self.CONFIG + "then=allowed\nallow=198.51.100.1;2001:db8:ffff::/64\n")
        self.use_lte()
        self.assert_logged(self.monitor, "only what is allowed goes over LTE")
        self.assertEqual(self.way_to("192.0.2.1"), "eth0")
        self.bed.provider("fibre").cut()
        wait_until_carried_by(self.host, "wwan0")  # the bed's internet is what is allowed
        for family in (4, 6):
            with self.host.probe(family) as probe:
                time.sleep(0.5)
            self.assertEqual(probe.lost, 0)
        self.assertEqual(self.way_to("192.0.2.1"), "eth0", "the rest stays with the dead line")
        self.cable.pull()
        wait_for("the rest to have no way", lambda: "unreachable" in self.host.run("ip", "route", "get", "192.0.2.1", check=False)
                 or "No route to host" in self.host.run("ip", "route", "get", "192.0.2.1", check=False), 15)
        self.assertIn("budget used up", self.host.run("lte-failover", "status"))
        self.cable.plug()
        self.bed.provider("fibre").restore()
        wait_until_carried_by(self.host, "eth0")
        wait_for("our routes to networks to go", lambda: not self.host.routes(4, "198.51.100.1", "table", "main"))
        self.monitor.stop()
        self.host.run("lte-failover", "clean")
        self.assertEqual(self.host.our_routes(), [])

    def way_to(self, address):
        return self.host.run("ip", "route", "get", address, check=False).partition(" dev ")[2].split(" ")[0]

    def test_lte_is_stopped(self):
        self.begin_with_lte(self.CONFIG + "then=stop\n")
        self.use_lte()
        wait_for("LTE to be taken down", lambda: not self.lte_is_up(), 10)
        self.bed.provider("fibre").cut()
        time.sleep(5)
        self.assertFalse(self.lte_is_up())
        self.assertEqual(self.host.way_out(), "eth0", "the dead line is all there is")
        self.host.write("/etc/lte-failover.conf", self.CONFIG.replace("100k", "10M") + "then=stop\n")
        self.host.nmcli("connection", "up", "lte")
        wait_until_carried_by(self.host, "wwan0")


class Signs(StandbyTest):
    def test_a_metered_line_is_asked_rarely(self):
        self.begin(CONFIG.replace("lte=cold", "lte=hot"))
        self.host.run("nft", "add table inet count; add chain inet count out { type filter hook postrouting priority 0; }; "
                             "add rule inet count out oifname wlan0 ip protocol icmp counter")
        self.bed.wifi()
        self.host.add_wired("wifi", "wlan0", metric=600)
        self.host.nmcli("connection", "modify", "wifi", "connection.metered", "yes")
        self.host.nmcli("connection", "up", "wifi")
        time.sleep(5)
        before = self.asked()
        time.sleep(25)
        self.assertLess(self.asked() - before, 2, "a metered line is asked each five minutes, another one each ten seconds")

    def asked(self):
        words = self.host.run("nft", "list", "table", "inet", "count").split()
        return int(words[words.index("packets") + 1])
