# shellcheck shell=bash
# What the installer did, one "KIND VALUE" line each, so that uninstalling undoes that and nothing else.
#
# The file lives in /etc, not in the state root: its lines decide what root removes, and the state root belongs to
# the user cairn.

manifest=/etc/cairn/installed

record() {
    recorded "$1" "$2" && return
    mkdir -p "${manifest%/*}"
    printf '%s %s\n' "$1" "$2" >>"$manifest"
}

recorded() { [[ -f $manifest ]] && grep -Fqx -- "$1 $2" "$manifest"; }

# recorded_values KIND: the values of that kind, in the order they were recorded.
recorded_values() {
    [[ -f $manifest ]] || return 0
    sed -n "s|^$1 ||p" "$manifest"
}

forget() {
    local kept
    [[ -f $manifest ]] || return 0
    kept=$(grep -Fvx -- "$1 $2" "$manifest" || true)
    printf '%s' "${kept:+$kept$'\n'}" >"$manifest"
}

# install_output MODE PATH COMMAND...: what the command prints becomes the file, if the command succeeds.
install_output() {
    local mode=$1 path=$2 staged
    shift 2
    staged=$(mktemp)
    "$@" >"$staged" || fail "'$*' failed, so $path was not written." "Its own message is above. Run this again."
    install_file "$mode" "$staged" "$path"
    rm -f "$staged"
}

# install_file MODE SOURCE PATH: only if it differs, and says so either way. Sets file_changed to yes or no.
install_file() {
    local mode=$1 source=$2 path=$3
    file_changed=no
    if [[ -f $path && ! -L $path ]] && cmp -s "$source" "$path"; then
        detail "$path is there already"
    else
        # A rename, not a write: a running program cannot be overwritten in place, and no reader sees half a file.
        install -D -m "$mode" "$source" "$path.new"
        mv -f "$path.new" "$path"
        # shellcheck disable=SC2034 # read by the scripts that source this file
        file_changed=yes
        detail "$path installed"
    fi
    record file "$path"
}
