# SPDX-License-Identifier: GPL-2.0-or-later
"""echo.py IPV4 IPV6: answers every UDP packet to port 7 of these addresses with the same packet.

From the address it was sent to: a router in between that translates addresses insists on it.
"""

import selectors
import socket
import sys

selector = selectors.DefaultSelector()
for family, address in ((socket.AF_INET, sys.argv[1]), (socket.AF_INET6, sys.argv[2])):
    server = socket.socket(family, socket.SOCK_DGRAM)
    server.bind((address, 7))
    selector.register(server, selectors.EVENT_READ)

while True:
    for key, _ in selector.select():
        packet, sender = key.fileobj.recvfrom(2048)
        try:
            key.fileobj.sendto(packet, sender)
        except OSError:
            pass  # no way back to the sender: lost, as on the internet
