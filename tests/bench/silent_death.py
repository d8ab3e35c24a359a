# SPDX-License-Identifier: GPL-2.0-or-later
"""The provider behind a healthy cable dies: how long until traffic flows over LTE, ours beside what else there is."""

import random
import statistics
import time

from bed.scenes import wait_until_carried_by, wired_with_lte_standby
from bed.testcase import Bed

DEATHS = 50
SEED = 1  # of the moments of death

# The timing is the defaults'; only the targets are the bed's, and a death is forgotten as soon as it is over.
OURS = """
[monitor]
targets=icmp:198.51.100.1;icmp:2001:db8:ffff::1
return-after=1s
flap-window=1s
"""

CHECK = """
[connectivity]
enabled=true
uri=http://198.51.100.1/check
response=here
interval={}
"""


def with_monitor(bed):
    bed.host.write("/etc/lte-failover.conf", OURS)

    def begin():
        bed.host.start_failover_monitor()
        time.sleep(5)
    return begin


def with_connectivity_check(interval):
    def prepare(bed):
        bed.internet.run("mkdir", "-p", "/run/check")
        bed.internet.run("sh", "-c", "printf here >/run/check/check")
        bed.internet.start("web", "python3", "-m", "http.server", "-d", "/run/check", "80")
        bed.host.write("/etc/NetworkManager/conf.d/99-check.conf", CHECK.format(interval))
        return lambda: time.sleep(3)
    return prepare


def with_ping_script(bed):
    def begin():
        bed.host.start("ping-failover", "/src/tests/bench/ping-failover.sh", "eth0", "198.51.100.1")
        time.sleep(6)
    return begin


# name: (what prepares and begins it, our dispatcher entry, how often it dies, how long it is waited for)
CONTENDERS = {
    "lte-failover": (with_monitor, True, DEATHS, 20),
    "NetworkManager's check, every second": (with_connectivity_check(1), False, 3, 60),
    "NetworkManager's check, default (300 s)": (with_connectivity_check(300), False, 1, 330),
    "ping script with nmcli, 3 x 5 s": (with_ping_script, False, 3, 40),
}


def families_over(host, interface):
    return [family for family in (4, 6) if host.way_out(family) == interface]


def wait_for_switch(host, limit):
    """Until both families are over LTE, or the time is over; a little longer, so that packets show it."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline and len(families_over(host, "wwan0")) < 2:
        time.sleep(0.02)
    time.sleep(0.3)


def die_once(bed, limit):
    """{family: (gap in ms, packets lost)}; a gap that lasts to the end of the time is None."""
    host, fibre = bed.host, bed.provider("fibre")
    with host.probe(4) as v4, host.probe(6) as v6:
        time.sleep(0.2)
        fibre.cut()
        wait_for_switch(host, limit)
        over = families_over(host, "wwan0")
    fibre.restore()
    return {family: (probe.gap_ms if family in over else None, probe.lost) for family, probe in ((4, v4), (6, v6))}


def contest(name, deaths=None):
    prepare, failover, times, limit = CONTENDERS[name]
    dice = random.Random(SEED)
    bed = Bed("/logs/bench-silent-death")
    results = []
    try:
        begin = prepare(bed)
        wired_with_lte_standby(bed, failover)
        begin()
        for number in range(deaths or times):
            if number:
                wait_until_carried_by(bed.host, "eth0")
                time.sleep(1.5 + dice.random())
            results.append(die_once(bed, limit))
    finally:
        bed.close()
    return {f"IPv{family}": {"gap_ms": [result[family][0] for result in results],
                             "lost": [result[family][1] for result in results]} for family in (4, 6)}


def measure():
    return {name: contest(name) for name in CONTENDERS}


def seconds(values):
    """min, median, 95th percentile, max; or that it never came."""
    known = sorted(value / 1000 for value in values if value is not None)
    if len(known) < len(values):
        return f"never in {len(values) - len(known)} of {len(values)}"
    p95 = known[min(len(known) - 1, int(0.95 * len(known)))]
    return f"{known[0]:.2f} / {statistics.median(known):.2f} / {p95:.2f} / {known[-1]:.2f} s"


def table(result):
    lines = [f"{'provider dies, link stays up':<42} {'deaths':>6}  {'IPv4 (min / median / p95 / max)':<34} IPv6"]
    for name, families in result.items():
        cells = [seconds(families[family]["gap_ms"]) for family in ("IPv4", "IPv6")]
        lines.append(f"{name:<42} {len(families['IPv4']['gap_ms']):>6}  {cells[0]:<34} {cells[1]}")
    return lines
