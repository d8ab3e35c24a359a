# SPDX-License-Identifier: GPL-2.0-or-later
"""What people, programs and scripts get to see of a switch, and what the monitor reads while it runs."""

import json
import os
import pty
import re
import subprocess
import time

from bed.host import as_unit
from bed.namespace import wait_for
from bed.scenes import wired_with_lte_standby
from bed.testcase import BedTest

CONFIG = """
[monitor]
targets=icmp:198.51.100.1;icmp:2001:db8:ffff::1
return-after=2s
"""
BUS = ["io.github.lte_failover", "/io/github/lte_failover", "io.github.lte_failover.Monitor1"]
SWITCHED = re.compile(r"Switched \('(?P<family>\w+)', '(?P<origin>\w*)', '(?P<to>\w*)', '(?P<reason>[^']*)', "
                      r"(uint32 )?(?P<detect_ms>\d+), (uint32 )?(?P<switch_us>\d+), (uint64 )?(?P<lte_bytes>\d+)\)")


class VisibleTest(BedTest):
    def begin(self):
        """A cable that carries the traffic, LTE behind it, both known to be good."""
        self.host.write("/etc/lte-failover.conf", CONFIG)
        self.cable, self.ec25 = wired_with_lte_standby(self.bed)
        self.start_monitor()
        for interface in ("eth0", "wwan0"):
            wait_for(f"{interface} to be good", lambda: self.health(interface) == ["good", "good"], 30)

    def start_monitor(self):
        self.monitor = self.host.start_failover_monitor()

    def status(self):
        return json.loads(self.host.run("lte-failover", "status", "--json"))

    def health(self, interface):
        return [uplink[family].get("health") for uplink in self.status()["uplinks"] if uplink["interface"] == interface
                for family in ("ipv4", "ipv6")]

    def wait_for_switch(self, interface):
        for family in (4, 6):
            self.host.wait_for_way_out(interface, family)


UNPRIVILEGED = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--bounding-set", "-all", "--no-new-privs"]


class Names(BedTest):
    def test_a_name_that_does_harm(self):
        """The kernel takes any byte but blanks, slash and colon for the name of an interface."""
        self.bed.cable("eth0")
        for command in ("set eth0 down", "set eth0 name e\x1b[31m\x07\udcff", "set e\x1b[31m\x07\udcff up"):
            self.host.run("ip", "link", *command.split())
        self.host.run("ip", "route", "add", "default", "dev", "e\x1b[31m\x07\udcff")
        for command in ("status", "status --json", "explain", "test", "monitor"):
            text = self.host.run("env", "LC_ALL=C.UTF-8", "timeout", "4", "lte-failover", *command.split(), check=False)
            with self.subTest(command):
                self.assertRegex(text, r"e\?\[31m\?(\ufffd|\?)")
                self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class Bus(VisibleTest):
    def listen(self):
        return self.host.start("listener", "gdbus", "monitor", "--system", "--dest", BUS[0])

    def switches(self, listener):
        return [match.groupdict() for match in SWITCHED.finditer(listener.log())]

    def wait_for_switches(self, listener, number):
        wait_for(f"{number} switches on the bus", lambda: len(self.switches(listener)) >= number, 10)
        return self.switches(listener)

    def test_one_signal_for_each_switch(self):
        self.begin()
        listener = self.listen()
        listener.wait_for_log("is owned by")
        fibre = self.bed.provider("fibre")
        fibre.cut()
        self.wait_for_switch("wwan0")
        away = self.wait_for_switches(listener, 2)
        fibre.restore()
        self.wait_for_switch("eth0")
        back = self.wait_for_switches(listener, 4)[2:]
        time.sleep(1)
        self.assertEqual(len(self.switches(listener)), 4)
        self.note(f"away: {away}; back: {back}")
        for switch in away:
            self.assertEqual((switch["origin"], switch["to"]), ("eth0", "wwan0"))
            self.assertIn("eth0 is dead", switch["reason"])
            self.assertTrue(1000 < int(switch["detect_ms"]) < 4000)
            self.assertTrue(0 < int(switch["switch_us"]) < 50000)
        for switch in back:
            self.assertEqual((switch["origin"], switch["to"]), ("wwan0", "eth0"))
            self.assertEqual(switch["reason"], "eth0 works and goes before wwan0")
            self.assertEqual(int(switch["detect_ms"]), 0)
            self.assertGreater(int(switch["lte_bytes"]), 100)
        self.assertEqual(sorted(switch["family"] for switch in back), ["ipv4", "ipv6"])

    def test_what_can_be_read(self):
        """By anybody, at any time; and nobody else can take the name."""
        self.begin()
        elected = json.loads(self.host.run(*UNPRIVILEGED, "busctl", "--json=short", "get-property", *BUS, "Elected"))
        self.assertEqual(elected["data"], {"ipv4": "eth0", "ipv6": "eth0"})
        uplinks = json.loads(self.host.run(*UNPRIVILEGED, "busctl", "--json=short", "get-property", *BUS, "Uplinks"))["data"]
        known = {(uplink["interface"]["data"], uplink["family"]["data"]): uplink["health"]["data"] for uplink in uplinks}
        self.assertEqual(known, {(interface, family): "good" for interface in ("eth0", "wwan0") for family in ("ipv4", "ipv6")})
        self.assertIn("not allowed", self.host.run(*UNPRIVILEGED, "gdbus", "call", "--system", "-d", "org.freedesktop.DBus",
                                                   "-o", "/", "-m", "org.freedesktop.DBus.RequestName", BUS[0], "4",
                                                   check=False))

    def test_a_bus_that_dies(self):
        """The monitor goes on."""
        self.begin()
        self.host.run("pkill", "-x", "-f", "dbus-daemon --system --nofork --nopidfile")
        self.bed.provider("fibre").cut()
        self.wait_for_switch("wwan0")
        self.assertTrue(self.monitor.running)


class Journal(VisibleTest):
    def start_monitor(self):
        self.monitor = self.host.start("journal", "python3", "/src/tests/namespaces/bed/journal.py",
                                       *as_unit("lte-failover-monitor.service"))

    def entries(self, message_id):
        entries = [json.loads(line) for line in self.monitor.log().splitlines()]
        return [entry for entry in entries if entry.get("MESSAGE_ID") == message_id]

    def message_id(self, subject):
        """Of the message that the catalog explains under this subject."""
        with open("/src/data/lte-failover.catalog") as catalog:
            return re.search(rf"^-- (\w+)\nSubject: {re.escape(subject)}", catalog.read(), re.MULTILINE).group(1)

    def test_fields(self):
        self.begin()
        self.bed.provider("fibre").cut()
        self.wait_for_switch("wwan0")
        switch = self.message_id("@LTE_FAILOVER_FAMILY@ traffic goes")
        wait_for("two switches in the journal", lambda: len(self.entries(switch)) == 4)
        self.note(self.entries(switch)[-1])
        for entry in self.entries(switch)[2:]:
            self.assertEqual((entry["LTE_FAILOVER_BEFORE"], entry["LTE_FAILOVER_UPLINK"]), ("eth0", "wwan0"))
            self.assertGreater(int(entry["LTE_FAILOVER_DETECT_MS"]), 1000)
            self.assertGreater(int(entry["LTE_FAILOVER_SWITCH_US"]), 0)
            self.assertGreater(int(entry["LTE_FAILOVER_LTE_BYTES"]), 0)
        dead = self.entries(self.message_id("@LTE_FAILOVER_FAMILY@ over @LTE_FAILOVER_UPLINK@ does not lead"))
        self.assertEqual({(entry["LTE_FAILOVER_UPLINK"], entry["LTE_FAILOVER_FAMILY"]) for entry in dead},
                         {("eth0", "IPv4"), ("eth0", "IPv6")})
        nothing = self.message_id("No uplink leads")
        self.assertEqual(self.entries(nothing), [])
        self.bed.provider("mobile").cut()
        wait_for("that nothing works to be said", lambda: len(self.entries(nothing)) == 2)

    def test_a_configuration_that_changes(self):
        self.begin()
        refused = self.message_id("The configuration")
        self.host.write("/etc/lte-failover.conf", CONFIG + "interval=often\n[failover]\norder=lte;ethernet\n")
        wait_for("the mistake to be named", lambda: self.entries(refused), 10)
        time.sleep(2)
        self.assertEqual(len(self.entries(refused)), 1, "told once")
        self.assertIn("interval=often", self.entries(refused)[0]["MESSAGE"])
        status = self.status()
        self.assertIn("interval=often", status["problems"][0])
        self.assertIn("stays in force", status["problems"][0])
        # The old targets are the only ones that answer here.
        self.assertEqual([self.host.way_out(), self.health("eth0")], ["eth0", ["good", "good"]])
        self.host.write("/etc/lte-failover.conf", CONFIG + "[failover]\norder=lte;ethernet\n")
        self.wait_for_switch("wwan0")
        self.assertEqual(self.status()["problems"], [])
        self.host.write("/etc/lte-failover.conf", CONFIG.replace("198.51.100.1", "198.51.100.99"))
        wait_for("the new target to be asked", lambda: self.health("eth0") == ["dead", "good"], 10)


class Hooks(VisibleTest):
    SCRIPT = "#!/bin/sh\nenv | grep LTE_FAILOVER | sort | tr '\\n' ' ' >>/tmp/hooks/{name}; id -u >>/tmp/hooks/{name}\n"

    def put(self, name, text=None, mode="755"):
        self.host.write(f"/etc/lte-failover.d/{name}", text or self.SCRIPT.format(name=name), mode)

    def told(self, name):
        return self.host.run("sh", "-c", f"cat /tmp/hooks/{name} 2>/dev/null", check=False).splitlines()

    def test_scripts_run_without_rights_and_without_holding_anything_up(self):
        self.begin()
        self.host.run("sh", "-c", "mkdir -m 777 /tmp/hooks; rm -f /tmp/hooks/*")
        self.put("10-hangs", "#!/bin/sh\nsleep 1000\n")
        self.put("20-told")
        self.put("30-writable", mode="777")
        self.host.run("sh", "-c", "chmod 777 /etc/lte-failover.d/30-writable")
        runner = self.host.start("hooks", *UNPRIVILEGED, "/usr/libexec/lte-failover-hooks")
        time.sleep(0.5)
        self.bed.provider("fibre").cut()
        self.wait_for_switch("wwan0")
        wait_for("the script to be told twice", lambda: len(self.told("20-told")) == 2, 30)
        self.note(self.told("20-told")[0])
        nobody = self.host.run("id", "-u", "nobody").strip()
        for line in self.told("20-told"):
            self.assertIn("LTE_FAILOVER_FROM=eth0", line)
            self.assertIn("LTE_FAILOVER_TO=wwan0", line)
            self.assertTrue(line.endswith(f" {nobody}"), line)
        self.assertEqual(self.told("30-writable"), [])
        self.assertIn("10-hangs takes longer than 10 s", runner.log())
        self.assertIn("30-writable is not run", runner.log())
        self.assertTrue(runner.running)
        self.assertIn("not run as root", self.host.run("/usr/libexec/lte-failover-hooks", check=False))


class Commands(VisibleTest):
    def on_terminal(self, *argv, **environment):
        """What a program prints on a terminal."""
        ours, theirs = pty.openpty()
        subprocess.run([*self.host.enter, *argv], stdin=theirs, stdout=theirs, check=True,
                       env={**os.environ, **environment})
        os.close(theirs)
        with os.fdopen(ours, "rb") as terminal:
            return terminal.read1(1 << 16).decode().replace("\r\n", "\n")

    def test_status(self):
        self.begin()
        plain = self.host.run("lte-failover", "status")
        self.note(plain)
        self.assertNotIn("\033", plain)
        coloured = self.on_terminal("lte-failover", "status", TERM="xterm")
        self.assertIn("\033[32melected, good", coloured)
        self.assertEqual(re.sub(r"\033\[\d*m", "", coloured), plain)
        self.assertEqual(self.on_terminal("lte-failover", "status", TERM="xterm", NO_COLOR="1"), plain)
        self.assertEqual(self.on_terminal("lte-failover", "status", TERM="dumb"), plain)
        columns = [line.index("standby") for line in plain.splitlines() if line.startswith("wwan0")]
        self.assertEqual(columns, [plain.index("IPV4")])

    def test_status_for_programs(self):
        self.begin()
        time.sleep(2)
        status = self.status()
        self.assertTrue(status["monitor"])
        (cable,) = [uplink for uplink in status["uplinks"] if uplink["interface"] == "eth0"]
        self.note(cable)
        for family in ("ipv4", "ipv6"):
            known = cable[family]
            self.assertEqual((known["health"], known["loss_percent"]), ("good", 0))
            self.assertTrue(0 < known["latency_us"] < 1000000)
            self.assertTrue(time.time() - 60 < known["since"] <= time.time() + 1)
        self.monitor.stop()
        status = self.status()
        self.assertFalse(status["monitor"])
        self.assertNotIn("health", status["uplinks"][0]["ipv4"])

    def test_each_switch_with_its_reason(self):
        self.begin()
        live = self.host.start("live", "lte-failover", "monitor")
        live.wait_for_log("IPv4 goes over eth0")
        self.bed.provider("fibre").cut()
        live.wait_for_log("IPv4: uplink wwan0, before: eth0 (eth0 is dead: no target of the probes answers; found after")
        self.note(live.log())
