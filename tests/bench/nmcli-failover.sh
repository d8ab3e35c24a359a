#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What people put into dispatcher.d today to keep the traffic off LTE: ask nmcli for the devices and their
# routes, and put a better default route beside the first that is connected. Here to be measured beside
# lte-failover-dispatcher, nothing else; IPv4 only, as they are.

case $2 in
    up|down|dhcp4-change|connectivity-change) ;;
    *) exit 0 ;;
esac

for type in ethernet wifi gsm; do
    device=$(nmcli -t -f DEVICE,TYPE,STATE device | grep ":$type:connected" | head -n 1 | cut -d : -f 1)
    [ -n "$device" ] || continue
    gateway=$(nmcli -g IP4.GATEWAY device show "$device")
    [ -n "$gateway" ] || continue
    ip route replace default via "$gateway" dev "$device" metric 42
    exit 0
done
