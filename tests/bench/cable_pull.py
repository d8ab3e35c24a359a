# SPDX-License-Identifier: GPL-2.0-or-later
"""A cable is pulled for 8 s and plugged again: packets lost with us and with NetworkManager alone."""

import statistics
import time

from bed.scenes import wait_until_carried_by, wired_with_lte_standby
from bed.testcase import Bed

PULLS = 5


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


def cable_pulls(failover):
    bed = Bed(f"/logs/bench-{failover}")
    try:
        cable, _ = wired_with_lte_standby(bed, failover)
        runs = [pull(bed, cable) for _ in range(PULLS)]
    finally:
        bed.close()
    return {what: {"lost": [run[what].lost for run in runs], "gap_ms": [run[what].gap_ms for run in runs]}
            for what in runs[0]}


def measure():
    return {"lte-failover": cable_pulls(True), "NetworkManager alone": cable_pulls(False)}


def spread(values):
    return f"{min(values):g}-{statistics.median(values):g}-{max(values):g}"


def table(result):
    lines = [f"200 packets a second   {'lte-failover':<32} NetworkManager alone (min-median-max)"]
    for what, ours in result["lte-failover"].items():
        alone = result["NetworkManager alone"][what]
        columns = [f"{spread(side['lost'])} lost, {spread(side['gap_ms'])} ms" for side in (ours, alone)]
        lines.append(f"cable {what:<16} {columns[0]:<32} {columns[1]}")
    return lines
