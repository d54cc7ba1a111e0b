# shellcheck shell=bash
# What people see.

step() { [[ -n ${DOKKU_QUIET_OUTPUT:-} ]] || printf -- '-----> %s\n' "$*"; }
warn() { printf -- ' !     %s\n' "$*" >&2; }

# fail CODE MESSAGE [HINT]: ends the command. The codes and statuses are those of Cairn's own commands.
fail() {
    warn "$2 [$1]"
    [[ -z ${3:-} ]] || warn "$3"
    case "$1" in
        E-USAGE) exit 2 ;;
        E-APP-NOT-FOUND) exit 20 ;;
        *) exit 1 ;;
    esac
}

# Text of others in messages: one line, nothing that moves a terminal's cursor, not too long.
printable() {
    local text=${1//[^[:print:]]/?}
    printf '%s' "${text:0:200}"
}

cairn() { dokku "$@" </dev/null; }

check_app() {
    [[ -n ${1:-} ]] || fail E-USAGE "Please specify an app" "Run 'cairn webhooks:help' to see the commands."
    [[ $1 =~ ^[a-z0-9_][a-z0-9._-]*$ ]] || fail E-INVALID-NAME "'$(printable "$1")' is not the name of an app"
    cairn apps:exists "$1" >/dev/null 2>&1 || fail E-APP-NOT-FOUND "App $1 does not exist" \
        "Run 'cairn apps:list' to see the apps there are."
}
