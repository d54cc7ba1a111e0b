# shellcheck shell=bash
# Services: handed to systemd where it runs; started here, with a record of what was started, where it does not.
# Needs output.sh, manifest.sh, packages.sh and engine.sh.
# shellcheck disable=SC2154 # cairn_root is set by install.sh, the rest by the files above

run_directory=/run/cairn
log_directory=/var/log/cairn

has_systemd() { [[ -d /run/systemd/system ]]; }

# start_detached NAME COMMAND...: in a session of its own, so that it outlives this script and its terminal.
start_detached() {
    local name=$1
    shift
    mkdir -p "$run_directory" "$log_directory"
    setsid "$@" </dev/null >>"$log_directory/$name.log" 2>&1 &
    record_process "$name" "$!"
}

# record_process NAME PID: with the time it started, because a process id may be another's after a while.
record_process() {
    mkdir -p "$run_directory"
    printf '%s %s\n' "$2" "$(process_start_time "$2")" >"$run_directory/$1.pid"
}

# Field 22 of /proc/PID/stat, counted after the command's name, which may itself hold spaces: proc(5).
process_start_time() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    cut -d ' ' -f 20 <<<"${stat##*) }"
}

# process_of NAME: the process id, if the recorded process still runs.
process_of() {
    local pid started
    [[ -f $run_directory/$1.pid ]] || return 1
    read -r pid started <"$run_directory/$1.pid" || return 1
    [[ -n $started && $(process_start_time "$pid") == "$started" ]] && printf '%s' "$pid"
}

# stop_recorded NAME: ends what start_detached started; nothing when that is gone.
stop_recorded() {
    local pid
    if pid=$(process_of "$1"); then
        kill -TERM "$pid" 2>/dev/null || true
        retry_for 20 process_is_gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
        detail "$1 stopped"
    fi
    rm -f "$run_directory/$1.pid"
}

process_is_gone() { ! kill -0 "$1" 2>/dev/null; }

# ensure_engine: an engine that answers is used, whoever runs it.
ensure_engine() {
    if engine_answers; then
        detail "an engine answers at $engine_socket"
        return
    fi
    command -v dockerd >/dev/null || install_engine
    if has_systemd; then
        quietly "systemctl enable --now docker" systemctl enable --now docker.service ||
            fail "Docker did not start." "See why: journalctl -u docker.service"
    else
        ensure_cgroups
        start_detached dockerd dockerd "${dockerd_arguments[@]}" --host "unix://$engine_socket"
        detail "no systemd here: dockerd started (log: $log_directory/dockerd.log)"
    fi
    retry_for 60 engine_answers || engine_failure "$log_directory/dockerd.log"
}

ensure_sshd() {
    # Without a host key sshd does not even print its settings; images of machines often come without.
    [[ -n $(sshd_setting port) ]] || ssh-keygen -A >/dev/null
    if has_systemd; then
        # Debian calls the unit ssh; Ubuntu 24.04 starts it by its socket.
        systemctl is-active --quiet ssh.service || systemctl is-active --quiet ssh.socket ||
            quietly "systemctl enable --now ssh" systemctl enable --now ssh.service ||
            fail "sshd did not start." "See why: journalctl -u ssh.service"
    elif ! listens "$(ssh_port)"; then
        start_detached sshd /usr/sbin/sshd -D -e
        detail "no systemd here: sshd started (log: $log_directory/sshd.log)"
    fi
    retry_for 10 listens "$(ssh_port)" || fail "sshd does not listen on port $(ssh_port)." \
        "See why: /usr/sbin/sshd -t; tail $log_directory/sshd.log"
    detail "sshd listens on port $(ssh_port)"
}

ssh_port() { sshd_setting port; }

# sshd_setting KEY: as sshd itself understands its configuration, for the user cairn coming from this host.
sshd_setting() {
    mkdir -p /run/sshd
    /usr/sbin/sshd -T -C user=cairn,host=localhost,addr=127.0.0.1 2>/dev/null | sed -n "s/^$1 //p" | head -n 1
}

listens() { [[ -n $(ss -Hltn "sport = :$1" 2>/dev/null) ]]; }

# listener PORT: the name of the program that listens there; nothing while ss is not installed.
listener() {
    command -v ss >/dev/null || return 0
    ss -Hltnp "sport = :$1" | sed -n 's/.*users:(("\([^"]*\)".*/\1/p' | sed -n 1p
}

ensure_daemon() {
    local unit=/etc/systemd/system/cairn.service
    if has_systemd; then
        install_output 0644 "$unit" sed "s|@CAIRN_ROOT@|$cairn_root|g" "$1"
        systemctl daemon-reload
        quietly "systemctl enable --now cairn" systemctl enable --now cairn.service ||
            fail "The daemon did not start." "See why: journalctl -u cairn.service"
        # A daemon of the version before is replaced; apps are served meanwhile.
        [[ -z $(daemon_is_outdated) ]] || systemctl restart cairn.service
        return
    fi
    if [[ -n $(daemon_is_outdated) ]]; then
        stop_recorded daemon
    fi
    if process_of daemon >/dev/null; then
        detail "the daemon runs already"
        return
    fi
    # To answer DNS on the port that resolvers ask, as far as this host can give it.
    local low_ports=(--inh-caps=+net_bind_service --ambient-caps=+net_bind_service)
    setpriv "${low_ports[@]}" true 2>/dev/null || low_ports=()
    # setpriv becomes the daemon, so that the recorded process is the daemon itself.
    (cd / && start_detached daemon env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$cairn_root" CAIRN_ROOT="$cairn_root" \
        setpriv --reuid=cairn --regid=cairn --init-groups "${low_ports[@]}" /usr/bin/cairn daemon)
    detail "no systemd here: the daemon started (log: $log_directory/daemon.log)"
}

# daemon_is_outdated: says yes when the daemon runs a file that has been replaced since.
daemon_is_outdated() {
    local pid
    if has_systemd; then
        pid=$(systemctl show --property MainPID --value cairn.service 2>/dev/null)
    else
        pid=$(process_of daemon) || pid=0
    fi
    [[ ${pid:-0} != 0 && $(readlink "/proc/$pid/exe" 2>/dev/null) == *'(deleted)' ]] && printf yes
    return 0
}
