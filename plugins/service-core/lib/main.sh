# shellcheck shell=bash
# The common part of all datastore plugins. A datastore is a page of declarations, `datastore.sh`, beside the file `run`
# that reads this one; its commands and triggers are links to `run`.

umask 077
export LC_ALL=C.UTF-8

CORE_DIRECTORY=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
readonly CORE_DIRECTORY

for _part in output flags files image networks container expose urls link data versions backup backup-schedule \
    report help commands triggers; do
    # shellcheck source=/dev/null
    source "$CORE_DIRECTORY/lib/$_part.sh"
done
unset _part

: "${DOKKU_LIB_ROOT:=${CAIRN_ROOT:-/var/lib/cairn}/dokku-lib}"
: "${DOKKU_LIB_HOST_ROOT:=$DOKKU_LIB_ROOT}"
: "${PLUGIN_ENABLED_PATH:=$DOKKU_LIB_ROOT/plugins/enabled}"
: "${DOKKU_NOT_IMPLEMENTED_EXIT:=10}"

# Where the services of this type are, as this process and as the engine sees it, and their properties.
SERVICES_ROOT="$DOKKU_LIB_ROOT/services/$DATASTORE"
SERVICES_HOST_ROOT="$DOKKU_LIB_HOST_ROOT/services/$DATASTORE"
PROPERTIES_ROOT="$DOKKU_LIB_ROOT/config/$DATASTORE"

# Does what this program was called as: a file of `subcommands`, `commands`, or a trigger.
service_main() {
    local called=$1
    shift
    if [[ $(basename -- "$(dirname -- "$called")") == subcommands ]]; then
        local name=${1:-$DATASTORE}
        (($# == 0)) || shift
        [[ $name == *:* ]] || name="$DATASTORE:default"
        run_command "${name#*:}" "$@"
    elif [[ $(basename -- "$called") == commands ]]; then
        run_commands_file "$@"
    else
        run_trigger "$(basename -- "$called")" "$@"
    fi
}

# The contract of a plugin's `commands`: help, and all that has no file of its own.
run_commands_file() {
    case "${1:-}" in
        help) help_lines ;;
        "$DATASTORE:help") shift && help_command "$@" ;;
        "$DATASTORE" | "$DATASTORE":*)
            local name=$1
            shift
            [[ $name == *:* ]] || name="$DATASTORE:default"
            is_command "${name#*:}" || exit "$DOKKU_NOT_IMPLEMENTED_EXIT"
            run_command "${name#*:}" "$@"
            ;;
        *) exit "$DOKKU_NOT_IMPLEMENTED_EXIT" ;;
    esac
}
