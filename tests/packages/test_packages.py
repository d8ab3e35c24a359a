# SPDX-License-Identifier: GPL-2.0-or-later
"""The Debian packages as they lie in /build/packages, built from this tree."""

import glob
import hashlib
import os
import re
import subprocess
import unittest

BUILT, AGAIN = "/build/packages", "/build/packages/again"


def output(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Packages(unittest.TestCase):
    time_limit = 240
    alone = False
    notes = ()

    def packages(self):
        found = [path for path in sorted(glob.glob(f"{BUILT}/*.deb")) if "dbgsym" not in path]
        self.assertEqual(3, len(found))
        return found

    def test_lintian_has_no_error_and_no_warning(self):
        changes = glob.glob(f"{BUILT}/*.changes")
        self.assertEqual(1, len(changes))
        said = output("lintian", "--allow-root", "--pedantic", *changes)
        self.assertEqual([], [line for line in said.splitlines() if re.match("[EW]:", line)])

    def test_built_again_the_bytes_are_the_same(self):
        for path in self.packages():
            self.assertEqual(digest(path), digest(f"{AGAIN}/{os.path.basename(path)}"), path)

    def test_all_files_are_in_usr_but_for_what_is_the_administrators(self):
        for path in self.packages():
            for line in output("dpkg-deb", "--contents", path).splitlines():
                self.assertRegex(line.split()[5], r"^\./($|usr/|etc/($|lte-failover\.d/$))")

    def test_the_plugin_goes_with_one_modemmanager(self):
        depends = output("dpkg-deb", "--field", glob.glob(f"{BUILT}/modemmanager-quectel-ec25_*.deb")[0], "Depends")
        self.assertRegex(depends, r"modemmanager \(>= (\d+\.\d+\.)\d+\), modemmanager \(<< \1\d+~\)")


class Next(unittest.TestCase):
    """Debian sid, with its ModemManager: tests/run packages sid."""

    time_limit = 60
    alone = False
    on_request = True
    notes = ()

    def test_built_for_sid(self):
        depends = output("dpkg-deb", "--field", glob.glob("/build/packages-sid/modemmanager-quectel-ec25_*.deb")[0], "Depends")
        self.notes = [depends]
        self.assertNotIn("modemmanager (>= 1.24.0)", depends)
