# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemons under valgrind through a life with the modem: no access out of bounds, and nothing lost.

What the daemon itself loses is in valgrind.supp, each with its reason. Everything else counts, whoever's it looks like:
an object of the daemon that we keep a reference of is lost in its code, not in ours.
"""

from bed.scenes import LTE, wait_until_carried_by
from bed.testcase import BedTest
from bed.valgrind import Valgrind
from test_monitor import CONFIG, MonitorTest


class MemoryTest(BedTest):
    time_limit = 600

    def assert_clean_end(self, daemon, valgrind):
        daemon.stop(timeout=60)
        findings = valgrind.findings()
        self.assertEqual([], findings, "\n\n".join([*findings, f"{len(findings)} findings in {valgrind.log}"]))


class ModemManager(MemoryTest):
    def plug_in(self, mode):
        self.ec25 = self.bed.ec25(mode)
        self.valgrind = Valgrind(self.host, "ModemManager")
        self.host.start_network_manager()
        self.host.start_modem_manager(under=self.valgrind.command)
        self.host.wait_for_modem("registered", timeout=180)

    def connect_in_vain_and_well(self):
        self.host.nmcli("connection", "add", *LTE, "connection.autoconnect", "no", "gsm.apn", "wrong")
        self.host.nmcli("connection", "up", "lte", check=False)
        self.host.nmcli("connection", "modify", "lte", "gsm.apn", "super")
        self.host.nmcli("connection", "up", "lte")

    def connect_with_faults(self):
        for fault in ("error", "garbage", "urc-inside"):
            self.host.nmcli("connection", "down", "lte", check=False)
            self.ec25.control("fault", "at", "AT+", fault, "3")
            self.host.nmcli("connection", "up", "lte", check=False)
        self.ec25.control("fault", "at", "off")

    def come_back(self):
        self.host.wait_for_no_modem(timeout=60)
        self.host.wait_for_modem("registered", timeout=180)
        self.host.nmcli("connection", "up", "lte")

    def unplug_and_plug(self):
        self.ec25.control("unplug")
        self.host.wait_for_no_modem(timeout=60)
        self.ec25.control("plug")
        self.host.wait_for_modem("registered", timeout=180)
        self.host.nmcli("connection", "up", "lte")

    def assert_a_clean_life(self, mode):
        self.plug_in(mode)
        self.connect_in_vain_and_well()
        self.connect_with_faults()
        self.host.nmcli("connection", "up", "lte")
        self.host.mmcli("--reset")
        self.come_back()
        self.unplug_and_plug()
        self.host.nmcli("connection", "down", "lte")
        self.assert_clean_end(self.host.modem_manager, self.valgrind)

    def test_ecm(self):
        self.assert_a_clean_life("ecm")

    def test_qmi(self):
        self.assert_a_clean_life("qmi")

    def test_mbim(self):
        self.assert_a_clean_life("mbim")


class Monitor(MemoryTest, MonitorTest):
    def start_monitor(self):
        self.valgrind = Valgrind(self.host, "monitor")
        self.monitor = self.host.start_failover_monitor(under=self.valgrind.command)

    def test_failover(self):
        cable = self.begin(CONFIG + "[budget]\nmonthly=1G\n")
        fibre = self.bed.provider("fibre")
        for away, back in ((fibre.cut, fibre.restore), (cable.pull, cable.plug)):
            away()
            wait_until_carried_by(self.host, "wwan0")
            back()
            wait_until_carried_by(self.host, "eth0")
        self.assert_clean_end(self.monitor, self.valgrind)
