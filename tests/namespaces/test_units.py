# SPDX-License-Identifier: GPL-2.0-or-later
"""The units as they are installed, under a real systemd: narrow, and wide enough for all that the programs do."""

import json
import re
import time

from bed.namespace import wait_for
from bed.scenes import wait_until_carried_by, wired_with_lte_standby
from bed.service_manager import UNITS
from bed.testcase import BedTest

CONFIG = """
[monitor]
targets=icmp:198.51.100.1;icmp:2001:db8:ffff::1;tcp:198.51.100.1:7;dns:198.51.100.1
return-after=2s
"""
# Budgets are counted in a file.
CONFIG += "[budget]\nmonthly=1G\n"

SCRIPT = """#!/bin/sh
echo "told: $LTE_FAILOVER_FAMILY $LTE_FAILOVER_FROM $LTE_FAILOVER_TO uid $(id -u)"
for folder in /tmp /etc /run /run/lte-failover /var/lib/lte-failover /etc/lte-failover.d /home /root; do
    touch "$folder/x" 2>/dev/null && echo "$folder written"
done
"""
NET_ADMIN, NET_RAW = 1 << 12, 1 << 13
MONITOR, CLEAN, HOOKS = (f"lte-failover-{name}.service" for name in ("monitor", "clean", "hooks"))


class Units(BedTest):
    def begin(self):
        """A cable that carries the traffic, LTE behind it, the monitor as its unit starts it."""
        self.manager = self.host.start_service_manager(MONITOR, CLEAN, HOOKS)
        # A call outside of the filter is an error for the program, which may not mind; here it is the end.
        for unit in (MONITOR, CLEAN, HOOKS):
            self.host.write(f"{UNITS}/{unit}.d/strict.conf", "[Service]\nSystemCallErrorNumber=\n")
        self.host.run("systemctl", "daemon-reload")
        self.host.write("/etc/lte-failover.conf", CONFIG)
        self.cable, self.ec25 = wired_with_lte_standby(self.bed)
        self.host.run("systemctl", "start", MONITOR)
        for interface in ("eth0", "wwan0"):
            wait_for(f"{interface} to be good", lambda: self.health(interface) == ["good", "good"], 30)

    def health(self, interface):
        status = json.loads(self.host.run("lte-failover", "status", "--json"))
        return [uplink[family].get("health") for uplink in status["uplinks"] if uplink["interface"] == interface
                for family in ("ipv4", "ipv6")]

    def drop_ins(self):
        return self.host.run("find", "/run/NetworkManager", "-name", "*lte-failover*")

    def process_of(self, unit):
        """What /proc says of the unit's process."""
        pid = self.manager.property(unit, "MainPID")
        return dict(re.findall(r"^(\w+):\t(.*)$", self.host.read(f"/proc/{pid}/status"), re.MULTILINE))

    def assert_no_complaint(self, unit):
        self.assertNotRegex(self.manager.log(unit), "(?i)cannot|not permitted|denied|read-only")

    def assert_sandboxed(self, unit, capabilities):
        """The kernel has what the unit says."""
        process = self.process_of(unit)
        for name in ("CapEff", "CapPrm", "CapBnd"):
            self.assertEqual(int(process[name], 16), capabilities, name)
        self.assertEqual((process["NoNewPrivs"], process["Seccomp"]), ("1", "2"))
        # From inside of its mounts.
        inside = ["nsenter", "-t", self.manager.property(unit, "MainPID"), "--mount"]
        for path in ("/usr/bin", "/etc", "/var/lib", "/run", "/home", "/root", "/proc/sys/kernel", "/sys", "/dev"):
            self.assertNotEqual(self.host.run(*inside, "sh", "-c", f"touch {path}/x 2>/dev/null && echo written", check=False),
                                "written\n", f"{unit} can write to {path}")
        return inside

    def test_the_monitor_does_all_it_does(self):
        self.begin()
        self.assertEqual(self.host.linkdown_setting("eth0"), "1", "/proc/sys/net cannot be written")
        self.bed.provider("fibre").cut()
        wait_until_carried_by(self.host, "wwan0")
        wait_for("the drop-in for name servers", self.drop_ins)
        self.bed.provider("fibre").restore()
        wait_until_carried_by(self.host, "eth0")
        inside = self.assert_sandboxed(MONITOR, NET_ADMIN | NET_RAW)
        for folder in ("/run/lte-failover", "/run/NetworkManager/conf.d", "/var/lib/lte-failover"):
            self.host.run(*inside, "sh", "-c", f"touch {folder}/x && rm {folder}/x")
        self.host.run("systemctl", "stop", MONITOR)
        self.assertIn("usage", self.host.run("ls", "/var/lib/lte-failover"))
        self.assert_no_complaint(MONITOR)
        self.assertEqual(self.manager.property(MONITOR, "Result"), "success")

    def test_what_a_monitor_leaves_that_fails_for_good(self):
        self.begin()
        self.assertNotEqual(self.host.linkdown_setting("eth0"), "0")
        self.host.write(f"{UNITS}/{MONITOR}.d/never-again.conf", "[Service]\nRestart=no\n")
        self.host.run("systemctl", "daemon-reload")
        self.host.run("systemctl", "kill", "--signal=SIGKILL", MONITOR)
        wait_for("the clean-up", lambda: self.manager.property(CLEAN, "ExecMainExitTimestamp"))
        self.assertEqual(self.manager.property(CLEAN, "Result"), "success", self.manager.log(CLEAN))
        self.assert_no_complaint(CLEAN)
        self.assertEqual(self.drop_ins(), "")

    def test_scripts(self):
        """They run as nobody in particular, hear of each switch, and can change nothing."""
        self.host.write("/etc/lte-failover.d/tell", SCRIPT, mode="755")
        # What libnss-systemd does for a user that exists only as long as its service: the bus asks who it is.
        self.host.run("sh", "-c", "echo lte-failover-hooks:x:61999:61999::/:/usr/sbin/nologin >>/etc/passwd; "
                                  "echo lte-failover-hooks:x:61999: >>/etc/group")
        self.begin()
        self.host.run("systemctl", "start", HOOKS)
        wait_for("the listener", lambda: self.manager.property(HOOKS, "ActiveState") == "active")
        time.sleep(1)
        self.bed.provider("fibre").cut()
        wait_until_carried_by(self.host, "wwan0")
        wait_for("the script", lambda: self.manager.log(HOOKS).count("told:") >= 2)
        told = self.manager.log(HOOKS)
        self.assertIn("told: ipv4 eth0 wwan0", told)
        self.assertNotIn("uid 0", told)
        self.assertEqual(set(re.findall(r"(\S+) written", told)), {"/tmp"})
        self.assert_sandboxed(HOOKS, 0)
