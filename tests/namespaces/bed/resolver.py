# SPDX-License-Identifier: GPL-2.0-or-later
"""The ways in which a Debian machine resolves names. To be chosen before NetworkManager starts."""

from .host import NETWORKMANAGER_CONF
from .namespace import wait_for


def configure(host, *lines):
    """More lines for [main] of NetworkManager's configuration."""
    text = NETWORKMANAGER_CONF.replace("[main]\n", "[main]\n" + "".join(f"{line}\n" for line in lines))
    if any(line == "dns=systemd-resolved" for line in lines):
        text = text.replace("systemd-resolved=false\n", "")
    host.write("/etc/NetworkManager/NetworkManager.conf", text)


def use_resolved(host):
    """systemd-resolved, fed by NetworkManager; returns its daemon."""
    configure(host, "dns=systemd-resolved")
    host.run("mkdir", "-p", "/run/systemd/resolve")
    host.run("chown", "systemd-resolve:", "/run/systemd/resolve")
    host.run("mount", "-t", "tmpfs", "tmpfs", "/var/lib/systemd")
    return start(host)


def start(host):
    daemon = host.start("resolved", "/usr/lib/systemd/systemd-resolved")
    wait_for("systemd-resolved", lambda: "Global" in host.run("resolvectl", "status", check=False))
    return daemon


def use_dnsmasq(host):
    """A dnsmasq of NetworkManager's own."""
    configure(host, "dns=dnsmasq")


def asked_links(host):
    """What systemd-resolved asks for any name: {interface: True or False}."""
    lines = host.run("resolvectl", "default-route", check=False).splitlines()
    return {line.split("(")[1].split(")")[0]: line.endswith("yes") for line in lines if line.startswith("Link")}
