# SPDX-License-Identifier: GPL-2.0-or-later
"""A network namespace and what runs in it."""

import os
import signal
import subprocess
import time


class CommandFailed(Exception):
    """A command that a test ran did not exit with 0."""


def wait_for(what, condition, timeout=20, step=0.05):
    """Returns condition()'s first true value; fails with the words of `what` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout} s in vain for {what}")
        time.sleep(step)


class Daemon:
    """A program that stays: its log is a file, and it ends with its owner."""

    def __init__(self, name, argv, logs, env=None):
        self.name = name
        self.log_path = os.path.join(logs, f"{name}.log")
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=log, stderr=log,
                                            env={**os.environ, **(env or {})})

    @property
    def running(self):
        return self.process.poll() is None

    def log(self):
        with open(self.log_path, "rb") as log:
            return log.read().decode(errors="replace")

    def wait_for_log(self, text, timeout=20):
        wait_for(f"'{text}' in the log of {self.name}", lambda: text in self.log(), timeout)

    def kill(self, how=signal.SIGKILL):
        if self.running:
            self.process.send_signal(how)

    def stop(self, timeout=5):
        self.kill(signal.SIGTERM)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()


class Namespace:
    """A network namespace with a name; everything started in it ends with it."""

    def __init__(self, name, logs):
        self.name = name
        self.logs = logs
        self.daemons = []
        subprocess.run(["ip", "netns", "add", name], check=True)
        self.enter = ["ip", "netns", "exec", name]
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *argv, check=True, timeout=60):
        """Runs a command to its end and returns what it printed."""
        done = subprocess.run([*self.enter, *argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=timeout)
        if check and done.returncode != 0:
            raise CommandFailed(f"{' '.join(argv)} in {self.name} exited with {done.returncode}: {done.stdout}")
        return done.stdout

    def start(self, name, *argv, env=None):
        daemon = Daemon(f"{self.name}-{name}", [*self.enter, *argv], self.logs, env)
        self.daemons.append(daemon)
        return daemon

    def close(self):
        for daemon in reversed(self.daemons):
            daemon.stop()
        subprocess.run(["ip", "netns", "delete", self.name], check=False)
