# SPDX-License-Identifier: GPL-2.0-or-later
"""Wi-Fi inside the guest: two simulated radios of the kernel, one of them an access point before a provider's line."""

import textwrap

from bed.namespace import wait_for

CONFIG = """
interface=wlan1
bridge=bridge
driver=nl80211
ssid=house
hw_mode=g
channel=1
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase={passphrase}
"""


SECRET = "secret of the house"


class AccessPoint:
    """wlan1 in a network namespace `house` of the guest, with eth1 behind it; the guest's own radio is wlan0."""

    def __init__(self, guest):
        self.guest = guest
        guest.set_carrier("eth1", True)
        guest.shell(textwrap.dedent("""
            set -e
            modprobe mac80211_hwsim radios=2
            ip netns add house
            nmcli device set eth1 managed no
            ip link set eth1 netns house
            udevadm settle
            iw phy $(cat /sys/class/net/wlan1/phy80211/name) set netns name house
            ip -n house link add bridge type bridge
            ip -n house link set bridge up
            ip -n house link set eth1 master bridge up
        """))
        self.begin()

    def begin(self, passphrase=SECRET):
        self.guest.write("/run/hostapd.conf", CONFIG.format(passphrase=passphrase))
        self.guest.start("access-point", "exec ip netns exec house hostapd /run/hostapd.conf")
        wait_for("the access point", lambda: "AP-ENABLED" in self.guest.run("journalctl", "_SYSTEMD_INVOCATION_ID=" + self._invocation()), 60, 0.5)

    def _invocation(self):
        return self.guest.run("systemctl", "show", "--value", "--property=InvocationID", "access-point").strip()

    def stop(self):
        """It says good-bye to its stations and is gone."""
        self.guest.stop("access-point")

    def out_of_range(self, far=True):
        """The radios hear each other no more; nobody says good-bye."""
        self.guest.shell(f"echo {2 if far else 1} >/sys/kernel/debug/ieee80211/$(cat /sys/class/net/wlan0/phy80211/name)/hwsim/group")

    def connect(self, passphrase=SECRET):
        self.guest.nmcli("connection", "add", "type", "wifi", "con-name", "house", "ifname", "wlan0", "ssid", "house",
                         "wifi-sec.key-mgmt", "wpa-psk", "wifi-sec.psk", passphrase)
        self.guest.nmcli("connection", "up", "house", timeout=180)
