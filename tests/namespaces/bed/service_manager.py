# SPDX-License-Identifier: GPL-2.0-or-later
"""A real systemd as a host's service manager, for units as they are installed: sandbox, filters, capabilities and all."""

import subprocess
import uuid

from .namespace import wait_for

UNITS = "/run/bed-units"
LOGS = "/run/unit-logs"

# Only the units that a test is about, and the targets that every unit waits for.
TARGETS = ("sysinit", "basic", "multi-user", "shutdown", "umount")

# A cgroup tree of its own below the one that the tests run in, so that several beds do not meet.
# The host's /run lies over another one, and systemd makes only one of them read-only for a service.
BOOT = """
set -e
mount --make-rprivate /
mkdir -p /tmp/run-of-host
mount --move /run /tmp/run-of-host
umount --lazy /run
mount --move /tmp/run-of-host /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir "/sys/fs/cgroup/$1"
echo $$ >"/sys/fs/cgroup/$1/cgroup.procs"
umount /sys/fs/cgroup
exec unshare --cgroup --pid --fork --kill-child sh -ec '
    mount -t proc proc /proc
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mount --make-rshared /
    touch /dev/console
    exec env -i container=bed PATH=/usr/sbin:/usr/bin SYSTEMD_UNIT_PATH="$1" /usr/lib/systemd/systemd \
        --system --unit=multi-user.target --log-target=kmsg --log-level=warning' sh "$2"
"""

FORGET = """
mount -t cgroup2 cgroup2 /sys/fs/cgroup
for _ in 1 2 3 4 5; do
    find "/sys/fs/cgroup/$1" -depth -type d -exec rmdir {} + 2>/dev/null && break
    sleep 0.2
done
"""


class ServiceManager:
    """systemd as process 1 of the host, which from now on is all that the host's commands and daemons see."""

    def __init__(self, host, *units):
        self.host = host
        self._cgroup = f"lte-failover-bed-{uuid.uuid4().hex[:12]}"
        for target in TARGETS:
            host.write(f"{UNITS}/{target}.target", "[Unit]\nDescription=of the bed\nDefaultDependencies=no\n")
        for unit in units:
            host.run("cp", f"/usr/lib/systemd/system/{unit}", f"{UNITS}/{unit}")
            if unit.endswith(".service"):
                log = f"{LOGS}/{unit}"
                host.write(f"{UNITS}/{unit}.d/log.conf",
                           f"[Service]\nStandardOutput=append:{log}\nStandardError=append:{log}\n")
        host.run("mkdir", "-p", LOGS)
        self._process = subprocess.Popen([*host.enter, "unshare", "--mount", "sh", "-c", BOOT, "sh", self._cgroup, UNITS])
        self._enter_with(wait_for("systemd", self._find))
        wait_for("systemd to answer", lambda: host.run("systemctl", "is-system-running", check=False).strip() == "running")

    def _find(self):
        """The process that became systemd: the child of what was started."""
        with open(f"/proc/{self._process.pid}/task/{self._process.pid}/children") as children:
            for pid in children.read().split():
                with open(f"/proc/{pid}/comm") as name:
                    if name.read().strip() == "systemd":
                        return pid
        return None

    def _enter_with(self, pid):
        self.host.enter = ["nsenter", f"--target={pid}", "--net", "--mount", "--pid", "--wd=/"]

    def log(self, unit):
        return self.host.read(f"{LOGS}/{unit}")

    def property(self, unit, name):
        return self.host.run("systemctl", "show", "--value", "-p", name, unit).strip()

    def close(self):
        self._process.kill()
        self._process.wait()
        subprocess.run(["unshare", "--mount", "sh", "-c", FORGET, "sh", self._cgroup])
