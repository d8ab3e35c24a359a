# SPDX-License-Identifier: GPL-2.0-or-later
"""What one event of NetworkManager costs: our dispatcher entry beside an nmcli script and an empty program.

The event is one that changes the way of the traffic in both families. The programs run in turn, so that the
machine's moods hit all alike; the kernel accounts for each run.
"""

import statistics

from bed.scenes import wifi_with_stick
from bed.testcase import Bed

RUNS = 40
ACCOUNT = "/build/meson/tests/bench/account"

CANDIDATES = {
    "lte-failover": ["/usr/libexec/lte-failover-dispatcher", "wlan0", "up"],
    "nmcli script": ["env", "UPLINKS=wlan0 usb0", "/src/tests/bench/nmcli-failover.sh", "wlan0", "up"],
    "empty program": ["/bin/true"],
}


def run_once(host, argv):
    """(CPU milliseconds, wall milliseconds, peak MB)"""
    host.run("lte-failover", "clean")
    for family in ("-4", "-6"):
        host.run("ip", family, "route", "flush", "proto", "250")
    cpu, wall, peak = map(int, host.run(ACCOUNT, *argv).split())
    return cpu / 1000, wall / 1000, peak / 1000


def summary(values):
    return {"min": round(min(values), 3), "median": round(statistics.median(values), 3), "max": round(max(values), 3)}


def measure_on(host):
    """{candidate: {cpu_ms, wall_ms, peak_mb}}, each with min, median and max."""
    samples = {name: [] for name in CANDIDATES}
    for _ in range(RUNS):
        for name, argv in CANDIDATES.items():
            samples[name].append(run_once(host, argv))
    return {name: dict(zip(("cpu_ms", "wall_ms", "peak_mb"), map(summary, zip(*runs))))
            for name, runs in samples.items()}


def measure():
    bed = Bed("/logs/bench-cost")
    try:
        wifi_with_stick(bed)
        return measure_on(bed.host)
    finally:
        bed.close()


def table(result):
    lines = [f"{'one event':<16} {'CPU ms (min, median, max)':>28} {'wall ms':>10} {'peak MB':>9}"]
    for name, figures in result.items():
        cpu = figures["cpu_ms"]
        lines.append(f"{name:<16} {cpu['min']:>10.2f} {cpu['median']:>8.2f} {cpu['max']:>8.2f} "
                     f"{figures['wall_ms']['median']:>10.1f} {figures['peak_mb']['median']:>9.1f}")
    return lines
