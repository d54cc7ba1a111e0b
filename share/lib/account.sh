# shellcheck shell=bash
# The user cairn, its state root, what sudo allows it, and the host's settings. Needs output.sh, manifest.sh
# and engine.sh.
# shellcheck disable=SC2154 # cairn_root is set by install.sh, engine_socket by engine.sh

# check_root_path: the path is written into configuration of sudo, sshd, nginx and systemd, so it is kept plain.
check_root_path() {
    [[ $1 =~ ^(/[A-Za-z0-9_][A-Za-z0-9._-]*){2,}$ ]] || fail "$1 can't be the state root." \
        "Give an absolute path of two parts or more, of letters, digits, '.', '_' and '-', such as /srv/cairn."
    case $1 in
        /etc/* | /usr/* | /bin/* | /boot/* | /dev/* | /proc/* | /run/* | /sys/* | /var/lib | /var/log)
            fail "$1 belongs to the system." "Choose a directory of its own, such as /srv/cairn." ;;
    esac
}

# ensure_account ROOT: the user, in the engine's group, with the state root as its home.
ensure_account() {
    local root=$1 home
    if home=$(getent passwd cairn | cut -d : -f 6) && [[ -n $home ]]; then
        [[ $home == "$root" ]] || fail "A user cairn exists, with the home $home." \
            "If that is an earlier install: ./install.sh --root $home. If it is a person: no other name is possible yet."
        detail "the user cairn is there already"
    else
        useradd --system --user-group --no-create-home --home-dir "$root" --shell /bin/sh --comment Cairn cairn
        record user cairn
        detail "user cairn added, home $root"
    fi
    # sshd refuses accounts whose password starts with '!' when it runs without PAM; '*' only means "no password".
    [[ $(getent shadow cairn | cut -d : -f 2) == '*' ]] || usermod --password '*' cairn
    [[ $(getent passwd cairn | cut -d : -f 7) == /bin/sh ]] || usermod --shell /bin/sh cairn
    # Others may pass through, because nginx's workers read the error pages; what is private has its own mode.
    install -d -m 0711 -o cairn -g cairn "$root"
    ensure_engine_access
}

ensure_engine_access() {
    local group
    group=$(stat -L -c %G "$engine_socket")
    if [[ $group != root && $group != UNKNOWN ]] && ! id -nG cairn | tr ' ' '\n' | grep -Fqx "$group"; then
        usermod --append --groups "$group" cairn
        detail "cairn is in the group $group now"
    fi
    runuser -u cairn -- curl --silent --fail --max-time 5 --output /dev/null --unix-socket "$engine_socket" \
        http://engine/_ping || fail "The user cairn may not use the engine at $engine_socket (group $group)." \
        "Give the socket to a group: groupadd docker; chgrp docker $engine_socket; chmod 660 $engine_socket"
}

# install_sudoers ROOT TEMPLATE: checked by visudo before it is installed, because a bad file would lock sudo for all.
install_sudoers() {
    local staged
    install_packages sudo
    staged=$(mktemp)
    sed "s|@CAIRN_ROOT@|$1|g" "$2" >"$staged"
    visudo -q -c -f "$staged" >/dev/null || fail "sudo does not understand the generated rules." \
        "Keep this and tell the developers: $staged"
    install_file 0440 "$staged" /etc/sudoers.d/cairn
    rm -f "$staged"
}

# cairn_command ARGUMENTS...: a command as the user cairn, in this install's state root.
cairn_command() {
    (cd / && runuser -u cairn -- env CAIRN_ROOT="$cairn_root" HOME="$cairn_root" /usr/bin/cairn "$@")
}

# setting KEY: its value in the host's settings, or nothing. The file belongs to cairn: it is read, never executed.
setting() {
    local file=$cairn_root/host.env
    [[ -f $file ]] && sed -n "s|^$1=||p" "$file" | head -n 1
    return 0
}

# write_setting KEY VALUE: adds what is missing and leaves what an administrator wrote.
write_setting() {
    [[ -z $(setting "$1") ]] || return 0
    printf '%s=%s\n' "$1" "$2" | runuser -u cairn -- tee -a "$cairn_root/host.env" >/dev/null
    detail "$1=$2"
}

# change_setting KEY VALUE: for a value given on the command line, which is newer than the file.
change_setting() {
    [[ $(setting "$1") != "$2" ]] || return 0
    [[ ! -f $cairn_root/host.env ]] || runuser -u cairn -- sed -i "/^$1=/d" "$cairn_root/host.env"
    write_setting "$1" "$2"
}
