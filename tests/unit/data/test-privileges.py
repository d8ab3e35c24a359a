#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/privileges.md is true: units, bus policies and the module's interface allow what its tables say, and no more.

test-privileges.py SOURCE_ROOT UNIT_FOLDER
"""

import glob
import os
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

SOURCE, BUILT = sys.argv[1:3]
DATA = os.path.join(SOURCE, "data")
SERVICES = ("monitor", "clean", "hooks")
NOTHING = ("", "–", "none", "nothing")

# Settings of a unit that give a process no right, nor take one.
ABOUT_RUNNING = {"Type", "ExecStart", "Restart", "RestartSec", "WatchdogSec", "NotifyAccess", "TimeoutStartSec",
                 "RuntimeDirectoryPreserve"}
# Told in the table of processes.
IN_PROCESSES = {"CapabilityBoundingSet", "RestrictAddressFamilies"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def section(heading):
    text = read(os.path.join(SOURCE, "docs", "privileges.md"))
    return re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL).group(1)


def tables(heading):
    """The tables below a heading: for each a list of rows, each a dictionary by the words of the first line."""
    found, keys = [], None
    for line in section(heading).splitlines():
        if not line.startswith("|"):
            keys = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if keys is None:
            keys, rows = cells, []
            found.append(rows)
        elif not all(re.fullmatch("-+", cell) for cell in cells):
            rows.append(dict(zip(keys, cells, strict=True)))
    return found


def words(cell):
    """The quoted words of a cell."""
    return set(re.findall(r"`([^`]+)`", cell))


def settings(service):
    """What [Service] of a unit says: {key: value}, values of one key joined as systemd joins them."""
    text = read(os.path.join(DATA, f"lte-failover-{service}.service.in"))
    body = re.search(r"^\[Service\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL).group(1)
    joined = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", body, re.MULTILINE):
        joined[key] = f"{joined[key]} {value}" if key in joined and value else value
    return joined


def processes():
    """The row of each unit in the table of processes."""
    return {unit.removeprefix("lte-failover-").removesuffix(".service"): row
            for row in tables("Processes")[0] for unit in words(row["unit"])}


class Units(unittest.TestCase):
    def test_every_unit_is_in_the_table(self):
        units = {os.path.basename(path) for path in glob.glob(f"{DATA}/*.service.in")}
        self.assertEqual(units, {f"lte-failover-{service}.service.in" for service in SERVICES})
        self.assertEqual(set(processes()), set(SERVICES))

    def test_capabilities_and_sockets(self):
        for service, row in processes().items():
            unit = settings(service)
            with self.subTest(service):
                self.assertEqual(set(unit["CapabilityBoundingSet"].split()), words(row["capabilities"]))
                self.assertEqual(set(unit["RestrictAddressFamilies"].split()), words(row["socket families"]))
                self.assertEqual(row["user"], "dynamic" if unit.get("DynamicUser") == "yes" else "root")
                self.assertFalse({"User", "Group", "SupplementaryGroups"} & set(unit))

    def test_what_can_be_written(self):
        for service, row in processes().items():
            unit = settings(service)
            writable = {f"/run/{name}" for name in unit.get("RuntimeDirectory", "").split()}
            writable |= {f"/var/lib/{name}" for name in unit.get("StateDirectory", "").split()}
            writable |= set(unit.get("ReadWritePaths", "").split())
            with self.subTest(service):
                self.assertEqual(writable, words(row["may write to"]))
                self.assertEqual(unit["ProtectSystem"], "strict")

    def test_sandbox(self):
        rows = {next(iter(words(row["setting"])), row["setting"]): row for row in tables("Sandbox of the units")[0]}
        rows.pop("exposure")
        for service in SERVICES:
            unit = {key: value for key, value in settings(service).items() if key not in ABOUT_RUNNING | IN_PROCESSES}
            table = {key: row[service] for key, row in rows.items() if row[service] != "–"}
            with self.subTest(service):
                self.assertEqual(unit, table)

    def test_exposure(self):
        """As systemd itself sees it, in the units as they are installed."""
        row = next(row for row in tables("Sandbox of the units")[0] if row["setting"] == "exposure")
        readme = read(os.path.join(SOURCE, "nm-dispatcher", "README.md"))
        for service in SERVICES:
            unit = os.path.join(BUILT, f"lte-failover-{service}.service")
            told = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
                                  capture_output=True, text=True)
            figure = re.search(r"Overall exposure level .*: ([\d.]+)", told.stdout)
            with self.subTest(service):
                self.assertIsNotNone(figure, told.stderr)
                self.assertLessEqual(float(figure.group(1)), float(row[service]))
                self.assertLessEqual(float(row[service]), 2.0)
                self.assertIn(f"{service} {row[service]}", readme)


class Bus(unittest.TestCase):
    def test_policies(self):
        """Each <allow> of the policies is a row, and there is nothing else in them but <deny>."""
        rows = {(row["who"], *words(row["on what"]), next(iter(words(row["may"])), row["may"])) for row in tables("D-Bus")[0]}
        allowed = set()
        for path in glob.glob(f"{DATA}/*.conf"):
            if "<busconfig>" not in read(path):
                continue
            for policy in ElementTree.parse(path).getroot():
                self.assertEqual(policy.tag, "policy", path)
                who = policy.get("user") or "everybody"
                self.assertTrue(who == "root" or policy.get("context") in ("default", "mandatory"), path)
                for rule in policy:
                    if rule.tag != "deny":
                        self.assertEqual(rule.tag, "allow", path)
                        allowed.add(self.right(who, dict(rule.attrib)))
        self.assertEqual(allowed, rows)

    def right(self, who, rule):
        if set(rule) == {"own"}:
            return who, rule["own"], "own"
        self.assertEqual(set(rule), {"send_destination", "send_interface"})
        return who, rule["send_destination"], rule["send_interface"]

    def test_what_can_be_called(self):
        """No property of ours can be set; each method is in the table of those that ask polkit."""
        told = {method for row in tables("D-Bus")[1] for method in words(row["method"])}
        for path in glob.glob(f"{DATA}/*.xml"):
            for interface in ElementTree.parse(path).getroot().iter("interface"):
                for item in interface.iter("property"):
                    self.assertEqual(item.get("access"), "read", item.get("name"))
                for item in interface.iter("method"):
                    self.assertIn(f"{interface.get('name')}.{item.get('name')}", told)

    def test_polkit_is_asked(self):
        """The handler of each method of the plugin goes through ModemManager's authorisation before all else."""
        constants = {"org.freedesktop.ModemManager1.Device.Control": "MM_AUTHORIZATION_DEVICE_CONTROL"}
        row = next(row for row in tables("D-Bus")[1] if "QuectelEc25.SetMode" in row["method"])
        code = "".join(read(path) for path in glob.glob(f"{SOURCE}/mm-plugin/*.c"))
        handlers = re.findall(r'"handle-([a-z-]+)", G_CALLBACK \((\w+)\)', code)
        self.assertEqual([name for name, _ in handlers], ["set-mode"])
        for _, handler in handlers:
            body = re.search(rf"^{handler} \(.*?^}}", code, re.MULTILINE | re.DOTALL).group(0)
            for action in words(row["polkit action"]):
                self.assertIn(f"mm_base_modem_authorize (modem, invocation, {constants[action]}", body)
            self.assertNotRegex(body, r"run_command|store \(|reset")


class Files(unittest.TestCase):
    def test_every_file_is_in_the_table(self):
        """Paths below /run and /var in the failover's code are those of the table."""
        rows = set().union(*(words(row["file"]) for row in tables("Files")[0]))
        known = set()
        for path in glob.glob(f"{SOURCE}/nm-dispatcher/**/*.[ch]", recursive=True):
            defines = dict(re.findall(r'^#define (\w+) +(.*"/?.*")', read(path), re.MULTILINE))
            known |= {self.expand(value, defines) for value in defines.values()}
        paths = {path for path in known if path.startswith(("/run/", "/var/")) and not path.endswith(".new")}
        folders = {os.path.dirname(path) for path in rows} | {"/run/NetworkManager"}
        self.assertEqual(paths - folders, rows)

    def expand(self, value, defines):
        parts = re.findall(r'"([^"]*)"|(\w+)', re.sub(r"/\*.*?\*/", "", value))
        return "".join(text or self.expand(defines.get(name, ""), defines) for text, name in parts)

    def test_nobody_goes_around_the_careful_functions(self):
        """What is written is written by lf_file_replace(); the few open() calls that are left follow no link."""
        allowed = {"lf-file.c"}
        for path in glob.glob(f"{SOURCE}/nm-dispatcher/**/*.c", recursive=True):
            if os.path.basename(path) in allowed:
                continue
            code = read(path)
            with self.subTest(os.path.basename(path)):
                self.assertNotRegex(code, r"g_file_set_contents|\bfopen \(|\bcreat \(|g_key_file_save_to_file")
                for call in re.findall(r"\bopen \([^;]*O_CREAT[^;]*;", code):
                    self.assertIn("O_NOFOLLOW", call)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
