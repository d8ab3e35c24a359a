# SPDX-License-Identifier: GPL-2.0-or-later
"""How the cost of an event grows: with the number of uplinks, and with routes that are nobody's business."""

import statistics
import time

from bed.testcase import Bed

UPLINKS = (2, 4, 8, 16, 32, 64)
FOREIGN_ROUTES = (0, 1000, 10000)
RUNS = 20
ACCOUNT = "/build/meson/tests/bench/account"


def add_uplink(host, number):
    """A link with a carrier and a default route in both families, as NetworkManager would have made them."""
    name, peer = f"up{number}", f"peer{number}"
    host.run("sh", "-ec", f"ip link add {name} type veth peer name {peer}; ip link set {name} up; ip link set {peer} up; "
             f"ip address add 10.{100 + number // 250}.{number % 250}.2/24 dev {name}; "
             f"ip address add 2001:db8:a:{number:x}::2/64 dev {name} nodad; "
             f"ip route add default via 10.{100 + number // 250}.{number % 250}.1 dev {name} metric {1000 + number}; "
             f"ip -6 route add default via 2001:db8:a:{number:x}::1 dev {name} metric {1000 + number}")


def add_foreign_routes(host, first, last):
    batch = "".join(f"route add 172.{16 + i // 65536}.{i // 256 % 256}.{i % 256}/32 dev lo proto static\\n"
                    for i in range(first, last))
    host.write("/run/batch", batch.replace("\\n", "\n"))
    host.run("ip", "-batch", "/run/batch")


# What happens to be an event of NetworkManager, what the monitor does when a default route changes, and for scale.
CANDIDATES = {
    "entry": ["/usr/libexec/lte-failover-dispatcher", "up0", "up"],
    "pass": ["lte-failover", "apply"],
    "empty": ["/bin/true"],
}


def cost(host):
    """{candidate: median CPU, ms}, taking turns."""
    samples = {name: [] for name in CANDIDATES}
    for _ in range(RUNS):
        for name, argv in CANDIDATES.items():
            samples[name].append(int(host.run(ACCOUNT, *argv).split()[0]) / 1000)
    return {name: round(statistics.median(values), 2) for name, values in samples.items()}


def machine():
    """Two uplinks that nobody asks about, and a monitor."""
    bed = Bed("/logs/bench-scale")
    bed.host.write("/etc/lte-failover.conf", "[uplink up*]\ncheck=false\n")
    for number in range(2):
        add_uplink(bed.host, number)
    bed.host.start_failover_monitor()
    time.sleep(1)
    return bed


def add_uplinks(host, first, last):
    for number in range(first, last):
        add_uplink(host, number)


def grow(counts, present, add):
    """{count: cost}, with add(host, first, last) bringing the machine from one count to the next."""
    bed = machine()
    result = {}
    try:
        for count in counts:
            add(bed.host, present, count)
            present = count
            time.sleep(1)
            result[count] = cost(bed.host)
    finally:
        bed.close()
    return result


def measure():
    return {"uplinks": grow(UPLINKS, 2, add_uplinks), "foreign routes": grow(FOREIGN_ROUTES, 0, add_foreign_routes)}


def table(result):
    lines = [f"{'CPU ms, median':<26} {'event':>8} {'whole pass':>12} {'empty program':>15}"]
    for what, rows in result.items():
        for count, figures in rows.items():
            lines.append(f"{count:>6} {what:<19} {figures['entry']:>8.2f} {figures['pass']:>12.2f} {figures['empty']:>15.2f}")
    return lines
