# SPDX-License-Identifier: GPL-2.0-or-later
"""A stock Debian 13 in QEMU, without KVM: a real kernel with its USB, Wi-Fi and network drivers, real udev, systemd.

It boots once and is kept as a snapshot; each test starts from there in seconds.
"""

import base64
import fcntl
import json
import os
import shlex
import shutil
import socket
import struct
import subprocess
import threading

from bed import probe
from bed.machine import Machine
from bed.namespace import CommandFailed, wait_for
from bed.probe import Probe

SYSTEM = "/guest"  # what tests/lib/root guest has made
FOLDER = "/run/guest"

with open(probe.__file__) as source:
    PROBE = source.read()

# An emulated processor on a busy machine.
BOOT_TIMEOUT, COMMAND_TIMEOUT = 300, 180

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x400454CA, 0x0002, 0x1000, 0x4000

# TCG always: a /dev/kvm that exists may still not be able to run a stock kernel, and what is measured here
# is compared within one run.
HARDWARE = """
-machine q35 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 -display none -nodefaults
-device qemu-xhci,id=usb,p2=8,p3=8 -device virtio-rng-pci
""".split()
KERNEL_COMMAND_LINE = "root=/dev/vda rw console=ttyS0 panic=-1 quiet net.ifnames=0 mitigations=off audit=0"


def open_tap(namespace, name):
    """A TAP interface in the network namespace; returns the file descriptor that is its other end."""
    opened = []

    def enter_and_open():
        with open(f"/run/netns/{namespace}") as target:
            os.setns(target.fileno(), CLONE_NEWNET)  # of this thread only
        tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI | IFF_VNET_HDR))
        opened.append(tap)

    thread = threading.Thread(target=enter_and_open)
    thread.start()
    thread.join()
    if not opened:
        raise CommandFailed(f"no TAP interface {name} in {namespace}")
    return opened[0]


class Monitor:
    """QEMU's machine protocol."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._lines = self._socket.makefile("rw")
        self._lines.readline()
        self("qmp_capabilities")

    def __call__(self, command, **arguments):
        """Executes a command; keys may have _ for -."""
        arguments = {key.replace("_", "-"): value for key, value in arguments.items()}
        self._lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._lines.flush()
        for line in self._lines:
            answer = json.loads(line)
            if "error" in answer:
                raise CommandFailed(f"QEMU: {command} {arguments}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise CommandFailed(f"QEMU ended during {command}")

    def human(self, line):
        answer = self("human-monitor-command", command_line=line)
        if answer.strip():
            raise CommandFailed(f"QEMU: {line}: {answer.strip()}")

    def close(self):
        self._socket.close()


class GuestProbe(Probe):
    """The same packets to the internet, fewer, from the guest."""

    PER_SECOND = 20

    def __init__(self, guest, family, number):
        self._guest = guest
        self._family = family
        self._name = f"probe-{number}"

    def __enter__(self):
        folder = f"/run/{self._name}"
        self._guest.write(f"{folder}/probe.py", PROBE)
        self._guest.run("mkfifo", f"{folder}/in")
        self._guest.start(f"{self._name}-end", f"exec sleep infinity >{folder}/in")
        self._guest.start(self._name, f"python3 {folder}/probe.py {self._family} {self.PER_SECOND} <{folder}/in >{folder}/out")
        wait_for("the probe", lambda: "ready" in self._guest.shell(f"cat {folder}/out", check=False), 60, 0.2)
        return self

    def __exit__(self, *_):
        self._guest.stop(f"{self._name}-end")
        lines = wait_for("the probe's end", lambda: self._guest.shell(f"cat /run/{self._name}/out").splitlines()[1:], 60, 0.2)
        self._read(json.loads(lines[0]))


class Guest(Machine):
    """The virtual machine, running, with a wired interface for each of `taps`: eth0 has carrier, the others wait for it."""

    def __init__(self, logs, disk, taps, snapshot=None):
        """disk: a qcow2 file. snapshot: where in it to start; without, it boots."""
        self.name, self.logs = "guest", logs
        self._number = 0
        self._probes = 0
        shutil.rmtree(FOLDER, ignore_errors=True)
        os.makedirs(FOLDER)
        self._console = os.path.join(logs, "console.log")
        start = ["-loadvm", snapshot] if snapshot else []
        with open(os.path.join(logs, "qemu.log"), "ab") as log:
            self._qemu = subprocess.Popen([*self.command_line(disk, taps), *start], pass_fds=taps,
                                          stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_for("QEMU", lambda: os.path.exists(f"{FOLDER}/agent") and os.path.exists(f"{FOLDER}/qmp"))
            self.monitor = Monitor(f"{FOLDER}/qmp")
            self._line = socket.socket(socket.AF_UNIX)
            self._line.connect(f"{FOLDER}/agent")
            self._received = b""
            if not snapshot:
                for number in range(1, len(taps)):
                    self.set_carrier(f"eth{number}", False)
                self.wait_for_boot()
        except BaseException:
            self._qemu.kill()
            raise

    @staticmethod
    def command_line(disk, taps):
        lines = []
        for number, tap in enumerate(taps):
            lines += ["-netdev", f"tap,id=line{number},fd={tap}",
                      "-device", f"virtio-net-pci,id=eth{number},netdev=line{number},mac=52:54:00:00:00:0{number},romfile="]
        return ["qemu-system-x86_64", *HARDWARE,
                "-kernel", f"{SYSTEM}/vmlinuz", "-initrd", f"{SYSTEM}/initrd.img", "-append", KERNEL_COMMAND_LINE,
                "-drive", f"file={disk},format=qcow2,if=virtio,cache=unsafe",
                *lines,
                "-serial", f"file:{FOLDER}/console",
                "-chardev", f"socket,id=agent,path={FOLDER}/agent,server=on,wait=off", "-serial", "chardev:agent",
                "-qmp", f"unix:{FOLDER}/qmp,server=on,wait=off"]

    # commands

    def wait_for_boot(self):
        """Waits until systemd has started what it starts."""
        while self._answer(BOOT_TIMEOUT).strip() != b"ready":
            pass
        self.run("systemctl", "is-system-running", "--wait", check=False, timeout=BOOT_TIMEOUT)

    def _answer(self, timeout):
        """A line from the agent."""
        self._line.settimeout(timeout)
        while b"\n" not in self._received:
            received = self._line.recv(65536)
            if not received:
                raise CommandFailed("QEMU has ended")
            self._received += received
        line, self._received = self._received.split(b"\n", 1)
        return line

    def run(self, *argv, check=True, timeout=COMMAND_TIMEOUT):
        """Runs a command to its end and returns what it printed."""
        return self.shell(shlex.join(argv), check, timeout)

    def shell(self, script, check=True, timeout=COMMAND_TIMEOUT):
        """The same with a line of shell."""
        self._number += 1
        self._line.sendall(b"%d %s\n" % (self._number, base64.b64encode(script.encode())))
        while True:
            try:
                words = self._answer(timeout).split()
            except TimeoutError:
                raise TimeoutError(f"{script} in the guest took longer than {timeout} s") from None
            if words[:2] == [b"done", b"%d" % self._number]:
                break
        status, output = int(words[2]), base64.b64decode(b"".join(words[3:])).decode(errors="replace")
        if check and status != 0:
            raise CommandFailed(f"{script} in the guest exited with {status}: {output}")
        return output

    def write(self, path, text, mode="644"):
        path = shlex.quote(path)
        self.shell(f'mkdir -p "$(dirname {path})" && printf %s {shlex.quote(text)} >{path} && chmod {mode} {path}')

    def start(self, name, script):
        """A command that stays, as a unit of systemd."""
        self.run("systemd-run", "--quiet", f"--unit={name}", "bash", "-c", script)

    def stop(self, name):
        self.run("systemctl", "stop", name, check=False)

    def journal(self, unit=None):
        return self.run("journalctl", "--no-pager", "-o", "short-monotonic", *(["-u", unit] if unit else []))

    def wait_for_online(self, interface):
        """Waits for default routes in both families through the interface."""
        for family in (4, 6):
            self.wait_for_way_out(interface, family, timeout=120)

    def remember_files(self, name):
        """Lists every file of the system, but for what changes by itself."""
        self.shell("find / -xdev ! -path '/var/log/*' ! -path '/var/cache/*' ! -path '/var/lib/apt/*' ! -path '/var/lib/dpkg/*'"
                   " ! -path '/tmp/*' ! -path '/var/tmp/*' ! -path '/root/*' ! -path '/var/lib/systemd/*' | sort"
                   f" >/root/files-{name}")

    def wait_for_unit_log(self, unit, text, timeout=60):
        wait_for(f"'{text}' in the journal of {unit}", lambda: text in self.journal(unit), timeout, 1)

    def reboot(self):
        self.shell("(sleep 0.2; systemctl reboot) >/dev/null 2>&1 &")
        self.wait_for_boot()

    def probe(self, family):
        self._probes += 1
        return GuestProbe(self, family, self._probes)

    # modems

    def wait_for_interface(self, name, there=True, timeout=90):
        wait_for(f"{name} to {'come' if there else 'go'}", lambda: (name in self.shell("ls /sys/class/net").split()) == there,
                 timeout, 0.3)

    def lte_interface(self, connection="lte"):
        """The network interface that the connection is up on, or None."""
        shown = self.nmcli("-g", "GENERAL.STATE,GENERAL.IP-IFACE", "connection", "show", "--active", connection, check=False)
        return shown.split()[-1] if shown.startswith("activated") else None

    def wait_for_lte(self, interface, connection="lte", timeout=180):
        wait_for(f"{connection} over {interface}", lambda: self.lte_interface(connection) == interface, timeout, 0.5)

    def ping_over(self, interface, address="198.51.100.1"):
        self.run("ping", "-c", "3", "-W", "5", "-I", interface, address)

    # hardware

    def plug_usb(self, identity, driver, **properties):
        self.monitor("device_add", driver=driver, id=identity, bus="usb.0", **properties)

    def plug_redirected(self, identity, path, port):
        """A device that a program offers at a socket in the usbredir protocol."""
        self.monitor("chardev-add", id=f"{identity}-line", backend={"type": "socket", "data": {
            "addr": {"type": "unix", "data": {"path": path}}, "server": False, "reconnect": 1}})
        self.plug_usb(identity, "usb-redir", chardev=f"{identity}-line", port=str(port))

    def sleep(self, meanwhile):
        """Suspends to memory, lets `meanwhile` happen, and wakes up."""
        self.shell("(sleep 0.5; systemctl suspend) >/dev/null 2>&1 &")
        wait_for("the guest to sleep", lambda: self.monitor("query-status")["status"] == "suspended", 60, 0.2)
        meanwhile()
        self.monitor("system_wakeup")
        wait_for("the guest to wake up", self._is_awake, 120, 1)

    def _is_awake(self):
        """What is said to it before its serial port is awake is lost."""
        try:
            self._line.sendall(b"\n")
            return self.shell("echo awake", timeout=5)
        except TimeoutError:
            return None

    def unplug(self, identity):
        self.monitor("device_del", id=identity)

    def set_carrier(self, interface, up):
        """Pulls and plugs a network cable."""
        self.monitor("set_link", name=interface, up=up)

    def copy_packages(self, folder):
        """A USB stick with the packages of the folder, mounted at /media."""
        image = f"{FOLDER}/stick.img"
        subprocess.run(["truncate", "--size=32M", image], check=True)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", "packages", "-d", folder, image], check=True)
        self.monitor("blockdev-add", driver="raw", node_name="stick", read_only=True, file={"driver": "file", "filename": image})
        self.plug_usb("stick", "usb-storage", drive="stick")
        wait_for("the USB stick", lambda: self.run("findfs", "LABEL=packages", check=False).startswith("/dev"), 60, 0.5)
        self.run("mount", "-o", "ro", "LABEL=packages", "/media")

    def remove_packages(self):
        self.run("umount", "/media")
        self.unplug("stick")
        wait_for("the USB stick to go", lambda: "usb-storage" not in self.run("ls", "/sys/bus/usb/drivers/usb-storage/"), 60, 0.5)

    def save(self, snapshot):
        self.monitor.human(f"savevm {snapshot}")

    def keep_evidence(self):
        """What a failed test needs to be understood."""
        shutil.copy(f"{FOLDER}/console", self._console)
        for name, script in (("journal.log", "journalctl --no-pager -o short-monotonic"), ("dmesg.log", "dmesg")):
            try:
                said = self.shell(script, check=False, timeout=60)
            except TimeoutError as error:
                said = str(error)
            with open(os.path.join(self.logs, name), "w") as file:
                file.write(said)

    def close(self):
        try:
            self.monitor("quit")
            self._qemu.wait(20)
        except (OSError, CommandFailed, subprocess.TimeoutExpired):
            self._qemu.kill()
            self._qemu.wait()
