# SPDX-License-Identifier: GPL-2.0-or-later
"""The USB mode of the module: what it runs in, what it will start in, and how one gets from one to the other."""

import json
import re

from bed.namespace import CommandFailed, wait_for
from bed.testcase import BedTest

INTERFACE = "org.freedesktop.ModemManager1.Modem.QuectelEc25"


class ModeTest(BedTest):
    def call(self, *command, user="root"):
        """busctl as that user on the modem object; its JSON."""
        path = self.host.modem()["dbus-path"]
        method, *arguments = command
        return self.host.run("setpriv", f"--reuid={user}", "--clear-groups", "busctl", "--json=short", method,
                             "org.freedesktop.ModemManager1", path, *arguments)

    def properties(self):
        """As anybody may read them."""
        answer = json.loads(self.call("call", "org.freedesktop.DBus.Properties", "GetAll", "s", INTERFACE, user="nobody"))
        return {name: value["data"] for name, value in answer["data"][0].items()}

    def wait_for_properties(self, **wanted):
        def reached():
            try:
                properties = self.properties()
            except (CommandFailed, TypeError):
                return None
            return properties if wanted.items() <= properties.items() else None
        return wait_for(f"the properties {wanted}", reached, 40)

    def set_mode(self, mode, user="root"):
        self.call("call", INTERFACE, "SetMode", "s", mode, user=user)


class Detection(ModeTest):
    def plug_in(self, mode, **modem):
        self.ec25 = self.bed.ec25(mode, **modem)
        self.host.start_modem_manager()
        return self.host.wait_for_modem("registered enabled disabled")

    def test_each_mode_is_known(self):
        for mode in ("qmi", "ecm", "rndis", "mbim"):
            with self.subTest(mode):
                self.renew_bed()
                self.plug_in(mode)
                self.wait_for_properties(Mode=mode, StoredMode=mode, RestartPending=False, DemandedMode="")
                self.assertEqual(len(re.findall(f"USB mode {mode}$", self.host.modem_manager.log(), re.M)), 1)

    def test_a_stored_mode_waits_for_a_restart(self):
        self.plug_in("qmi")
        self.wait_for_properties(Mode="qmi", StoredMode="qmi")
        self.set_mode("ecm")
        self.wait_for_properties(Mode="qmi", StoredMode="ecm", RestartPending=True)
        self.host.mmcli("--reset")
        self.host.wait_for_no_modem()
        self.wait_for_properties(Mode="ecm", StoredMode="ecm", RestartPending=False)
        self.set_mode("qmi")
        self.host.mmcli("--reset")
        self.host.wait_for_no_modem()
        self.wait_for_properties(Mode="qmi", StoredMode="qmi", RestartPending=False)

    def test_nothing_is_written_that_is_stored_already(self):
        self.plug_in("ecm")
        self.wait_for_properties(StoredMode="ecm")
        self.set_mode("ecm")
        self.assertEqual([asked for asked in self.ec25.seen("at") if asked.startswith('AT+QCFG="usbnet",')], [])

    def test_wrong_words_and_wrong_people(self):
        self.plug_in("qmi")
        self.wait_for_properties(StoredMode="qmi")
        for mode in ("", "ppp", "QMI", "ecm\r\nAT+CFUN=0"):
            with self.assertRaisesRegex(CommandFailed, "use qmi, ecm, mbim or rndis"):
                self.set_mode(mode)
        with self.assertRaisesRegex(CommandFailed, "[Aa]uth"):
            self.set_mode("ecm", user="nobody")
        self.assertEqual(self.properties()["StoredMode"], "qmi")
        self.assertEqual(self.ec25.status()["stored_usbnet"], "0")

    def test_a_firmware_that_does_not_tell(self):
        self.plug_in("qmi", profile="ec25-no-usbnet")
        self.host.wait_for_modem("registered disabled")
        self.wait_for_properties(Mode="qmi", StoredMode="", RestartPending=False)
        self.assert_logged(self.host.modem_manager, "the module does not tell the stored one")
        with self.assertRaisesRegex(CommandFailed, "does not store USB mode ecm"):
            self.set_mode("ecm")

    def test_the_boot_loader_is_no_modem(self):
        self.plug_in("qmi")
        self.ec25.control("broken-boot")
        self.host.wait_for_no_modem()
        self.host.modem_manager.wait_for_log("stuck in its boot loader (QHSUSB__BULK): take its power away", 40)
        self.ec25.control("unplug")
        self.ec25.control("plug")
        self.host.wait_for_modem("registered disabled")

    def test_functions_switched_off(self):
        """Interface numbers move, and the tags of ModemManager's own udev rules name the wrong ports."""
        for mode, functions in (("ecm", "0,1,1,1,1"), ("qmi", "1,0,1,1,1"), ("ecm", "1,1,0,1,1"), ("rndis", "0,0,1,1,1")):
            with self.subTest(f"{mode} {functions}"):
                self.renew_bed()
                self.ec25 = self.bed.ec25(mode)
                self.ec25.at(f'AT+QCFG="usbcfg",0x2C7C,0x0125,{functions},0,0')
                self.ec25.control("reset")
                wait_for("the restart", lambda: "attached" in self.ec25.events)
                self.host.start_modem_manager()
                self.host.wait_for_modem("registered disabled", timeout=90)
                self.wait_for_properties(Mode=mode, StoredMode=mode)


class Demanded(ModeTest):
    """ID_MM_QUECTEL_EC25_MODE: for installations without anybody at hand."""

    def plug_in(self, mode, demanded, **modem):
        self.ec25 = self.bed.ec25(mode, properties={"ID_MM_QUECTEL_EC25_MODE": demanded}, **modem)
        self.host.start_modem_manager()

    def restarts(self):
        return self.ec25.events.count("detached")

    def test_the_module_is_switched_once(self):
        self.plug_in("ecm", "qmi")
        self.wait_for_properties(Mode="qmi", StoredMode="qmi", DemandedMode="qmi")
        self.host.wait_for_modem("registered disabled")
        self.assertEqual(self.restarts(), 1)

    def test_a_module_that_comes_back_as_it_was_is_left_alone(self):
        self.plug_in("ecm", "qmi", quirks__keeps_usbnet="true")
        self.host.modem_manager.wait_for_log("it is left as it is", 60)
        self.host.wait_for_modem("registered disabled")
        self.assertEqual(self.restarts(), 1)

    def test_no_mode_at_all(self):
        self.plug_in("qmi", "fastest")
        self.host.wait_for_modem("registered disabled")
        self.wait_for_properties(Mode="qmi", DemandedMode="")
        self.assert_logged(self.host.modem_manager, "ID_MM_QUECTEL_EC25_MODE: 'fastest' is no USB mode")
        self.assertEqual(self.restarts(), 0)

