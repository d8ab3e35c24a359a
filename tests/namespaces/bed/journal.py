# SPDX-License-Identifier: GPL-2.0-or-later
"""Plays the journal for one program: prints what it sends there, an entry a line, as JSON.

Usage, inside the host: journal.py COMMAND [ARGUMENT...]. Ends with the command, and ends it.
"""

import json
import os
import signal
import socket
import subprocess
import sys

FOLDER = "/run/systemd/journal"


def fields(datagram):
    """The fields of an entry: KEY=VALUE lines, or KEY, eight bytes of length and the value, for those of several lines."""
    entry = {}
    while datagram:
        line, _, rest = datagram.partition(b"\n")
        key, equals, value = line.partition(b"=")
        if not equals:
            length = int.from_bytes(rest[:8], "little")
            value, rest = rest[8:8 + length], rest[8 + length + 1:]
        entry[key.decode()] = value.decode(errors="replace")
        datagram = rest
    return entry


def main():
    os.makedirs(FOLDER, exist_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as entries, \
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as streams, \
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
        entries.bind(f"{FOLDER}/socket")
        streams.bind(f"{FOLDER}/stdout")
        streams.listen(1)
        # A program knows by what its standard error is connected to that it speaks to the journal.
        stream.connect(f"{FOLDER}/stdout")
        program = subprocess.Popen(sys.argv[1:], stdout=stream, stderr=stream)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, frame: program.send_signal(number))
        entries.settimeout(0.2)
        while True:
            try:
                print(json.dumps(fields(entries.recv(1 << 16))), flush=True)
            except TimeoutError:
                if program.poll() is not None:
                    sys.exit(program.returncode)


if __name__ == "__main__":
    main()
