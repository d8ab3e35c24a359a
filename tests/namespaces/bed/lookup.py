# SPDX-License-Identifier: GPL-2.0-or-later
"""Looks a name up, or opens a connection, each 0.25 s, each time anew, as applications do: how long each took.

As a program (`names`, `connections`): begins one each PERIOD until its standard input closes, then prints a line of
JSON.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time

PERIOD = 0.25
NAME = "internet.example"


class Lookups:
    """with Lookups(host) as lookups: ...; then lookups.all: a list of (start, seconds, answered)."""

    what = "names"

    def __init__(self, host):
        self._argv = [*host.enter, "python3", os.path.abspath(__file__), self.what]

    def __enter__(self):
        self._process = subprocess.Popen(self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._process.stdout.readline()
        return self

    def __exit__(self, *_):
        out, _ = self._process.communicate(timeout=60)
        self.all = json.loads(out)

    def begun_between(self, start, end=float("inf")):
        return [one for one in self.all if start <= one[0] < end]

    def slow(self, start, end=float("inf"), limit=0.2):
        """Those begun in that time that failed or took longer than the limit, in seconds."""
        return [one for one in self.begun_between(start, end) if not one[2] or one[1] > limit]

    def longest_begun_between(self, start, end):
        """Seconds that the longest of them took; infinity if one failed."""
        return max((taken if done else float("inf") for _, taken, done in self.begun_between(start, end)), default=0)

    def __str__(self):
        bad = [one for one in self.all if not one[2]]
        return f"{len(self.all)} lookups, {len(bad)} failed, longest {max(one[1] for one in self.all) * 1000:.0f} ms"


class Connects(Lookups):
    """The same with TCP connections to the internet."""

    what = "connections"


def lookup(results):
    start = time.monotonic()
    # A resolver of its own each time, as in a program that has just been started.
    done = subprocess.run(["getent", "ahostsv4", NAME], stdout=subprocess.PIPE, check=False)
    results.append((start, time.monotonic() - start, done.returncode == 0))


def connect(results):
    start = time.monotonic()
    try:
        socket.create_connection(("198.51.100.1", 7), timeout=20).close()
        done = True
    except OSError:
        done = False
    results.append((start, time.monotonic() - start, done))


def run(action):
    results, threads = [], []
    os.set_blocking(0, False)
    print("ready", flush=True)
    while not stdin_closed():
        threads.append(threading.Thread(target=action, args=(results,)))
        threads[-1].start()
        time.sleep(PERIOD)
    for thread in threads:
        thread.join(30)
    return sorted(results)


def stdin_closed():
    try:
        return os.read(0, 1) == b""
    except BlockingIOError:
        return False


if __name__ == "__main__":
    print(json.dumps(run({"names": lookup, "connections": connect}[sys.argv[1]])))
