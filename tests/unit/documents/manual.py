# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads manual pages as they are written, in man(7)."""

import glob
import os
import re
import shlex

from programs import SOURCE, read_source

FOLDER = "data/man"


def pages():
    return sorted(os.path.basename(path) for path in glob.glob(f"{SOURCE}/{FOLDER}/*.[1-9]"))


def read(page):
    text = read_source(f"{FOLDER}/{page}").replace("\\-", "-").replace("\\e", "\\")
    return re.sub(r"\\f[BIR]", "", text)


def section(page, title):
    found = re.search(rf'^\.S[HS] "?{re.escape(title)}"?\n(.*?)(?=^\.S[HS] |\Z)', read(page), re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no section {title}"
    return found[1]


def unroff(line):
    """The words of a line, without the macro that says in which letters they are set."""
    macro = re.match(r"\.([BI]|BI|IB|BR|RB|IR|RI)\b *", line)
    if not macro:
        return line
    separator = " " if len(macro[1]) == 1 else ""
    return separator.join(shlex.split(line[macro.end():]))


def tags(page, title):
    """What the paragraphs of a section are about."""
    return [unroff(line) for line in re.findall(r"^\.TP\n(.*)$", section(page, title), re.MULTILINE)]


def bold(text):
    """Each word that is set in bold by a macro of its own."""
    return set(re.findall(r"^\.(?:B|BR) ([^ \n]+)(?: \S+)?$", text, re.MULTILINE))
