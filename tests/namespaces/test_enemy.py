# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines on which somebody lies. A good line is kept, a bad one is not taken, a VPN keeps its traffic, and who listens
learns nothing of the machine. What can be expected is in SECURITY.md."""

import ipaddress
import os
import re
import time

from bed.enemy import ERRORS, Enemy, Record
from bed.namespace import wait_for
from bed.scenes import wait_until_carried_by, wired_with_lte_standby
from bed.testcase import BedTest

TARGETS = "icmp:198.51.100.1;icmp:2001:db8:ffff::1;tcp:198.51.100.1:7;tcp:[2001:db8:ffff::1]:7;dns:198.51.100.1"
CONFIG = f"[monitor]\ntargets={TARGETS}\nreturn-after=2s\nflap-window=5s\n"
FOREIGN = "2001:db8:bad::/64"
DATA = "/usr/lib/lte-failover/lte-failover.conf"


class EnemyTest(BedTest):
    def begin(self, config=CONFIG):
        """A cable that carries the traffic, LTE behind it, known to be good."""
        self.host.write("/etc/lte-failover.conf", config)
        self.cable, self.ec25 = wired_with_lte_standby(self.bed)
        self.start_monitor()

    def begin_with_wifi(self):
        """Wi-Fi behind the cable; LTE is not there."""
        self.host.write("/etc/lte-failover.conf", CONFIG)
        self.cable, self.wifi = self.bed.cable(), self.bed.wifi()
        self.host.start_network_manager()
        self.host.add_wired("wired", "eth0")
        self.host.add_wired("wifi", "wlan0", metric=600)
        self.start_monitor("wlan0")
        wait_until_carried_by(self.host, "eth0")

    def start_monitor(self, *others):
        self.monitor = self.host.start_failover_monitor()
        for interface in ("eth0", *(others or ("wwan0",))):
            wait_for(f"{interface} to be good", lambda: self.health(interface) == ["good", "good"], 30)

    def health(self, interface):
        text = self.host.run("cat", "/run/lte-failover/health", check=False)
        group = re.search(rf"interface={interface}\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
        return re.findall(r"^ipv[46]=(\w+)", group.group(1), re.MULTILINE) if group else None

    def ways_out(self):
        return [self.host.way_out(4), self.host.way_out(6)]

    def assert_stays(self, interface, seconds, families=(4, 6)):
        """The kernel sends through the interface all the time, and next to nothing is lost."""
        probes = [self.host.probe(family) for family in families]
        for probe in probes:
            probe.__enter__()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for family in families:
                self.assertEqual(self.host.way_out(family), interface, f"IPv{family}")
            time.sleep(0.1)
        for probe in probes:
            probe.__exit__()
            self.assertLess(probe.lost, probe.sent / 50, str(probe))


class RouterAdvertisements(EnemyTest):
    def test_on_the_line_that_stands_by(self):
        """A better router with a prefix of its own, and the end of the real one: all on Wi-Fi, the cable carries."""
        self.begin_with_wifi()
        enemies = [Enemy(self.wifi, "ra", 1800, "high", FOREIGN), Enemy(self.wifi, "ra-as", 0, "medium")]
        self.assert_stays("eth0", 8)
        for enemy in enemies:
            enemy.stop()

    def test_a_router_that_leads_nowhere(self):
        """It takes IPv6 of the cable away, which NetworkManager believes: IPv6 goes over LTE, IPv4 is not touched."""
        self.begin()
        self.cable.provider.run("ip", "-6", "route", "add", "blackhole", FOREIGN)
        enemy = Enemy(self.cable, "ra", 1800, "high", FOREIGN)
        self.cable.provider.run("nft", "add table ip6 hole;"
                                       "add chain ip6 hole forward { type filter hook forward priority 0; };"
                                       f"add rule ip6 hole forward ip6 saddr {FOREIGN} drop")
        self.assert_stays("eth0", 8, families=(4,))
        with self.host.probe(6) as probe:
            time.sleep(3)
        self.note(f"IPv6 over {self.host.way_out(6)}: {probe}")
        self.assertLess(probe.lost, probe.sent / 50)
        enemy.stop()

    def test_the_real_router_is_said_to_end(self):
        """IPv6 is served by the other line meanwhile, and comes back with the first true word."""
        self.begin()
        enemy = Enemy(self.cable, "ra-as", 0, "medium")
        self.assert_stays("eth0", 5, families=(4,))
        self.host.wait_for_way_out("wwan0", 6)
        enemy.stop()
        self.host.wait_for_way_out("eth0", 6, timeout=60)


class Leases(EnemyTest):
    """DHCP answers with gateways that are none."""

    def test_odd_gateways(self):
        self.host.write("/etc/lte-failover.conf", CONFIG)
        wifi = self.bed.wifi()
        self.cable = self.bed.cable()
        self.host.start_network_manager()
        self.host.add_wired("wifi", "wlan0", metric=600)
        self.host.nmcli("connection", "add", "type", "ethernet", "con-name", "wired", "ifname", "eth0", "autoconnect", "no",
                        "ipv4.dhcp-timeout", "5")
        self.monitor = self.host.start_failover_monitor()
        wait_until_carried_by(self.host, "wlan0")
        for gateway in ("10.77.1.66", "192.0.2.1", "127.0.0.1", "224.0.0.1", "255.255.255.255", "10.77.2.1"):
            with self.subTest(gateway):
                self.cable.provider.daemons[-1].stop()
                self.cable.provider.start("dnsmasq", "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts",
                                          "--no-resolv", "--no-ping", "--bind-dynamic", f"--interface={self.cable.far_end}",
                                          "--leasefile-ro", "--pid-file=/run/odd.pid", "--port=0",
                                          "--dhcp-range=10.77.1.50,10.77.1.99,1h", f"--dhcp-option=3,{gateway}")
                self.host.nmcli("connection", "up", "wired", check=False)
                time.sleep(4)
                with self.host.probe(4) as probe:
                    time.sleep(2)
                self.assertEqual((self.host.way_out(4), self.monitor.running), ("wlan0", True))
                self.assertLess(probe.lost, probe.sent / 50, str(probe))
                self.host.nmcli("connection", "down", "wired", check=False)
        self.assertTrue(wifi)


class Icmp(EnemyTest):
    def test_errors_beside_the_answers(self):
        """Everything that the machine sends is answered by an error as well; what comes from the internet counts."""
        self.begin()
        for kind in ERRORS:
            if kind == "redirect":
                continue
            with self.subTest(kind):
                enemy = Enemy(self.cable, "icmp", kind)
                self.assert_stays("eth0", 5)
                enemy.stop()
                self.assertEqual(self.health("eth0"), ["good", "good"])

    def test_redirects(self):
        """The kernel believes the gateway: a line that is led away is left, and traffic is back within the usual time."""
        self.begin()
        enemy = Enemy(self.cable, "icmp", "redirect")
        time.sleep(4)
        with self.host.probe(4) as out4, self.host.probe(6) as out6:
            time.sleep(3)
        self.note(f"over {self.ways_out()}: IPv4 {out4}, IPv6 {out6}")
        self.assertLess(max(out4.lost / out4.sent, out6.lost / out6.sent), 0.02)
        enemy.stop()

    def test_a_refusal_by_a_router_is_no_answer(self):
        """The provider is dead, and its router answers everything with an ICMP error, some by name of the target."""
        self.begin(CONFIG.replace(TARGETS, "tcp:198.51.100.1:7;tcp:[2001:db8:ffff::1]:7;dns:198.51.100.1"))
        provider = self.cable.provider
        provider.run("nft", "add table inet refuse; add chain inet refuse forward { type filter hook forward priority 0; };"
                            f"add rule inet refuse forward iifname {self.cable.far_end} reject with icmpx port-unreachable")
        wait_until_carried_by(self.host, "wwan0")
        provider.run("nft", "delete", "table", "inet", "refuse")
        wait_until_carried_by(self.host, "eth0")

    def test_a_refusal_by_the_target_is_one(self):
        self.begin(CONFIG.replace(TARGETS, "tcp:198.51.100.1:9999;tcp:[2001:db8:ffff::1]:9999"))
        self.assert_stays("eth0", 4)


class Portals(EnemyTest):
    """A captive portal: it answers names and pages, and lets nothing through."""

    def capture(self, answer):
        """Everything that the machine sends to port 80 or 53 is answered by the portal, all else is dropped."""
        provider = self.cable.provider
        provider.start("portal", "python3", "-c", PORTAL, answer)
        provider.start("names", "python3", "-c", LIAR)
        rules = ("add table inet portal;"
                 "add chain inet portal in { type nat hook prerouting priority -100; };"
                 "add rule inet portal in tcp dport 80 redirect;"
                 "add rule inet portal in udp dport 53 redirect to :5353;"
                 "add chain inet portal forward { type filter hook forward priority 0; };"
                 f"add rule inet portal forward iifname {self.cable.far_end} drop")
        provider.run("nft", rules)

    def test_names_and_pages_of_its_own(self):
        """Names alone do not make a line good: the root's start of authority is not the portal's to give."""
        self.begin(CONFIG.replace(TARGETS, TARGETS + ";dns:[2001:db8:ffff::1];dns:10.77.1.1"))
        self.capture("200")
        wait_until_carried_by(self.host, "wwan0")
        self.assertEqual(self.health("eth0"), ["dead", "dead"])

    def test_pages_where_they_are_asked_for(self):
        for answer, body in (("302", ""), ("200", "http-body=online\n")):
            with self.subTest(answer):
                self.renew_bed()
                self.bed.internet.start("web", "python3", "-c", PORTAL, "true")
                self.host.write("/etc/lte-failover.conf", f"{CONFIG.replace(TARGETS, TARGETS + ';http://198.51.100.1/')}{body}")
                self.cable, self.ec25 = wired_with_lte_standby(self.bed)
                provider = self.cable.provider
                provider.start("portal", "python3", "-c", PORTAL, answer)
                provider.run("nft", "add table ip portal; add chain ip portal in { type nat hook prerouting priority -100; };"
                                    "add rule ip portal in tcp dport 80 redirect")
                self.monitor = self.host.start_failover_monitor()
                self.host.wait_for_way_out("wwan0", 4)
                self.assertEqual(self.host.way_out(6), "eth0")


PORTAL = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"online" if sys.argv[1] == "true" else b"<html>Welcome to our hotel"
        self.send_response(302 if sys.argv[1] == "302" else 200)
        if sys.argv[1] == "302":
            self.send_header("Location", "http://10.77.1.1/login")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
import socketserver
socketserver.TCPServer.allow_reuse_address = True
http.server.HTTPServer(("0.0.0.0", 80), Answer).serve_forever()
"""

# Answers each question with an address of its own.
LIAR = """
import socket
server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
server.bind(("::", 5353))
while True:
    query, asker = server.recvfrom(512)
    answer = query[:2] + bytes([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]) + query[12:]
    server.sendto(answer + bytes([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 77, 1, 1]), asker)
"""


class Vpn(EnemyTest):
    def test_a_vpn_keeps_its_traffic_whatever_happens_below_it(self):
        self.begin()
        self.host.nmcli("connection", "add", "type", "tun", "con-name", "vpn", "ifname", "vpn0", "mode", "tun",
                        "ipv4.method", "manual", "ipv4.addresses", "10.99.0.2/24", "ipv4.gateway", "10.99.0.1",
                        "ipv4.route-metric", "50", "ipv6.method", "manual", "ipv6.addresses", "fd99::2/64",
                        "ipv6.gateway", "fd99::1", "ipv6.route-metric", "50")
        self.host.nmcli("connection", "up", "vpn")
        wait_until_carried_by(self.host, "vpn0")
        fibre = self.cable.provider
        liar = [("ra", 1800, "high", FOREIGN), ("ra-as", 0, "medium"), ("icmp", "network")]
        for what in (*(lambda lie=lie: Enemy(self.cable, *lie) for lie in liar), fibre.cut, fibre.restore,
                     self.cable.pull, self.cable.plug, lambda: self.monitor.kill()):
            what()
            for _ in range(20):
                self.assertEqual(self.ways_out(), ["vpn0", "vpn0"])
                time.sleep(0.15)
        self.host.nmcli("connection", "down", "vpn")
        wait_for("our own lines", lambda: set(self.ways_out()) <= {"eth0", "wwan0"})


class Secrets(EnemyTest):
    """What a listener on the line gets from the probes."""

    def names(self):
        """What would tell one machine from another."""
        host = self.host
        found = [os.uname().nodename, host.run("cat", "/etc/hostname", check=False).strip(), "lte-failover", "Linux"]
        found += [word for word in host.run("cat", "/etc/machine-id", check=False).split() if len(word) == 32]
        found += re.findall(r"link/ether (\S+)", host.run("ip", "link", "show", "wwan0", check=False))
        return [name.encode() for name in found if name]

    def probes(self, record, targets):
        found = [packet for packet in record.packets if packet.destination in targets]
        self.assertTrue(found)
        return found

    def test_what_is_in_a_probe(self):
        self.bed.internet.start("web", "python3", "-c", PORTAL, "true")
        page = ";http://198.51.100.1/"
        self.begin(CONFIG.replace(TARGETS, TARGETS + page))
        targets = {ipaddress.ip_address(address) for address in self.bed.internet.address.values()}
        identities = []
        for _ in range(2):
            with Record(self.cable) as record:
                time.sleep(4)
                self.bed.provider("fibre").cut()
                time.sleep(2)
            self.bed.provider("fibre").restore()
            wait_until_carried_by(self.host, "eth0")
            probes = self.probes(record, targets)
            identities.append(self.assert_bare(probes))
            self.cable.pull()
            time.sleep(1)
            self.cable.plug()
            wait_until_carried_by(self.host, "eth0")
        for family in (4, 6):
            self.assertNotEqual(identities[0][family], identities[1][family], "the same machine is known on another network")
        self.note(f"{len(probes)} probes a round; echo ids and cookies {identities}")

    def assert_bare(self, probes):
        """No name in any, and in echoes only what tells an answer from others'. Returns {family: the echoes' identity}."""
        identities = {}
        for packet in probes:
            for name in self.names():
                self.assertNotIn(name, packet.data)
            if packet.is_echo_request:
                self.assertEqual(len(packet.payload), 16, "an echo carries more than its header and its cookie")
                identity = packet.payload[4:6].hex(), packet.payload[8:].hex()
                self.assertEqual(identities.setdefault(packet.family, identity), identity)
                self.assertNotEqual(int(identity[0], 16), self.monitor.process.pid & 0xFFFF)
                self.assertNotEqual(identity[1], "00" * 8)
            elif packet.port == 53:
                self.assertEqual(packet.payload[12:], b"\0\0\x06\0\x01", "a question for another name than the root")
            elif packet.port == 80 and packet.payload:
                self.assertRegex(packet.payload, rb"^GET / HTTP/1.1\r\nHost: 198.51.100.1\r\nConnection: close\r\n\r\n$")
            elif packet.port == 7:
                self.assertEqual(packet.payload, b"")
        self.assertEqual(set(identities), {4, 6})
        self.assertNotEqual(identities[4], identities[6])
        return identities

    def asked(self, config):
        """Whom the monitor asks over the cable in all of its states: {address}, but for those of the line itself."""
        self.host.write("/etc/lte-failover.conf", config)
        self.cable = self.bed.cable()
        self.host.start_network_manager()
        self.host.add_wired("wired", "eth0")
        time.sleep(2)
        with Record(self.cable) as record:
            self.monitor = self.host.start_failover_monitor()
            time.sleep(8)
        line = [ipaddress.ip_network(subnet) for subnet in self.bed.provider("fibre").subnet.values()]
        return {packet.destination for packet in record.packets
                if packet.destination.is_global
                or not (packet.destination.is_multicast or packet.destination.is_link_local
                        or any(packet.destination in subnet for subnet in line))}

    def test_nobody_is_asked_but_those_that_are_documented(self):
        defaults = re.search(r"^#targets=(.*)$", self.host.read(DATA), re.MULTILINE).group(1)
        address = r"\d+\.\d+\.\d+\.\d+|[0-9a-f]+(:[0-9a-f]*)+:[0-9a-f]+(?=\]|$)"
        named = {ipaddress.ip_address(re.search(address, target).group(0)) for target in defaults.split(";")}
        asked = self.asked("")
        self.assertTrue(asked <= named, f"asked {asked - named}")
        self.assertEqual(asked, named, "not all are asked when none answers")

    def test_nobody_is_asked_but_those_that_are_configured(self):
        self.assertEqual({str(address) for address in self.asked("[monitor]\ntargets=icmp:198.51.100.1\n")}, {"198.51.100.1"})
