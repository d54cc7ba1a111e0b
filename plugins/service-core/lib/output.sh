# shellcheck shell=bash
# What people see, and calls of other programs.

# Progress goes to descriptor 3, which a command whose output is data sends to standard error.
exec 3>&1

is_quiet() { [[ -n ${DOKKU_QUIET_OUTPUT:-} ]]; }
step() { is_quiet || printf -- '-----> %s\n' "$*" >&3; }
headline() { is_quiet || printf -- '=====> %s\n' "$*" >&3; }
detail() { is_quiet || printf -- '       %s\n' "$*" >&3; }
warn() { printf -- ' !     %s\n' "$*" >&2; }

# fail CODE MESSAGE [HINT]: ends the command. The codes and statuses are those of Cairn's own commands.
fail() {
    printf -- ' !     %s [%s]\n' "$2" "$1" >&2
    [[ -z ${3:-} ]] || printf -- ' !     %s\n' "$3" >&2
    case "$1" in
        E-USAGE) exit 2 ;;
        E-APP-NOT-FOUND) exit 20 ;;
        *) exit 1 ;;
    esac
}

usage() { fail E-USAGE "$1" "Run 'cairn $DATASTORE:help' to see the commands and their arguments."; }

# Lines of standard input as the evidence of a failure, the last of them only.
evidence() { tail -n "${1:-15}" | sed 's/^/ !     | /' >&2; }

# The docker client. Its standard input is empty unless a call gives it one.
docker_cli() { "${DOCKER_BIN:-docker}" "$@"; }
engine() { docker_cli "$@" </dev/null; }

check_docker_client() {
    command -v -- "${DOCKER_BIN:-docker}" >/dev/null || fail E-NOT-FOUND \
        "The program ${DOCKER_BIN:-docker} is not installed, and services are run with it" \
        "Install the client of Docker (docker-ce-cli, or docker-cli of Debian), or set DOCKER_BIN."
}

cairn() { dokku "$@" </dev/null; }

# json_string TEXT
json_string() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//$'\n'/\\n}
    text=${text//$'\t'/\\t}
    printf '"%s"' "${text//[$'\x01'-$'\x1f']/ }"
}

# json_strings TEXT...: an array.
json_strings() {
    local separator='' text
    printf '['
    for text in "$@"; do
        printf '%s' "$separator"
        json_string "$text"
        separator=','
    done
    printf ']\n'
}

# json_object: an object of the lines of standard input, each KEY<tab>VALUE.
json_object() {
    local separator='' key value
    printf '{'
    while IFS=$'\t' read -r key value; do
        printf '%s' "$separator"
        json_string "$key"
        printf ':'
        json_string "$value"
        separator=','
    done
    printf '}\n'
}

# fire TRIGGER ARGUMENT...: other plugins hear of what happens to services. Nobody is started when nobody listens.
fire() { ! is_heard "$1" || plugn trigger "$@" </dev/null; }
is_heard() { compgen -G "$PLUGIN_ENABLED_PATH/*/$1" >/dev/null; }

# confirm NAME: asks for the name to be typed, unless the answer is yes already.
confirm() {
    [[ -z ${FLAGS[force]:-} && -z ${DOKKU_APPS_FORCE_DELETE:-} ]] || return 0
    warn "WARNING: Potentially Destructive Action"
    warn "This command will destroy $1 $DATASTORE service."
    printf -- ' !     To proceed, type "%s"\n\n> ' "$1" >&2
    local answer=''
    read -r answer || true
    [[ $answer == "$1" ]] || fail E-NOT-CONFIRMED "Confirmation did not match $1. Aborted." \
        "Nothing was changed; --force skips the question."
}
