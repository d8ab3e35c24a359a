# SPDX-License-Identifier: GPL-2.0-or-later
"""The bed as a unittest case, and the runner that reports each test on a line of its own."""

import os
import shutil
import signal
import sys
import time
import unittest

from .host import Host
from .modem import Ec25
from .provider import Cable, Internet, Provider

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# name of a provider -> its number in addresses
PROVIDERS = {"fibre": 1, "hotspot": 2, "mobile": 3, "stick": 4}


class Bed:
    """One machine with lines to several providers of one internet."""

    def __init__(self, logs):
        self.logs = logs
        os.makedirs(logs, exist_ok=True)
        self._open = []
        self.providers = {}
        self.lines = {}
        try:
            self.internet = self._keep(Internet(logs))
            self.host = self._keep(Host("host", logs))
        except BaseException:
            self.close()
            raise

    def _keep(self, thing):
        self._open.append(thing)
        return thing

    def provider(self, name):
        if name not in self.providers:
            self.providers[name] = self._keep(Provider(name, PROVIDERS[name], self.internet, self.logs))
        return self.providers[name]

    def cable(self, interface="eth0", provider="fibre"):
        self.lines[interface] = Cable(self.host, interface, self.provider(provider))
        return self.lines[interface]

    def wifi(self, interface="wlan0"):
        """A stand-in for a Wi-Fi link: sysfs and the metric say Wi-Fi, the medium is a cable."""
        self.cable(interface, "hotspot")
        self.host.call_it(interface, "wlan")
        return self.lines[interface]

    def ec25(self, mode="qmi", **options):
        """A virtual EC25 in the USB port."""
        return self._keep(Ec25(self.host, self.provider("mobile"), mode, **options))

    def close(self):
        for thing in reversed(self._open):
            thing.close()


class BedTest(unittest.TestCase):
    """A test with a bed of its own; its logs are kept when it fails."""

    time_limit = 240  # seconds
    alone = False  # a test that measures time has the machine for itself

    def setUp(self):
        self.notes = []
        self.bed = None
        self.addCleanup(lambda: self.bed and self.bed.close())
        self.renew_bed()

    def renew_bed(self):
        """A fresh machine with fresh lines."""
        if self.bed:
            self.bed.close()
        self.bed = None
        self.bed = Bed(f"/logs/{self.id()}")
        self.host = self.bed.host

    def assert_logged(self, daemon, text):
        """The daemon's log has this text, whatever the case."""
        self.assertTrue(text.lower() in daemon.log().lower(), f"{daemon.name} did not log '{text}'")

    def note(self, text):
        """A measured figure, printed with the test's result."""
        self.notes.append(text)


class LineResult(unittest.TestResult):
    """Prints a line for each test that ends, and hands its name and whether it passed to `remember`."""

    def __init__(self, remember):
        super().__init__()
        self.remember = remember

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()
        self._bad = len(self.failures) + len(self.errors)
        signal.alarm(test.time_limit)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.errors.append((test, f"skipped: {reason}"))

    def stopTest(self, test):
        signal.alarm(0)
        super().stopTest(test)
        bad = len(self.failures) + len(self.errors) > self._bad
        name = test.id().removeprefix("test_")
        lines = [f"{'FAIL' if bad else 'ok  '} {time.monotonic() - self._started:6.1f} s  {name}"]
        lines += [f"                 {text}" for text in test.notes]
        if bad:
            for failed, trace in self.failures[-1:] + self.errors[-1:]:
                if failed.id().startswith(test.id()):
                    lines += [f"    {line[:300]}" for line in trace.strip().splitlines()[-12:]]
        else:
            shutil.rmtree(f"/logs/{test.id()}", ignore_errors=True)
        # In one piece: other machines print too.
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        self.remember(test.id(), not bad)


def too_long(*_):
    raise TimeoutError("the test took longer than its time limit")


def flat(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flat(item)
        else:
            yield item


def bed_tests(pattern="", folder=FOLDER):
    """The tests of the folder whose name contains `pattern`, those that may take longest first."""
    sys.dont_write_bytecode = True
    found = flat(unittest.defaultTestLoader.discover(folder))
    return sorted((test for test in found if pattern in test.id()), key=lambda test: (-test.time_limit, test.id()))


def run_tests(tests, remember):
    """Runs the tests one after the other; remember(name, passed) is called after each."""
    signal.signal(signal.SIGALRM, too_long)
    result = LineResult(remember)
    for test in tests:
        test.run(result)
