# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs test suites inside the Debian 13 root: run.py SUITE PATTERN [first|beside|next|desktop|last].

Most bed tests wait most of the time, so tests/run lets several machines take them from one list (`next`), while another
builds for the sanitizers and reads the sources (`beside`), and then one machine alone those that measure time and those
in the virtual machine (`last`). Without a part one machine does all of it. The desktop's tests have a root of their own
(`desktop`).
"""

import fcntl
import json
import os
import re
import subprocess
import sys

from build import BUILD, SANITIZED, build_and_install, build_sanitized

SUITES = ["namespaces", "packages", "desktop", "vm"]
# Another root, of 2 GB, would be too much for the hour that all may take.
IN_ALL = [suite for suite in SUITES if suite != "desktop"]
sys.path[:0] = [f"/src/tests/{folder}" for folder in [*SUITES, "fuzz"]]
sys.dont_write_bytecode = True

import fuzz  # noqa: E402
from bed.testcase import bed_tests, run_tests  # noqa: E402
from desktop_test import DesktopTest  # noqa: E402
from vm_test import VmTest, prepare  # noqa: E402

RESULTS, NEXT, NEXT_ON_DESKTOP = "/logs/results", "/logs/next", "/logs/next-desktop"
# A finding of any of them is a test that fails.
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:fast_unwind_on_malloc=0",
              "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
SECONDS_OF_FUZZ = 2


def remember(name, passed):
    with open(RESULTS, "a") as results:
        results.write(f"{json.dumps([name, passed])}\n")


def run_unit_tests(kind, build, *names):
    """Of one build all tests, or those with the names."""
    subprocess.run(["meson", "test", "-C", build, "--no-rebuild", "--quiet", "--print-errorlogs", "--num-processes=2", *names],
                   env={**os.environ, **SANITIZERS})
    with open(f"{build}/meson-logs/testlog.json") as log:
        results = [json.loads(line) for line in log]
    for result in results:
        passed = result["result"] in ("OK", "EXPECTEDFAIL")
        print(f"{'ok  ' if passed else 'FAIL'} {result['duration']:6.1f} s  {kind}: {result['name']}")
        remember(f"{kind}: {result['name']}", passed)


def fuzz_shortly():
    fuzz.build()
    for target in fuzz.targets():
        remember(f"fuzz: {target}", fuzz.fuzz(target, SECONDS_OF_FUZZ))


def run_linters():
    """Each is a result; what it complains of has been printed before it."""
    sys.stdout.flush()
    done = subprocess.Popen(["python3", "/src/tests/lint"], stdout=subprocess.PIPE, text=True)
    for line in done.stdout:
        print(line, end="")
        result = re.match(r"(ok  |FAIL) (lint: .*)", line)
        if result:
            remember(result[2], result[1] == "ok  ")
    if done.wait() not in (0, 1):
        remember("lint", False)


def take_turns(tests, turns):
    """Yields those of the tests that no other machine has taken yet."""
    while True:
        with open(turns, "a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            taken = len(file.read())
            file.write(".")
        if taken >= len(tests):
            return
        yield tests[taken]


def tests_of(suite, pattern):
    """Those of one suite, or of all; what takes long only with its suite, comparisons only where they are asked for."""
    suites = IN_ALL if suite == "all" else [suite]
    found = [test for name in SUITES if name in suites for test in bed_tests(pattern, f"/src/tests/{name}")]
    if suite == "all":
        found = [test for test in found if getattr(test, "in_all", True)]
    return [test for test in found if pattern or not getattr(test, "on_request", False)]


def run_in_the_virtual_machine(tests):
    """It needs to be made once, and its packages to be installed."""
    if not tests:
        return
    prepare()
    run_tests(tests, remember)


def count(suite, pattern):
    """Prints the sum; returns the exit status. A test that nobody finished has failed."""
    with open(RESULTS) as file:
        results = dict(json.loads(line) for line in file)
    expected = tests_of(suite, pattern)
    failed = [name for name, passed in results.items() if not passed]
    failed += [test.id() for test in expected if test.id() not in results]
    if failed:
        print(f"\nFailed: {', '.join(failed)}\nLook into {os.environ.get('LOGS', '/logs')}; "
              "run one alone with: tests/run namespaces NAME (or packages, desktop, vm)")
    if suite == "packages" and not failed:
        print(f"The packages are in {os.environ.get('BUILD', '/build')}/packages")
    passed = sum(results.values())
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


def read_the_sources():
    """What needs the sources and no bed: may run beside the beds, which wait most of the time."""
    remember("sources read to the end", False)
    os.nice(19)
    run_unit_tests("sanitized", SANITIZED, *build_sanitized())
    fuzz_shortly()
    run_linters()
    remember("sources read to the end", True)


def main(suite, pattern, part=None):
    build_and_install()
    if part in (None, "first"):
        for file in RESULTS, NEXT, NEXT_ON_DESKTOP:
            open(file, "w").close()
        if suite in ("unit", "all"):
            run_unit_tests("unit", BUILD)
    if part == "beside" or (part is None and suite == "unit"):
        read_the_sources()
    tests = tests_of(suite, pattern)
    on_desktop = [test for test in tests if isinstance(test, DesktopTest)]
    if part in (None, "next"):
        run_tests(take_turns([test for test in tests if not test.alone and test not in on_desktop], NEXT), remember)
    if part == "desktop" or (part is None and suite == "desktop"):
        run_tests(take_turns(on_desktop, NEXT_ON_DESKTOP), remember)
    if part in (None, "last"):
        in_vm = [test for test in tests if isinstance(test, VmTest)]
        run_tests([test for test in tests if test.alone and test not in in_vm], remember)
        run_in_the_virtual_machine(in_vm)
        return count(suite, pattern)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
