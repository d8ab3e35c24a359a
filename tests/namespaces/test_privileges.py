# SPDX-License-Identifier: GPL-2.0-or-later
"""What somebody without rights gets from the bus and the programs: everything to read, nothing to change."""

import json

from bed.namespace import CommandFailed, wait_for
from bed.scenes import wired_with_lte_standby
from bed.testcase import BedTest

CONFIG = "[monitor]\ntargets=icmp:198.51.100.1;icmp:2001:db8:ffff::1\n"
NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--bounding-set", "-all", "--no-new-privs"]
MODEM_MANAGER = "org.freedesktop.ModemManager1"
EC25 = f"{MODEM_MANAGER}.Modem.QuectelEc25"
MONITOR = ("io.github.lte_failover", "/io/github/lte_failover", "io.github.lte_failover.Monitor1")

# Everything of ours and of ModemManager's that `ec25ctl` and mmcli would change the module with.
CHANGES = [(EC25, "SetMode", "s", "ecm"),
           (f"{MODEM_MANAGER}.Modem", "Reset"),
           (f"{MODEM_MANAGER}.Modem", "FactoryReset", "s", "000000"),
           (f"{MODEM_MANAGER}.Modem", "Enable", "b", "false"),
           (f"{MODEM_MANAGER}.Modem", "SetPowerState", "u", "2"),
           (f"{MODEM_MANAGER}.Modem", "Command", "su", "AT+CFUN=1,1", "5")]


class Nobody(BedTest):
    def begin(self):
        self.host.write("/etc/lte-failover.conf", CONFIG)
        self.cable, self.ec25 = wired_with_lte_standby(self.bed)
        self.monitor = self.host.start_failover_monitor()
        wait_for("the monitor", lambda: "good" in self.host.run("cat", "/run/lte-failover/health", check=False))
        self.modem = self.host.modem()["dbus-path"]

    def busctl(self, *arguments, check=True):
        return self.host.run(*NOBODY, "busctl", "--json=short", *arguments, check=check)

    def assert_refused(self, *call):
        with self.assertRaises(CommandFailed) as refused:
            self.busctl(*call)
        self.assertRegex(str(refused.exception), "(?i)access denied|authorization failed|not writable")

    def test_the_module(self):
        self.begin()
        mode = json.loads(self.busctl("get-property", MODEM_MANAGER, self.modem, EC25, "Mode"))["data"]
        self.assertEqual(mode, "qmi")
        asked = self.ec25.seen("at")
        for interface, method, *arguments in CHANGES:
            with self.subTest(method):
                self.assert_refused("call", MODEM_MANAGER, self.modem, interface, method, *arguments)
        self.assert_refused("set-property", MODEM_MANAGER, self.modem, EC25, "StoredMode", "s", "ecm")
        self.assertEqual(self.ec25.seen("at"), asked, "the module was asked something on behalf of nobody")
        self.assertEqual(self.ec25.status()["state"], "running")
        self.assertEqual(self.host.modem()["generic.state"], "connected")

    def test_the_failover(self):
        self.begin()
        elected = json.loads(self.busctl("get-property", *MONITOR, "Elected"))["data"]
        self.assertEqual(elected["ipv4"], "eth0")
        self.assert_refused("set-property", *MONITOR, "Elected", "a{ss}", "1", "ipv4", "wwan0")
        self.assertIn("eth0", self.host.run(*NOBODY, "lte-failover", "status"))
        self.assertIn("eth0", self.host.run(*NOBODY, "lte-failover", "explain"))
        routes = [self.host.default_routes(family) for family in (4, 6)]
        for command in ("apply", "clean"):
            with self.assertRaises(CommandFailed):
                self.host.run(*NOBODY, "lte-failover", command)
        self.assertEqual([self.host.default_routes(family) for family in (4, 6)], routes)

    def test_the_files(self):
        """Nobody can write, replace or lock any of ours."""
        self.begin()
        for folder in ("/run/lte-failover", "/var/lib/lte-failover", "/run/NetworkManager"):
            self.assertEqual(self.host.run(*NOBODY, "find", folder, "-writable", check=False).strip(), "")
        self.assertEqual(self.host.run(*NOBODY, "sh", "-c", "for f in /run/lte-failover/*lock; do test -r $f && echo $f; done",
                                       check=False).strip(), "")
