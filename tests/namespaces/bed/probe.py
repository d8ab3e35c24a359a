# SPDX-License-Identifier: GPL-2.0-or-later
"""200 packets a second to the internet and back: how many are lost, and the longest gap.

As a program, with the family and the packets a second: sends until its standard input closes, then prints one line of
JSON.
"""

import json
import os
import socket
import subprocess
import sys
import time

PER_SECOND = 200
STRAGGLERS = 0.5


class Probe:
    """with host.probe(6) as probe: ...; then probe.sent, probe.lost, probe.gap_ms, probe.lost_between(...)."""

    def __init__(self, host, family):
        self._argv = [*host.enter, "python3", os.path.abspath(__file__), str(family), str(PER_SECOND)]
        self._process = None

    def __enter__(self):
        self._process = subprocess.Popen(self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._process.stdout.readline()
        return self

    def __exit__(self, *_):
        out, _ = self._process.communicate(timeout=30)
        self._read(json.loads(out))

    def _read(self, result):
        self.sent = result["sent"]
        self.gap_ms = result["gap_ms"]
        self._lost_at = result["lost_at"]

    @property
    def lost(self):
        return len(self._lost_at)

    def lost_between(self, start, end):
        """Lost packets among those sent between two time.monotonic() values."""
        return sum(start <= at < end for at in self._lost_at)

    def __str__(self):
        return f"{self.lost} of {self.sent} lost, longest gap {self.gap_ms:.0f} ms"


def send_and_receive(family, period):
    address = "198.51.100.1" if family == 4 else "2001:db8:ffff::1"
    probe = socket.socket(socket.AF_INET if family == 4 else socket.AF_INET6, socket.SOCK_DGRAM)
    os.set_blocking(0, False)
    warm_up(probe, address)
    sent_at, answered, longest, last = [], set(), 0.0, time.monotonic()
    next_packet = last
    end = None
    print("ready", flush=True)
    while end is None or time.monotonic() < end:
        if end is None and time.monotonic() >= next_packet:
            try:
                probe.sendto(str(len(sent_at)).encode(), (address, 7))
            except OSError:
                pass  # no route counts as lost
            sent_at.append(time.monotonic())
            next_packet += period
        if end is None and stdin_closed():
            end = time.monotonic() + STRAGGLERS
            longest_until = time.monotonic()
        wait = period if end else next_packet - time.monotonic()
        probe.settimeout(min(period, max(0.0002, wait)))
        try:
            number = int(probe.recv(64))
        except (OSError, ValueError):
            continue
        now = time.monotonic()
        if number >= 0 and number not in answered:
            answered.add(number)
            longest, last = max(longest, now - last), now
    longest = max(longest, longest_until - last)
    return {"sent": len(sent_at), "gap_ms": round(longest * 1000, 1),
            "lost_at": [at for number, at in enumerate(sent_at) if number not in answered]}


def warm_up(probe, address):
    """Neighbour resolution is not what is measured: begin with the first answer, or after 3 s without."""
    probe.settimeout(0.05)
    give_up = time.monotonic() + 3
    while time.monotonic() < give_up:
        try:
            probe.sendto(b"-1", (address, 7))
            probe.recv(64)
            return
        except OSError:
            time.sleep(0.05)


def stdin_closed():
    try:
        return os.read(0, 1) == b""
    except BlockingIOError:
        return False


if __name__ == "__main__":
    print(json.dumps(send_and_receive(int(sys.argv[1]), 1 / int(sys.argv[2]))))
