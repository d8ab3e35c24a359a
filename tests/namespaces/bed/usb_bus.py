# SPDX-License-Identifier: GPL-2.0-or-later
"""Plays a USB bus with one device on it. Runs inside the host, under umockdev-wrapper.

Prints the environment that ModemManager needs to see the bus, then obeys lines of JSON.

ModemManager sees sysfs and uevents through umockdev, but opens real pseudo-terminals: umockdev's own
terminals refuse TIOCEXCL. They are bind-mounted, not linked, because libqmi resolves links and then
looks for the resolved name in sysfs.
"""

import json
import os
import socket
import subprocess
import sys

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev  # noqa: E402

CONTROLLER = "/devices/pci0000:00/0000:00:14.0"
DEVICE = f"{CONTROLLER}/usb1/1-1"
PORT = f"{CONTROLLER}/usb1/1-0:1.0/usb1-port1"

# What udev's rules say of a serial port, as there is no udev here: ModemManager's 77-mm-quectel-port-types.rules go by
# interface number only; our 78-mm-quectel-ec25.rules know the modes apart, and take the names away from ports of a
# module that has functions switched off.
ROLES = ("QCDM", "GPS", "AT_PRIMARY", "AT_SECONDARY")
WHOLE = {(":ffffff:ff0000:", 5): 0, (":ffffff:ff0000:020600:0a0000:", 6): 0, (":ffffff:ff0000:020e00:0a0002:", 6): 0,
         (":e00103:0a0000:ffffff:ff0000:", 6): 2}


def port_tags(description, interface):
    first = WHOLE.get((description["classes"], len(description["interfaces"])))
    if not any(node.startswith("tty") for node in interface["nodes"]):
        return {}
    if first is not None:
        role = ROLES[interface["number"] - first]
    else:
        role = "QCDM" if (interface["class"], interface["subclass"]) == ("ff", "ff") else None
    return {f"ID_MM_PORT_TYPE_{role}": "1"} if role else {}


def run_plain(*argv):
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    subprocess.run(argv, check=True, env=environment)


def record(path, **parts):
    """One device in umockdev's format: properties=, attributes=, links=."""
    lines = [f"P: {path}"]
    lines += [f"E: {key}={value}" for key, value in parts.get("properties", {}).items()]
    lines += [f"A: {key}={value}" for key, value in parts.get("attributes", {}).items()]
    lines += [f"L: {key}={value}" for key, value in parts.get("links", {}).items()]
    return "\n".join(lines) + "\n\n"


class Bus:
    def __init__(self):
        self.testbed = UMockdev.Testbed.new()
        os.chmod(self.testbed.get_root_dir(), 0o755)  # /sys is for everybody
        self.sys = os.path.join(self.testbed.get_root_dir(), "sys")
        self.testbed.add_from_string(
            record(CONTROLLER, properties={"SUBSYSTEM": "pci"}, attributes={"vendor": "0x8086"})
            + record(f"{CONTROLLER}/usb1", properties={"SUBSYSTEM": "usb", "DEVTYPE": "usb_device"},
                     attributes={"idVendor": "1d6b", "idProduct": "0002"})
            + record(f"{CONTROLLER}/usb1/1-0:1.0", properties={"SUBSYSTEM": "usb", "DEVTYPE": "usb_interface"})
            + record(PORT, properties={"SUBSYSTEM": "usb"}, attributes={"disable": "0"}))
        self.added = []
        self.mounted = []

    def environment(self):
        # UMOCKDEV_DIR also finds PORT's switch for whoever plays the hub.
        return {"LD_PRELOAD": "libumockdev-preload.so.0", "UMOCKDEV_DIR": self.testbed.get_root_dir()}

    def plug(self, description, ports, raw_ip, properties):
        identity = {"ID_VENDOR_ID": description["vid"], "ID_MODEL_ID": description["pid"], "ID_BUS": "usb"}
        # The nodes first: whoever is told of a port finds it there.
        for interface in description["interfaces"]:
            for node in interface["nodes"]:
                self.bind(os.path.realpath(f"{ports}/{node}"), f"/dev/{node}")
        self.add(DEVICE, record(DEVICE, properties={"SUBSYSTEM": "usb", "DEVTYPE": "usb_device", "DRIVER": "usb", **identity, **properties},
                                attributes={"idVendor": description["vid"], "idProduct": description["pid"],
                                            "bcdDevice": description["bcdDevice"],
                                            "manufacturer": description["manufacturer"],
                                            "product": description["product"]},
                                links={"driver": "../../../../../bus/usb/drivers/usb",
                                       "port": "../1-0:1.0/usb1-port1"}))
        for interface in description["interfaces"]:
            self.plug_interface(interface, identity, port_tags(description, interface), raw_ip)

    def plug_interface(self, interface, identity, tags, raw_ip):
        number, driver = interface["number"], interface["driver"]
        path = f"{DEVICE}/1-1:1.{number}"
        os.makedirs(f"{self.sys}/bus/usb/drivers/{driver}", exist_ok=True)
        self.add(path, record(path, properties={"SUBSYSTEM": "usb", "DEVTYPE": "usb_interface", "DRIVER": driver},
                              attributes={"bInterfaceNumber": f"{number:02x}", "bInterfaceClass": interface["class"],
                                          "bInterfaceSubClass": interface["subclass"],
                                          "bInterfaceProtocol": interface["protocol"]},
                              links={"driver": f"../../../../../../bus/usb/drivers/{driver}"}))
        common = {"ID_MM_CANDIDATE": "1", "ID_USB_INTERFACE_NUM": f"{number:02x}", "ID_USB_DRIVER": driver, **identity}
        for node in interface["nodes"]:
            if node.startswith("tty"):
                self.plug_serial(path, node, {**common, **tags})
            else:
                self.plug_control(path, node, number, common)
        if interface.get("net"):
            self.plug_network(path, interface["net"], number, common, raw_ip)

    def plug_serial(self, path, node, common):
        os.makedirs(f"{self.sys}/bus/usb-serial/drivers/option1", exist_ok=True)
        self.add(f"{path}/{node}", record(f"{path}/{node}", properties={"SUBSYSTEM": "usb-serial", "DRIVER": "option1"},
                                          links={"driver": "../../../../../../../bus/usb-serial/drivers/option1"}))
        minor = int(node.removeprefix("ttyUSB"))
        path = f"{path}/{node}/tty/{node}"
        self.add(path, record(path, attributes={"dev": f"188:{minor}"}, properties={
            "SUBSYSTEM": "tty", "DEVNAME": f"/dev/{node}", "MAJOR": "188", "MINOR": str(minor), **common}))

    def plug_control(self, path, node, number, common):
        minor = int(node.removeprefix("cdc-wdm"))
        link = {"device": f"../../../1-1:1.{number}"}
        path = f"{path}/usbmisc/{node}"
        self.add(path, record(path, attributes={"dev": f"180:{minor}"}, links=link, properties={
            "SUBSYSTEM": "usbmisc", "DEVNAME": f"/dev/{node}", "MAJOR": "180", "MINOR": str(minor), **common}))

    def plug_network(self, path, name, number, common, raw_ip):
        index = str(socket.if_nametoindex(name))
        qmi = common["ID_USB_DRIVER"] == "qmi_wwan"
        attributes = {"ifindex": index, "type": "65534" if qmi else "1"}
        if qmi:
            attributes |= {"qmi/raw_ip": "N", "qmi/add_mux": "", "qmi/del_mux": ""}
        path = f"{path}/net/{name}"
        self.add(path, record(path, attributes=attributes, links={"device": f"../../../1-1:1.{number}"}, properties={
            "SUBSYSTEM": "net", "INTERFACE": name, "IFINDEX": index, **({"DEVTYPE": "wwan"} if qmi else {}), **common}))
        if qmi:
            self.bind(raw_ip, f"{self.sys}{path}/qmi/raw_ip")

    def add(self, path, text):
        self.testbed.add_from_string(text)
        self.added.append(path)

    def bind(self, source, target):
        if not os.path.exists(target):
            open(target, "w").close()
        run_plain("mount", "--bind", source, target)
        self.mounted.append(target)

    def unplug(self):
        for path in reversed(self.added):
            self.testbed.uevent(f"/sys{path}", "remove")
        for target in reversed(self.mounted):
            run_plain("umount", "--lazy", target)
            if target.startswith("/dev/"):
                os.unlink(target)
        self.testbed.remove_device(f"/sys{DEVICE}")
        self.added, self.mounted = [], []


bus = Bus()
print(json.dumps(bus.environment()), flush=True)
for line in sys.stdin:
    command = json.loads(line)
    try:
        getattr(bus, command.pop("do"))(**command)
        print(json.dumps("ok"), flush=True)
    except Exception as error:  # told to the test, which fails with it
        print(json.dumps(repr(error)), flush=True)
