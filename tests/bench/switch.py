# SPDX-License-Identifier: GPL-2.0-or-later
"""The switch itself, while the line that is left still works: how long the kernel's routes take, and what is lost.

Ours by another order in the configuration, which the monitor takes at once; beside it what else moves traffic with
NetworkManager: other metrics in the profile and `nmcli connection up`, or `nmcli device reapply`.
"""

import re
import statistics
import time

from bed.scenes import wait_until_carried_by, wired_with_lte_standby
from bed.testcase import Bed

SWITCHES = 20
BY_HAND = 4

CONFIG = "[failover]\norder={}\n[monitor]\ntargets=icmp:198.51.100.1;icmp:2001:db8:ffff::1\n"
LINES = ("wwan0", "eth0")


def switch_ours(host, to):
    host.write("/etc/lte-failover.conf", CONFIG.format("lte;ethernet" if to == "wwan0" else "ethernet;lte"))


def set_metric(host, to):
    metric = "800" if to == "wwan0" else "100"
    host.nmcli("connection", "modify", "wired", "ipv4.route-metric", metric, "ipv6.route-metric", metric)


def switch_by_up(host, to):
    set_metric(host, to)
    host.nmcli("connection", "up", "wired")


def switch_by_reapply(host, to):
    set_metric(host, to)
    host.nmcli("device", "reapply", "eth0")


def switch_back_and_forth(host, switch, times):
    """Packets lost in each switch, both families together."""
    lost = []
    for number in range(times):
        to = LINES[number % 2]
        with host.probe(4) as v4, host.probe(6) as v6:
            time.sleep(0.3)
            switch(host, to)
            wait_until_carried_by(host, to)
            time.sleep(0.7)
        lost.append(v4.lost + v6.lost)
    return lost


def ours():
    bed = Bed("/logs/bench-switch")
    try:
        switch_ours(bed.host, "eth0")
        wired_with_lte_standby(bed)
        monitor = bed.host.start_failover_monitor()
        monitor.wait_for_log("wwan0: IPv6 is good")
        time.sleep(1)
        seen = len(monitor.log())
        lost = switch_back_and_forth(bed.host, switch_ours, SWITCHES)
        took = [float(figure) * 1000 for figure in re.findall(r"routes changed in ([\d.]+) ms", monitor.log()[seen:])]
    finally:
        bed.close()
    return {"lost": lost, "routes_us": took}


def by_hand(switch):
    bed = Bed("/logs/bench-switch")
    try:
        wired_with_lte_standby(bed, failover=False)
        return {"lost": switch_back_and_forth(bed.host, switch, BY_HAND)}
    finally:
        bed.close()


def measure():
    return {"lte-failover": ours(), "nmcli connection modify, up": by_hand(switch_by_up),
            "nmcli connection modify, device reapply": by_hand(switch_by_reapply)}


def table(result):
    lines = [f"{'the line that is left still works':<42} {'packets lost (min / median / max)':<36} routes of a family changed in"]
    for name, figures in result.items():
        lost, took = figures["lost"], figures.get("routes_us")
        spread = f"{min(lost)} / {statistics.median(lost):g} / {max(lost)}"
        times = f"{min(took):.0f} / {statistics.median(took):.0f} / {max(took):.0f} us ({len(took)})" if took else ""
        lines.append(f"{name:<42} {spread:<36} {times}")
    return lines
