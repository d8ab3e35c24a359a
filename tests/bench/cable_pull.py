# SPDX-License-Identifier: GPL-2.0-or-later
"""A cable is pulled for 8 s and plugged again: packets lost with us, with NetworkManager alone, and with it tuned."""

import statistics
import time

from bed.scenes import wait_until_carried_by, wired_with_lte_standby
from bed.testcase import Bed

PULLS = 5

# As short as it goes: NetworkManager takes it for the time that a lost carrier is tolerated, too.
TUNED = "[device-impatient]\nmatch-device=interface-name:eth0\ncarrier-wait-timeout=1000\n"


def pull(bed, cable):
    """Pulls and plugs the cable once; {what: probe} out and back."""
    with bed.host.probe(4) as v4, bed.host.probe(6) as v6:
        time.sleep(0.5)
        cable.pull()
        time.sleep(8)
    with bed.host.probe(4) as back4, bed.host.probe(6) as back6:
        time.sleep(0.5)
        cable.plug()
        wait_until_carried_by(bed.host, "eth0")
        time.sleep(1)
    return {"pulled, IPv4": v4, "pulled, IPv6": v6, "back, IPv4": back4, "back, IPv6": back6}


def cable_pulls(failover, tuning=None):
    bed = Bed(f"/logs/bench-{failover}")
    try:
        if tuning:
            bed.host.write("/etc/NetworkManager/conf.d/99-impatient.conf", tuning)
        cable, _ = wired_with_lte_standby(bed, failover)
        runs = [pull(bed, cable) for _ in range(PULLS)]
    finally:
        bed.close()
    return {what: {"lost": [run[what].lost for run in runs], "gap_ms": [run[what].gap_ms for run in runs]}
            for what in runs[0]}


def measure():
    return {"lte-failover": cable_pulls(True), "NetworkManager alone": cable_pulls(False),
            "NetworkManager, carrier-wait-timeout=1 s": cable_pulls(False, TUNED)}


def spread(values):
    return f"{min(values):g}-{statistics.median(values):g}-{max(values):g}"


def table(result):
    lines = []
    for name, figures in result.items():
        lines.append(f"{name + ' (min-median-max)':<60} 200 packets a second")
        for what, side in figures.items():
            lines.append(f"  cable {what:<16} {spread(side['lost']) + ' lost':<28} gap {spread(side['gap_ms'])} ms")
    return lines
