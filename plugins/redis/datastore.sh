# shellcheck shell=bash
# shellcheck disable=SC2034 # All that is set here is read by the common part of the datastore plugins.
# Redis, as a page for the common part.

DATASTORE=redis
DATASTORE_TITLE=Redis
VARIABLE=REDIS
DEFAULT_IMAGE=redis
DEFAULT_IMAGE_VERSION=8.8.0
# What image/Dockerfile has.
BUILT_VERSION=7.0
PORTS=(6379)
DEFAULT_SCHEME=redis
DEFAULT_ALIAS=REDIS
DATA_PATH=/data
# The configuration with the password is written where it is read, so that no list of processes shows it.
DATASTORE_OPTIONS=(--entrypoint sh)
UNIMPLEMENTED=()

datastore_url() { printf '%s://:%s@%s:6379' "$1" "$(url_encoded "$(read_value PASSWORD)")" "$2"; }

# The client takes its password from REDISCLI_AUTH.
datastore_environment() { printf 'REDISCLI_AUTH=%s\n' "$(read_value PASSWORD)"; }

# One line for each word; the options of --config-options follow as arguments of the server.
# shellcheck disable=SC2016 # For the shell in the container.
datastore_command() {
    printf '%s\n' -c \
        'umask 077; printf "requirepass \"%s\"\ndir /data\nrepl-diskless-sync-delay 0\n" "$REDISCLI_AUTH" >/run/redis.conf; chown redis /run/redis.conf; exec docker-entrypoint.sh redis-server /run/redis.conf "$@"' \
        sh
}

# shellcheck disable=SC2016 # For the shell in the container.
DATASTORE_PROBE='[ "$(redis-cli ping)" = PONG ]'

datastore_created() { :; }

datastore_connect() { interactive_in_service redis-cli; }

# A snapshot as replicas get it.
datastore_export() { in_service -- redis-cli --rdb - </dev/null 2>/dev/null; }

IMPORT_FAILURE="It must be a snapshot (RDB), as 'export' writes it."

# The server reads its snapshot when it starts. One that is no snapshot changes nothing.
datastore_import() {
    use_saved_image
    # shellcheck disable=SC2016 # For the shell in the container.
    as_root -- 'cd /service/data && cat >import.rdb && redis-check-rdb import.rdb >/dev/null && chown redis import.rdb ||
        { rm -f import.rdb; exit 1; }' || return 1
    engine container stop --time 60 "$CONTAINER" >/dev/null || return 1
    as_root -- 'cd /service/data && rm -rf appendonlydir && mv import.rdb dump.rdb' </dev/null || return 1
    start_container
}

VERSION_COMMAND=(redis-server --version)
FORCE_HINT="With --force it is started on them all the same. Take a backup first."

# A newer one reads what an older one wrote, and writes what that one cannot read: there is no way back.
UPGRADE_REFUSAL='is of another major version than'
datastore_upgrade() { if ((${1%%.*} == ${2%%.*})); then echo same; else echo no; fi; }
