# SPDX-License-Identifier: GPL-2.0-or-later
"""What the built programs say of themselves. PROGRAMS names their files, NAME=PATH each."""

import contextlib
import os
import re
import subprocess
import tempfile
import time

SOURCE = os.path.abspath(f"{__file__}/../../../..")
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}


def programs():
    return dict(word.split("=", 1) for word in os.environ["PROGRAMS"].split())


def run(*argv, **options):
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, env=ENVIRONMENT, **options)


def read_source(name):
    with open(f"{SOURCE}/{name}", encoding="utf-8") as file:
        return file.read()


def help_of(name):
    done = run(programs()[name], "--help")
    assert done.returncode == 0, done
    return done.stdout


def options_of(name):
    """The options that --help lists, as they are typed; -h goes without saying."""
    return {"-h", *re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)", help_of(name))}


def commands_of(name):
    """The sub-commands that --help lists, one a line with its explanation behind it."""
    return set(re.findall(r"^  ([a-z][a-z-]*)(?: \[--[a-z]+\]| FILE)? {2,}\S", help_of(name), re.MULTILINE))


@contextlib.contextmanager
def virtual_modem():
    """A modem that runs; yields its control socket."""
    with tempfile.TemporaryDirectory() as folder:
        argv = [programs()["virtual-ec25"], f"--ports={folder}", f"--control={folder}/control"]
        modem = subprocess.Popen(argv, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
        try:
            while not os.path.exists(f"{folder}/control"):
                assert modem.poll() is None, "virtual-ec25 does not start"
                time.sleep(0.02)
            yield f"{folder}/control"
        finally:
            modem.terminate()
            modem.wait()


def control_commands():
    """What `virtual-ec25 control SOCKET help` lists: words and usage, by the words."""
    with virtual_modem() as socket:
        answer = run(programs()["virtual-ec25"], "control", socket, "help").stdout
    lines = [line for line in answer.splitlines() if line and not line.startswith(" ")]
    found = [re.match(r"((?:[a-z-]+ ?(?![a-z-]*\|))+)(.*)", line) for line in lines]
    return {match[1].strip(): match[2].strip() for match in found}
