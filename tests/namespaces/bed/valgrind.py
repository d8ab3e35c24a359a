# SPDX-License-Identifier: GPL-2.0-or-later
"""A program under valgrind: what it is to be started with, and what was found."""

import os
import re

SUPPRESSIONS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "valgrind.supp")


class Valgrind:
    def __init__(self, host, name):
        self.log = os.path.join(host.logs, f"valgrind-{name}.log")
        self.command = ("valgrind", "--leak-check=full", "--show-leak-kinds=definite,indirect", "--keep-debuginfo=yes",
                        "--num-callers=40", "--error-limit=no", "--child-silent-after-fork=yes", "--gen-suppressions=all",
                        f"--suppressions={SUPPRESSIONS}", f"--log-file={self.log}")

    def findings(self):
        """Each as valgrind tells it, without the suppression that it proposes. To be asked when the program has ended."""
        with open(self.log) as log:
            report = log.read()
        if "ERROR SUMMARY" not in report:
            raise AssertionError(f"{self.log} has no end")
        report = re.sub(r"^==\d+== ?", "", re.sub(r"^\{$.*?^\}$", "", report, flags=re.MULTILINE | re.DOTALL), flags=re.MULTILINE)
        return [block for block in re.split(r"\n\n+", report) if re.search(r"^ +(at|by) 0x", block, re.MULTILINE)]
