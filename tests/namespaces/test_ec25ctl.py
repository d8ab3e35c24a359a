# SPDX-License-Identifier: GPL-2.0-or-later
"""ec25ctl: what it tells, what it switches, and whether doctor finds what is wrong."""

import json
import subprocess

from bed.host import OURS, PLUGINS
from bed.namespace import wait_for
from bed.scenes import LTE, lte_up
from bed.testcase import BedTest

TARGET = "198.51.100.1:80"


class Ec25ctlTest(BedTest):
    def plug_in(self, mode="qmi", **modem):
        self.ec25 = self.bed.ec25(mode, **modem)
        self.host.start_network_manager()
        self.host.start_modem_manager()

    def ec25ctl(self, *arguments, user="nobody"):
        """Its exit status and what it prints; by default as somebody without any rights."""
        done = subprocess.run([*self.host.enter, "setpriv", f"--reuid={user}", "--clear-groups", "ec25ctl", *arguments],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=200, env=self.host.usb_environment)
        return done.returncode, done.stdout

    def doctor(self):
        """{id of a check: the check}, and the exit status under "exit"."""
        status, text = self.ec25ctl("doctor", "--json", f"--target={TARGET}")
        text = text[text.index("{"):]  # umockdev complains of its own sockets to who has no rights
        return {"exit": status, **{check["id"]: check for check in json.loads(text)["checks"]}}

    def assert_finds(self, problem, text, remedy):
        checks = self.doctor()
        self.assertEqual(checks["exit"], 1)
        found = [name for name, check in checks.items() if name != "exit" and check["state"] == "problem"]
        self.assertEqual(found[0], problem)
        self.assertRegex(checks[problem]["detail"], text)
        self.assertRegex(checks[problem]["remedy"], remedy)


class Status(Ec25ctlTest):
    def test_in_every_mode(self):
        for mode, interface in (("qmi", "wwan0"), ("ecm", "ec25usb0"), ("mbim", "wwan0"), ("rndis", "ec25usb0")):
            with self.subTest(mode):
                self.renew_bed()
                self.plug_in(mode)
                lte_up(self.host)
                self.host.wait_for_way_out(interface)
                status, text = self.ec25ctl("status", "--json")
                told = json.loads(text)
                self.assertEqual(status, 0)
                self.assertEqual((told["mode"], told["stored_mode"], told["interface"]), (mode, mode, interface))
                self.assertEqual((told["connected"], told["apn"]), ("yes", "super"))
                self.assertIn("00101", told["operator"])
                self.assertIn("lte", told["technology"])
                self.assertTrue(told["addresses"])
                self.assertEqual(self.ec25ctl("mode"), (0, f"{mode}\n"))
                self.assertIn("EC25EFAR06A11M4G", self.ec25ctl("status")[1])

    def test_without_modem_and_without_modemmanager(self):
        status, text = self.ec25ctl("status")
        self.assertEqual(status, 3)
        self.assertIn("ModemManager is not running", text)

    def test_usage(self):
        for arguments in ([], ["dance"], ["status", "now"], ["mode", "qmi", "ecm"], ["--dance"]):
            self.assertEqual(self.ec25ctl(*arguments)[0], 2)
        status, text = self.ec25ctl("mode", "fastest")
        self.assertEqual(status, 2)
        self.assertIn("use qmi, ecm, mbim or rndis", text)
        self.assertEqual(self.ec25ctl("--help")[0], 0)


class Mode(Ec25ctlTest):
    def test_there_and_back(self):
        self.plug_in()
        lte_up(self.host)
        for mode, interface in (("ecm", "ec25usb0"), ("mbim", "wwan0"), ("qmi", "wwan0")):
            status, text = self.ec25ctl("mode", mode, "--yes", user="root")
            self.assertEqual(status, 0, text)
            self.assertIn("It is back.", text)
            self.assertEqual(self.ec25.describe()["mode"], mode)
            self.host.wait_for_way_out(interface, timeout=60)
        self.assertEqual(self.ec25ctl("mode", "qmi", user="root"), (0, "The module is in mode qmi already.\n"))

    def test_nobody_is_asked_and_nobody_may(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        status, text = self.ec25ctl("mode", "ecm", user="root")
        self.assertEqual(status, 1)
        self.assertIn("use --yes", text)
        status, text = self.ec25ctl("mode", "ecm", "--yes")
        self.assertEqual(status, 1)
        self.assertRegex(text, "(?i)authori")
        self.assertEqual(self.ec25.status()["stored_usbnet"], "0")

    def test_a_firmware_that_keeps_its_mode(self):
        self.plug_in(quirks__keeps_usbnet="true")
        self.host.wait_for_modem("registered")
        status, text = self.ec25ctl("mode", "ecm", "--yes", user="root")
        self.assertEqual(status, 1)
        self.assertIn("back in mode 'qmi' instead of ecm", text)

    def test_reset(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        status, text = self.ec25ctl("reset", user="root")
        self.assertEqual(status, 0, text)
        self.assertEqual(self.ec25.events.count("detached"), 1)


class Doctor(Ec25ctlTest):
    def test_all_is_well(self):
        self.bed.internet.start("web", "socat", "TCP-LISTEN:80,fork,reuseaddr", "PIPE")
        for mode in ("qmi", "ecm"):
            with self.subTest(mode):
                self.renew_bed()
                self.bed.internet.start("web", "socat", "TCP-LISTEN:80,fork,reuseaddr", "PIPE")
                self.plug_in(mode)
                lte_up(self.host)
                self.host.wait_for_way_out(self.ec25.net)
                checks = self.doctor()
                self.assertEqual([(name, check) for name, check in checks.items()
                                  if name != "exit" and check["state"] == "problem"], [])
                self.assertEqual(checks["exit"], 0)
                self.assertEqual(checks["internet"]["state"], "ok")

    def test_recommended_mode(self):
        for mode in ("qmi", "ecm", "mbim", "rndis"):
            with self.subTest(mode):
                self.renew_bed()
                self.plug_in(mode)
                self.host.wait_for_modem("registered")
                check = self.doctor()["mode"]
                self.assertEqual((check["state"], check["detail"]), ("ok", mode))
                self.assertEqual("ec25ctl mode qmi" in check.get("remedy", ""), mode != "qmi")

    def test_no_modem(self):
        self.assert_finds("usb", "no 2c7c:0125", "plug it in")

    def test_modemmanager_stopped(self):
        self.bed.ec25()
        self.assert_finds("modemmanager", "not running", "systemctl")

    def test_boot_loader(self):
        self.plug_in()
        self.ec25.control("broken-boot")
        wait_for("the boot loader", lambda: self.ec25.describe()["mode"] == "" and self.ec25.plugged)
        self.assert_finds("boot", "QHSUSB__BULK", "power")

    def test_plugin_removed(self):
        self.host.run("mount", "--bind", "/dev/null", f"{PLUGINS}/{OURS}")
        self.plug_in()
        self.host.wait_for_modem("registered")
        self.assert_finds("plugin", "driven by plugin quectel", ".")

    def test_pin(self):
        self.plug_in(sim__pin="1234")
        self.host.wait_for_modem("locked")
        self.assert_finds("sim", "PIN", "gsm.pin")

    def test_no_sim(self):
        self.plug_in(sim__present="false")
        self.host.wait_for_modem("failed")
        self.assert_finds("sim", "sim-missing", "SIM card")

    def test_denied(self):
        self.plug_in("ecm", network__registration="denied")
        self.host.wait_for_modem("searching enabled")
        self.assert_finds("registration", "denied", "contract")

    def test_wrong_apn(self):
        self.plug_in("ecm")
        self.host.wait_for_modem("registered")
        self.host.nmcli("connection", "add", *LTE, "gsm.apn", "wrong", "connection.autoconnect", "no")
        self.host.nmcli("connection", "up", "lte", check=False)
        self.host.wait_for_modem("registered")
        self.assert_finds("connection", "APN", "gsm.apn")

    def test_raw_ip(self):
        self.plug_in()
        self.host.wait_for_modem("registered")
        self.ec25.set_raw_ip("N")
        self.host.run("ip", "link", "set", "wwan0", "up")
        self.assert_finds("raw_ip", "^N;", "keeps the link up")

    def test_no_internet(self):
        self.plug_in("ecm")
        lte_up(self.host)
        self.host.wait_for_way_out("ec25usb0")
        self.ec25.control("data", "blackhole", "on")
        self.assert_finds("internet", "over ec25usb0", "credit")
