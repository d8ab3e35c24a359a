# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine under test: the real system bus, polkit, NetworkManager and ModemManager of Debian 13."""

import os
import re
import shutil
import subprocess

from .machine import Machine
from .namespace import CommandFailed, Namespace, wait_for
from .probe import Probe
from .service_manager import ServiceManager

PLUGINS = "/usr/lib/x86_64-linux-gnu/ModemManager"
OURS, UPSTREAM = "libmm-plugin-quectel-ec25.so", "libmm-plugin-quectel.so"

# What a machine of its own has of its own. /sys is read-only so that NetworkManager sees no udev
# and takes links as they come; there is none in a namespace. ModemManager is started by the test,
# not by the bus, because it has to see the virtual USB bus. wwan0 is not for NetworkManager to manage
# by itself: udev would say so.
PRIVATE_MOUNTS = """
set -e
mount --make-rprivate /
mount --bind "$1" /run
mkdir /run/etc-changes /run/etc-work
mount -t overlay -o lowerdir=/etc,upperdir=/run/etc-changes,workdir=/run/etc-work overlay /etc
for folder in /etc/NetworkManager /var/lib/NetworkManager /var/lib/ModemManager /var/lib/lte-failover; do
    mkdir -p "$folder"
    mount -t tmpfs -o mode=755 tmpfs "$folder"
done
mount -o remount,ro,bind /sys
mount --bind /dev/null /usr/share/dbus-1/system-services/org.freedesktop.ModemManager1.service
mkdir -p /run/dbus /run/polkit-1 /etc/NetworkManager/system-connections /etc/NetworkManager/dispatcher.d
echo ready
exec sleep infinity
"""

NETWORKMANAGER_CONF = """
[main]
plugins=keyfile
no-auto-default=*
rc-manager=file
systemd-resolved=false
[connectivity]
enabled=false
[device-all]
match-device=except:interface-name:wwan*
managed=1
[logging]
level=DEBUG
domains=ALL
"""

UNITS = "/usr/lib/systemd/system"


def as_unit(name, under=()):
    """The unit's program with its capabilities and umask, as a command. All of its sandbox: bed/service_manager.py."""
    with open(f"{UNITS}/{name}") as unit:
        settings = dict(re.findall(r"^(\w+)=(.*)$", unit.read(), re.MULTILINE))
    capabilities = "".join(f",+{word.removeprefix('CAP_').lower()}" for word in settings["CapabilityBoundingSet"].split())
    return ["setpriv", "--bounding-set", f"-all{capabilities}", "--no-new-privs",
            "sh", "-c", 'umask "$0" && exec "$@"', settings["UMask"], *under, *settings["ExecStart"].split()]


class Host(Machine, Namespace):
    """A machine with a system bus and polkit; NetworkManager and ModemManager are started by the test."""

    def __init__(self, name, logs):
        super().__init__(name, logs)
        self.run_folder = f"/run/hosts/{name}"
        os.makedirs(self.run_folder)
        self._holder = subprocess.Popen([*self.enter, "sh", "-c", PRIVATE_MOUNTS, "sh", self.run_folder],
                                        stdout=subprocess.PIPE, text=True)
        if self._holder.stdout.readline() != "ready\n":
            raise CommandFailed(f"the private mounts of {name} could not be made")
        self.enter = ["nsenter", f"--target={self._holder.pid}", "--net", "--mount", "--wd=/"]
        self.write("/etc/NetworkManager/NetworkManager.conf", NETWORKMANAGER_CONF)
        self.network_manager = self.modem_manager = None
        self._mm_environment = {}
        # umockdev sends uevents as datagrams, and gives up where a busy ModemManager leaves too many unread.
        self.run("sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0", "net.unix.max_dgram_qlen=512")
        self.service_manager = None
        self._start_bus()

    def _start_bus(self):
        self.start("dbus", "dbus-daemon", "--system", "--nofork", "--nopidfile")
        wait_for("the system bus", lambda: os.path.exists(f"{self.run_folder}/dbus/system_bus_socket"))
        self.start("polkit", "/usr/lib/polkit-1/polkitd", "--no-debug")

    def start_service_manager(self, *units):
        """systemd with these installed units. To be called before anything else runs: all is started below it."""
        for daemon in reversed(self.daemons):
            daemon.stop()
        self.daemons = []
        self.run("rm", "-f", "/run/dbus/system_bus_socket")
        self.service_manager = ServiceManager(self, *units)
        self._start_bus()
        return self.service_manager

    def write(self, path, text, mode="644"):
        subprocess.run([*self.enter, "sh", "-c", 'mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"', "sh", path, mode],
                       input=text, text=True, check=True)

    def probe(self, family):
        return Probe(self, family)

    # NetworkManager

    def start_network_manager(self, failover=True):
        """failover=False: NetworkManager alone, our dispatcher entry hidden."""
        if not failover:
            self.run("mount", "-t", "tmpfs", "tmpfs", "/usr/lib/NetworkManager/dispatcher.d")
        self.network_manager = self.start("NetworkManager", "NetworkManager", "--debug")
        wait_for("NetworkManager", lambda: self.run("nmcli", "-g", "running", "general", check=False).strip() == "running")

    def start_failover_monitor(self, under=(), **environment):
        """lte-failover-monitor with no more rights than its unit gives it. under: a command that runs it."""
        self.failover_monitor = self.start("monitor", *as_unit("lte-failover-monitor.service", under), env=environment)
        return self.failover_monitor

    # ModemManager

    def use_usb_bus(self, environment):
        """The environment in which ModemManager sees the virtual USB bus."""
        self._mm_environment = environment

    @property
    def usb_environment(self):
        """The environment in which a program sees the virtual USB bus."""
        return {**os.environ, **self._mm_environment}

    def start_modem_manager(self, plugins=None, under=()):
        """plugins: the folder to take plugins from instead of ModemManager's own. under: a command that runs it."""
        choice = [f"--test-plugin-dir={plugins}"] if plugins else []
        self.modem_manager = self.start("ModemManager", *under, "ModemManager", "--debug", *choice,
                                        env=self._mm_environment)
        wait_for("ModemManager", lambda: "error" not in self.run("mmcli", "-L", check=False), timeout=60)

    def stop_modem_manager(self):
        self.modem_manager.stop(timeout=30)
        self.run("pkill", "-x", "(qmi|mbim)-proxy", check=False)

    # what sysfs says of a stand-in

    def call_it(self, interface, devtype):
        """Makes sysfs call the interface a "wlan" or "wwan" one, as the real driver's would."""
        path = f"/sys/class/net/{interface}/uevent"
        self.write(f"/run/uevent-{interface}", f"DEVTYPE={devtype}\n{self.read(path)}")
        self.run("mount", "--bind", f"/run/uevent-{interface}", path)

    def make_usb(self, interface, vendor, product, driver, other_drivers=()):
        """Makes sysfs call the interface a USB device's network function."""
        device = f"/run/usb-{interface}"
        interfaces = [driver, *other_drivers]
        script = [f"rm -rf {device} && mkdir -p {device}/drivers && echo {vendor} >{device}/idVendor && echo {product} >{device}/idProduct"]
        for number, name in enumerate(interfaces):
            script.append(f"mkdir -p {device}/1-1:1.{number} {device}/drivers/{name} && "
                          f"ln -s {device}/drivers/{name} {device}/1-1:1.{number}/driver")
        script.append(f"cd $(realpath /sys/class/net/{interface}) && mkdir {device}/net && "
                      f"for f in uevent type ifindex address; do cat $f >{device}/net/$f; done && "
                      f"ln -s {device}/1-1:1.0 {device}/net/device && mount --bind {device}/net .")
        self.run("sh", "-ec", "\n".join(script))

    def close(self):
        if self.service_manager:
            self.service_manager.close()
        super().close()
        self._holder.kill()
        self._holder.wait()
        shutil.rmtree(self.run_folder)
