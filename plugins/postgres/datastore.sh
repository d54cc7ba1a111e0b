# shellcheck shell=bash
# shellcheck disable=SC2034 # All that is set here is read by the common part of the datastore plugins.
# PostgreSQL, as a page for the common part.

DATASTORE=postgres
DATASTORE_TITLE=Postgres
# Names of variables begin with it: POSTGRES_IMAGE, DOKKU_POSTGRES_AQUA_URL.
VARIABLE=POSTGRES
DEFAULT_IMAGE=postgres
DEFAULT_IMAGE_VERSION=18.4
# What image/Dockerfile has.
BUILT_VERSION=15
PORTS=(5432)
DEFAULT_SCHEME=postgres
DEFAULT_ALIAS=DATABASE
# The same place for every version: the official images have changed theirs with version 18.
DATA_PATH=/srv/data
DATASTORE_OPTIONS=()
UNIMPLEMENTED=()

datastore_url() {
    printf '%s://postgres:%s@%s:5432/%s' "$1" "$(url_encoded "$(read_value PASSWORD)")" "$2" \
        "$(read_value DATABASE_NAME)"
}

datastore_environment() {
    printf '%s\n' "POSTGRES_PASSWORD=$(read_value PASSWORD)" "POSTGRES_DB=$(read_value DATABASE_NAME)" \
        "PGDATA=$DATA_PATH"
}

datastore_command() { printf 'postgres\n'; }

# Over TCP, which the server that initialises the data does not listen on.
# shellcheck disable=SC2016 # For the shell in the container.
DATASTORE_PROBE='psql -X -h 127.0.0.1 -U postgres -d "$POSTGRES_DB" -c "select 1"'

# Connections may be encrypted from the start: with a certificate of its own, as clients with sslmode=require accept it.
datastore_created() {
    # shellcheck disable=SC2016 # For the shell in the container.
    local script='command -v openssl >/dev/null || exit 0
        cd "$PGDATA" || exit 1
        [ ! -e server.crt ] || exit 0
        openssl req -new -x509 -days 3650 -nodes -newkey rsa:2048 -subj "/CN=$1" -out server.crt -keyout server.key
        chmod 600 server.key
        psql -X -U postgres -c "alter system set ssl = on" -c "select pg_reload_conf()"'
    in_service --user postgres -- sh -ec "$script" sh "$ALIAS_HOST" </dev/null >/dev/null 2>&1
}

datastore_connect() { interactive_in_service psql -U postgres "$(read_value DATABASE_NAME)"; }

datastore_export() {
    in_service -- pg_dump --format custom --no-acl --no-owner -U postgres "$(read_value DATABASE_NAME)" </dev/null
}

IMPORT_FAILURE="Nothing was changed. It must be a dump in the custom format, as 'export' and 'pg_dump -Fc' write it."

# All or nothing.
datastore_import() {
    in_service -- pg_restore --clean --if-exists --no-acl --no-owner --single-transaction -U postgres \
        -d "$(read_value DATABASE_NAME)"
}

VERSION_COMMAND=(postgres --version)
FORCE_HINT="With --force the data are converted by export and import, while nobody should write to them. Take a backup first."

# Data can be used within a major version.
datastore_upgrade() { if ((${1%%.*} == ${2%%.*})); then echo same; else echo convert; fi; }
