# SPDX-License-Identifier: GPL-2.0-or-later
"""What follows when the routes have moved: names, connections, and nothing left behind."""

import os
import re
import time

from bed import resolver
from bed.lookup import Lookups
from bed.namespace import wait_for
from bed.scenes import wait_until_carried_by, wifi_with_stick, wired_with_lte_standby
from bed.tcp_echo import TcpApplication
from bed.testcase import BedTest

DRIVER = "/build/meson/tests/namespaces/follow-driver"
DROP_IN = "/run/NetworkManager/conf.d/90-lte-failover.conf"

# A switch is a matter of milliseconds; the bed's machine is not.
AT_ONCE = 0.1


class FollowTest(BedTest):
    alone = True

    def follow(self, *wrapper):
        """Starts the monitor without probes."""
        self.driver = self.host.start("follow", *wrapper, DRIVER)
        return self.driver

    def our_rules(self):
        return [line for family in ("-4", "-6") for line in
                self.host.run("ip", family, "rule", "show").splitlines() if "lte-failover" in line]

    def lte_servers(self):
        """NetworkManager puts now one family first, now the other."""
        return sorted(self.bed.providers["mobile"].gateway.values())

    def servers(self):
        return re.findall(r"^nameserver (\S+)", self.host.read("/etc/resolv.conf"), re.MULTILINE)

    def count_questions(self, interface):
        """From now on; then asked() says how many packets went to name servers through the interface."""
        self.host.run("nft", "add table inet count; "
                             "add chain inet count out { type filter hook postrouting priority 0; }; "
                             f"add rule inet count out oifname {interface} udp dport 53 counter")

    def asked(self):
        return int(re.search(r"counter packets (\d+)", self.host.run("nft", "list", "table", "inet", "count")).group(1))

    def wait_for_no_traces(self):
        try:
            wait_for("nothing to be left", lambda: self.traces() == ([], [], ""), 15)
        except TimeoutError:
            self.fail(f"left: {self.traces()}")

    def traces(self):
        """All that a follow-through may leave: rules, their tables, files."""
        files = self.host.run("sh", "-c", f"ls {DROP_IN}* /run/lte-failover/resolved* 2>/dev/null", check=False)
        tables = [route for route in self.host.our_routes() if route.get("table", "main") != "main"]
        return self.our_rules(), tables, files.strip()


def silence_names(provider):
    """The provider's name server does not answer any more."""
    provider.run("nft", "add table inet quiet; add chain inet quiet in { type filter hook input priority 0; }; "
                        "add rule inet quiet in udp dport 53 drop")


class SilentDeath(FollowTest):
    """With the monitor that finds it: the link stays up, and nothing comes back through it."""

    CONFIGURATION = """
[monitor]
targets=icmp:198.51.100.1;icmp:2001:db8:ffff::1
return-after=3s
"""

    def test_names_and_connections_follow(self):
        self.host.write("/etc/lte-failover.conf", self.CONFIGURATION)
        cable, _ = wired_with_lte_standby(self.bed)
        cable.provider.start("tcp-echo", "python3", "/src/tests/namespaces/bed/tcp_echo.py", "serve")
        monitor = self.host.start("monitor", "/usr/libexec/lte-failover-monitor")
        monitor.wait_for_log("wwan0: IPv6 is good")
        with TcpApplication(self.host, 4) as v4, TcpApplication(self.host, 6) as v6, Lookups(self.host) as lookups, \
                TcpApplication(self.host, address=cable.provider.gateway[4]) as neighbour:
            time.sleep(1)
            died = time.monotonic()
            silence_names(cable.provider)
            cable.provider.cut()
            wait_until_carried_by(self.host, "wwan0")
            switched = time.monotonic()
            time.sleep(3)
            cable.provider.run("nft", "delete table inet quiet")
            cable.provider.restore()
            wait_until_carried_by(self.host, "eth0")
            returned = time.monotonic()
            time.sleep(3)
        self.note(f"noticed after {switched - died:.2f} s; {lookups}")
        for application in (v4, v6):
            self.assertEqual([why for _, why in application.ends], ["ECONNABORTED"])
            ended = application.ends[0][0]
            self.note(f"connection ended {(ended - switched) * 1000:+.0f} ms from when the switch was seen, "
                      f"back {application.first_answer_after(ended) * 1000:.0f} ms later")
            self.assertLess(application.first_answer_after(switched), AT_ONCE)
            self.assertLess(application.first_answer_after(returned), AT_ONCE)
        self.assertEqual(neighbour.ends, [], "who is reached without the provider was cut")
        self.assertEqual(lookups.slow(switched + 1, returned - 0.1), [])
        self.assertEqual(lookups.slow(returned + 1), [])


    def test_the_dead_lines_server_answers_that_it_cannot(self):
        """SERVFAIL comes at once; the standby's servers stand behind the elected line's, and answer."""
        self.host.write("/etc/lte-failover.conf", self.CONFIGURATION)
        cable, _ = wired_with_lte_standby(self.bed)
        cable.provider.start("servfail", "python3", "/src/tests/namespaces/bed/servfail.py")
        monitor = self.host.start_failover_monitor()
        monitor.wait_for_log("wwan0: IPv6 is good")
        with Lookups(self.host) as lookups:
            time.sleep(1)
            cable.provider.run("nft", "add table inet liar; add chain inet liar in { type nat hook prerouting priority -100; }; "
                                      "add rule inet liar in udp dport 53 counter redirect to :5353")
            cable.provider.cut()
            wait_until_carried_by(self.host, "wwan0")
            time.sleep(4)
        asked = int(re.search(r"packets (\d+)", cable.provider.run("nft", "list", "table", "inet", "liar")).group(1))
        self.note(f"{asked} questions answered with SERVFAIL; {lookups}")
        self.assertGreater(asked, 2)
        self.assertEqual(lookups.slow(0), [])


class Connections(FollowTest):
    def test_applications_are_back_at_once_and_nothing_is_cut_on_the_way_back(self):
        cable, _ = wired_with_lte_standby(self.bed)
        self.follow()
        with TcpApplication(self.host, 4) as v4, TcpApplication(self.host, 6) as v6, \
                TcpApplication(self.host, address="::ffff:198.51.100.1") as mapped:
            time.sleep(0.5)
            pulled = time.monotonic()
            cable.pull()
            time.sleep(2)
            plugged = time.monotonic()
            cable.plug()
            wait_until_carried_by(self.host, "eth0")
            time.sleep(6)
            self.assertEqual(len(self.our_rules()), 4, "two rules for each family while connections live on LTE")
        for application in (v4, v6, mapped):
            self.note(f"back {application.first_answer_after(pulled + 0.02) * 1000 + 20:.0f} ms after the cable was "
                      f"pulled; longest gap {application.longest_gap * 1000:.0f} ms; ends: {len(application.ends)}")
            self.assertLess(application.first_answer_after(pulled + 0.02), AT_ONCE)
            self.assertEqual([why for _, why in application.ends], ["ECONNABORTED"])
            self.assertLess(application.first_answer_after(plugged), AT_ONCE)
        self.wait_for_no_traces()

    def test_networkmanager_alone_leaves_the_application_stuck(self):
        cable, _ = wired_with_lte_standby(self.bed, failover=False)
        with TcpApplication(self.host) as application:
            time.sleep(0.5)
            pulled = time.monotonic()
            cable.pull()
            time.sleep(9)
        stuck = min(9, application.first_answer_after(pulled + 0.1))
        self.note(f"NetworkManager alone: without an answer for {stuck:.1f} s" + (" and longer" if stuck == 9 else ""))
        self.assertGreater(stuck, 5)

    def test_who_is_reached_without_the_provider_is_left_alone(self):
        """A neighbour on the cable, a server, and a socket that is bound to the line."""
        cable, _ = wired_with_lte_standby(self.bed)
        cable.provider.start("tcp-echo", "python3", "/src/tests/namespaces/bed/tcp_echo.py", "serve")
        wait_for("the neighbour", lambda: ":7" in cable.provider.run("ss", "-Htln"))
        own = self.host.routes(4, "default", "dev", "eth0")[0]["prefsrc"]
        bystanders = self.host.start("bystanders", "python3", "-c", BYSTANDERS, own)
        bystanders.wait_for_log("ready")
        self.follow()
        with TcpApplication(self.host, address=cable.provider.gateway[4]) as neighbour, \
                TcpApplication(self.host) as other:
            time.sleep(0.5)
            cable.pull()
            time.sleep(1)
            cable.plug()
            time.sleep(2)
        self.assertEqual(neighbour.ends, [])
        self.assertEqual(len(other.ends), 1)
        self.assertNotIn("ended", bystanders.log())

    def test_a_drain_has_an_end(self):
        self.host.write("/etc/lte-failover.conf", "[connections]\ndrain-time=3\n")
        cable, _ = wired_with_lte_standby(self.bed)
        cable.pull()
        self.host.wait_for_way_out("wwan0")
        self.follow()
        wait_for("rules", lambda: len(self.our_rules()) == 4)
        with TcpApplication(self.host) as application:
            cable.plug()
            plugged = time.monotonic()
            wait_until_carried_by(self.host, "eth0")
            wait_for("the end of the drain", lambda: not self.our_rules(), 10)
            time.sleep(0.5)
        self.assertEqual([why for _, why in application.ends], ["ECONNABORTED"])
        self.assertGreater(application.ends[0][0] - plugged, 2.5)
        self.assertLess(application.longest_gap, AT_ONCE)

    def test_each_of_it_can_be_switched_off(self):
        self.host.write("/etc/lte-failover.conf", "[connections]\nreset=false\ndrain=false\n[dns]\nfollow=false\n")
        cable, _ = wired_with_lte_standby(self.bed)
        self.follow()
        with TcpApplication(self.host) as application:
            time.sleep(0.5)
            cable.pull()
            time.sleep(2)
            self.assertEqual(self.traces(), ([], [], ""))
        self.assertEqual(application.ends, [])

    def test_other_rules_and_tables_are_not_touched(self):
        cable, _ = wired_with_lte_standby(self.bed)
        for rule in ("from 10.9.9.9 lookup 200", "from 10.77.3.2 lookup 201 priority 32760",
                     "to 10.8.0.0/16 lookup 760099"):
            self.host.run("ip", "rule", "add", *rule.split())
        for table in ("200", "201", "760099"):
            self.host.run("ip", "route", "add", "default", "via", "10.77.3.1", "dev", "wwan0", "table", table)
        before = self.not_ours()
        self.follow()
        cable.pull()
        wait_for("rules", lambda: len(self.our_rules()) == 4)
        cable.plug()
        wait_for("the end of the drain", lambda: not self.our_rules(), 15)
        self.assertEqual(self.not_ours(), before)

    def not_ours(self):
        rules = [line for line in self.host.run("ip", "rule").splitlines() if "lte-failover" not in line]
        tables = [self.host.run("ip", "route", "show", "table", table) for table in ("200", "201", "760099")]
        return rules, tables

    def test_mptcp_subflows_over_lte_are_a_backup(self):
        wired_with_lte_standby(self.bed)
        before = self.endpoints()
        self.assertEqual({device for device, _ in before}, {"eth0", "wwan0"})
        self.assertFalse(any("backup" in flags for _, flags in before))
        self.follow()
        marked = sorted((device, f"{flags} backup" if device == "wwan0" else flags) for device, flags in before)
        wait_for("the flag", lambda: self.endpoints() == marked)
        self.driver.kill()
        self.host.run("lte-failover", "clean")
        self.assertEqual(self.endpoints(), before)
        self.assertEqual(self.host.run("find", "/run/lte-failover", "-name", "mptcp*"), "")

    def endpoints(self):
        """(interface, flags) of each MPTCP endpoint of the kernel."""
        lines = self.host.run("ip", "mptcp", "endpoint", "show").splitlines()
        found = (re.search(r"id \d+ (.*) dev (\S+)", line) for line in lines)
        return sorted((match.group(2), match.group(1).strip()) for match in found)

    def test_forwarded_connections_begin_anew_one_by_one(self):
        cable, _ = wired_with_lte_standby(self.bed)
        client = Client(self.host, self.host.routes(4, "default", "dev", "eth0")[0]["prefsrc"])
        self.addCleanup(client.close)
        cable.provider.start("tcp-echo", "python3", "/src/tests/namespaces/bed/tcp_echo.py", "serve")
        wait_for("the neighbour", lambda: ":7" in cable.provider.run("ss", "-Htln"))
        with TcpApplication(self.host, address=cable.provider.gateway[4]):
            with TcpApplication(client) as forwarded, TcpApplication(client, address=cable.provider.gateway[4]) as near:
                before = self.tracked()
                self.follow()
                cable.pull()
                self.host.wait_for_way_out("wwan0")
                wait_for("the entry to go", lambda: "10.77.1." not in self.tracked("198.51.100.1"))
                after = self.tracked()
                pulled = time.monotonic()
                time.sleep(1)
                cable.plug()
                time.sleep(1)
        gone = [entry for entry in before.splitlines() if entry not in after]
        self.assertTrue(gone)
        self.assertTrue(all("198.51.100.1" in entry for entry in gone), gone)
        self.assertEqual(near.ends, [], "a connection to a neighbour was cut")
        self.assertLess(forwarded.first_answer_after(pulled), 1)

    def tracked(self, peer=""):
        """The connections that the kernel tracks, without what changes all the time."""
        lines = self.host.run("conntrack", "-L", check=False).splitlines()
        kept = [re.sub(r"^(\S+ +\d+) \d+|(packets|bytes)=\d+|\[\w+\]| [A-Z_]+ (?=src)", r"\1", line) for line in lines]
        return "\n".join(line for line in kept if "src=" in line and peer in line)


class Client:
    """A machine behind the host, which translates its addresses.

    To a fixed one on the cable: of those that are masqueraded the kernel itself lets go.
    """

    def __init__(self, host, own):
        from bed.namespace import Namespace
        self.space = Namespace("client", host.logs)
        self.enter = self.space.enter
        self.space.run("ip", "link", "add", "up0", "type", "veth", "peer", "name", "lan0", "netns", host.name)
        host.nmcli("device", "set", "lan0", "managed", "no")
        host.run("ip", "address", "add", "192.168.50.1/24", "dev", "lan0")
        host.run("ip", "link", "set", "lan0", "up")
        host.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        host.run("nft", "add table ip lan; add chain ip lan out { type nat hook postrouting priority 100; }; "
                        f"add rule ip lan out ip saddr 192.168.50.0/24 oifname eth0 snat to {own}; "
                        "add rule ip lan out ip saddr 192.168.50.0/24 oifname wwan0 masquerade")
        self.space.run("ip", "address", "add", "192.168.50.2/24", "dev", "up0")
        self.space.run("ip", "link", "set", "up0", "up")
        self.space.run("ip", "route", "add", "default", "via", "192.168.50.1")

    def close(self):
        self.space.close()


# A server on the line's address, and a connection that is bound to the line.
BYSTANDERS = """
import select, socket, sys
server = socket.create_server((sys.argv[1], 4711))
bound = socket.socket()
bound.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
bound.connect(("198.51.100.1", 7))
print("ready", flush=True)
while True:
    select.select([server, bound], [], [])
    print("ended", bound.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), flush=True)
    break
"""


class PlainNames(FollowTest):
    """NetworkManager writes resolv.conf."""

    def test_names_follow_the_switch_and_come_back(self):
        cable, _ = wired_with_lte_standby(self.bed)
        before = self.host.read("/etc/resolv.conf")
        self.follow()
        with Lookups(self.host) as lookups:
            time.sleep(2)
            pulled = time.monotonic()
            cable.pull()
            time.sleep(4)
            self.assertEqual(sorted(self.servers()), self.lte_servers())
            plugged = time.monotonic()
            cable.plug()
            wait_until_carried_by(self.host, "eth0")
            time.sleep(2)
        self.note(str(lookups))
        self.assertEqual(lookups.slow(0, pulled - 0.1), [])
        self.assertEqual(lookups.slow(pulled + 1, plugged), [])
        self.assertEqual(lookups.slow(plugged + 1), [])
        self.assertEqual(self.host.read("/etc/resolv.conf"), before)

    def test_networkmanager_alone_is_slow(self):
        cable, _ = wired_with_lte_standby(self.bed, failover=False)
        with Lookups(self.host) as lookups:
            time.sleep(0.5)
            pulled = time.monotonic()
            cable.pull()
            time.sleep(4)
        self.note(f"NetworkManager alone: {lookups}")
        self.assertTrue(lookups.slow(pulled + 1))

    def test_who_waits_for_a_dead_server_is_released(self):
        """The provider's server is silent for a while before anybody knows that the line is dead."""
        cable, _ = wired_with_lte_standby(self.bed)
        self.follow()
        self.assertEqual(self.servers()[0], cable.provider.gateway[4])
        silence_names(cable.provider)
        with Lookups(self.host) as lookups:
            time.sleep(1)
            pulled = time.monotonic()
            cable.pull()
            time.sleep(2)
        waiting = lookups.begun_between(0, pulled)
        longest = max(took - (pulled - start) for start, took, _ in waiting)
        self.note(f"{len(waiting)} waited, the longest until {longest:.2f} s after the switch")
        self.assertTrue(waiting)
        for start, took, answered in waiting:
            self.assertTrue(answered)
            self.assertLess(start + took - pulled, 1)

    def test_search_domains_stay(self):
        cable, _ = wired_with_lte_standby(self.bed)
        self.host.nmcli("connection", "modify", "wired", "ipv4.dns-search", "office.example,lab.example")
        self.host.nmcli("connection", "up", "wired")
        wait_until_carried_by(self.host, "eth0")
        self.follow()
        cable.pull()
        wait_for("the drop-in", lambda: os.path.exists(f"{self.host.run_folder}/{DROP_IN.removeprefix('/run/')}"))
        wait_for("the servers", lambda: sorted(self.servers()) == self.lte_servers())
        self.assertIn("search office.example lab.example", self.host.read("/etc/resolv.conf"))

    def test_a_metered_stick_that_ranks_first_is_not_asked(self):
        wifi_with_stick(self.bed)
        self.assertEqual(self.servers()[0], self.bed.providers["stick"].gateway[4], "NetworkManager alone does better")
        self.follow()
        wait_for("Wi-Fi's servers", lambda: self.servers() == [self.bed.providers["hotspot"].gateway[4]])

    def test_the_administrators_servers_are_respected(self):
        for when in ("before", "after"):
            with self.subTest(when):
                self.renew_bed()
                self.administrators_servers(when)

    def administrators_servers(self, when):
        own = "[global-dns-domain-*]\nservers=10.77.3.1\n"
        if when == "before":
            self.host.write("/etc/NetworkManager/conf.d/own.conf", own)
        cable, _ = wired_with_lte_standby(self.bed)
        self.follow()
        cable.pull()
        self.host.wait_for_way_out("wwan0")
        if when == "after":
            wait_for("the drop-in", lambda: self.traces()[2] == DROP_IN)
            self.host.write("/etc/NetworkManager/conf.d/own.conf", own)
            self.host.run("nmcli", "general", "reload", "conf")
        wait_for("the word about it", lambda: "name servers of its own" in self.driver.log())
        wait_for("no drop-in", lambda: self.traces()[2] == "")
        self.assertIn("left alone", self.host.run("lte-failover", "status"))
        self.assertEqual(self.servers(), ["10.77.3.1"])

    def test_a_vpns_servers_stay_first(self):
        cable, _ = wired_with_lte_standby(self.bed)
        self.host.nmcli("connection", "add", "type", "tun", "con-name", "vpn", "ifname", "vpn0", "mode", "tun",
                        "ipv4.method", "manual", "ipv4.addresses", "10.99.0.2/24", "ipv4.dns", "10.99.0.1",
                        "ipv4.dns-search", "vpn.example", "ipv4.dns-priority", "50", "ipv6.method", "disabled")
        self.host.nmcli("connection", "up", "vpn")
        self.follow()
        cable.pull()
        wait_for("LTE's servers behind the VPN's",
                 lambda: self.servers()[0] == "10.99.0.1" and sorted(self.servers()[1:]) == self.lte_servers())
        self.assertIn("search vpn.example", self.host.read("/etc/resolv.conf"))

    def test_networkmanagers_restart_changes_nothing(self):
        cable, _ = wired_with_lte_standby(self.bed)
        self.follow()
        cable.pull()
        wait_for("LTE's servers", lambda: sorted(self.servers()) == self.lte_servers())
        self.host.network_manager.kill()
        self.host.network_manager.process.wait()
        self.host.start_network_manager()
        time.sleep(1)
        self.assertEqual(sorted(self.servers()), self.lte_servers())
        cable.plug()
        self.host.nmcli("connection", "up", "wired")
        wait_until_carried_by(self.host, "eth0")
        wait_for("the cable's servers", lambda: self.servers()[0] == cable.provider.gateway[4])
        self.wait_for_no_traces()


class ResolvedNames(FollowTest):
    """NetworkManager tells systemd-resolved."""

    def setUp(self):
        super().setUp()
        self.resolved = resolver.use_resolved(self.host)
        self.cable, _ = wired_with_lte_standby(self.bed)

    def test_the_metered_line_is_not_asked_while_all_is_well(self):
        self.assertEqual(resolver.asked_links(self.host), {"eth0": True, "wwan0": True})
        self.follow()
        wait_for("LTE to be left in peace", lambda: resolver.asked_links(self.host) == {"eth0": True, "wwan0": False})
        self.count_questions("wwan0")
        with Lookups(self.host) as lookups:
            for _ in range(10):
                self.host.run("resolvectl", "flush-caches")
                time.sleep(0.2)
        self.assertEqual(lookups.slow(0), [])
        self.assertEqual(self.asked(), 0)

    def test_names_follow_the_switch_and_come_back(self):
        self.follow()
        wait_for("LTE to be left in peace", lambda: resolver.asked_links(self.host) == {"eth0": True, "wwan0": False})
        with Lookups(self.host) as lookups:
            time.sleep(1)
            pulled = time.monotonic()
            self.cable.pull()
            time.sleep(4)
            self.assertEqual(resolver.asked_links(self.host), {"eth0": False, "wwan0": True})
            plugged = time.monotonic()
            self.cable.plug()
            wait_until_carried_by(self.host, "eth0")
            time.sleep(2)
        self.note(str(lookups))
        self.assertEqual(lookups.slow(pulled + 1, plugged), [])
        self.assertEqual(lookups.slow(plugged + 1), [])
        self.assertEqual(resolver.asked_links(self.host), {"eth0": True, "wwan0": False})

    def test_what_networkmanager_overwrites_is_put_right(self):
        self.follow()
        well = {"eth0": True, "wwan0": False}
        wait_for("LTE to be left in peace", lambda: resolver.asked_links(self.host) == well)
        for command in ("connection up wired", "general reload dns-full", "general reload dns-rc", "connection up lte"):
            with self.subTest(command):
                self.host.nmcli(*command.split())
                wait_for("it to be put right", lambda: resolver.asked_links(self.host) == well, 3)

    def test_a_vpns_names_go_to_the_vpn(self):
        """Split DNS is the VPN's business, in each state."""
        self.host.nmcli("connection", "add", "type", "tun", "con-name", "vpn", "ifname", "vpn0", "mode", "tun",
                        "ipv4.method", "manual", "ipv4.addresses", "10.99.0.2/24", "ipv4.dns", "10.99.0.1",
                        "ipv4.dns-search", "~vpn.example", "ipv4.never-default", "yes", "ipv6.method", "disabled")
        self.host.nmcli("connection", "up", "vpn")
        settings = self.host.run("resolvectl", "status", "vpn0")
        self.assertIn("~vpn.example", settings)
        self.follow()
        wait_for("LTE to be left in peace", lambda: not resolver.asked_links(self.host)["wwan0"])
        self.assertEqual(self.host.run("resolvectl", "status", "vpn0"), settings)
        self.cable.pull()
        wait_for("LTE to be asked", lambda: resolver.asked_links(self.host)["wwan0"])
        self.assertEqual(self.host.run("resolvectl", "status", "vpn0"), settings)

    def test_its_restart_changes_nothing(self):
        self.follow()
        well = {"eth0": True, "wwan0": False}
        wait_for("LTE to be left in peace", lambda: resolver.asked_links(self.host) == well)
        self.resolved.stop()
        resolver.start(self.host)
        wait_for("it to be put right", lambda: resolver.asked_links(self.host) == well, 5)

    def test_nothing_is_left(self):
        for how in ("clean", "killed, then clean"):
            with self.subTest(how):
                self.follow()
                wait_for("LTE to be left in peace", lambda: not resolver.asked_links(self.host)["wwan0"])
                self.driver.kill()
                self.driver.process.wait()
                self.host.run("lte-failover", "clean")
                self.assertEqual(resolver.asked_links(self.host), {"eth0": True, "wwan0": True})
                self.assertEqual(self.traces(), ([], [], ""))


class DnsmasqNames(FollowTest):
    def test_names_follow_the_switch_and_come_back(self):
        resolver.use_dnsmasq(self.host)
        cable, _ = wired_with_lte_standby(self.bed)
        self.follow()
        time.sleep(1)
        self.count_questions("wwan0")
        with Lookups(self.host) as lookups:
            time.sleep(2)
            self.assertEqual(self.asked(), 0, "the metered line was asked")
            pulled = time.monotonic()
            cable.pull()
            time.sleep(4)
            plugged = time.monotonic()
            cable.plug()
            wait_until_carried_by(self.host, "eth0")
            time.sleep(3)
        self.note(str(lookups))
        self.assertEqual(lookups.slow(pulled + 1, plugged), [])
        self.assertEqual(lookups.slow(plugged + 1), [])


class Killed(FollowTest):
    """Whenever it is killed, the next one puts things right, and `clean` leaves nothing."""

    time_limit = 600

    def kill_at(self, call, nth):
        """Starts it and has it killed at its nth such system call; False if it came to rest before."""
        self.follow("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                    "-e", f"inject={call}:signal=KILL:when={nth}")
        deadline = time.monotonic() + 1.5
        while self.driver.running and time.monotonic() < deadline:
            time.sleep(0.05)
        killed = not self.driver.running
        self.stop_follow()
        if not killed:
            self.host.run("lte-failover", "clean")
        return killed

    def stop_follow(self):
        self.host.run("pkill", "-KILL", "-x", "follow-driver", check=False)
        self.driver.kill()
        self.driver.process.wait()
        self.host.daemons.remove(self.driver)

    def kill_clean_everywhere(self, check):
        """The same for the command that takes everything back."""
        killed = []
        for call in ("sendto", "sendmsg", "rename", "unlink"):
            for nth in range(1, 30):
                self.follow()
                check(f"clean, {call} {nth}")
                self.stop_follow()
                out = self.host.run("sh", "-c", f"strace -f -qq -o /dev/null -e inject={call}:signal=KILL:when={nth} "
                                                "lte-failover clean; true")
                self.host.run("lte-failover", "clean")
                self.assertEqual(self.traces(), ([], [], ""), f"clean, {call} {nth}")
                self.assert_clean()
                if "Killed" not in out:
                    break
                killed.append(f"{call} {nth}")
        self.note(f"clean killed at {len(killed)} places")
        self.assertGreater(len(killed), 10)

    def assert_clean(self):
        """Names are resolved as NetworkManager alone would."""

    def kill_everywhere(self, check):
        killed = []
        for call in ("sendto", "sendmsg", "rename", "unlink"):
            for nth in range(1, 40):
                if not self.kill_at(call, nth):
                    break
                killed.append(f"{call} {nth}")
                self.follow()
                check(killed[-1])
                self.stop_follow()
                self.host.run("lte-failover", "clean")
                self.assertEqual(self.traces(), ([], [], ""), killed[-1])
        self.note(f"killed at {len(killed)} places")
        self.assertGreater(len(killed), 10)

    def test_plain(self):
        cable, _ = wired_with_lte_standby(self.bed)
        cable.pull()
        self.host.wait_for_way_out("wwan0")

        def check(where):
            try:
                wait_for("LTE's servers and rules", lambda: sorted(self.servers()) == self.lte_servers() and
                         len(self.our_rules()) == 4, 5)
            except TimeoutError:
                self.fail(f"killed at {where}: {self.servers()}, {self.traces()}")

        self.keep_configured(cable)
        self.assert_clean = lambda: self.assertEqual(self.servers()[0], cable.provider.gateway[4])
        self.kill_everywhere(check)
        self.kill_clean_everywhere(check)

    def keep_configured(self, cable):
        """NetworkManager does not take the line down: it has no carrier, but stays the first in its rank."""
        cable.plug()
        self.host.write("/etc/NetworkManager/conf.d/ignore.conf",
                        "[device-eth0]\nmatch-device=interface-name:eth0\nignore-carrier=yes\n")
        self.host.nmcli("general", "reload", "conf")
        self.host.nmcli("connection", "up", "wired")
        wait_until_carried_by(self.host, "eth0")
        cable.pull()
        wait_until_carried_by(self.host, "wwan0")

    def test_resolved(self):
        resolver.use_resolved(self.host)
        wired_with_lte_standby(self.bed)

        def check(where):
            wait_for(f"LTE to be left in peace (killed at {where})",
                     lambda: resolver.asked_links(self.host) == {"eth0": True, "wwan0": False}, 5)

        both = {"eth0": True, "wwan0": True}
        self.assert_clean = lambda: self.assertEqual(resolver.asked_links(self.host), both)
        self.kill_everywhere(check)
        self.kill_clean_everywhere(check)
