#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The examples are what the daemons they are for accept, with what stands behind a # in force as well."""

import configparser
import fnmatch
import re
import subprocess
import unittest

import programs

PROFILE = "data/examples/lte.nmconnection"
OURS = ("wwan0", "wwp1s0u1u4i4", "wwx0123456789ab", "ec25usb0")
FOREIGN = ("lo", "eth0", "enp1s0", "enx0123456789ab", "usb0", "wlan0", "wlp2s0")


def read_as_network_manager(text):
    """What NetworkManager makes of a key file: it leaves out what it does not know."""
    done = subprocess.run(["nmcli", "--offline", "connection", "modify", "connection.id", "lte"], input=text, text=True,
                          capture_output=True, timeout=60, check=False, env=programs.ENVIRONMENT)
    assert (done.returncode, done.stderr) == (0, ""), done
    profile = configparser.ConfigParser(delimiters="=", interpolation=None)
    profile.read_string(done.stdout)
    return profile


def uncommented(text):
    """Each setting that is offered, with a value where it has none."""
    text = re.sub(r"^#([a-z-]+=)", r"\1", text, flags=re.MULTILINE)
    return re.sub(r"^(pin|sim-id)=$", r"\g<1>=1234", re.sub(r"^(username|password)=$", r"\1=somebody", text,
                                                          flags=re.MULTILINE), flags=re.MULTILINE)


class Profile(unittest.TestCase):
    def test_as_it_is(self):
        profile = read_as_network_manager(programs.read_source(PROFILE))
        self.assertEqual((profile["connection"]["type"], profile["gsm"]["apn"]), ("gsm", "internet"))
        self.assertEqual((profile["ipv4"]["method"], profile["ipv6"]["method"]), ("auto", "auto"))

    def test_network_manager_knows_each_setting(self):
        text = uncommented(programs.read_source(PROFILE))
        written = configparser.ConfigParser(delimiters="=", interpolation=None)
        written.read_string(text)
        read = read_as_network_manager(text)
        for group in written.sections():
            for key, value in written[group].items():
                with self.subTest(f"{group}.{key}"):
                    # What is NetworkManager's own default is not written.
                    if (group, key) != ("connection", "autoconnect"):
                        self.assertEqual(read[group].get(key), value)

    def test_a_setting_that_it_does_not_know_is_found(self):
        profile = read_as_network_manager(programs.read_source(PROFILE).replace("apn=", "apm="))
        self.assertNotIn("apm", profile["gsm"] if "gsm" in profile else {})

    def test_says_that_nobody_else_may_read_it(self):
        self.assertIn("install -m 600 lte.nmconnection", programs.read_source(PROFILE))


class OtherDaemons(unittest.TestCase):
    def check(self, patterns):
        for names, expected in ((OURS, True), (FOREIGN, False)):
            for name in names:
                with self.subTest(name):
                    self.assertEqual(any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns), expected)

    def test_dhcpcd(self):
        line = re.search(r"^denyinterfaces (.*)$", programs.read_source("data/examples/dhcpcd.conf"), re.MULTILINE)
        self.check(line[1].split())

    def test_systemd_networkd(self):
        network = configparser.ConfigParser(delimiters="=", interpolation=None)
        network.optionxform = str
        network.read_string(programs.read_source("data/10-quectel-ec25.network"))
        self.assertEqual(network["Link"]["Unmanaged"], "yes")
        self.check(network["Match"]["Name"].split())

    def test_the_pattern_of_ifupdown_is_for_others(self):
        text = programs.read_source("data/examples/interfaces")
        pattern = re.search(r"^allow-hotplug /([^=]*)=", text, re.MULTILINE)[1]
        self.assertFalse(fnmatch.filter(OURS, pattern))
        self.assertTrue(fnmatch.filter(FOREIGN, pattern))

    def test_each_says_what_it_is_for(self):
        for name in ("data/10-quectel-ec25.network", "data/examples/dhcpcd.conf", "data/examples/interfaces", PROFILE):
            head = programs.read_source(name).splitlines()
            self.assertEqual(head[0], "# SPDX-License-Identifier: GPL-2.0-or-later")
            self.assertGreater(sum(line.startswith("# ") for line in head[1:12]), 4, name)


if __name__ == "__main__":
    unittest.main()
