# SPDX-License-Identifier: GPL-2.0-or-later
"""A module that hangs, wholly or in part: noticed in time, brought back by the gentlest step that helps, never in a loop."""

import re
import time

from bed.namespace import wait_for
from bed.scenes import LTE, lte_up
from bed.testcase import BedTest

SPEED = 10  # all times of the watchdog are divided by it
# Seconds of the watchdog's clock until a fault must be noticed, and what this machine adds on its own.
BOUND, SLACK = 60, 8
INTERFACE = "org.freedesktop.ModemManager1.Modem.QuectelEc25"


class HungModem(BedTest):
    def plug_in(self, mode="qmi", port_power=False, speed=SPEED, connect=True):
        properties = {"ID_MM_QUECTEL_EC25_RECOVERY_SPEED": str(speed)}
        if port_power:
            properties["ID_MM_QUECTEL_EC25_PORT_POWER"] = "1"
        self.ec25 = self.bed.ec25(mode, properties=properties)
        self.net = self.ec25.net
        self.host.start_network_manager()
        self.host.start_modem_manager()
        if connect:
            lte_up(self.host)
            self.host.wait_for_way_out(self.net)
        else:
            self.host.wait_for_modem("registered enabled disabled")

    def log(self):
        return self.host.modem_manager.log()

    def logged(self, pattern):
        return re.findall(pattern, self.log())

    def steps(self):
        return self.logged(r"trying '([a-z-]+)'")

    def recovery(self):
        """RecoveryState, RecoveryCount, LastFault; or None without a modem."""
        modem = self.host.modem()
        if not modem:
            return None
        words = [self.host.run("busctl", "get-property", "org.freedesktop.ModemManager1", modem["dbus-path"], INTERFACE,
                               name, check=False).split(" ", 1) for name in ("RecoveryState", "RecoveryCount", "LastFault")]
        return tuple(word[1].strip().strip('"') if len(word) == 2 else "" for word in words)

    def assert_noticed(self, pattern, bound=BOUND / SPEED + SLACK):
        """The fault is in the log within its time. Returns how long it took."""
        begin = time.monotonic()
        wait_for(f"the fault to be noticed: {pattern}", lambda: self.logged(pattern), bound, step=0.1)
        taken = time.monotonic() - begin
        self.note(f"noticed after {taken:.1f} s at {SPEED} times the speed")
        return taken

    def assert_helped(self, *steps, timeout=60):
        """These steps were taken, the last of them helped, and D-Bus and ec25ctl tell."""
        wait_for(f"{steps[-1]} to help", lambda: self.logged(f"is back: {steps[-1]} helped"), timeout)
        self.assertEqual(self.steps(), list(steps))
        state, count, fault = wait_for("the modem to tell", self.recovery)
        self.assertEqual((state, count), ("watching", str(len(steps))))
        self.assertIn(f"{steps[-1]} helped", fault)
        self.assertIn(f"{steps[-1]} helped", self.host.run("ec25ctl", "status"))
        self.assertIn(f"{steps[-1]} helped", self.host.run("ec25ctl", "doctor", check=False))
        self.note(self.logged(r"the module is back: (.*)")[-1])

    def assert_connected_again(self):
        self.host.wait_for_way_out(self.net, timeout=60)
        self.host.wait_for_modem("connected")


class Silence(HungModem):
    """No answers on QMI, on AT, on both."""

    def assert_recovers(self, hang, *steps, mode="qmi", port_power=False):
        self.plug_in(mode, port_power)
        for part in hang[:-1]:
            self.ec25.control("hang", part, hang[-1])
        self.assert_noticed("does not answer at .*trying 'reopen'")
        self.assert_helped(*steps)
        self.assert_connected_again()

    def test_qmi_that_wakes_when_its_port_is_opened_anew(self):
        self.assert_recovers(("qmi", "until-reopened"), "reopen")

    def test_qmi_that_wakes_with_the_radio(self):
        self.assert_recovers(("qmi", "until-radio"), "reopen", "radio-cycle")

    def test_qmi_that_wakes_with_a_restart(self):
        self.assert_recovers(("qmi", "until-restart"), "reopen", "radio-cycle", "restart")
        self.assertIn("AT+CFUN=1,1", self.ec25.seen("at"))

    def test_everything_until_the_power_is_taken_away(self):
        self.assert_recovers(("all", "until-power"), "reopen", "port-power", port_power=True)

    def test_mbim_that_wakes_with_a_restart(self):
        self.assert_recovers(("mbim", "until-restart"), "reopen", "radio-cycle", "restart", mode="mbim")

    def test_ecm_whose_first_at_port_hangs(self):
        self.assert_recovers(("at-primary", "until-restart"), "reopen", "radio-cycle", "restart", mode="ecm")

    def test_ecm_whose_at_ports_wake_when_opened_anew(self):
        self.assert_recovers(("at", "until-reopened"), "reopen", mode="ecm")

    def test_at_beside_a_working_connection_is_left_alone(self):
        self.plug_in()
        self.ec25.control("hang", "at", "on")
        self.assert_noticed("AT port does not answer\n", bound=BOUND / SPEED + SLACK)
        time.sleep(10)
        self.assertEqual(self.steps(), [])
        self.assertEqual(self.host.way_out(), "wwan0")
        self.assertEqual(len(self.logged("AT port does not answer\n")), 1)

    def test_at_without_a_connection(self):
        self.plug_in(connect=False)
        self.ec25.control("hang", "at", "until-restart")
        self.assert_noticed("AT port does not answer at .*trying 'restart'")
        self.assert_helped("restart")


class Data(HungModem):
    """The module answers, and carries no data."""

    def send(self, seconds=40):
        """Packets without an answer, ten a second."""
        return self.host.start("sender", "python3", "-c", (
            "import socket, time\n"
            "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            f"for _ in range({seconds * 10}):\n"
            "    try:\n        s.sendto(b'x', ('198.51.100.1', 4999))\n    except OSError:\n        pass\n"
            "    time.sleep(0.1)\n"))

    def test_session_lost_without_a_word(self):
        self.plug_in()
        self.ec25.control("pdn", "lose")
        self.send()
        self.assert_noticed("the data session was gone without a word")
        wait_for("a new session", lambda: self.ec25.status()["session4"] == "connected", 30)
        self.assert_connected_again()
        self.assertEqual(self.steps(), [])

    def test_module_that_sends_nothing_until_connected_anew(self):
        self.plug_in()
        self.ec25.control("data", "blackhole", "until-reconnected")
        self.send()
        self.assert_noticed("does not send what it is given at .*trying 'reconnect'")
        wait_for("a session that carries", lambda: self.ec25.status()["blackhole"] == "off", 30)
        self.assert_connected_again()
        self.assertEqual(self.steps(), ["reconnect"])

    def test_module_that_never_sends_is_reconnected_twice_and_never_restarted(self):
        self.plug_in()
        self.ec25.control("data", "blackhole", "on")
        self.send(120)
        wait_for("two attempts", lambda: len(self.steps()) == 2, 60)
        time.sleep(30)
        self.assertEqual(self.steps(), ["reconnect", "reconnect"])
        self.assertFalse([question for question in self.ec25.seen("at") if question.startswith("AT+CFUN=1,1")])
        self.assertEqual(self.recovery()[:2], ("watching", "2"))


class Boot(HungModem):
    """Stuck after a reset; a broken boot."""

    def test_stuck_after_a_reset(self):
        self.plug_in(port_power=True)
        self.ec25.control("restart-sticks", "on")
        self.host.mmcli("--reset")
        self.assert_noticed("did not come back from a restart at .*trying 'port-power'", bound=90 / SPEED + SLACK)
        self.assert_helped("port-power")
        self.assert_connected_again()

    def test_broken_boot(self):
        self.plug_in(port_power=True)
        self.ec25.control("broken-boot")
        self.assert_noticed("is stuck in its boot loader at .*trying 'port-power'")
        self.assert_helped("port-power")
        self.assert_connected_again()

    def test_broken_boot_where_the_power_is_not_to_be_taken_away(self):
        self.plug_in()
        self.ec25.control("broken-boot")
        self.assert_noticed("is stuck in its boot loader at .*nothing more is done for now")
        self.assert_logged(self.host.modem_manager, "taking its power away may help")
        self.assertEqual(self.steps(), [])


class Dead(HungModem):
    """Nothing helps."""

    time_limit = 400

    def test_no_loop_and_a_way_out(self):
        """Eight rounds a day, and what there is of another line has the traffic when the first step is taken."""
        wired = self.bed.cable()
        self.plug_in(connect=False, port_power=True)
        self.host.add_wired("wired", "eth0", metric=900)
        self.host.nmcli("connection", "add", *LTE, "ipv4.route-metric", "50", "ipv6.route-metric", "50")
        self.host.nmcli("connection", "up", "lte")
        self.assertTrue(wired)
        self.ec25.control("hang", "all", "on")
        taken = self.assert_noticed("does not answer at .*trying 'reopen'")
        self.host.wait_for_way_out("eth0", timeout=3)
        self.note(f"the other line has the traffic {taken:.1f} s after the fault, before anything has helped")
        time.sleep(60)  # ten minutes of the watchdog
        rounds = len([step for step in self.steps() if step == "port-power"])
        self.assertGreaterEqual(rounds, 2)
        self.assertLessEqual(rounds, 5)
        self.assertTrue(self.logged("nothing more is done for now"))
        pauses = [float(stamp) for stamp in self.logged(r"\[(\d+\.\d+)\][^\n]*trying 'port-power'")]
        gaps = [later - earlier for earlier, later in zip(pauses, pauses[1:])]
        self.assertEqual(gaps, sorted(gaps))
        self.note(f"seconds between rounds: {', '.join(f'{gap:.0f}' for gap in gaps)}")


class Healthy(HungModem):
    """A healthy modem is never disturbed."""

    time_limit = 400

    def assert_undisturbed(self):
        self.assertEqual(self.steps(), [])
        self.assertEqual(self.recovery(), ("watching", "0", ""))
        self.assertEqual(self.host.modem()["dbus-path"], self.path)

    def test_idle_and_one_way_traffic(self):
        """At the real speed: two minutes each, in QMI mode."""
        self.plug_in(speed=1)
        self.path = self.host.modem()["dbus-path"]
        before = sum(self.ec25.seen("qmi").values()) + sum(self.ec25.seen("at").values())
        time.sleep(120)
        asked = sum(self.ec25.seen("qmi").values()) + sum(self.ec25.seen("at").values()) - before
        self.note(f"{asked} messages in two minutes of idling, ModemManager's own among them")
        self.assertLess(asked, 40)
        self.assert_undisturbed()
        Data.send(self, 120)
        time.sleep(120)
        self.assert_undisturbed()
        self.assertEqual(self.host.way_out(), "wwan0")

    def test_other_modes(self):
        for mode in ("ecm", "mbim"):
            with self.subTest(mode):
                self.renew_bed()
                self.plug_in(mode)
                self.path = self.host.modem()["dbus-path"]
                time.sleep(20)
                self.assert_undisturbed()

    def test_a_module_that_is_told_to_restart_or_pulled_out_is_no_fault(self):
        self.plug_in()
        self.host.mmcli("--reset")
        self.host.wait_for_no_modem()
        self.assert_connected_again()
        self.ec25.control("unplug")
        self.host.wait_for_no_modem()
        time.sleep(12)
        self.assertFalse(self.logged("does not answer|did not come back"))
        self.assertEqual(self.steps(), [])
