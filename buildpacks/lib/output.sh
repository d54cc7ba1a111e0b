# shellcheck shell=bash
# What a build shows: steps, details, and errors that say what to do. The prefixes are the ones every Heroku
# buildpack uses, so that a log reads the same whichever buildpack wrote it.

step() { printf -- '-----> %s\n' "$*"; }

detail() { printf '       %s\n' "$@"; }

# indent: passes its input on as details, line by line as it comes.
indent() { sed -u 's/^/       /'; }

warn() { printf ' !     %s\n' "$@" >&2; }

# fail MESSAGE [HINT...]: one line that says what happened, then what to do about it; ends the buildpack.
fail() {
    warn "$@"
    # Within $(…) it ends only that; this status tells trap_failures that the message has been given.
    if [[ -n ${failures_trapped:-} ]] && ((BASH_SUBSHELL > 0)); then exit "$already_reported"; fi
    exit 1
}

already_reported=99

# trap_failures: a command that nobody expected to fail is named, with its place, instead of a build that ends silently.
trap_failures() {
    failures_trapped=yes
    set -o errtrace
    trap 'report_unexpected_failure "$?" "${BASH_SOURCE[0]##*/}:$LINENO" "$BASH_COMMAND"' ERR
}

report_unexpected_failure() {
    if (($1 != already_reported)); then
        warn "\"$3\" failed with status $1 ($2)." "This is a fault of the buildpack, or of what it was given."
    fi
    exit $((BASH_SUBSHELL > 0 ? already_reported : 1))
}

# Milliseconds since some fixed point: for durations only.
milliseconds() {
    local now=$EPOCHREALTIME
    printf '%s\n' "$((${now/[.,]/} / 1000))"
}

# seconds_since START: the time since `milliseconds` gave START, as "3.4s".
seconds_since() {
    local spent=$(($(milliseconds) - $1))
    printf '%d.%ds\n' "$((spent / 1000))" "$((spent % 1000 / 100))"
}

# size_of PATH...: what the paths hold together, for people: "24 MB", "310 kB".
size_of() {
    local kilobytes
    kilobytes=$({ du -skc -- "$@" 2>/dev/null || true; } | tail -n 1 | cut -f 1)
    if ((kilobytes >= 1024)); then
        printf '%d MB\n' "$((kilobytes / 1024))"
    else
        printf '%d kB\n' "$kilobytes"
    fi
}

# run_shown COMMAND...: runs it with its output indented and no input; its status is the result. (The status of the
# first command of the pipe is what pipefail reports: `indent` itself does not fail.)
run_shown() { "$@" </dev/null 2>&1 | indent; }

# run_logged LOG COMMAND...: keeps the output in LOG; for long work whose output is only of use when it fails.
run_logged() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null
}

# show_end LOG [LINES]: the last lines of a kept output.
show_end() { tail -n "${2:-20}" "$1" | sed 's/^/       | /' >&2; }
