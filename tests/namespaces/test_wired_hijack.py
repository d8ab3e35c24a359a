# SPDX-License-Identifier: GPL-2.0-or-later
"""A module in ECM mode and NetworkManager's habit of taking every Ethernet interface for a wired card."""

from bed.host import NETWORKMANAGER_CONF, OURS, PLUGINS
from bed.modem import LAN
from bed.namespace import wait_for
from bed.scenes import LTE, lte_up
from bed.testcase import BedTest

# An empty file of the same name takes our drop-in's place, as its comment says.
MASK = "/etc/NetworkManager/conf.d/90-quectel-ec25.conf"


class WiredHijack(BedTest):
    """NetworkManager as it comes: with its automatic wired connections, which other tests do without."""

    def start(self, ours=True):
        if not ours:
            self.host.run("mount", "--bind", "/dev/null", f"{PLUGINS}/{OURS}")
            self.host.write(MASK, "\n")
        # A stand-in for a wired card is a veth; udev would have told NetworkManager to let a real one be managed.
        self.host.write("/etc/NetworkManager/NetworkManager.conf", NETWORKMANAGER_CONF.replace("no-auto-default=*\n", ""))
        self.ec25 = self.bed.ec25("ecm")
        self.host.start_network_manager()

    def wired(self):
        """Names of wired connections that NetworkManager has made up or brought up."""
        names = self.host.nmcli("-g", "NAME,TYPE", "connection").splitlines()
        return [line for line in names if "ethernet" in line]

    def taken_for_a_card(self):
        """Whether NetworkManager has ever done more with the interface than to leave it alone."""
        return f"({LAN}): Activation: starting connection" in self.host.network_manager.log()

    def test_without_us(self):
        """ModemManager's own plugin: all traffic goes over the module, and a call is dialled beside it."""
        self.start(ours=False)
        wait_for("the wired connection", self.wired)
        self.host.wait_for_way_out(LAN)
        self.assertLess(self.host.default_routes(4)[0]["metric"], 600, "it does not even go before Wi-Fi")
        self.host.start_modem_manager()
        self.host.wait_for_modem("registered")
        self.assertEqual(self.host.modem()["generic.plugin"], "quectel")
        self.host.nmcli("connection", "add", *LTE, "connection.autoconnect", "no")
        self.host.nmcli("connection", "up", "lte", check=False)
        self.assertTrue([asked for asked in self.ec25.seen("at") if asked.startswith("ATD*99")])
        self.note(f"upstream: default route over {LAN}, metric {self.host.default_routes(4)[0]['metric']}, and ATD beside it")

    def assert_left_alone(self):
        self.assertEqual(self.wired(), [])
        self.assertFalse(self.taken_for_a_card())

    def test_with_us(self):
        self.start()
        self.host.start_modem_manager()
        lte_up(self.host)
        self.host.wait_for_way_out(LAN)
        self.assertEqual(self.host.default_routes(4)[0]["metric"], 700)
        self.assert_left_alone()
        self.host.nmcli("connection", "down", "lte")
        self.ec25.control("reset")
        self.host.wait_for_no_modem()
        self.host.wait_for_modem("registered")
        self.assert_left_alone()

    def test_networkmanager_restarted_while_modemmanager_is_dead(self):
        """NetworkManager remembers that it managed the interface, and would take it for a card at its next start."""
        self.start()
        self.host.start_modem_manager()
        lte_up(self.host)
        self.host.wait_for_way_out(LAN)
        self.host.modem_manager.kill()
        self.host.network_manager.stop()
        self.host.start_network_manager()
        wait_for("NetworkManager to see the interface", lambda: LAN in self.host.nmcli("device"))
        self.assert_left_alone()
        self.assertEqual(self.host.default_routes(4), [])
        self.host.start_modem_manager()
        self.host.nmcli("connection", "up", "lte", check=False)
        self.host.wait_for_way_out(LAN, timeout=60)
        self.assert_left_alone()
