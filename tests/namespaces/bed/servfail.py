# SPDX-License-Identifier: GPL-2.0-or-later
"""A name server that has lost the rest of the world: it answers each question on port 5353 with SERVFAIL."""

import socket

server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
server.bind(("::", 5353))
while True:
    question, asker = server.recvfrom(4096)
    server.sendto(question[:2] + b"\x81\x82" + question[4:], asker)
