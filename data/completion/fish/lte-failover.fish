# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for lte-failover(1).

set -l first '__fish_is_nth_token 1'

complete -c lte-failover -f
complete -c lte-failover -n $first -a status -d 'The uplinks, which one carries traffic, and why'
complete -c lte-failover -n $first -a explain -d 'Why each uplink is where it is'
complete -c lte-failover -n $first -a monitor -d 'A line for each thing that happens'
complete -c lte-failover -n $first -a test -d 'Ask over every uplink now; moves nothing'
complete -c lte-failover -n $first -a apply -d 'Put the elected uplink first now'
complete -c lte-failover -n $first -a clean -d 'Take back every route and setting of ours'
complete -c lte-failover -n $first -a check-config -d 'Say whether a file may become the configuration'
complete -c lte-failover -n $first -s h -l help -d 'List of commands'
complete -c lte-failover -n $first -l version -d 'Prints the version'
complete -c lte-failover -n '__fish_seen_subcommand_from status' -l json -d 'For programs'
complete -c lte-failover -n '__fish_seen_subcommand_from check-config' -F
