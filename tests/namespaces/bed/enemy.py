# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody on a line who lies: forged router advertisements and ICMP errors, and a record of what comes out of it.

As a program, in the namespace at the far end of the line:
  ra INTERFACE LIFETIME PREFERENCE [PREFIX]   advertises a router twice a second; it has an address of its own
  ra-as INTERFACE LIFETIME PREFERENCE         the same, in the name of the real router
  icmp INTERFACE KIND                         answers each packet with an error besides letting it pass
  record INTERFACE FILE                       appends each packet that comes out, a line of hexadecimal digits each
"""

import ipaddress
import os
import socket
import struct
import sys
import time

ETH_P_ALL, ETH_P_IP, ETH_P_IPV6 = 0x0003, 0x0800, 0x86DD
PREFERENCES = {"low": 0x18, "medium": 0, "high": 0x08}  # RFC 4191, 2.2
NOWHERE = {4: "10.77.1.66", 6: "fe80::bad"}


class Enemy:
    """A liar or a recorder at the far end of a cable."""

    def __init__(self, cable, *arguments):
        interface = cable.far_end
        self.daemon = cable.provider.start(f"enemy-{arguments[0]}", sys.executable, os.path.abspath(__file__),
                                           arguments[0], interface, *map(str, arguments[1:]))

    def stop(self):
        self.daemon.stop()


class Record(Enemy):
    """What has come out of a line: with Record(cable) as record: ...; then record.packets."""

    def __init__(self, cable):
        self._path = os.path.join(cable.provider.logs, f"record-{cable.interface}")
        open(self._path, "w").close()
        super().__init__(cable, "record", self._path)
        self.daemon.wait_for_log("recording")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        with open(self._path) as file:
            self.packets = [Packet(bytes.fromhex(line)) for line in file]


class Packet:
    """An IP packet: family, protocol, source, destination, ports, payload (of ICMP: from its type on)."""

    def __init__(self, data):
        self.data = data
        self.family = data[0] >> 4
        if self.family == 4:
            header = (data[0] & 0xF) * 4
            self.protocol, self.identification = data[9], struct.unpack("!H", data[4:6])[0]
            addresses = data[12:16], data[16:20]
        else:
            header, self.protocol, self.identification = 40, data[6], 0
            addresses = data[8:24], data[24:40]
        self.source, self.destination = (ipaddress.ip_address(address) for address in addresses)
        self.payload = data[header:]
        self.port = None
        if self.protocol in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
            self.port = struct.unpack("!H", self.payload[2:4])[0]
            skip = 8 if self.protocol == socket.IPPROTO_UDP else (self.payload[12] >> 4) * 4
            self.payload = self.payload[skip:]

    @property
    def is_echo_request(self):
        return (self.family, self.protocol, self.payload[:1]) in ((4, socket.IPPROTO_ICMP, b"\x08"),
                                                                  (6, socket.IPPROTO_ICMPV6, b"\x80"))


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[:len(data) // 2 * 2])) + (data[-1] << 8 if len(data) % 2 else 0)
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def raw_icmp6(interface, source=None):
    sender = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    for option in (socket.IPV6_MULTICAST_HOPS, socket.IPV6_UNICAST_HOPS):
        sender.setsockopt(socket.IPPROTO_IPV6, option, 255)
    if source:
        sender.bind((source, 0, 0, socket.if_nametoindex(interface)))
    return sender


def advertise(interface, lifetime, preference, prefix=None, source=None):
    body = struct.pack("!BBHBBHII", 134, 0, 0, 64, PREFERENCES[preference], int(lifetime), 0, 0)
    if prefix:
        body += struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 1800, 900, 0) + ipaddress.ip_network(prefix).network_address.packed
    sender = raw_icmp6(interface, source)
    while True:
        sender.sendto(body, ("ff02::1", 0, 0, socket.if_nametoindex(interface)))
        time.sleep(0.5)


def own_router(interface, lifetime, preference, prefix=None):
    os.system(f"ip address replace {NOWHERE[6]}/64 dev {interface} nodad")
    advertise(interface, lifetime, preference, prefix, NOWHERE[6])


def link_local(interface):
    index = socket.if_nametoindex(interface)
    with open("/proc/net/if_inet6") as file:
        lines = [line.split() for line in file]
    found = [line[0] for line in lines if int(line[1], 16) == index and line[0].startswith("fe80")]
    return next(str(ipaddress.ip_address(bytes.fromhex(address))) for address in found if not address.endswith("bad"))


def in_its_name(interface, lifetime, preference):
    advertise(interface, lifetime, preference, None, link_local(interface))


def packets(interface):
    """Each IP packet that comes in on the interface."""
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    listener.bind((interface, ETH_P_ALL))
    print("recording", flush=True)
    while True:
        data, (_, protocol, kind, *_) = listener.recvfrom(65536)
        if kind != socket.PACKET_OUTGOING and protocol in (ETH_P_IP, ETH_P_IPV6):
            yield data


# KIND -> ICMP type, code, rest of the header; of ICMPv6 the same.
ERRORS = {"network": ((3, 0, b"\0" * 4), (1, 0, b"\0" * 4)),
          "host": ((3, 1, b"\0" * 4), (1, 3, b"\0" * 4)),
          "port": ((3, 3, b"\0" * 4), (1, 4, b"\0" * 4)),
          "prohibited": ((3, 13, b"\0" * 4), (1, 1, b"\0" * 4)),
          "too-big": ((3, 4, struct.pack("!HH", 0, 68)), (2, 0, struct.pack("!I", 1280))),
          "redirect": ((5, 1, socket.inet_aton(NOWHERE[4])), (137, 0, b"\0" * 4))}


def forge(interface, kind):
    icmp4 = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    icmp4.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    icmp6 = raw_icmp6(interface, link_local(interface))
    for data in packets(interface):
        packet = Packet(data)
        if packet.source.is_link_local or packet.destination.is_multicast or packet.source.is_unspecified:
            continue
        number, code, rest = ERRORS[kind][packet.family == 6]
        try:
            if packet.family == 4:
                error = struct.pack("!BBH", number, code, 0) + rest + data[:28]
                error = error[:2] + struct.pack("!H", checksum(error)) + error[4:]
                icmp4.sendto(error, (str(packet.source), 0))
            else:
                if kind == "redirect":
                    rest += socket.inet_pton(socket.AF_INET6, NOWHERE[6]) + packet.destination.packed
                icmp6.sendto(struct.pack("!BBH", number, code, 0) + rest + data[:512], (str(packet.source), 0))
        except OSError as error:
            print(error, flush=True)


def record(interface, file):
    with open(file, "a") as out:
        for data in packets(interface):
            out.write(f"{data.hex()}\n")
            out.flush()


if __name__ == "__main__":
    {"ra": own_router, "ra-as": in_its_name, "icmp": forge, "record": record}[sys.argv[1]](*sys.argv[2:])
