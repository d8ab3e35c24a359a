# SPDX-License-Identifier: GPL-2.0-or-later
"""The bed itself: what the other tests take for granted."""

from bed.testcase import BedTest


class Lines(BedTest):
    def test_a_cable_brings_both_families_and_names(self):
        self.bed.cable()
        self.host.start_network_manager(failover=False)
        self.host.add_wired("wired", "eth0")
        with self.host.probe(4) as v4, self.host.probe(6) as v6:
            pass
        self.assertEqual(v4.lost + v6.lost, 0)
        self.assertIn("10.77.1.1", self.host.read("/etc/resolv.conf"))

    def test_a_cut_provider_looks_healthy_and_loses_everything(self):
        self.bed.cable()
        self.host.start_network_manager(failover=False)
        self.host.add_wired("wired", "eth0")
        self.bed.provider("fibre").cut()
        with self.host.probe(4) as probe:
            pass
        self.assertEqual(probe.lost, probe.sent)
        self.assertEqual(self.host.way_out(), "eth0")
        self.host.run("ping", "-c1", "-W1", "10.77.1.1")
