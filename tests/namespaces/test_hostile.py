# SPDX-License-Identifier: GPL-2.0-or-later
"""A modem that answers wrong, or not at all: ModemManager lives, says what is wrong, and recovers."""

import json
import re
import subprocess
import time

from bed.namespace import wait_for
from bed.scenes import LTE, lte_up
from bed.testcase import BedTest

INTERNAL_ERROR = "3"  # QMI protocol error "Internal"
SETTLED = "connected failed locked"


class HostileModem(BedTest):
    mode = "qmi"

    def plug_in(self):
        self.ec25 = self.bed.ec25(self.mode)
        self.host.start_network_manager()
        self.host.start_modem_manager()

    def assert_unharmed(self):
        """ModemManager runs, answers, and had no reason for a critical message."""
        self.assertTrue(self.host.modem_manager.running, "ModemManager ended")
        self.host.run("mmcli", "-L", timeout=10)
        critical = re.findall(r".*(?:CRITICAL|assertion .* failed|Bail out).*", self.host.modem_manager.log())
        self.assertEqual(critical, [])

    def settle(self, timeout=30):
        """Waits until the modem is in a state that stays, or as long as one is worth waiting for."""
        deadline = time.monotonic() + timeout
        state = None
        while time.monotonic() < deadline and state not in SETTLED.split():
            time.sleep(0.3)
            state = (self.host.modem() or {}).get("generic.state")
        return state

    def messages(self, protocol, services):
        """(service, message) of all that a plug-in, a connection and its end ask for."""
        lte_up(self.host)
        self.host.nmcli("connection", "down", "lte")
        self.host.nmcli("connection", "up", "lte")
        asked = (line.split(" ") for line in self.ec25.seen(protocol) if " " in line)
        return sorted({(service, message) for service, message, *_ in asked if service in services})

    def fail_in_turn(self, protocol, services, *error):
        """The modem is plugged in anew for each of the messages, which it answers with the error."""
        self.plug_in()
        messages = self.messages(protocol, services)
        self.assertTrue(messages)
        states = {}
        for service, message in messages:
            self.ec25.unplug()
            self.host.wait_for_no_modem()
            self.ec25.control("fault", protocol, service, message, *error)
            begin = len(self.host.modem_manager.log())
            self.ec25.plug()
            state = self.settle()
            self.ec25.control("fault", protocol, "off")
            with self.subTest(f"{service} {message}: {state}"):
                self.assert_unharmed()
                states.setdefault(str(state), []).append(f"{service} {message}")
                if state != "connected":
                    told = re.search(r"<(?:wrn|warn|err|error)>.*", self.host.modem_manager.log()[begin:])
                    self.assertTrue(told, "no word about it in the log")
        for state, names in states.items():
            self.note(f"{state} in spite of errors: {len(names)}" if state == "connected" else f"{state}: {', '.join(names)}")
        self.ec25.unplug()
        self.host.wait_for_no_modem()
        self.ec25.plug()
        self.host.wait_for_way_out("wwan0", timeout=60)


class Qmi(HostileModem):
    """Every message that ModemManager sends on its way to a connection fails in turn."""

    time_limit = 600

    def fail_messages_of(self, *services):
        self.fail_in_turn("qmi", services, "error", INTERNAL_ERROR)

    def test_every_ctl_and_dms_message(self):
        self.fail_messages_of("CTL", "DMS")

    def test_every_nas_message(self):
        self.fail_messages_of("NAS")

    def test_every_uim_message(self):
        self.fail_messages_of("UIM")

    def test_every_wds_and_wda_message(self):
        self.fail_messages_of("WDS", "WDA")

    def test_every_other_message(self):
        self.fail_messages_of("WMS", "VOICE", "LOC", "PDC", "DSD", "SAR")


class At(HostileModem):
    """The AT port is a side entrance in QMI mode: what it says must not keep the line down."""

    def assert_connects_with(self, fault):
        self.ec25 = self.bed.ec25()
        self.ec25.unplug()
        self.ec25.control("fault", "at", "AT", fault)
        self.ec25.plug()
        self.host.start_network_manager()
        self.host.start_modem_manager()
        self.host.wait_for_modem("registered enabled disabled", timeout=120)
        self.host.nmcli("connection", "add", *LTE)
        self.host.nmcli("connection", "up", "lte", timeout=120)
        self.assertEqual(self.host.way_out(), "wwan0")
        self.assertEqual(self.host.modem()["generic.plugin"], "quectel-ec25")
        self.assert_unharmed()

    def test_an_at_port_that_falls_silent_later_does_not_cost_the_modem(self):
        """ModemManager drops a modem after ten commands in a row without an answer."""
        self.plug_in()
        lte_up(self.host)
        before = self.host.modem()["dbus-path"]
        self.ec25.control("hang", "at", "on")
        for _ in range(12):
            self.host.run("busctl", "call", "org.freedesktop.ModemManager1", before,
                          "org.freedesktop.ModemManager1.Modem", "Command", "su", "AT+CSQ", "1", check=False)
        self.assertEqual(self.host.modem()["dbus-path"], before)
        self.assertEqual(self.host.way_out(), "wwan0")
        self.assert_unharmed()

    def test_errors(self):
        self.assert_connects_with("error")

    def test_garbage(self):
        self.assert_connects_with("garbage")

    def test_truncated_answers(self):
        self.assert_connects_with("truncate")

    def test_silence(self):
        self.assert_connects_with("silent")


FAULTS = ("error", "cme 3", "garbage", "truncate", "split", "urc-inside", "silent")


class AtConnectPath(HostileModem):
    """In ECM mode a connection is made of AT commands: each of them is answered wrong in turn."""

    mode = "ecm"
    time_limit = 900
    apns = ("super", "internet")  # the network accepts either; changing it makes the bearer write

    def use_the_other_apn(self):
        self.apns = self.apns[::-1]
        self.host.nmcli("connection", "modify", "lte", "gsm.apn", self.apns[0])

    def connect(self):
        """Whether `nmcli connection up lte` says that it worked; NetworkManager tries three IP types."""
        return "successfully activated" in self.host.nmcli("--wait", "200", "connection", "up", "lte", check=False, timeout=210)

    def commands(self):
        """What a connection with another APN than the stored one asks."""
        self.plug_in()
        lte_up(self.host, "connection.autoconnect", "no")
        self.host.nmcli("connection", "down", "lte")
        self.use_the_other_apn()
        self.ec25.control("seen", "clear")
        self.assertTrue(self.connect())
        asked = [command for command in self.ec25.seen("at") if re.match(r"AT\+(CGDCONT|QICSGP|CG|CFUN|C.?REG|CEER)", command)]
        self.assertGreater(len(asked), 4)
        return sorted({re.sub(r"=.*", "=", command) if "=" in command else command for command in asked})

    def fail_in_turn(self, faults):
        commands = self.commands()
        outcome = {}
        for command in commands:
            for fault in faults:
                self.host.nmcli("connection", "down", "lte", check=False)
                self.use_the_other_apn()
                self.ec25.control("fault", "at", command, *fault.split())
                begin = len(self.host.modem_manager.log())
                connected = self.connect()
                self.ec25.control("fault", "at", "off")
                with self.subTest(f"{command} {fault}"):
                    self.assert_unharmed()
                    if not connected:
                        self.assertRegex(self.host.modem_manager.log()[begin:], "couldn't connect bearer|onnection attempt.* failed")
                    if not connected and not self.host.modem():
                        self.host.wait_for_modem("registered")
                outcome.setdefault(connected, []).append(f"{command} {fault}")
        self.note(f"connected all the same: {len(outcome.get(True, []))}; refused with a reason: {len(outcome.get(False, []))}")
        self.host.wait_for_modem("registered connected")
        self.assertTrue(self.connect())
        self.host.wait_for_way_out("ec25usb0")

    def test_errors_and_garbage(self):
        self.fail_in_turn(FAULTS[:-1])

    def test_silence(self):
        self.fail_in_turn(FAULTS[-1:])


# What a terminal, a log or printf() would obey, and a line that is not ours.
ESCAPES = b"\x1b[31mred\x1b]0;title\x07\x08\x7f\xc2\x9b2J\xe2\x80\xae%s%n%n\rINJECTED\nINJECTED"
NO_UTF8 = b"\xff\xfe\xc3(\xed\xa0\x80\x9b2J\x85"
UNFIT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def as_setting(text):
    """Bytes as a virtual EC25's profile takes them."""
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 0x80 else f"\\\\{byte:03o}" for byte in text)


def as_gsm7(text):
    """Seven bits a character: what libqmi takes a text for that cannot be shown as UTF-8."""
    return sum(character << 7 * i for i, character in enumerate(text)).to_bytes((7 * len(text) + 7) // 8, "little")


class Strings(HostileModem):
    """A module whose every text is made to do harm: nothing breaks, and nothing of it reaches a terminal or our log raw."""

    time_limit = 400

    def plug_in(self, mode, text, encode=bytes, **more):
        """The text is behind each name that the module and the network have; more: of the profile, as it is."""
        names = {"identity__revision": b"EC25EFAR06A09M4G", "identity__full_revision": b"EC25EFAR06A09M4G_30.203.30.203",
                 "identity__model": b"EC25", "identity__qmi_model": b"EC25", "identity__manufacturer": b"Quectel",
                 "identity__qmi_manufacturer": b"Quectel", "identity__hardware_revision": b"10000",
                 "identity__carrier_config": b"ROW", "network__long_name": b"Name", "network__short_name": b"Name"}
        more.update({key: encode(name + text) for key, name in names.items()})
        self.ec25 = self.bed.ec25(mode, **{key: as_setting(value) for key, value in more.items()})
        self.host.start_network_manager()
        self.host.start_modem_manager()
        wait_for("a modem", lambda: self.state() in ("registered", "connected"), 90)

    def ec25ctl(self, *arguments):
        """Bytes: a pipe's text mode would hide a carriage return."""
        done = subprocess.run([*self.host.enter, "ec25ctl", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60, env=self.host.usb_environment)
        return done.stdout + done.stderr

    def status(self):
        return json.loads(self.ec25ctl("status", "--json"))

    def state(self):
        try:
            return self.status()["state"]
        except ValueError:
            return None

    def our_log(self):
        with open(self.host.modem_manager.log_path, "rb") as log:
            return b"".join(line for line in log if b"(quectel-ec25)" in line)

    def assert_fit(self, what, told):
        text = told.decode()
        self.assertIsNone(UNFIT.search(text), f"{what}: {text!r}")
        self.assertNotRegex(text, "(?m)^INJECTED", what)
        self.assertTrue(all(len(line) < 2000 for line in text.splitlines()), f"{what}: an endless line")

    def assert_tame(self):
        self.assert_unharmed()
        for arguments in (["status"], ["status", "--json"], ["doctor"], ["doctor", "--json"]):
            told = self.ec25ctl(*arguments)
            self.assert_fit(arguments, told)
            self.assertTrue(told)
        self.assert_fit("log", self.our_log())

    def assert_connects(self):
        self.host.nmcli("connection", "add", *LTE)
        self.host.nmcli("connection", "up", "lte")
        self.host.wait_for_way_out(self.ec25.net)

    def test_escape_sequences_by_at(self):
        self.plug_in("ecm", ESCAPES, sim__spn=ESCAPES)
        shown = "?[31mred?]0;title????2J?%s%n%n?INJECTED??INJECTED"
        self.assertEqual(self.status()["firmware"], f"EC25EFAR06A09M4G{shown}")
        self.assertEqual(self.status()["operator"], f"Name{shown} 00101")
        self.assert_connects()
        self.assert_tame()

    def test_escape_sequences_by_qmi(self):
        self.plug_in("qmi", ESCAPES, sim__spn=ESCAPES)
        self.assert_connects()
        self.assert_tame()

    def test_lines_by_qmi(self):
        self.plug_in("qmi", b"%s\r\nINJECTED", as_gsm7)
        self.assertEqual(self.status()["firmware"], "EC25EFAR06A09M4G%s??INJECTED")
        self.assertIn(b"firmware EC25EFAR06A09M4G%s??INJECTED has no profile events", self.our_log())
        self.assert_connects()
        self.assert_tame()

    def test_no_utf8(self):
        """Not on the card, whose files ModemManager decodes with a critical message of its own."""
        for mode in ("qmi", "ecm"):
            with self.subTest(mode):
                self.renew_bed()
                self.plug_in(mode, NO_UTF8)
                self.assert_connects()
                self.assert_tame()

    def test_without_end(self):
        """64 KiB, and in QMI what a message has room for."""
        for mode, length in (("qmi", 8 << 10), ("ecm", 64 << 10)):
            with self.subTest(mode):
                self.renew_bed()
                begin = time.monotonic()
                self.plug_in(mode, b"x" * length)
                self.assert_tame()
                self.note(f"{mode}: {length} characters, {time.monotonic() - begin:.1f} s until the modem is there")

    def test_answers_on_the_way_to_a_connection(self):
        """An error, and another APN than the one asked for, both in the module's own words."""
        self.plug_in("ecm", b"")
        self.host.nmcli("connection", "add", *LTE, "connection.autoconnect", "no")
        self.ec25.control("fault", "at", "AT+CGACT?", "says", r"+CGACT: 1,0\r\n\r\nOK")
        self.ec25.control("fault", "at", "AT+CGACT=1", "says", r"+CME ERROR: \033[31mno\377%s%n")
        self.host.nmcli("connection", "up", "lte", check=False)
        self.assert_tame()
        self.assertIn("?[31mno\ufffd%s%n", self.status()["connection_error"])
        self.ec25.control("fault", "at", "off")
        self.ec25.control("fault", "at", "AT+CGCONTRDP", "says", r"+CGCONTRDP: 1,5,\042\033[31mevil\377%s%n\042\r\n\r\nOK", "1")
        self.host.nmcli("connection", "up", "lte", check=False)
        self.assertIn("the APN '?[31mevil\ufffd%s%n'".encode(), self.our_log())
        wait_for("the restart that is to change the APN", lambda: {"detached", "attached"} <= set(self.ec25.events))
        self.host.wait_for_modem("registered connected")
        self.assert_tame()
