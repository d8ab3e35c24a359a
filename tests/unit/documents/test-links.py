#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every link from one of our documents to a file or a heading leads somewhere."""

import os
import re
import unittest

from programs import SOURCE, commands_of, read_source

LINK = re.compile(r"\]\(<?([^)>\s]+)>?(?: \"[^\"]*\")?\)|^\[[^]]+\]:\s+(\S+)", re.MULTILINE)


def documents():
    for root, folders, files in os.walk(SOURCE):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in ("build", "subprojects")]
        yield from (os.path.relpath(f"{root}/{name}", SOURCE) for name in files if name.endswith(".md"))


def without_code(text):
    return re.sub(r"```[\s\S]*?```|^(?: {4}|\t).*$|`[^`\n]*`", "", text, flags=re.MULTILINE)


def anchors(text):
    """Headings as GitHub and GitLab call them."""
    titles = re.findall(r"^#+ +(.*?) *#*$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def problems(document, text):
    for inline, reference in LINK.findall(without_code(text)):
        target = inline or reference
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = target.partition("#")
        path = os.path.normpath(os.path.join(os.path.dirname(document), name)) if name else document
        if not os.path.exists(f"{SOURCE}/{path}"):
            yield f"{document}: {target}: there is no {path}"
        elif anchor and anchor not in anchors(read_source(path)):
            yield f"{document}: {target}: no such heading"


class Commands(unittest.TestCase):
    def test_each_command_that_is_advised_exists(self):
        pattern = re.compile(r"\b(ec25ctl|lte-failover)((?: --?[a-z]+(?:[ =][\d.:-]+)?)*) ([a-z-]+)")
        seen = 0
        for document in documents():
            code = re.findall(r"`([^`\n]+)`|^ {4}(.*)$", read_source(document), re.MULTILINE)
            for name, _, command in pattern.findall("\n".join(inline or block for inline, block in code)):
                self.assertIn(command, commands_of(name), f"{document}: {name} {command}")
                seen += 1
        self.assertGreater(seen, 40)


    def test_each_line_that_is_named_is_printed(self):
        folder = "mm-plugin/ec25ctl"
        doctor = re.findall(r'\{ "[a-z_]+", N_\("([^"]+)"\)', read_source(f"{folder}/ec25ctl-doctor.c"))
        status = re.findall(r'add \(rows, "[a-z_]+", (?:_\()?"([^"]+)"', read_source(f"{folder}/ec25ctl-status.c"))
        text = read_source("docs/troubleshooting.md")
        for command, titles in ("doctor", doctor), ("status", status):
            named = re.findall(rf'`ec25ctl {command}`((?:, "[^"]+")+)', text)
            self.assertGreater(len(named), 5)
            for title in re.findall(r'"([^"]+)"', " ".join(named)):
                self.assertIn(title, titles)


class Links(unittest.TestCase):
    def test_all(self):
        found = sorted(documents())
        self.assertIn("README.md", found)
        self.assertEqual([problem for document in found for problem in problems(document, read_source(document))], [])

    def test_dead_ones_are_found(self):
        dead = "    code\n\n[a](no-such.md) [b](#no-such-heading) [c](mailto:x)"
        self.assertEqual(len(list(problems("README.md", dead))), 2)
        self.assertEqual(list(problems("tests/README.md", "[a](../README.md) `[b](no-such.md)`")), [])


if __name__ == "__main__":
    unittest.main()
