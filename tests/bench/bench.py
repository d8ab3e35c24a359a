# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests/bench/run runs inside the Debian 13 root: cable pulls, the cost of an event, plug-ins; with and without us."""

import json
import statistics
import sys
import time

sys.dont_write_bytecode = True
sys.path[:0] = ["/src/tests/namespaces", "/src/tests/lib", "/src/tests/bench"]

import event_cost  # noqa: E402
import plug_in  # noqa: E402
from bed.scenes import wait_until_carried_by, wifi_with_stick, wired_with_lte_standby  # noqa: E402
from bed.testcase import Bed  # noqa: E402
from build import build_and_install  # noqa: E402

PULLS = 5


def pull(bed, cable):
    """Pulls and plugs the cable once; {family: lost packets} out and back."""
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


def cost_of_an_event():
    bed = Bed("/logs/bench-cost")
    try:
        wifi_with_stick(bed)
        return event_cost.measure(bed.host)
    finally:
        bed.close()


def spread(values):
    return f"{min(values):g}-{statistics.median(values):g}-{max(values):g}"


def main():
    build_and_install()
    print(f"Pulling and plugging a cable {PULLS} times with us, {PULLS} times without (4 minutes)", flush=True)
    result = {"lte-failover": cable_pulls(True), "NetworkManager alone": cable_pulls(False),
              "event": cost_of_an_event()}
    print("Plugging a modem in, in every mode, with our plugin and with ModemManager's own (8 minutes)", flush=True)
    result["plug-in"] = plug_in.measure()
    with open("/logs/bench.json", "w") as file:
        json.dump(result, file, indent=2)
    print(f"\n200 packets a second   {'lte-failover':<32} NetworkManager alone (min-median-max)")
    for what, ours in result["lte-failover"].items():
        alone = result["NetworkManager alone"][what]
        columns = [f"{spread(side['lost'])} lost, {spread(side['gap_ms'])} ms" for side in (ours, alone)]
        print(f"cable {what:<16} {columns[0]:<32} {columns[1]}")
    print()
    print("\n".join([*event_cost.table(result["event"]), "", *plug_in.table(result["plug-in"])]))


if __name__ == "__main__":
    main()
