# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers every UDP packet on port 7 with the same packet, from the address it was sent to."""

import selectors
import socket

selector = selectors.DefaultSelector()
for family in (socket.AF_INET, socket.AF_INET6):
    server = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.bind(("", 7))
    selector.register(server, selectors.EVENT_READ)

while True:
    for key, _ in selector.select():
        packet, sender = key.fileobj.recvfrom(2048)
        try:
            key.fileobj.sendto(packet, sender)
        except OSError:
            pass  # no way back to the sender: lost, as on the internet
