# shellcheck shell=bash
# A temporary root with real services for tests and benchmarks, and its removal with all that came to be below it.
# Needs output.sh, packages.sh and engine.sh.

work=''
dockerd_pid=''
bridge_existed=no
# Processes of the script's own that must not outlive it. They end at TERM.
children=()

# use_temporary_root: sets work, and removes everything at the end of the script, however that comes.
use_temporary_root() {
    # Short, because unix sockets below it must fit in 107 bytes: unix(7).
    work=$(mktemp -d /tmp/cairn.XXXXXX)
    # nginx's workers and other users pass through; what is private below has its own mode.
    chmod 0755 "$work"
    trap remove_temporary_root EXIT
    # Without these a signal would end the script and leave the trap above out.
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

# free_ports COUNT: "FIRST-LAST", below the range the kernel gives out by itself, so that nobody takes one meanwhile.
free_ports() {
    local first last used
    used=$(ss -Hltn | sed -n 's/.*:\([0-9]*\) .*/\1/p' | sort -nu)
    for ((first = 20000 + RANDOM % 100 * 100; first < 32000; first += 100)); do
        last=$((first + $1 - 1))
        awk -v first="$first" -v last="$last" '$1 >= first && $1 <= last { exit 1 }' <<<"$used" || continue
        printf '%s-%s' "$first" "$last"
        return
    done
    fail "No $1 free ports in a row between 20000 and 32000." "See what listens: ss -ltn"
}

# ensure_temporary_engine: the engine that answers, or one of our own below the root.
ensure_temporary_engine() {
    if ! engine_answers; then
        start_temporary_engine
    fi
    detail "$(engine_version) at $engine_socket"
}

engine_version() {
    engine GET /version | sed 's/.*"Version":"\([^"]*\)","ApiVersion":"\([^"]*\)".*/engine \1, API \2/' | cut -c 1-60
}

start_temporary_engine() {
    local log=$work/dockerd.log
    command -v dockerd >/dev/null || install_engine
    ensure_cgroups
    engine_socket=$work/docker.sock
    [[ ! -e /sys/class/net/docker0 ]] || bridge_existed=yes
    # shellcheck disable=SC2154 # engine.sh
    setsid dockerd "${dockerd_arguments[@]}" --host "unix://$engine_socket" --data-root "$work/docker" \
        --exec-root "$work/docker-exec" --pidfile "$work/docker.pid" </dev/null >"$log" 2>&1 &
    dockerd_pid=$!
    retry_for 60 engine_answers || engine_failure "$log"
}

# remove_temporary_root: processes, then what the engine holds, then the engine, then the files. Keeps the status.
remove_temporary_root() {
    local status=$?
    trap - EXIT ERR
    trap '' INT TERM HUP
    set +e
    ((${#children[@]} == 0)) || { kill -TERM "${children[@]}" && wait "${children[@]}"; } 2>/dev/null
    stop_processes
    if engine_answers; then
        remove_from_temporary_engine
    fi
    stop_temporary_engine
    rm -rf "$work"
    exit "$status"
}

# What belongs here carries the label of a state root below this one, or the label that tests give by themselves.
remove_from_temporary_engine() {
    local database id
    remove_labelled "cairn.test=${work##*.}"
    find "$work" -name cairn.db -not -path '*/docker/*' 2>/dev/null | while read -r database; do
        id=$(sqlite3 -readonly "$database" 'SELECT id FROM installation' 2>/dev/null)
        [[ -z $id ]] || remove_labelled "cairn.root=$id"
    done
}

remove_labelled() {
    engine_remove_containers 1 "$1" 2>/dev/null
    engine_remove_networks "$1" 2>/dev/null
    engine_remove_images "$1" 2>/dev/null
}

# stop_processes: what was left running is known by the root in its command line, which no other process has.
stop_processes() {
    local entry pid
    for entry in /proc/[0-9]*; do
        pid=${entry#/proc/}
        [[ $pid != "$$" && $pid != "$BASHPID" ]] || continue
        if [[ $(tr '\0' ' ' 2>/dev/null <"$entry/cmdline") == *"$work/"* ]] && ! is_of_engine "$pid"; then
            kill -TERM "$pid" 2>/dev/null
        fi
    done
}

# is_of_engine PID: dockerd and its children end together, later.
is_of_engine() {
    local ancestor=$1
    [[ -n $dockerd_pid ]] || return 1
    while [[ -n $ancestor && $ancestor -gt 1 ]]; do
        [[ $ancestor != "$dockerd_pid" ]] || return 0
        ancestor=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$ancestor/status" 2>/dev/null)
    done
    return 1
}

stop_temporary_engine() {
    [[ -n $dockerd_pid ]] || return 0
    kill -TERM "$dockerd_pid" 2>/dev/null
    wait "$dockerd_pid" 2>/dev/null
    # The engine keeps network namespaces mounted there: its own, and those of containers which it did not see end.
    umount "$work"/docker-exec/netns/* 2>/dev/null
    [[ $bridge_existed == yes ]] || ip link delete docker0 2>/dev/null
}
