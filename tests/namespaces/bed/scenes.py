# SPDX-License-Identifier: GPL-2.0-or-later
"""Situations that more than one test starts from."""

from bed.namespace import wait_for

# What a user types behind `nmcli connection add`.
LTE = "type gsm con-name lte ifname * apn super".split()


def lte_up(host, *settings):
    """A modem, a profile, and the one command that is to be enough."""
    host.wait_for_modem("registered enabled disabled connecting connected")
    host.nmcli("connection", "add", *LTE, *settings)
    host.nmcli("connection", "up", "lte")


def wait_until_carried_by(host, interface):
    for family in (4, 6):
        host.wait_for_way_out(interface, family)


def wait_until_standing_by(host, interface):
    """A connection is up with its first family; in ECM and RNDIS mode DHCP brings the other a second later."""
    for family in (4, 6):
        wait_for(f"an IPv{family} default route over {interface}",
                 lambda family=family: host.run("ip", f"-{family}", "route", "show", "default", "dev", interface), 15, 0.05)


def wired_with_lte_standby(bed, failover=True, mode="qmi"):
    """A cable in eth0 that carries the traffic, LTE connected behind it. Returns cable and modem."""
    cable = bed.cable()
    bed.host.start_network_manager(failover)
    bed.host.add_wired("wired", "eth0")
    ec25 = bed.ec25(mode)
    bed.host.start_modem_manager()
    lte_up(bed.host)
    wait_until_standing_by(bed.host, ec25.net)
    wait_until_carried_by(bed.host, "eth0")
    return cable, ec25


def wifi_with_stick(bed, failover=True, up=True):
    """Wi-Fi (metric 600), and a USB LTE stick that looks like a wired card (metric 100)."""
    wifi = bed.wifi()
    stick = bed.cable("usb0", "stick")
    bed.host.make_usb("usb0", "12d1", "14db", "cdc_ether")
    bed.host.start_network_manager(failover)
    bed.host.add_wired("wifi", "wlan0", metric=600)
    if up:
        bed.host.add_wired("stick", "usb0")
    if failover:
        wait_until_carried_by(bed.host, "wlan0")
    return wifi, stick
