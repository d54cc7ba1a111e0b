# shellcheck shell=bash
# What is kept of a service: a directory of small files, for the owner alone, laid out as in Dokku.

# use_service NAME: the service that the functions below speak of. It need not exist.
use_service() {
    check_service_name "$1"
    SERVICE=$1
    SERVICE_ROOT="$SERVICES_ROOT/$SERVICE"
    SERVICE_HOST_ROOT="$SERVICES_HOST_ROOT/$SERVICE"
    CONTAINER="dokku.$DATASTORE.$SERVICE"
    AMBASSADOR="$CONTAINER.ambassador"
    # The name under which apps reach it; underscores have no place in the host part of a URL.
    ALIAS_HOST="dokku-$DATASTORE-${SERVICE//_/-}"
}

service_exists() { [[ -d $SERVICE_ROOT ]]; }

# use_existing_service NAME
use_existing_service() {
    use_service "$1"
    if ! service_exists || ! is_visible "$SERVICE"; then
        fail E-NOT-FOUND "$DATASTORE_TITLE service $SERVICE does not exist" \
            "Run 'cairn $DATASTORE:list' to see the services there are."
    fi
}

# read_value FILE [DEFAULT]
read_value() {
    if [[ -r $SERVICE_ROOT/$1 ]]; then printf '%s' "$(<"$SERVICE_ROOT/$1")"; else printf '%s' "${2:-}"; fi
}

# write_value FILE VALUE: at once or not at all.
write_value() {
    printf '%s\n' "$2" >"$SERVICE_ROOT/.$1.new"
    mv -f -- "$SERVICE_ROOT/.$1.new" "$SERVICE_ROOT/$1"
}

# write_file PATH: the same for standard input.
write_file() {
    cat >"$1.new"
    mv -f -- "$1.new" "$1"
}

# Names of the services of this type, one on each line.
services() {
    local path name
    for path in "$SERVICES_ROOT"/*/; do
        [[ -d $path ]] || continue
        name=${path%/}
        printf '%s\n' "${name##*/}"
    done
}

# Those of them that plugins let the caller see.
visible_services() {
    local names
    names=$(services)
    [[ -n $names ]] || return 0
    if ! is_heard user-auth-service; then
        printf '%s\n' "$names"
        return
    fi
    local -a all
    mapfile -t all <<<"$names"
    plugn trigger user-auth-service "${SSH_USER:-root}" "${SSH_NAME:-default}" "$DATASTORE" "${all[@]}" </dev/null |
        tr -s ' ' '\n' | grep -Fx -e "$names" || true
}

is_visible() { ! is_heard user-auth-service || grep -Fqx -e "$1" <<<"$(visible_services)"; }

# MARK: The apps it is linked to

links() { [[ ! -s $SERVICE_ROOT/LINKS ]] || sort -u "$SERVICE_ROOT/LINKS"; }
is_linked() { grep -Fqx -e "$1" "$SERVICE_ROOT/LINKS" 2>/dev/null; }

# change_links add|remove APP: one at a time, so that none is lost.
change_links() {
    local lock
    exec {lock}>"$SERVICE_ROOT/.links.lock"
    flock "$lock"
    {
        links | grep -Fvx -e "$2" || true
        [[ $1 != add ]] || printf '%s\n' "$2"
    } | sort -u | write_file "$SERVICE_ROOT/LINKS"
    exec {lock}>&-
}

# with_service_lock FUNCTION ARGUMENT...: what replaces the container is done by one command at a time.
with_service_lock() {
    local lock
    exec {lock}>"$SERVICE_ROOT/.lock"
    flock --wait 600 "$lock" || fail E-NOT-ALLOWED "Another command is at work on $SERVICE" "Try again when it is done."
    "$@"
    exec {lock}>&-
}

# MARK: Properties

# property SCOPE KEY [DEFAULT]: SCOPE is a service or --global.
property() {
    if [[ -s $PROPERTIES_ROOT/$1/$2 ]]; then
        printf '%s' "$(<"$PROPERTIES_ROOT/$1/$2")"
    else
        printf '%s' "${3:-}"
    fi
}

# set_property SCOPE KEY VALUE: an empty value removes it.
set_property() {
    if [[ -z $3 ]]; then
        rm -f -- "$PROPERTIES_ROOT/$1/$2"
        return
    fi
    mkdir -p -- "$PROPERTIES_ROOT/$1"
    printf '%s\n' "$3" | write_file "$PROPERTIES_ROOT/$1/$2"
}

# MARK: Secrets

# random_hex BYTES
random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }
