# SPDX-License-Identifier: GPL-2.0-or-later
"""The virtual EC25 and the USB bus it is plugged into."""

import json
import os
import subprocess
import threading

from .namespace import CommandFailed, wait_for

# The hub's switch for the port's power, below the USB bus's folder.
PORT_SWITCH = "sys/devices/pci0000:00/0000:00:14.0/usb1/1-0:1.0/usb1-port1/disable"

HERE = os.path.dirname(os.path.abspath(__file__))

# What AT+QCFG="usbnet" calls the modes.
MODES = {"qmi": "0", "ecm": "1", "mbim": "2", "rndis": "3"}

# The host's interface in QMI and MBIM mode, and in ECM and RNDIS mode as our udev rule names it.
WWAN, LAN = "wwan0", "ec25usb0"


class UsbBus:
    """The USB bus of a host as ModemManager sees it: sysfs and uevents by umockdev, real nodes in /dev."""

    def __init__(self, host):
        self.daemon = subprocess.Popen(
            [*host.enter, "umockdev-wrapper", "python3", os.path.join(HERE, "usb_bus.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            stderr=open(os.path.join(host.logs, f"{host.name}-usb-bus.log"), "ab"))
        self._lock = threading.Lock()
        environment = json.loads(self.daemon.stdout.readline())
        host.use_usb_bus(environment)
        self.port_switch = os.path.join(environment["UMOCKDEV_DIR"], PORT_SWITCH)

    def _tell(self, **command):
        with self._lock:
            self.daemon.stdin.write(json.dumps(command) + "\n")
            self.daemon.stdin.flush()
            answer = json.loads(self.daemon.stdout.readline())
        if answer != "ok":
            raise RuntimeError(f"USB bus: {answer}")

    def plug(self, description, ports, raw_ip, properties):
        self._tell(do="plug", description=description, ports=ports, raw_ip=raw_ip, properties=properties)

    def unplug(self):
        self._tell(do="unplug")

    def close(self):
        self.daemon.stdin.close()
        self.daemon.wait(5)


def firmware_options(mode, profile, settings):
    """settings: group__key="value", over the profile."""
    options = [f"--profile={profile}"] if profile else []
    settings = {"usb__usbnet": MODES[mode], **settings}
    return options + [f"--set={key.replace('__', '.').replace('_', '-')}={value}" for key, value in settings.items()]


class VirtualEc25:
    """What a test does to a virtual EC25 that runs, and asks it: a mixin over _control_argv."""

    @property
    def net(self):
        """The host's network interface in the running mode, or None."""
        interfaces = self.describe()["interfaces"]
        return next((interface["net"] for interface in interfaces if "net" in interface), None)

    def describe(self):
        return json.loads(self.control("describe")[0])

    def control(self, *command):
        """Says a command to the modem's control socket; returns the lines of the answer."""
        done = subprocess.run([*self._control_argv, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
        if done.returncode != 0:
            raise CommandFailed(f"virtual-ec25 control {' '.join(command)}: {done.stdout}")
        return done.stdout.splitlines()

    def status(self):
        return dict(line.split("=", 1) for line in self.control("status"))

    def seen(self, what):
        """{'SERVICE 0xMESSAGE name result' or 'AT+COMMAND': how often it was asked}"""
        lines = (line.split(" ", 1) for line in self.control("seen", what))
        return {asked: int(count) for count, asked in lines}

    def at(self, command):
        """Types an AT command at the modem, as on a port of its own."""
        return self.control("at", command)

    def _follow_events(self):
        self._events = subprocess.Popen([*self._control_argv, "events"], stdout=subprocess.PIPE, text=True)
        self.events = []
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self):
        for line in self._events.stdout:
            event = line.strip()
            self.events.append(event)
            if event == "detached":
                self.unplug()
            elif event == "attached":
                self.plug()

    def _stop_following(self):
        self._events.kill()
        self._events.wait()


class Ec25(VirtualEc25):
    """A virtual EC25 in a host's USB port, registered with a provider's mobile network.

    The bus follows the modem: when its firmware restarts, it is unplugged and plugged again.
    """

    def __init__(self, host, provider, mode="qmi", profile=None, time_scale=0.02, udev=True, properties=None,
                 **settings):
        """mode: that it starts in. udev: our rule has written raw_ip. properties: udev's. settings: group__key="value"."""
        self.host = host
        self.udev = udev
        self.properties = properties or {}
        self.folder = f"{host.run_folder}/ec25"
        self._inside = "/run/ec25"
        os.makedirs(f"{self.folder}/ports", exist_ok=True)
        open(f"{self.folder}/raw_ip", "a").close()
        self.bus = UsbBus(host)
        self.plugged = False
        carrier = f"{WWAN}-carrier"
        # A modem pulled and put back keeps its memory; a new one starts with factory settings.
        self.daemon = host.start(
            "virtual-ec25", "virtual-ec25", f"--ports={self._inside}/ports",
            f"--control={self._inside}/control", f"--nvram={self._inside}/nvram", f"--netdev={WWAN}",
            f"--lan-netdev={LAN}", f"--carrier-netdev={carrier}", f"--raw-ip={self._inside}/raw_ip",
            f"--time-scale={time_scale}",
            f"--log={host.logs}/conversation.log", *firmware_options(mode, profile, settings))
        wait_for("virtual-ec25", lambda: os.path.exists(f"{self.folder}/control") or not self.daemon.running)
        subprocess.run(["ip", "-n", host.name, "link", "set", carrier, "netns", provider.name], check=True)
        provider.serve_tunnel(carrier)
        host.call_it(WWAN, "wwan")
        self._follow_events()
        self.closed = threading.Event()
        if "ID_MM_QUECTEL_EC25_PORT_POWER" in self.properties:
            threading.Thread(target=self._be_the_hub, daemon=True).start()
        self.plug()

    @property
    def _control_argv(self):
        return [*self.host.enter, "virtual-ec25", "control", f"{self._inside}/control"]

    def plug(self):
        if not self.plugged:
            if self.udev and self.status()["raw_ip"] == "N":
                self.set_raw_ip("Y")
            description = self.describe()
            self._tell_sysfs(description)
            self.bus.plug(description, f"{self._inside}/ports", f"{self._inside}/raw_ip", self.properties)
            self.plugged = True

    def unplug(self):
        if self.plugged:
            self.bus.unplug()
            self.plugged = False

    def _tell_sysfs(self, description):
        """The real sysfs, which everybody but ModemManager sees, knows the router's interface as a USB function too."""
        drivers = {interface.get("net"): interface["driver"] for interface in description["interfaces"]}
        if LAN in drivers:
            self.host.make_usb(LAN, description["vid"], description["pid"], drivers[LAN], ["option"])
            # udev has systemd-sysctl do this for each interface that appears.
            self.host.run("sysctl", "-q", "-p", "/usr/lib/sysctl.d/90-quectel-ec25.conf")

    def set_raw_ip(self, value):
        self.host.run("sh", "-c", f"echo {value} >{self._inside}/raw_ip")

    def raw_ip(self):
        return self.host.read(f"{self._inside}/raw_ip").strip()

    def _be_the_hub(self):
        """The port's power goes and comes with the hub's switch."""
        power = "0"
        while not self.closed.wait(0.05):
            with open(self.bus.port_switch) as switch:
                wanted = switch.read(1) or power
            if wanted != power:
                self.control("unplug" if wanted == "1" else "plug")
                power = wanted

    def close(self):
        self.closed.set()
        self._stop_following()
        self.daemon.stop()
        self.bus.close()
