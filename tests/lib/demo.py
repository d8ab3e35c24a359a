# SPDX-License-Identifier: GPL-2.0-or-later
"""A failover to LTE and back, shown and measured: what tests/demo runs inside the Debian 13 root."""

import json
import os
import re
import shlex
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, "/src/tests/namespaces")

from bed.namespace import wait_for  # noqa: E402
from bed.scenes import LTE, lte_up, wait_until_carried_by  # noqa: E402
from bed.testcase import Bed  # noqa: E402
from build import build_and_install, give_up  # noqa: E402

# Whom the monitor asks: the bed's internet stands in for the public name servers of the defaults.
TARGETS = "[monitor]\ntargets=icmp:198.51.100.1;icmp:2001:db8:ffff::1\nreturn-after=2s\n"
DEAD_S = 12  # longer than any of both would need
PULLED_S = 8  # longer than the 6 s after which NetworkManager gives up a line without carrier


def say(text=""):
    print(text, flush=True)


def shell(host, *argv):
    """A command as a user would type it, and what it prints."""
    say(f"$ {shlex.join(argv)}")
    out = host.run(*argv)
    for line in out.rstrip().splitlines():
        say(f"  {line.rstrip()}")
    return out


def measured(probe):
    return {"sent": probe.sent, "lost": probe.lost, "gap_ms": probe.gap_ms}


def pull_and_plug(bed, cable):
    """The cable is pulled for 8 s and plugged again, 200 packets a second flowing. Worst family counts."""
    host = bed.host
    with host.probe(4) as out4, host.probe(6) as out6:
        time.sleep(1)
        cable.pull()
        time.sleep(PULLED_S)
    with host.probe(4) as back4, host.probe(6) as back6:
        time.sleep(1)
        cable.plug()
        wait_until_carried_by(host, "eth0")
        time.sleep(1)
    return {"carrier_loss": measured(out4), "carrier_loss_ipv6": measured(out6),
            "failback": measured(back4), "failback_ipv6": measured(back6)}


def silent_death(bed):
    """The provider behind the healthy cable loses its internet, and is back a while later."""
    host, fibre = bed.host, bed.provider("fibre")
    with host.probe(4) as out4, host.probe(6) as out6:
        time.sleep(0.5)
        fibre.cut()
        time.sleep(DEAD_S)
    with host.probe(4) as back4, host.probe(6) as back6:
        time.sleep(0.5)
        fibre.restore()
        wait_until_carried_by(host, "eth0")
        time.sleep(1)
    return {"silent_death": measured(out4), "silent_death_ipv6": measured(out6),
            "silent_death_back": measured(back4), "silent_death_back_ipv6": measured(back6)}


def versions():
    def of(package):
        return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True).stdout
    return f"ModemManager {of('modemmanager')}, NetworkManager {of('network-manager')} of Debian 13"


def prepare(bed, mode, failover):
    cable = bed.cable()
    bed.host.write("/etc/lte-failover.conf", TARGETS)
    bed.host.start_network_manager(failover)
    bed.host.add_wired("wired", "eth0")
    modem = bed.ec25(mode)
    bed.host.start_modem_manager()
    if failover:
        bed.host.start_failover_monitor()
    return cable, modem


def with_failover(mode):
    result = {}
    bed = Bed("/logs/demo")
    try:
        say(f"A machine with a cable in eth0 and an EC25 in the USB port ({versions()})")
        say()
        cable, modem = prepare(bed, mode, failover=True)
        host = bed.host
        known = host.wait_for_modem("registered disabled enabled")
        result["plugin"] = known["generic.plugin"]
        result["mode"] = json.loads(modem.control("describe")[0])["mode"]
        shell(host, "mmcli", "-L")
        shell(host, "nmcli", "connection", "add", *LTE)
        begin = time.monotonic()
        shell(host, "nmcli", "connection", "up", "lte")
        result["activation_s"] = round(time.monotonic() - begin, 2)
        # One family is enough for NetworkManager to say "activated"; whoever types needs longer than the other one.
        wait_for("the IPv4 route", lambda: host.routes(4, "default", "dev", modem.net))
        ping = shell(host, "ping", "-c", "3", "-i", "0.2", "-I", modem.net, "198.51.100.1")
        result["interface"] = modem.net
        result["ping_received"] = int(re.search(r"(\d+) received", ping).group(1))
        wait_until_carried_by(host, "eth0")
        shell(host, "lte-failover", "status")
        say()
        say("Pulling the cable for 8 s and plugging it again, 200 packets a second each way")
        result.update(pull_and_plug(bed, cable))
        say(f"Cutting the provider off the internet behind the healthy cable for {DEAD_S} s")
        result.update(silent_death(bed))
    finally:
        bed.close()
    return result


def without_failover(mode):
    say("The same with NetworkManager alone")
    bed = Bed("/logs/demo-alone")
    try:
        cable, _ = prepare(bed, mode, failover=False)
        lte_up(bed.host)
        wait_until_carried_by(bed.host, "eth0")
        return {**pull_and_plug(bed, cable), **silent_death(bed)}
    finally:
        bed.close()


def last_screen(result):
    alone = result["networkmanager_alone"]

    def row(what, key):
        ours, theirs = result[key], alone[key]
        say(f"  {what:<24} {ours['lost']:>4} lost, gap {ours['gap_ms']:>6.0f} ms"
            f"     {theirs['lost']:>4} lost, gap {theirs['gap_ms']:>6.0f} ms")

    say()
    say(f"  modem plugin {result['plugin']}, mode {result['mode']}, activated in {result['activation_s']} s, "
        f"ping over {result['interface']}: {result['ping_received']} of 3")
    say()
    say(f"  {'':<24} {'lte-failover':<28} NetworkManager alone")
    row("cable pulled, IPv4", "carrier_loss")
    row("cable pulled, IPv6", "carrier_loss_ipv6")
    row("cable back, IPv4", "failback")
    row("cable back, IPv6", "failback_ipv6")
    row("provider dead, IPv4", "silent_death")
    row("provider dead, IPv6", "silent_death_ipv6")
    row("provider back, IPv4", "silent_death_back")
    row("provider back, IPv6", "silent_death_back_ipv6")


def main(mode):
    build_and_install()
    try:
        result = with_failover(mode)
        result["networkmanager_alone"] = without_failover(mode)
    except Exception as error:
        give_up(f"The demo failed: {error}", "/logs")
    with open("/logs/demo.json", "w") as file:
        json.dump(result, file, indent=2)
    last_screen(result)
    for path in ("/logs/demo", "/logs/demo-alone"):
        subprocess.run(["rm", "-rf", path])


if __name__ == "__main__":
    os.umask(0o022)
    main(sys.argv[1])
