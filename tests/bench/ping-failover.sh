#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ping-failover.sh MAIN TARGET: the script of most how-tos, run from boot on. Not part of the product: the monitor is
# measured beside it.
#
# Three pings over the main line in a row without an answer, 5 s apart, and NetworkManager is told to put its routes
# behind the others'; one answer, and they get their place back. (With `ip route` NetworkManager undoes it at once.)

main=$1 target=$2
failed=0 moved=0

while sleep 5; do
    if ping -q -c 1 -W 2 -I "$main" "$target" >/dev/null 2>&1; then
        failed=0
        if [ $moved = 1 ]; then
            nmcli device modify "$main" ipv4.route-metric 100 ipv6.route-metric 100 >/dev/null
            moved=0
        fi
    else
        failed=$((failed + 1))
        if [ $failed = 3 ] && [ $moved = 0 ]; then
            nmcli device modify "$main" ipv4.route-metric 2000 ipv6.route-metric 2000 >/dev/null
            moved=1
        fi
    fi
done
