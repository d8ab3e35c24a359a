#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nmcli-failover.sh INTERFACE ACTION: what people put into NetworkManager's dispatcher.d today to have their
# lines used in an order of their own. Not part of the product: the helper is measured beside it.
#
# It does the same work for one event as the helper (both families, an added default route, metrics of others
# left alone) and does it tightly: nmcli, whose start costs most, is called once. UPLINKS: the order.

set -eu

UPLINKS=${UPLINKS:-eth0 wlan0 usb0 wwan0}
PROTOCOL=250 # by which the routes added here are known again

case ${2-} in
    up | down | vpn-up | vpn-down | dhcp4-change | dhcp6-change | connectivity-change | reapply) ;;
    *) exit 0 ;;
esac

# Reads devices, gateways and metrics; prints for each family: FAMILY [DEVICE GATEWAY METRIC].
choose() {
    awk -v uplinks="$UPLINKS" '
        { key = $0; sub(/:.*/, "", key); value = substr($0, length(key) + 2) }
        key == "GENERAL.DEVICE" { device = value }
        key == "GENERAL.STATE" { connected[device] = value ~ /^100 / }
        key == "WIRED-PROPERTIES.CARRIER" { pulled[device] = value == "off" }
        key ~ /^IP[46]\.GATEWAY$/ { gateway[substr(key, 3, 1), device] = value }
        key ~ /^IP[46]\.ROUTE/ && value ~ /^dst = (0\.0\.0\.0|::)\/0,/ {
            family = substr(key, 3, 1)
            metric = value
            sub(/.*mt = /, "", metric)
            if (!((family, device) in best) || metric + 0 < best[family, device])
                best[family, device] = metric + 0
        }
        END {
            count = split(uplinks, order, " ")
            for (family = 4; family <= 6; family += 2) {
                chosen = ""
                for (i = 1; i <= count && chosen == ""; i++)
                    if (connected[order[i]] && !pulled[order[i]] && (family, order[i]) in best)
                        chosen = order[i]
                rival = 0
                for (i = 1; i <= count; i++)
                    if (order[i] != chosen && (family, order[i]) in best &&
                        (!rival || best[family, order[i]] < rival))
                        rival = best[family, order[i]]
                if (chosen != "" && rival && rival <= best[family, chosen])
                    print family, chosen, gateway[family, chosen], rival - 1
                else
                    print family
            }
        }'
}

nmcli -t -e no -f GENERAL.DEVICE,GENERAL.STATE,WIRED-PROPERTIES.CARRIER,IP4,IP6 device show | choose |
    while read -r family device gateway metric; do
        if [ -n "$device" ]; then
            ip "-$family" route replace default via "$gateway" dev "$device" metric "$metric" proto "$PROTOCOL"
        else
            ip "-$family" route del default proto "$PROTOCOL" 2>/dev/null || true
        fi
    done
