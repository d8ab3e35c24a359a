# SPDX-License-Identifier: GPL-2.0-or-later
"""What the commands say in each language: translated, in columns, and the same for programs everywhere."""

import json
import re
import subprocess
import unicodedata

from bed.scenes import lte_up
from bed.testcase import BedTest

# A language, its locale, and what doctor calls the step of the drivers.
LANGUAGES = {
    "de": ("de_DE", "Treiber"),
    "es": ("es_ES", "controladores"),
    "fr": ("fr_FR", "pilotes"),
    "it": ("it_IT", "driver"),
    "ja": ("ja_JP", "ドライバー"),
    "pl": ("pl_PL", "sterowniki"),
    "zh_CN": ("zh_CN", "驱动程序"),
}
# Names, which are the same everywhere.
NAMES = {"USB", "ModemManager", "SIM", "raw-ip", "NetworkManager", "DNS", "IPV4", "IPV6"}
TARGET = "198.51.100.1:80"


def columns(text):
    """How many columns of a terminal it takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1
               for character in text if not unicodedata.combining(character))


class Languages(BedTest):
    time_limit = 120

    def setUp(self):
        super().setUp()
        known = subprocess.run(["locale", "--all-locales"], check=True, capture_output=True, text=True).stdout.split()
        for name, _ in LANGUAGES.values():
            if f"{name}.utf8" not in known:
                subprocess.run(["localedef", f"--inputfile={name}", "--charmap=UTF-8", "--no-warnings=ascii",
                                f"{name}.UTF-8"], check=True, stdout=subprocess.DEVNULL)

    def said(self, *command, language=None):
        """What a command prints to somebody of that language."""
        name = f"{LANGUAGES[language][0]}.UTF-8" if language else "C.UTF-8"
        environment = {**self.host.usb_environment, "LC_ALL": name, "LANGUAGE": ""}
        done = subprocess.run([*self.host.enter, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, env=environment)
        return done.stdout

    def doctor(self, language=None):
        """(title, detail) of each step; every detail begins in the same column."""
        text = self.said("ec25ctl", "doctor", f"--target={TARGET}", language=language)
        steps = re.findall(r"^(?:ok|warn|FAIL|-) {2,5}(\S.*?)( {2,})(\S.*)$", text, re.MULTILINE)
        self.assertGreater(len(steps), 10, text)
        self.assertEqual(len({columns(title + blanks) for title, blanks, _ in steps}), 1, text)
        return [(title, detail) for title, _, detail in steps]

    def assert_translated(self, english, other):
        same = {word for word, there in zip(english, other, strict=True)
                if word == there and word not in NAMES and re.search("[a-z]{3}", word)}
        # A word or two are the same in a related language: internet, port, modem.
        self.assertLess(len(same), len(english) / 3, same)

    def test_doctor(self):
        self.ec25 = self.bed.ec25("qmi")
        self.host.start_network_manager()
        self.host.start_modem_manager()
        lte_up(self.host)
        healthy = self.doctor()
        for language, (_, drivers) in LANGUAGES.items():
            with self.subTest(language):
                steps = self.doctor(language)
                self.assertEqual([title for title, _ in steps][2], drivers)
                self.assert_translated([title for title, _ in healthy], [title for title, _ in steps])
        self.ec25.control("unplug")
        self.host.wait_for_no_modem()
        english = self.said("ec25ctl", "doctor").splitlines()
        for language in LANGUAGES:
            with self.subTest(f"{language}, without a module"):
                lines = self.said("ec25ctl", "doctor", language=language).splitlines()
                self.assertEqual(len(lines), len(english))
                self.assertNotEqual(lines[1], english[1])  # the remedy
                self.assertRegex(lines[1], "-> .*2 A.*lsusb")

    def test_status_and_help(self):
        for command in (["lte-failover", "--help"], ["ec25ctl", "--help"], ["lte-failover", "status"], ["ec25ctl", "status"]):
            english = self.said(*command)
            for language in LANGUAGES:
                with self.subTest(f"{' '.join(command)} in {language}"):
                    self.assertNotEqual(self.said(*command, language=language), english)

    def test_json_is_the_same_everywhere(self):
        for command in (["lte-failover", "status", "--json"], ["ec25ctl", "doctor", "--json"]):
            english = json.loads(self.said(*command))
            for language in LANGUAGES:
                with self.subTest(f"{' '.join(command)} in {language}"):
                    self.assertEqual(json.loads(self.said(*command, language=language)), english)
