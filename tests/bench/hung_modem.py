# SPDX-License-Identifier: GPL-2.0-or-later
"""The module hangs: how long until it is noticed, which step helps, how long until traffic flows again; upstream's beside it."""

import re
import shutil
import time

from bed.host import OURS, PLUGINS
from bed.namespace import CommandFailed, wait_for
from bed.scenes import lte_up
from bed.testcase import Bed

LIMIT = 120  # seconds that a plugin is waited for
PORT_POWER = {"ID_MM_QUECTEL_EC25_PORT_POWER": "1"}

# fault: (mode, what is said to the modem, whether the host sends meanwhile)
FAULTS = {
    "QMI hangs until re-opened": ("qmi", ("hang", "qmi", "until-reopened"), False),
    "QMI hangs until the radio was off": ("qmi", ("hang", "qmi", "until-radio"), False),
    "QMI hangs until a restart": ("qmi", ("hang", "qmi", "until-restart"), False),
    "MBIM hangs until a restart": ("mbim", ("hang", "mbim", "until-restart"), False),
    "AT port of ECM mode, until a restart": ("ecm", ("hang", "at-primary", "until-restart"), False),
    "everything hangs until power is cut": ("qmi", ("hang", "all", "until-power"), False),
    "session lost without a word": ("qmi", ("pdn", "lose"), True),
    "module sends nothing": ("qmi", ("data", "blackhole", "until-reconnected"), True),
    "broken boot": ("qmi", ("broken-boot",), False),
}

NOTICED = r"does not answer|gone without a word|does not send|boot loader at|marking modem as invalid"
SENDER = ("import socket, time\n"
          "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
          "while True:\n"
          "    try:\n        s.sendto(b'x', ('198.51.100.1', 4999))\n    except OSError:\n        pass\n"
          "    time.sleep(0.2)\n")


def works(bed, ec25):
    """Nothing hangs any more, and packets get through."""
    status, modem = ec25.status(), bed.host.modem()
    if status["hung"] == "yes" or status["blackhole"] == "on" or status["session4"] != "connected":
        return False
    return modem and modem.get("generic.state") == "connected" and bed.host.way_out() == ec25.net


def hang_once(fault, ours):
    """{"noticed": seconds or None, "step": word, "works": seconds or None}"""
    mode, control, sends = FAULTS[fault]
    logs = "/logs/bench-hung-modem"
    shutil.rmtree(logs, ignore_errors=True)
    bed = Bed(logs)
    try:
        host = bed.host
        if not ours:
            host.run("mount", "--bind", "/dev/null", f"{PLUGINS}/{OURS}")
        ec25 = bed.ec25(mode, properties=PORT_POWER)
        host.start_network_manager()
        host.start_modem_manager()
        try:
            lte_up(host)
        except (TimeoutError, CommandFailed):
            return {"noticed": None, "step": "never connected", "works": None}
        begin, length = time.monotonic(), len(host.modem_manager.log())
        ec25.control(*control)
        if sends:
            host.start("sender", "python3", "-c", SENDER)
        result = {"noticed": None, "step": "none", "works": None}

        def back():
            news = host.modem_manager.log()[length:]
            if result["noticed"] is None and re.search(NOTICED, news):
                result["noticed"] = round(time.monotonic() - begin, 1)
            result["step"] = (re.findall(r"trying '([a-z-]+)'", news) or ["none"])[-1]
            return (not sends or result["noticed"]) and works(bed, ec25)

        time.sleep(1)
        try:
            wait_for("the modem to work", back, LIMIT, step=0.5)
            result["works"] = round(time.monotonic() - begin, 1)
        except TimeoutError:
            pass
        return result
    finally:
        bed.close()


def measure(faults=FAULTS):
    return {fault: {"quectel-ec25": hang_once(fault, True), "quectel": hang_once(fault, False)} for fault in faults}


def seconds(value):
    return f"> {LIMIT} s" if value is None else f"{value:.0f} s"


def table(results):
    lines = [f"{'fault':<38} {'noticed':>8}  {'step that helped':<16} {'works again':>11}   "
             f"{'quectel: noticed':>16} {'works again':>11}"]
    for fault, plugins in results.items():
        ours, theirs = plugins["quectel-ec25"], plugins["quectel"]
        helped = ours["step"] if ours["works"] is not None else "none"
        if theirs["step"] == "never connected":
            other = f"{'never connected':>28}"
        else:
            other = f"{seconds(theirs['noticed']):>16} {seconds(theirs['works']):>11}"
        lines.append(f"{fault:<38} {seconds(ours['noticed']):>8}  {helped:<16} {seconds(ours['works']):>11}   {other}")
    return lines
