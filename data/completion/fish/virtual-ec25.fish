# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for virtual-ec25(1).

function __virtual_ec25_profiles
    virtual-ec25 --help 2>/dev/null | string replace --filter --regex '^Built-in profiles: (.*)\.$' '$1' |
        string split ', '
    __fish_complete_path (commandline -ct | string replace --regex '^--profile=' '')
end

# What may follow the words of a control command.
function __virtual_ec25_control
    set -l typed (commandline -opc)[4..-1]
    switch "$typed"
        case ''
            set choices help events status describe seen reset crash unplug plug broken-boot restart-sticks power-off sim register \
                pdn data link signal time gps at urc llp hang fault
        case seen
            set choices at qmi mbim clear
        case sim
            set choices insert remove pin
        case register
            set choices home roaming denied searching none
        case pdn
            set choices drop lose
        case 'pdn drop'
            set choices 4 6
        case data
            set choices blackhole
        case link
            set choices held
        case 'data blackhole'
            set choices on off until-reconnected
        case 'link held' restart-sticks
            set choices on off
        case 'hang a*' 'hang m*' 'hang q*'
            set choices on off until-reopened until-radio until-restart until-power
        case gps
            set choices fix
        case llp
            set choices raw-ip 802-3
        case hang
            set choices at at-primary qmi mbim all
        case fault
            set choices at qmi mbim
        case 'fault at' 'fault qmi' 'fault mbim'
            set choices off
        case 'fault at *'
            test (count $typed) = 3; and set choices error cme garbage truncate silent split urc-inside says
        case 'fault qmi *'
            test (count $typed) = 4; and set choices error silent
        case 'fault mbim *'
            test (count $typed) = 4; and set choices status silent
    end
    string join \n $choices
end

set -l option 'not __fish_seen_subcommand_from control'

complete -c virtual-ec25 -f
complete -c virtual-ec25 -n '__fish_is_nth_token 1' -a control -d 'Makes things happen to a module that runs'
complete -c virtual-ec25 -n '__fish_seen_subcommand_from control; and __fish_is_nth_token 2' -F
complete -c virtual-ec25 -n '__fish_seen_subcommand_from control; and not __fish_is_nth_token 2' \
    -a '(__virtual_ec25_control)'
complete -c virtual-ec25 -n $option -s h -l help -d 'List of options'
complete -c virtual-ec25 -n $option -l profile -x -a '(__virtual_ec25_profiles)' -d Firmware
complete -c virtual-ec25 -n $option -l set -x -d 'GROUP.KEY=VALUE of the profile'
complete -c virtual-ec25 -n $option -l nvram -r -F -d 'Where the module keeps its settings'
complete -c virtual-ec25 -n $option -l ports -x -a '(__fish_complete_directories)' -d 'Folder for the ports'
complete -c virtual-ec25 -n $option -l control -r -F -d 'Control socket'
complete -c virtual-ec25 -n $option -l netdev -x -d 'Interface in QMI and MBIM mode'
complete -c virtual-ec25 -n $option -l lan-netdev -x -d 'Interface in ECM and RNDIS mode'
complete -c virtual-ec25 -n $option -l carrier-netdev -x -d "The carrier's end of it"
complete -c virtual-ec25 -n $option -l usbredir -r -F -d "A USB device, at a socket for QEMU's usb-redir"
complete -c virtual-ec25 -n $option -l usbip -x -d 'A USB device for this or another Linux: [ADDRESS:]PORT'
complete -c virtual-ec25 -n $option -l raw-ip -r -F -d "Mounts the driver's raw_ip over this file"
complete -c virtual-ec25 -n $option -l time-scale -x -d '1: real delays; 0.05: twenty times faster'
complete -c virtual-ec25 -n $option -l log -r -F -d 'A line for each exchange'
complete -c virtual-ec25 -n $option -l version -d 'Prints the version'
