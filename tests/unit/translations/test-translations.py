#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogues are complete and right, and what a user reads is marked to be in them."""

import glob
import os
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ET

SOURCE = os.environ["SOURCE"]
CATALOGUES = {"mm-plugin": "ec25ctl", "nm-dispatcher": "lte-failover"}
LANGUAGES = {"de", "es", "fr", "it", "ja", "pl", "zh_CN"}
# What reads these files: the commands, and what they are made of.
COMMANDS = ["mm-plugin/ec25ctl/*.c", "nm-dispatcher/lte-failover.c", "nm-dispatcher/lf-*.c", "nm-dispatcher/follow/*.c"]
KEYWORDS = ["--keyword=_", "--keyword=N_", "--keyword=ngettext:1,2", "--keyword=g_dngettext:2,3"]
LITERAL = r'"(?:\\.|[^"\\])*"'
LITERALS = re.compile(rf"{LITERAL}(?:\s*{LITERAL})*")
# Not for a user: the journal, D-Bus, files. What a command line is, is the same in every language.
NOT_FOR_A_USER = re.compile(r"g_(?:debug|info|message|warning|critical|variant_\w+|dbus_\w+|regex_\w+|build_\w+|key_file_\w+)"
                            r" \(|G_VARIANT_TYPE|\bcall(?:_and_wait)? \(")
COMMAND_LINE = re.compile(r'"(?:nmcli|mmcli|systemctl|ec25ctl|modprobe|journalctl) [^;%]*(?:; nmcli [^;%]*)?"$')
# A program's name before what it says, or before its version.
NAME = re.compile(r'"[\w-]+:? %s(?:\\n)?"$')
IN_JSON = {'"nearly used up"', '"used up"'}
WORDS = re.compile(r"[A-Za-z]{2,}[,:;]? (?:[a-z]{2,}|%)|%[a-z]\S* [a-z]{2,}")


def listed(room):
    with open(f"{SOURCE}/po/{room}/POTFILES.in") as file:
        return [line for line in file.read().split("\n") if line]


def read(path):
    with open(f"{SOURCE}/{path}") as file:
        return file.read()


def without_comments(text):
    return re.sub(r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.DOTALL)


def statement_before(text, position):
    """What stands between the end of the statement before and here."""
    return re.split(r"[;{}]", re.sub(LITERAL, '""', text[:position]))[-1]


def is_the_same_everywhere(literal):
    """Commands, names, units, words of JSON, and what stands in files of ours."""
    return (COMMAND_LINE.match(literal) or NAME.match(literal) or re.search(r"\bdBm\b", literal) or literal in IN_JSON
            or literal.startswith('"# '))


def unmarked(text):
    """Sentences in a C source that no translator gets to see, and that somebody else than the journal's reader may."""
    text = without_comments(text)
    for found in LITERALS.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1:text.find("\n", found.end())]
        if (WORDS.search(found[0]) and not line.startswith("#")
                and not re.search(r"\b(?:_|N_)\s?\($", text[:found.start()])
                and not re.search(r"\b(?:n|g_dn)gettext \([^;]*$", text[:found.start()])
                and not NOT_FOR_A_USER.search(statement_before(text, found.start()) + " " + line.strip())
                and not is_the_same_everywhere(found[0])):
            yield found[0]


class Catalogues(unittest.TestCase):
    def template(self, room, folder):
        pot = f"{folder}/{room}.pot"
        subprocess.run(["xgettext", f"--files-from=po/{room}/POTFILES.in", f"--output={pot}", "--from-code=UTF-8",
                        *KEYWORDS], cwd=SOURCE, check=True, stderr=subprocess.DEVNULL)
        return pot

    def test_every_language_has_every_word(self):
        with tempfile.TemporaryDirectory() as folder:
            for room in CATALOGUES:
                pot = self.template(room, folder)
                for language in sorted(LANGUAGES):
                    with self.subTest(f"{room} {language}"):
                        merged = f"{folder}/{language}.po"
                        subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching", f"--output-file={merged}",
                                        f"{SOURCE}/po/{room}/{language}.po", pot], check=True)
                        missing = subprocess.run(["msgattrib", "--untranslated", "--no-wrap", merged],
                                                 check=True, capture_output=True, text=True).stdout
                        self.assertEqual(re.findall(r'^msgid "(.+)"$', missing, re.MULTILINE), [])

    def test_formats_plurals_and_headers(self):
        for room in CATALOGUES:
            for language in sorted(LANGUAGES):
                with self.subTest(f"{room} {language}"):
                    path = f"{SOURCE}/po/{room}/{language}.po"
                    done = subprocess.run(["msgfmt", "--check", "--statistics", "--output-file=/dev/null", path],
                                          capture_output=True, text=True)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertNotRegex(done.stderr, "fuzzy|untranslated")

    def test_the_languages_are_those(self):
        for room in CATALOGUES:
            self.assertEqual(set(read(f"po/{room}/LINGUAS").split()), LANGUAGES)


class Sources(unittest.TestCase):
    def test_what_is_marked_is_listed(self):
        for room in CATALOGUES:
            marked = {os.path.relpath(path, SOURCE) for path in glob.glob(f"{SOURCE}/{room}/**/*.c", recursive=True)
                      if re.search(r"\b(?:_|N_|ngettext|g_dngettext) ?\(", read(os.path.relpath(path, SOURCE)))}
            self.assertEqual(marked, {path for path in listed(room) if path.endswith(".c")})

    def test_daemons_write_english(self):
        """Who finds a line in the journal looks for it in a search engine, or sends it to us."""
        self.assertEqual({os.path.relpath(path, SOURCE) for room in CATALOGUES
                          for path in glob.glob(f"{SOURCE}/{room}/**/*.c", recursive=True)
                          if "setlocale" in read(os.path.relpath(path, SOURCE))},
                         {"mm-plugin/ec25ctl/ec25ctl.c", "nm-dispatcher/lte-failover.c"})

    def test_what_a_user_reads_is_marked(self):
        for pattern in COMMANDS:
            for path in glob.glob(f"{SOURCE}/{pattern}"):
                name = os.path.relpath(path, SOURCE)
                with self.subTest(name):
                    self.assertEqual(list(unmarked(read(name))), [])

    def test_an_unmarked_sentence_is_found(self):
        for text, expected in (
            ('say ("the line is dead");', ['"the line is dead"']),
            ('say (_("the line is dead"));', []),
            ('say (a ? _("the line is dead") : "it lives again");', ['"it lives again"']),
            ('say ("one sentence "\n     "in two parts");', ['"one sentence "\n     "in two parts"']),
            ('say (N_("one sentence "\n     "in two parts"));', []),
            ('/* "the line is dead" */ g_warning ("%s is dead", line);', []),
            ('say ("nmcli radio wwan on", "lte");', []),
        ):
            with self.subTest(text):
                self.assertEqual(list(unmarked(text)), expected)


class Metainfo(unittest.TestCase):
    def test_every_language(self):
        for path in glob.glob(f"{os.environ['METAINFO']}/*.metainfo.xml"):
            summaries = ET.parse(path).getroot().findall("summary")
            with self.subTest(path):
                language = "{http://www.w3.org/XML/1998/namespace}lang"
                self.assertEqual({summary.get(language) for summary in summaries} - {None},
                                 {name.replace("zh_CN", "zh-Hans-CN") for name in LANGUAGES})
        self.assertEqual(len(glob.glob(f"{os.environ['METAINFO']}/*.metainfo.xml")), 2)


if __name__ == "__main__":
    unittest.main()
