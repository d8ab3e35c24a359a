# SPDX-License-Identifier: GPL-2.0-or-later
"""A TCP application: keeps one connection, sends a number each 10 ms, connects anew when it is ended.

On the internet (`serve`) it sends everything back. On the machine it runs until its standard input closes,
then prints one line of JSON: when each answer came, and when and why each connection ended.
"""

import errno
import json
import os
import selectors
import socket
import subprocess
import sys
import threading
import time

PORT = 7
PERIOD = 0.01


class TcpApplication:
    """with TcpApplication(host, 4) as app: ...; then app.answers, app.ends, app.gap_after(moment)."""

    def __init__(self, host, family=4, address=None):
        address = address or ("198.51.100.1" if family == 4 else "2001:db8:ffff::1")
        self._argv = [*host.enter, "python3", os.path.abspath(__file__), "run", address]

    def __enter__(self):
        self._process = subprocess.Popen(self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._process.stdout.readline() != "ready\n":
            raise RuntimeError("the TCP application could not connect")
        return self

    def __exit__(self, *_):
        out, _ = self._process.communicate(timeout=30)
        result = json.loads(out)
        self.answers, self.ends = result["answers"], result["ends"]

    def first_answer_after(self, moment):
        """Seconds from a time.monotonic() value to the next answer; infinity if there was none."""
        return min((at for at in self.answers if at > moment), default=float("inf")) - moment

    @property
    def longest_gap(self):
        return max(later - earlier for earlier, later in zip(self.answers, self.answers[1:]))


def serve():
    """Echoes on all addresses of both families."""
    server = socket.create_server(("::", PORT), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
    while True:
        connection, _ = server.accept()
        threading.Thread(target=echo, args=(connection,), daemon=True).start()


def echo(connection):
    try:
        while data := connection.recv(4096):
            connection.sendall(data)
    except OSError:
        pass
    connection.close()


def connect(address):
    connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    connection.setblocking(False)
    error = connection.connect_ex((address, PORT))
    if error not in (0, errno.EINPROGRESS):
        raise OSError(error, os.strerror(error))
    return connection


def run(address):
    answers, ends, connection = [], [], None
    os.set_blocking(0, False)
    ready = False
    while not stdin_closed():
        try:
            connection = connection or connect(address)
            if exchange(connection):
                answers.append(time.monotonic())
                if not ready:
                    ready = print("ready", flush=True) is None
        except OSError as error:
            ends.append((time.monotonic(), errno.errorcode.get(error.errno, str(error))))
            if connection:
                connection.close()
            connection = None
            time.sleep(PERIOD)
    return {"answers": answers, "ends": ends}


def exchange(connection):
    """Sends a little and waits a little; TRUE if something came back."""
    selector = selectors.DefaultSelector()
    selector.register(connection, selectors.EVENT_WRITE)
    if not selector.select(PERIOD):
        return False
    error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, os.strerror(error))
    try:
        connection.send(b"ping")
    except BlockingIOError:
        return False
    selector.modify(connection, selectors.EVENT_READ)
    time.sleep(PERIOD / 2)
    if not selector.select(PERIOD):
        return False
    if not connection.recv(65536):
        raise OSError(errno.ECONNRESET, "closed by the peer")
    return True


def stdin_closed():
    try:
        return os.read(0, 1) == b""
    except BlockingIOError:
        return False


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        print(json.dumps(run(sys.argv[2])))
