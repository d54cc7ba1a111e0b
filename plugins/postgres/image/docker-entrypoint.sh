#!/bin/bash
# Makes the data directory at the first start, then becomes the server.
set -euo pipefail

if [[ ${1:-} == -* ]]; then set -- postgres "$@"; fi
[[ ${1:-} == postgres ]] || exec "$@"

if ((EUID == 0)); then
    install -d -o postgres -g postgres -m 700 "$PGDATA"
    install -d -o postgres -g postgres -m 775 /var/run/postgresql
    chown -R postgres:postgres "$PGDATA"
    exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi

if [[ ! -s $PGDATA/PG_VERSION ]]; then
    : "${POSTGRES_PASSWORD:?needs a value}" "${POSTGRES_DB:=postgres}"
    initdb --username postgres --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") --auth-local trust --auth-host trust
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    # Without TCP, so that nobody takes it for the server that is to come.
    pg_ctl --wait --options "-c listen_addresses=''" start
    [[ $POSTGRES_DB == postgres ]] || createdb --username postgres -- "$POSTGRES_DB"
    pg_ctl --wait --mode fast stop
fi
unset POSTGRES_PASSWORD
exec "$@"
