# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What tests/run, tests/demo and tests/bench/run have in common. Source it with $0 and "$@" untouched.

set -euo pipefail
tests=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/..
cache=${LTE_FAILOVER_CACHE:-/var/cache/lte-failover}

if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "$0: needs root (network and mount namespaces): run it as root" >&2; exit 1; }
    echo "$0: needs root (network and mount namespaces), asking sudo" >&2
    exec sudo --preserve-env=LTE_FAILOVER_CACHE,LTE_FAILOVER_MIRROR,LTE_FAILOVER_CYCLES,LTE_FAILOVER_SEED,CI "$0" "$@"
fi

# prepare: takes the machine, alone (two runs at once would spoil each other's times), and makes the root and a log folder.
prepare() {
    mkdir -p "$cache/logs"
    exec 8>"$cache/bed.lock"
    flock --nonblock 8 || { echo "Waiting for another run on this machine to end" >&2; flock 8; }

    # The logs of the last five runs are enough.
    find "$cache/logs" -mindepth 1 -maxdepth 1 -type d | sort -r | tail -n +5 | xargs -r rm -rf
    LTE_FAILOVER_LOGS=$cache/logs/$(date +%Y%m%d-%H%M%S)
    export LTE_FAILOVER_LOGS
    "$tests/lib/root" >/dev/null
    # Killing unshare takes its whole pid namespace along.
    machines=()
    trap 'kill -KILL "${machines[@]}"; echo "$0: interrupted, nothing is left running" >&2; exit 130' INT TERM HUP
}

# begin COMMAND...: starts it in the Debian 13 root, in a machine of its own.
begin() {
    "$tests/lib/enter" "$@" &
    machines+=($!)
}

# await: waits for all that have begun; fails if one of them has.
await() {
    local machine status=0
    for machine in "${machines[@]}"; do
        wait "$machine" || status=$?
    done
    machines=()
    return $status
}

# enter COMMAND...: runs it in the Debian 13 root.
enter() {
    prepare
    echo Building
    begin "$@"
    await
}
