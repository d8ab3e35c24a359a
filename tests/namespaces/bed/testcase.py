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

TIME_LIMIT = 240  # seconds; a test with more to do says so in its own time_limit

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

    def setUp(self):
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
        self._notes = [*getattr(self, "_notes", []), text]


class LineResult(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()
        self._bad = len(self.failures) + len(self.errors)
        signal.alarm(getattr(test, "time_limit", TIME_LIMIT))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.errors.append((test, f"skipped: {reason}"))

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)

    def stopTest(self, test):
        signal.alarm(0)
        super().stopTest(test)
        bad = (self.failures + self.errors)[self._bad:] if len(self.failures) + len(self.errors) > self._bad else []
        name = test.id().removeprefix("test_")
        print(f"{'FAIL' if bad else 'ok  '} {time.monotonic() - self._started:6.1f} s  {name}", flush=True)
        for text in getattr(test, "_notes", []):
            print(f"                 {text}", flush=True)
        if bad:
            for failed, trace in self.failures[-1:] + self.errors[-1:]:
                if failed.id().startswith(test.id()):
                    print("    " + "\n    ".join(line[:300] for line in trace.strip().splitlines()[-12:]), flush=True)
        else:
            shutil.rmtree(f"/logs/{test.id()}", ignore_errors=True)


def too_long(*_):
    raise TimeoutError("the test took longer than its time limit")


def matching(suite, pattern):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from matching(item, pattern)
        elif pattern in item.id():
            yield item


def run_tests(folder, pattern=""):
    """Runs the bed tests whose name contains `pattern`; returns (passed, names of the failed)."""
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGALRM, too_long)
    found = list(matching(unittest.defaultTestLoader.discover(folder), pattern))
    result = LineResult()
    unittest.TestSuite(found).run(result)
    failed = sorted({test.id().split(" ")[0] for test, _ in result.failures + result.errors})
    return result.testsRun - len(failed), failed
