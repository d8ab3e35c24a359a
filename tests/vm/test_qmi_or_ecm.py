# SPDX-License-Identifier: GPL-2.0-or-later
"""The question of every tutorial, with the kernel's real drivers: what each USB mode costs and how soon it is back.

The figures of docs/qmi-or-ecm.md: tests/run vm test_qmi_or_ecm. Ratios within one run; the processor is emulated, and
nothing of the radio is in them.
"""

import statistics
import time

from bed.namespace import wait_for
from bed.scenes import LTE
from vm_test import VmTest

INTERFACES = {"qmi": "wwan0", "ecm": "ec25usb0", "mbim": "wwan0", "rndis": "ec25usb0"}
PACKETS = 2000

# Sends packets of 1300 bytes as fast as it can; prints seconds and the processor's ticks that were not idle.
BLAST = f"""
import socket, time
def busy():
    words = open("/proc/stat").readline().split()
    return sum(int(words[i]) for i in (1, 2, 3, 6, 7))
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.connect(("198.51.100.1", 9))
payload, began, ticks = bytes(1300), time.monotonic(), busy()
for _ in range({PACKETS}):
    try:
        out.send(payload)
    except OSError:
        pass
time.sleep(1)
print(time.monotonic() - began - 1, busy() - ticks)
"""


class QmiOrEcm(VmTest):
    on_request = True

    def seconds(self, action, until):
        began = time.monotonic()
        action()
        wait_for("packets", until, 180, 0.2)
        return time.monotonic() - began

    def answers(self):
        return "1 received" in self.guest.shell("ping -c 1 -W 1 198.51.100.1", check=False)

    def connect(self):
        return self.seconds(lambda: self.guest.nmcli("connection", "up", "lte", timeout=180), self.answers)

    def measure(self, mode):
        interface = INTERFACES[mode]
        ec25 = self.bed.ec25(mode, time_scale=0.2)
        self.guest.wait_for_modem("registered enabled disabled connected", timeout=120)
        self.guest.nmcli("connection", "add", *LTE)
        self.connect()  # the first time is another thing: an APN is written, neighbours are found
        times = []
        for _ in range(3):
            self.guest.nmcli("connection", "down", "lte")
            times.append(self.connect())
        self.guest.wait_for_lte(interface)
        rtt = self.guest.shell(f"ping -q -c 40 -i 0.1 -I {interface} 198.51.100.1 | tail -n 1").split()[3].split("/")
        self.guest.write("/run/blast.py", BLAST)
        blasts = [[float(word) for word in self.guest.shell("python3 /run/blast.py").split()] for _ in range(3)]
        microseconds = statistics.median(ticks for _, ticks in blasts) * 10_000 / PACKETS
        dropped = self.seconds(lambda: (ec25.control("pdn", "drop"), time.sleep(0.5)), self.answers)
        crashed = self.seconds(lambda: (ec25.control("crash"), time.sleep(2)), self.answers)
        self.note(f"{mode}: connected in {statistics.median(times):.1f} s ({min(times):.1f}-{max(times):.1f}), round trip "
                  f"{rtt[1]} ms ({rtt[0]}-{rtt[2]}), {microseconds:.0f} us of processor a packet, back {dropped:.1f} s after "
                  f"the network dropped the session, {crashed:.1f} s after a crash of the module")
        self.guest.nmcli("connection", "delete", "lte")
        self.bed.remove(ec25)
        self.guest.wait_for_no_modem(timeout=60)

    def test_each_mode(self):
        self.guest.set_carrier("eth0", False)
        for mode in INTERFACES:
            self.measure(mode)
