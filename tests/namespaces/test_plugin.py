# SPDX-License-Identifier: GPL-2.0-or-later
"""Which plugin ModemManager takes, and what happens when ours does not fit."""

import glob
import os
import re
import shutil
import subprocess

from bed.host import OURS, PLUGINS, UPSTREAM
from bed.testcase import BedTest

PORTS = {"ttyUSB0", "ttyUSB1", "ttyUSB2", "ttyUSB3", "cdc-wdm0", "wwan0"}


class Selection(BedTest):
    def folder(self, first, last):
        """A plugin folder whose directory order is `first` before `last`. Returns its path in the host."""
        path = f"{self.host.run_folder}/plugins"
        for attempt in ([first, last], [last, first]):  # which one comes first is the file system's choice
            shutil.rmtree(path, ignore_errors=True)
            os.makedirs(path)
            for plugin in attempt:
                shutil.copy(f"{PLUGINS}/{plugin}", path)
            if [name for name in os.listdir(path) if name in attempt] == [first, last]:
                break
        else:
            self.fail("the file system does not let us choose the directory order")
        for library in (*glob.glob(f"{PLUGINS}/libmm-shared-*"), f"{PLUGINS}/libmm-plugin-generic.so"):
            shutil.copy(library, path)
        return "/run/plugins"

    def assert_ours_for_every_port(self, first, last):
        ec25 = self.bed.ec25()
        self.host.start_modem_manager(self.folder(first, last))
        for _ in range(2):
            modem = self.host.wait_for_modem("registered enabled disabled")
            self.assertEqual(modem["generic.plugin"], "quectel-ec25")
            ec25.unplug()
            self.host.wait_for_no_modem()
            ec25.plug()
        self.host.wait_for_modem("registered enabled disabled")
        log = self.host.modem_manager.log()
        chosen = re.findall(r"task \d+,([\w-]+): (?:found best plugin for port|got suggested plugin|"
                            r"deferred task completed, got suggested plugin) \(([\w-]+)\)", log)
        self.assertEqual({port for port, _ in chosen}, PORTS)
        self.assertEqual({plugin for _, plugin in chosen}, {"quectel-ec25"})

    def test_ours_is_chosen_when_read_first(self):
        self.assert_ours_for_every_port(OURS, UPSTREAM)

    def test_ours_is_chosen_when_read_last(self):
        self.assert_ours_for_every_port(UPSTREAM, OURS)


class WrongBuild(BedTest):
    def test_a_plugin_for_another_modemmanager_steps_back(self):
        build = "/build/other-abi"
        options = ["-Dmodemmanager_source=/usr/src/modemmanager", "-Dfailover=false", "-Dvirtual_ec25=false",
                   "-Dmm_suspend_resume=false"]
        if not os.path.exists(f"{build}/build.ninja"):
            subprocess.run(["meson", "setup", *options, build, "/src"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["meson", "compile", "-C", build], check=True, stdout=subprocess.DEVNULL)
        built, = glob.glob(f"{build}/**/{OURS}", recursive=True)
        self.host.run("mount", "--bind", built, f"{PLUGINS}/{OURS}")

        self.bed.ec25()
        self.host.start_network_manager()
        self.host.start_modem_manager()
        modem = self.host.wait_for_modem("registered enabled disabled")
        self.assertEqual(modem["generic.plugin"], "quectel")
        log = self.host.modem_manager.log()
        refusal, = [line for line in log.splitlines() if "quectel-ec25" in line and "bytes" in line]
        self.note(refusal.split("] ")[-1])
        self.assert_logged(self.host.modem_manager, "initialization failed")
