# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds and installs the whole tree inside the Debian 13 root."""

import fcntl
import json
import os
import subprocess
import sys

BUILD = "/build/meson"
SANITIZED = "/build/sanitized"
LOG = "/logs/build.log"
OPTIONS = ["--prefix=/usr", "--sysconfdir=/etc", "--libexecdir=libexec", "-Dmodemmanager_source=/usr/src/modemmanager"]


def give_up(what, log=LOG):
    """Ends the program with the one line that says what to do."""
    outside = log.replace("/logs", os.environ.get("LOGS", "/logs"), 1)
    sys.exit(f"{what}; the log is {outside}")


def set_up(build, *options, run):
    """Makes or updates a build folder, from nothing if it has to be; run(*argv) returns whether it worked."""
    known = os.path.exists(f"{build}/build.ninja")
    return (run("meson", "setup", *(["--reconfigure"] if known else []), *OPTIONS, *options, build, "/src")
            or (known and run("meson", "setup", "--wipe", *OPTIONS, *options, build, "/src")))


def runner(log, environment=None):
    return lambda *argv: subprocess.run(argv, stdout=log, stderr=log, env=environment).returncode == 0


def build_and_install():
    """Leaves the product where its packages would put it. The root is a throw-away: nothing to undo."""
    werror = "-Dwerror=true" if os.environ.get("CI") else "-Dwerror=false"
    with open(LOG, "ab") as log, open("/build/lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = runner(log)
        if not set_up(BUILD, werror, run=run):
            give_up("meson setup failed")
        if not run("meson", "compile", "-C", BUILD):
            give_up("the build failed")
        if not run("meson", "install", "-C", BUILD, "--no-rebuild"):
            give_up("meson install failed")


def build_sanitized():
    """Builds the test programs for the sanitizers; returns the names of their tests.

    Those are the tests whose program comes out of the build. The others ask tools of the system about files, which no
    sanitizer can see.
    """
    with open(LOG, "ab") as log:
        run = runner(log)
        if not set_up(SANITIZED, "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=1", run=run):
            give_up("meson setup failed with sanitizers")
        tests = json.loads(subprocess.check_output(["meson", "introspect", "--tests", SANITIZED]))
        programs = {test["name"]: test["cmd"][0] for test in tests if test["cmd"][0].startswith(f"{SANITIZED}/")}
        if not run("ninja", "-C", SANITIZED, *(os.path.relpath(program, SANITIZED) for program in programs.values())):
            give_up("the build failed with sanitizers")
    return list(programs)
