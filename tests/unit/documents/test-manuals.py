#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual pages say what the programs say: each option, command, key, property and method, and no other."""

import configparser
import glob
import json
import os
import re
import shutil
import tempfile
import unittest
import unittest.mock
import xml.etree.ElementTree

import manual
import programs

OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
INTERFACES = {
    "quectel-ec25.7": "data/org.freedesktop.ModemManager1.Modem.QuectelEc25.xml",
    "lte-failover-monitor.service.8": "data/io.github.lte_failover.xml",
}


class Options(unittest.TestCase):
    def test_each_option(self):
        for name in ("ec25ctl", "lte-failover", "virtual-ec25"):
            with self.subTest(name):
                found = {option for tag in manual.tags(f"{name}.1", "OPTIONS") for option in OPTION.findall(tag)}
                self.assertEqual(found, programs.options_of(name) | {"-h"})

    def test_each_command(self):
        for name in ("ec25ctl", "lte-failover"):
            with self.subTest(name):
                found = {tag.split()[0] for tag in manual.tags(f"{name}.1", "COMMANDS")}
                self.assertEqual(found, programs.commands_of(name))

    def test_each_command_has_a_line_in_the_synopsis(self):
        for name in ("ec25ctl", "lte-failover"):
            synopsis = " ".join(manual.unroff(line) for line in manual.section(f"{name}.1", "SYNOPSIS").splitlines())
            for command in programs.commands_of(name):
                self.assertRegex(synopsis, rf"\b{command}\b")

    def test_the_monitor_takes_no_options(self):
        done = programs.run(programs.programs()["lte-failover-monitor"], "--help")
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("OPTIONS", manual.read("lte-failover-monitor.service.8"))


class VirtualModem(unittest.TestCase):
    def test_each_control_command_with_its_arguments(self):
        found = set(manual.tags("virtual-ec25.1", "CONTROL COMMANDS"))
        listed = {f"{words} {usage}".strip() for words, usage in programs.control_commands().items()}
        self.assertEqual(found, listed)

    def test_each_key_of_a_profile(self):
        profile = configparser.ConfigParser(delimiters="=", interpolation=None)
        profile.read_string(programs.read_source("tests/virtual-ec25/profiles/ec25-e-r06a11.conf"))
        groups = re.findall(r"^\.SS \[(.*)\]$", manual.read("virtual-ec25.1"), re.MULTILINE)
        self.assertEqual(set(groups), set(profile.sections()))
        for group in groups:
            with self.subTest(group):
                self.assertEqual(manual.bold(manual.section("virtual-ec25.1", f"[{group}]")), set(profile[group]))

    def test_each_profile(self):
        options = manual.section("virtual-ec25.1", "OPTIONS")
        for path in glob.glob(f"{programs.SOURCE}/tests/virtual-ec25/profiles/*.conf"):
            self.assertIn(os.path.basename(path).removesuffix(".conf"), options)


class Json(unittest.TestCase):
    def setUp(self):
        self.status, self.doctor = manual.section("ec25ctl.1", "JSON").split("\n.PP\n")

    def test_keys_of_status(self):
        source = programs.read_source("mm-plugin/ec25ctl/ec25ctl-status.c")
        keys = set(re.findall(r'\badd \(rows, "([a-z_]+)"', source))
        self.assertGreater(len(keys), 10)
        self.assertEqual(manual.bold(self.status) - {"status"}, keys)

    def test_checks_of_doctor(self):
        nobody = {**programs.ENVIRONMENT, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"}
        self.enterContext(unittest.mock.patch.object(programs, "ENVIRONMENT", nobody))
        report = json.loads(programs.run(programs.programs()["ec25ctl"], "--json", "doctor").stdout)
        words = set(report) | {key for check in report["checks"] for key in check} | {"remedy"}
        states = {"ok", "warning", "problem", "skipped"}
        ids = {check["id"] for check in report["checks"]}
        self.assertLessEqual({check["state"] for check in report["checks"]}, states)
        self.assertEqual(manual.bold(self.doctor) - {"doctor"}, words | states | ids)


class Bus(unittest.TestCase):
    def test_each_member(self):
        for page, file in INTERFACES.items():
            with self.subTest(page):
                tree = xml.etree.ElementTree.fromstring(programs.read_source(file))
                interface = tree.find("interface")
                members = {(member.tag, member.get("name")) for member in interface
                           if member.tag in ("property", "method", "signal")}
                found = re.findall(r"^(Property|Method|Signal) (\w+)", manual.read(page), re.MULTILINE)
                self.assertEqual({(kind.lower(), name) for kind, name in found}, members)
                self.assertIn(interface.get("name"), manual.read(page))

    def test_types(self):
        tree = xml.etree.ElementTree.fromstring(programs.read_source(INTERFACES["quectel-ec25.7"]))
        text = manual.read("quectel-ec25.7")
        for member in tree.iter("property"):
            self.assertIn(f"Property {member.get('name')} ({member.get('type')})", text)
        for member in tree.iter("method"):
            arguments = ", ".join(f"{argument.get('type')} {argument.get('name')}" for argument in member.iter("arg"))
            self.assertIn(f"Method {member.get('name')} ({arguments})", text)


class Udev(unittest.TestCase):
    def test_each_property(self):
        rules = programs.read_source("data/78-mm-quectel-ec25.rules.in")
        used = set(re.findall(r"ENV\{(\w+)\}", rules))
        for path in glob.glob(f"{programs.SOURCE}/mm-plugin/*.c"):
            with open(path, encoding="utf-8") as file:
                used |= set(re.findall(r'"(ID_[A-Z0-9_]+)"', file.read()))
        self.assertEqual(set(re.findall(r"\bID_[A-Z0-9_]+", manual.read("quectel-ec25.7"))), used)


class Pages(unittest.TestCase):
    def test_rendered_without_warnings(self):
        with tempfile.TemporaryDirectory() as folder:
            for page in manual.pages():
                os.makedirs(f"{folder}/man{page[-1]}", exist_ok=True)
                shutil.copy(f"{programs.SOURCE}/{manual.FOLDER}/{page}", f"{folder}/man{page[-1]}")
            programs.ENVIRONMENT["MANROFFSEQ"] = ""
            for page in manual.pages():
                with self.subTest(page):
                    done = programs.run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z",
                                        f"man{page[-1]}/{page}", cwd=folder)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    self.assertGreater(len(done.stdout), 1000)

    def test_each_is_installed(self):
        for page in manual.pages():
            self.assertIn(f"'man/{page}'", programs.read_source("data/meson.build"))

    def test_who_names_a_page_names_one_that_exists(self):
        pattern = re.compile(r"\b((?:ec25ctl|lte-failover|quectel-ec25|virtual-ec25)[a-z.-]*) ?\((\d)\)")
        texts = {page: manual.read(page) for page in manual.pages()}
        for root, folders, files in os.walk(programs.SOURCE):
            folders[:] = [name for name in folders if not name.startswith(".") and name not in ("build", "subprojects")]
            for name in files:
                if re.search(r"\.(md|in|catalog|conf|rules|xml)$", name):
                    path = os.path.relpath(f"{root}/{name}", programs.SOURCE)
                    texts[path] = programs.read_source(path)
        for path, text in texts.items():
            for name, number in pattern.findall(text):
                self.assertIn(f"{name}.{number}", manual.pages(), path)


if __name__ == "__main__":
    unittest.main()
