# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the test suites inside the Debian 13 root: run.py unit|namespaces|all [PATTERN]."""

import json
import os
import subprocess
import sys

from build import BUILD, build_and_install

sys.path.insert(0, "/src/tests/namespaces")
sys.dont_write_bytecode = True


def unit_tests():
    """meson's tests: (passed, names of the failed)."""
    subprocess.run(["meson", "test", "-C", BUILD, "--no-rebuild", "--quiet", "--print-errorlogs", "--num-processes=2"])
    results = []
    with open(f"{BUILD}/meson-logs/testlog.json") as log:
        results = [json.loads(line) for line in log]
    good = ("OK", "EXPECTEDFAIL")
    for result in results:
        print(f"{'ok  ' if result['result'] in good else 'FAIL'} {result['duration']:6.1f} s  unit: {result['name']}")
    failed = [result["name"] for result in results if result["result"] not in good]
    return len(results) - len(failed), failed


def bed_tests(pattern):
    from bed.testcase import run_tests
    return run_tests("/src/tests/namespaces", pattern)


def main(suite, pattern):
    build_and_install()
    passed, failed = 0, []
    if suite in ("unit", "all"):
        count, names = unit_tests()
        passed, failed = passed + count, failed + names
    if suite in ("namespaces", "all"):
        count, names = bed_tests(pattern)
        passed, failed = passed + count, failed + names
    if failed:
        print(f"\nFailed: {', '.join(failed)}\nLook into {os.environ.get('LOGS', '/logs')}; "
              "run one alone with: tests/run namespaces NAME")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
