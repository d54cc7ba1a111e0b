# shellcheck shell=bash
# What a person sees while a script works: steps, details, warnings, and failures that say what to do.

step() { printf -- '-----> %s\n' "$*"; }

detail() { printf '       %s\n' "$*"; }

warn() { printf ' !     %s\n' "$@" >&2; }

already_reported=99

# fail MESSAGE [HINT...]: one line that says what happened, then what to do about it.
fail() {
    printf ' !     %s\n' "$1" >&2
    shift
    (($# == 0)) || printf '       %s\n' "$@" >&2
    # A failure within $(…) ends only that; the status tells the rest that the message has been given.
    exit $((BASH_SUBSHELL > 0 ? already_reported : 1))
}

# quietly LABEL COMMAND...: names what runs, keeps its output to itself, and shows the end of it if it fails.
quietly() {
    local label=$1 log status=0
    shift
    detail "$label"
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if ((status != 0)); then
        warn "Failed with status $status: $*"
        tail -n 20 "$log" | sed 's/^/       | /' >&2
    fi
    rm -f "$log"
    return "$status"
}

# trap_failures: a command nobody expected to fail is named, with its place, in every function and subshell.
trap_failures() {
    set -o errtrace
    trap 'report_unexpected_failure "$?" "${BASH_SOURCE[0]##*/}:$LINENO" "$BASH_COMMAND"' ERR
}

report_unexpected_failure() {
    (($1 != already_reported)) || exit $((BASH_SUBSHELL > 0 ? already_reported : 1))
    printf ' !     Stopped: "%s" failed with status %s (%s).\n' "$3" "$1" "$2" >&2
    printf '       Correct the cause and run this again: it goes on where it stopped.\n' >&2
    exit $((BASH_SUBSHELL > 0 ? already_reported : 1))
}

require_root() {
    ((EUID == 0)) || fail "$1 needs root." "Run: sudo $1"
}

# retry_for SECONDS COMMAND...: true as soon as the command is; for a service that has no ready signal to wait on.
retry_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}
