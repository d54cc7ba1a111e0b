# shellcheck shell=bash
# The Docker Engine over its socket: asked with curl, so that no particular docker command line is needed.
# Needs output.sh and packages.sh.

engine_socket=${CAIRN_ENGINE_SOCKET:-/var/run/docker.sock}

# engine METHOD PATH [CURL OPTIONS...]: the answer's body on standard output; fails on a status of 400 or more.
engine() {
    local method=$1 path=$2
    shift 2
    curl --silent --show-error --fail-with-body --request "$method" --unix-socket "$engine_socket" \
        "$@" "http://engine$path"
}

engine_answers() {
    [[ -S $engine_socket ]] && curl --silent --fail --max-time 5 --output /dev/null \
        --unix-socket "$engine_socket" http://engine/_ping
}

# engine_ids KIND LABEL...: ids of the containers, networks or images that carry every label.
engine_ids() {
    local kind=$1 query label filters=''
    shift
    for label in "$@"; do
        filters+="${filters:+,}\"$label\""
    done
    case $kind in
        containers) query='/containers/json?all=1' ;;
        networks) query='/networks?' ;;
        images) query='/images/json?' ;;
    esac
    engine GET "$query" --get --data-urlencode "filters={\"label\":[$filters]}" |
        grep -o '"Id":"[^"]*"' | cut -d '"' -f 4 | sort -u || true
}

# engine_remove_containers VOLUMES LABEL...: running or not; with their anonymous volumes when VOLUMES is 1.
engine_remove_containers() {
    local id volumes=$1
    shift
    for id in $(engine_ids containers "$@"); do
        engine DELETE "/containers/$id?force=1&v=$volumes" --output /dev/null || warn "Container ${id:0:12} is still there."
    done
}

engine_remove_networks() {
    local id
    for id in $(engine_ids networks "$@"); do
        engine DELETE "/networks/$id" --output /dev/null || warn "Network ${id:0:12} is still there."
    done
}

# engine_remove_images LABEL...: an image that something else uses stays, which is no error.
engine_remove_images() {
    local id
    for id in $(engine_ids images "$@"); do
        engine DELETE "/images/$id?force=1" --output /dev/null 2>/dev/null || true
    done
}

install_engine() {
    local packages=(docker.io iptables)
    # From Debian 13 on the command line is a package of its own; Cairn does without, people do not.
    ! package_is_known docker-cli || packages+=(docker-cli)
    # With AppArmor in the kernel but not its tools no container starts.
    [[ $(cat /sys/module/apparmor/parameters/enabled 2>/dev/null) != Y ]] || packages+=(apparmor)
    install_packages "${packages[@]}"
}

# What dockerd is given when a script, not systemd, starts it: the driver that asks systemd for cgroups would fail.
# shellcheck disable=SC2034 # read by the scripts that source this file
dockerd_arguments=(--exec-opt native.cgroupdriver=cgroupfs)

# ensure_cgroups: a machine without an init system may not have mounted them, and dockerd needs them.
ensure_cgroups() {
    grep -q ' /sys/fs/cgroup' /proc/self/mounts && return
    install_packages cgroupfs-mount
    quietly "mounting the cgroup hierarchies" cgroupfs-mount
}

# engine_failure LOG: the one message for a dockerd that did not come up.
engine_failure() {
    tail -n 15 "$1" | sed 's/^/       | /' >&2
    fail "dockerd did not answer at $engine_socket." \
        "Its last lines are above, all of them in $1." \
        "Common causes: a kernel without overlayfs or iptables, or a container that lacks CAP_SYS_ADMIN and CAP_NET_ADMIN."
}
