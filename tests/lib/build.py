# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds and installs the whole tree inside the Debian 13 root."""

import fcntl
import os
import subprocess
import sys

BUILD = "/build/meson"
LOG = "/logs/build.log"
OPTIONS = ["--prefix=/usr", "--sysconfdir=/etc", "--libexecdir=libexec", "-Dmodemmanager_source=/usr/src/modemmanager"]


def give_up(what, log=LOG):
    """Ends the program with the one line that says what to do."""
    outside = log.replace("/logs", os.environ.get("LOGS", "/logs"), 1)
    sys.exit(f"{what}; the log is {outside}")


def build_and_install():
    """Leaves the product where its packages would put it. The root is a throw-away: nothing to undo."""
    werror = ["-Dwerror=true"] if os.environ.get("CI") else ["-Dwerror=false"]
    with open(LOG, "ab") as log, open("/build/lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        def step(*argv):
            return subprocess.run(argv, stdout=log, stderr=log).returncode == 0

        known = os.path.exists(f"{BUILD}/build.ninja")
        setup = ["meson", "setup", *(["--reconfigure"] if known else []), *OPTIONS, *werror, BUILD, "/src"]
        if not (step(*setup) or (known and step("meson", "setup", "--wipe", *OPTIONS, *werror, BUILD, "/src"))):
            give_up("meson setup failed")
        if not step("meson", "compile", "-C", BUILD):
            give_up("the build failed")
        if not step("meson", "install", "-C", BUILD, "--no-rebuild"):
            give_up("meson install failed")
