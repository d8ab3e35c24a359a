# SPDX-License-Identifier: GPL-2.0-or-later
"""From plug-in to registered and connected: our plugin beside ModemManager's own on the same virtual modem.

The steps are read from ModemManager's log, so that its own waiting time (it gives a device 4 s to show
all its ports) and the plugin's share are seen apart.
"""

import re
import shutil
import statistics
import time

from bed.host import OURS, PLUGINS
from bed.modem import MODES
from bed.namespace import CommandFailed, wait_for
from bed.scenes import LTE
from bed.testcase import Bed

RUNS = 3
STEPS = {
    "ModemManager waits": r"creating modem with plugin",
    "brought up, registered": r"\] state changed \((?:enabl\w+|searching) -> registered\)",
    "connected": r"\] state changed \(\w+ -> connected\)",
}


def stamps(log):
    """{step: when it was first logged, seconds since 1970}"""
    found = {}
    for step, pattern in STEPS.items():
        line = re.search(rf"\[(\d+\.\d+)\][^\n]*{pattern}", log)
        if line:
            found[step] = float(line.group(1))
    return found


def plug_in_once(mode, ours):
    """{step: seconds since the step before}; steps that never came are missing."""
    logs = f"/logs/bench-plug-in-{mode}"
    shutil.rmtree(logs, ignore_errors=True)
    bed = Bed(logs)
    try:
        host = bed.host
        if not ours:
            host.run("mount", "--bind", "/dev/null", f"{PLUGINS}/{OURS}")
        ec25 = bed.ec25(mode)
        ec25.control("unplug")
        host.start_network_manager()
        host.nmcli("connection", "add", *LTE)
        host.start_modem_manager()
        wait_for("ModemManager to look around", lambda: not ec25.plugged)
        begin = time.time()
        ec25.control("plug")
        try:
            wait_for("a connection", lambda: "connected" in stamps(host.modem_manager.log()), 40)
        except (TimeoutError, CommandFailed):
            pass
        result, before = {}, begin
        for step, when in stamps(host.modem_manager.log()).items():
            result[step] = round(when - before, 3)
            before = when
        return result
    finally:
        bed.close()


def measure(modes=MODES, runs=RUNS):
    """{mode: {"quectel-ec25"|"quectel": {step: [seconds, ...]}}}, the two taking turns."""
    results = {mode: {"quectel-ec25": [], "quectel": []} for mode in modes}
    for _ in range(runs):
        for mode in modes:
            results[mode]["quectel-ec25"].append(plug_in_once(mode, True))
            results[mode]["quectel"].append(plug_in_once(mode, False))
    return {mode: {plugin: {step: [run[step] for run in done if step in run] for step in STEPS}
                   for plugin, done in plugins.items()} for mode, plugins in results.items()}


def cell(values, runs):
    if not values:
        return "never"
    missing = f" ({len(values)} of {runs})" if len(values) < runs else ""
    return f"{min(values):.2f}-{statistics.median(values):.2f}-{max(values):.2f} s{missing}"


def table(results, runs=RUNS):
    lines = [f"{'from plug-in, step by step':<32} {'quectel-ec25':<26} quectel (min-median-max)"]
    for mode, plugins in results.items():
        for step in STEPS:
            ours, theirs = (cell(plugins[plugin][step], runs) for plugin in ("quectel-ec25", "quectel"))
            lines.append(f"{mode + ': ' + step:<32} {ours:<26} {theirs}")
    return lines
