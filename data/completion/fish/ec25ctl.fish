# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for ec25ctl(1).

function __ec25ctl_modems
    mmcli --list-modems 2>/dev/null | string replace --filter --regex '^.*/Modem/(\d+) *(.*)$' '$1\t$2'
end

set -l first 'not __fish_seen_subcommand_from status mode reset doctor'

complete -c ec25ctl -f
complete -c ec25ctl -n $first -a status -d 'What the module and its connection are like'
complete -c ec25ctl -n $first -a mode -d 'Shows its USB mode, or switches it'
complete -c ec25ctl -n $first -a reset -d 'Restarts the module'
complete -c ec25ctl -n $first -a doctor -d 'Says what is wrong and what to do'
complete -c ec25ctl -n '__fish_seen_subcommand_from mode; and not __fish_seen_subcommand_from qmi ecm mbim rndis' \
    -a 'qmi ecm mbim rndis'
complete -c ec25ctl -s h -l help -d 'List of commands and options'
complete -c ec25ctl -s m -l modem -x -a '(__ec25ctl_modems)' -d 'Which one, if there are several'
complete -c ec25ctl -l json -d 'status and doctor: for programs'
complete -c ec25ctl -s y -l yes -d 'mode: do not ask'
complete -c ec25ctl -l target -x -d 'doctor: ADDRESS:PORT to connect to'
complete -c ec25ctl -l version -d 'Prints the version'
