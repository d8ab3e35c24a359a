# SPDX-License-Identifier: GPL-2.0-or-later
"""Who carries the traffic, and what a change of that costs."""

import json
import sys
import time

from bed.namespace import wait_for
from bed.scenes import wait_until_carried_by, wifi_with_stick, wired_with_lte_standby
from bed.testcase import BedTest

# Past the 6 s after which NetworkManager takes a line without carrier down.
LONG_ENOUGH = 8

HELPER = "/usr/libexec/lte-failover-dispatcher"


class CablePulled(BedTest):
    alone = True

    def pull_and_plug(self, failover):
        """Returns the probes of both families over a pulled cable, and over its way back."""
        cable, _ = wired_with_lte_standby(self.bed, failover)
        with self.host.probe(4) as out4, self.host.probe(6) as out6:
            time.sleep(1)
            cable.pull()
            time.sleep(LONG_ENOUGH)
        self.assertEqual([self.host.way_out(4), self.host.way_out(6)], ["wwan0", "wwan0"])
        with self.host.probe(4) as back4, self.host.probe(6) as back6:
            time.sleep(1)
            cable.plug()
            wait_until_carried_by(self.host, "eth0")
            time.sleep(1)
        return out4, out6, back4, back6

    def test_lte_takes_over_at_once_and_gives_back_without_a_gap(self):
        out4, out6, back4, back6 = self.pull_and_plug(failover=True)
        self.renew_bed()
        alone4, alone6, _, _ = self.pull_and_plug(failover=False)
        self.note(f"pulled: IPv4 {out4}; IPv6 {out6}")
        self.note(f"back:   IPv4 {back4}; IPv6 {back6}")
        self.note(f"NetworkManager alone: IPv4 {alone4}; IPv6 {alone6}")
        for probe in (out4, out6, back4, back6):
            self.assertLessEqual(probe.lost, 1)
        for probe in (alone4, alone6):
            self.assertGreater(probe.lost, 200, "NetworkManager alone did better than measured before")

    def test_a_module_in_router_mode_takes_over_too(self):
        cable, ec25 = wired_with_lte_standby(self.bed, mode="ecm")
        uplinks = json.loads(self.host.run("lte-failover", "status", "--json"))["uplinks"]
        self.assertEqual({uplink["interface"]: uplink["class"] for uplink in uplinks}[ec25.net], "lte")
        with self.host.probe(4) as ipv4, self.host.probe(6) as ipv6:
            time.sleep(1)
            cable.pull()
            time.sleep(1)
        self.note(f"IPv4 {ipv4}; IPv6 {ipv6}")
        self.assertEqual([self.host.way_out(4), self.host.way_out(6)], [ec25.net, ec25.net])
        for probe in (ipv4, ipv6):
            self.assertLessEqual(probe.lost, 2)

    def test_a_short_pull_is_bridged(self):
        cable, _ = wired_with_lte_standby(self.bed)
        with self.host.probe(4) as probe:
            for _ in range(3):
                time.sleep(0.5)
                cable.pull()
                time.sleep(0.5)
                cable.plug()
        self.note(str(probe))
        self.assertLessEqual(probe.lost, 6)


class Metrics(BedTest):
    """NetworkManager's metrics say one thing, the order says another."""

    alone = True

    def test_a_stick_that_looks_wired_does_not_take_the_traffic(self):
        wifi_with_stick(self.bed)
        status = json.loads(self.host.run("lte-failover", "status", "--json"))
        self.note(self.host.run("lte-failover", "status"))
        classes = {uplink["interface"]: uplink["class"] for uplink in status["uplinks"]}
        self.assertEqual(classes, {"wlan0": "wifi", "usb0": "lte"})
        self.renew_bed()
        wifi_with_stick(self.bed, failover=False)
        self.assertEqual(self.host.way_out(), "usb0", "NetworkManager alone does better than measured before")

    def test_wifi_lost_goes_to_the_stick_and_back(self):
        wifi, _ = wifi_with_stick(self.bed)
        with self.host.probe(4) as v4, self.host.probe(6) as v6:
            time.sleep(0.5)
            wifi.pull()
            time.sleep(LONG_ENOUGH)
            wifi.plug()
            wait_until_carried_by(self.host, "wlan0")
            time.sleep(0.5)
        self.note(f"IPv4 {v4}; IPv6 {v6}")
        self.assertLessEqual(max(v4.lost, v6.lost), 2)

    def test_a_pulled_cable_goes_to_wifi_and_not_to_the_stick(self):
        """Three lines, the stick's metric just behind the cable's: the whole order holds without any event."""
        cable = self.bed.cable()
        wifi_with_stick(self.bed)
        self.host.add_wired("wired", "eth0")
        wait_until_carried_by(self.host, "eth0")
        stick = self.host.sent_packets("usb0")
        with self.host.probe(4) as v4, self.host.probe(6) as v6:
            time.sleep(0.5)
            for _ in range(2):
                cable.pull()
                time.sleep(1)
                self.assertEqual([self.host.way_out(4), self.host.way_out(6)], ["wlan0", "wlan0"])
                self.host.run(HELPER, "wlan0", "up")
                cable.plug()
                time.sleep(1)
                self.assertEqual([self.host.way_out(4), self.host.way_out(6)], ["eth0", "eth0"])
        self.note(f"IPv4 {v4}; IPv6 {v6}")
        self.assertLessEqual(max(v4.lost, v6.lost), 4)
        self.assertLess(self.host.sent_packets("usb0") - stick, 20, "the stick carried traffic")

    def test_a_vpn_keeps_its_precedence(self):
        for metric in (50, 98):
            with self.subTest(metric=metric):
                self.renew_bed()
                self.vpn_beside_wifi_and_stick(metric)

    def vpn_beside_wifi_and_stick(self, metric):
        wifi_with_stick(self.bed)
        self.host.nmcli("connection", "add", "type", "tun", "con-name", "vpn", "ifname", "vpn0", "mode", "tun",
                        "ipv4.method", "manual", "ipv4.addresses", "10.99.0.2/24", "ipv4.gateway", "10.99.0.1",
                        "ipv4.route-metric", str(metric), "ipv6.method", "manual", "ipv6.addresses", "fd99::2/64",
                        "ipv6.gateway", "fd99::1", "ipv6.route-metric", str(metric))
        self.host.nmcli("connection", "up", "vpn")
        for _ in range(20):
            self.assertEqual([self.host.way_out(4), self.host.way_out(6)], ["vpn0", "vpn0"])
            time.sleep(0.05)
        self.assertTrue(self.host.our_routes())
        self.host.nmcli("connection", "down", "vpn")
        wait_until_carried_by(self.host, "wlan0")


class Neighbours(BedTest):
    """What is not ours stays as it is."""

    def test_other_routes_and_settings_are_not_touched(self):
        wifi_with_stick(self.bed, up=False)
        for route in ("203.0.113.0/24 via 10.77.2.1", "default via 10.77.2.1 metric 5000 proto static",
                      "default via 10.77.2.1 table 200 proto 76", "198.18.0.0/15 via 10.77.2.1 proto bird"):
            self.host.run("ip", "route", "add", *route.split(), "dev", "wlan0")
        self.host.run("ip", "-6", "route", "add", "2001:db8:77::/48", "dev", "wlan0", "metric", "3")
        self.host.run("ip", "rule", "add", "from", "10.9.9.9", "table", "200")
        before = self.everything_else()
        self.host.add_wired("stick", "usb0")
        self.host.wait_for_way_out("wlan0")
        self.host.nmcli("connection", "down", "stick")
        wait_for("our route to go", lambda: not [r for r in self.host.our_routes() if r.get("table") != "200"])
        self.assertEqual(self.everything_else(), before)

    def everything_else(self):
        """Routes, rules and settings but ours and the stick's."""
        lines = [line for family in ("-4", "-6") for line in
                 self.host.run("ip", family, "route", "show", "table", "all").splitlines()
                 if " dev usb0" not in line and "metric 99 " not in line]
        settings = self.host.run("sh", "-c", "grep -r . /proc/sys/net/ipv4/conf/wlan0 /proc/sys/net/ipv4/conf/all")
        return sorted(lines), self.host.run("ip", "rule"), settings


class Traces(BedTest):
    def test_nothing_is_left_after_the_last_uplink(self):
        wifi_with_stick(self.bed)
        self.assertTrue(self.host.our_routes())
        self.assertEqual(self.host.linkdown_setting("wlan0"), "1")
        self.host.nmcli("connection", "down", "stick")
        self.host.nmcli("connection", "down", "wifi")
        wait_for("everything to be taken back", lambda: self.traces() == ["0", "0", [], ""])

    def traces(self):
        return [self.host.linkdown_setting("wlan0"), self.host.linkdown_setting("usb0", 6), self.host.our_routes(),
                self.host.run("find", "/run/lte-failover", "-type", "f", "!", "-name", "lock").strip()]

    def test_clean_takes_everything_back(self):
        wifi_with_stick(self.bed)
        self.host.run("lte-failover", "clean")
        self.assertEqual(self.host.our_routes(), [])
        self.assertEqual([self.host.linkdown_setting(name, family) for name in ("wlan0", "usb0") for family in (4, 6)],
                         ["0"] * 4)

    def test_a_killed_helper_is_repaired_by_the_next_event(self):
        wifi_with_stick(self.bed)
        # Ends the helper at each of its calls that change something, or ask the kernel to.
        killed = []
        for call in ("write", "rename", "sendto"):
            for nth in range(1, 20):
                self.host.run("lte-failover", "clean")
                self.assertEqual(self.host.linkdown_setting("wlan0"), "0", killed[-1:])
                if not self.run_and_kill(call, nth):
                    break
                killed.append(f"{call} {nth}")
                self.host.run(HELPER, "wlan0", "up")
                self.assertEqual([self.host.way_out(4), self.host.way_out(6)], ["wlan0", "wlan0"], killed[-1])
                self.assertEqual(self.host.linkdown_setting("wlan0"), "1", killed[-1])
                self.assertEqual(len(self.host.our_routes()), 2, killed[-1])
        self.note(f"killed at: {', '.join(killed)}")
        self.assertGreater(len(killed), 8)

    def run_and_kill(self, call, nth):
        """Runs the helper and kills it at its nth such system call; False if it ended before."""
        out = self.host.run("sh", "-c", f"strace -qq -o /dev/null -e inject={call}:signal=KILL:when={nth} "
                                        f"{HELPER} wlan0 up; true")
        return "Killed" in out


class BadConfiguration(BedTest):
    JUNK = {
        "an unknown key": "[failover]\nordr=lte\n",
        "an unknown group": "[failure]\norder=lte\n",
        "a wrong type": "[failover]\nmetric-min=many\n",
        "an unknown class": "[uplink eth0]\nclass=carrier-pigeon\n",
        "no key file": "order: lte\n",
        "binary junk": "\x01\x02[\x00\xff\xfe[failover\n",
    }

    def test_a_bad_file_is_named_and_changes_nothing(self):
        wifi_with_stick(self.bed)
        for what, text in self.JUNK.items():
            with self.subTest(what):
                self.host.write("/etc/lte-failover.conf", text)
                self.host.run("lte-failover", "apply")
                self.assertEqual(self.host.way_out(), "wlan0")
                self.assertIn("/etc/lte-failover.conf", self.host.run("lte-failover", "status"))

    def test_the_order_is_the_users(self):
        self.bed.wifi()
        self.bed.cable("usb0", "stick")
        self.host.make_usb("usb0", "12d1", "14db", "cdc_ether")
        self.host.write("/etc/lte-failover.conf", "[failover]\norder=usb0;wifi\n")
        self.host.start_network_manager()
        self.host.add_wired("wifi", "wlan0", metric=600)
        self.host.add_wired("stick", "usb0", metric=700)
        self.host.wait_for_way_out("usb0")
        self.host.write("/etc/lte-failover.conf", "[failover]\norder=usb0;wifi\n[uplink usb0]\nuse=false\n")
        self.host.run("lte-failover", "apply")
        self.assertEqual(self.host.way_out(), "wlan0")


class Cost(BedTest):
    alone = True

    def test_an_event_is_cheap(self):
        sys.path.append("/src/tests/bench")
        import event_cost
        wifi_with_stick(self.bed)
        result = event_cost.measure_on(self.host)
        for line in event_cost.table(result):
            self.note(line)
        # Starting a program at all is most of it, and the machine's business: what comes on top is ours.
        cpu = {name: figures["cpu_ms"]["median"] for name, figures in result.items()}
        self.assertLess((cpu["lte-failover"] - cpu["empty program"]) * 10, cpu["nmcli script"] - cpu["empty program"])
        self.assertLess(result["lte-failover"]["peak_mb"]["max"], 6)
