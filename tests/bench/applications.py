# SPDX-License-Identifier: GPL-2.0-or-later
"""What applications feel when the cable is pulled and plugged again: how long names and new connections take that are
begun within 2 s of the pull, when the connection that was open is served again, and whether anything is cut on the way
back."""

import statistics
import time

from bed.lookup import Connects, Lookups
from bed.scenes import wait_until_carried_by, wired_with_lte_standby
from bed.tcp_echo import TcpApplication
from bed.testcase import Bed

PULLS = 5
PULLED_S = 12

CONFIG = "[monitor]\ntargets=icmp:198.51.100.1;icmp:2001:db8:ffff::1\nreturn-after=1s\nflap-window=1s\n"


def pull_once(bed, cable):
    """{what: seconds, or how many}"""
    host = bed.host
    with (TcpApplication(host) as application, Lookups(host) as names, Connects(host) as connections,
          host.probe(4) as probe):
        time.sleep(1)
        pulled = time.monotonic()
        cable.pull()
        time.sleep(PULLED_S)
        plugged = time.monotonic()
        cable.plug()
        wait_until_carried_by(host, "eth0")
        time.sleep(4)
    return {
        "new connection": connections.longest_begun_between(pulled, pulled + 2),
        "name lookup": names.longest_begun_between(pulled, pulled + 2),
        "open connection served again": application.first_answer_after(pulled + 0.02) + 0.02,
        "way back: connections cut": sum(at >= plugged for at, _ in application.ends),
        "way back: packets lost": probe.lost_between(plugged, plugged + 60),
        "way back: lookups or connects failed": len([one for one in names.begun_between(plugged) +
                                                     connections.begun_between(plugged) if not one[2]]),
    }


def contest(failover):
    bed = Bed(f"/logs/bench-applications-{failover}")
    try:
        bed.host.write("/etc/lte-failover.conf", CONFIG)
        cable, _ = wired_with_lte_standby(bed, failover)
        if failover:
            bed.host.start_failover_monitor()
            time.sleep(5)
        runs = [pull_once(bed, cable) for _ in range(PULLS)]
    finally:
        bed.close()
    return {what: [run[what] for run in runs] for what in runs[0]}


def measure():
    return {"lte-failover": contest(True), "NetworkManager alone": contest(False)}


def cell(what, values):
    if what.startswith("way back"):
        return "/".join(str(value) for value in values)
    return " / ".join("never" if value == float("inf") else f"{value * 1000:.0f}"
                      for value in (min(values), statistics.median(values), max(values))) + " ms"


def table(result):
    lines = [f"{'cable pulled (min / median / max)':<38} {'lte-failover':<28} NetworkManager alone"]
    for what, ours in result["lte-failover"].items():
        lines.append(f"{what:<38} {cell(what, ours):<28} {cell(what, result['NetworkManager alone'][what])}")
    return lines
