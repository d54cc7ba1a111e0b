# shellcheck shell=bash
# What is kept: of each hook a directory of small files, of each message that waits a directory in the hook's queue.

: "${DOKKU_LIB_ROOT:=${CAIRN_ROOT:-/var/lib/cairn}/dokku-lib}"
umask 077
# <app or --global>/<hook>/{url,events,secret}
HOOKS="$DOKKU_LIB_ROOT/config/webhooks"
# queue/<app or --global>@<hook>/<number>/{app,event,id,body}, log/<app>
DATA="$DOKKU_LIB_ROOT/data/webhooks"

EVENTS=(deploy failure rollback scale health)
MAXIMUM_WAITING=1000

random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# hooks SCOPE: their names, one on each line.
hooks() {
    local path
    for path in "$HOOKS/$1"/*/url; do
        [[ -e $path ]] || continue
        path=${path%/url}
        printf '%s\n' "${path##*/}"
    done
}

# wants HOOK-DIRECTORY EVENT
wants() { grep -Fqx -e "$2" "$1/events"; }

queue_of() { printf '%s/queue/%s@%s' "$DATA" "$1" "$2"; }

# remove_hook SCOPE NAME: what waits for it is forgotten.
remove_hook() { rm -rf -- "${HOOKS:?}/$1/$2" "$(queue_of "$1" "$2")"; }

forget_app() {
    local name
    while read -r name; do [[ -z $name ]] || remove_hook "$1" "$name"; done < <(hooks "$1")
    rm -rf -- "${HOOKS:?}/$1" "${DATA:?}/log/$1"
}

# clone_app OLD NEW: the same hooks and secrets under other names; what waits is about the old app.
clone_app() {
    local name
    rm -rf -- "${HOOKS:?}/$2"
    while read -r name; do
        [[ -n $name ]] || continue
        mkdir -p -- "$HOOKS/$2"
        cp -a -- "$HOOKS/$1/$name" "$HOOKS/$2/$(random_hex 4)"
    done < <(hooks "$1")
}

rename_app() {
    local name
    [[ -d $HOOKS/$1 ]] || return 0
    rm -rf -- "${HOOKS:?}/$2"
    cp -a -- "$HOOKS/$1" "$HOOKS/$2"
    while read -r name; do
        [[ -d $(queue_of "$1" "$name") ]] || continue
        mv -- "$(queue_of "$1" "$name")" "$(queue_of "$2" "$name")"
    done < <(hooks "$1")
    [[ ! -e $DATA/log/$1 ]] || cp -p -- "$DATA/log/$1" "$DATA/log/$2"
}

# log APP EVENT ID HOOK ATTEMPT RESULT
log() {
    local file="$DATA/log/$1"
    mkdir -p -- "$DATA/log"
    printf '%s %s %s %s %s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${@:2}" >>"$file"
    if (($(wc -l <"$file") > 2000)); then
        tail -n 1000 -- "$file" >"$file.new"
        mv -f -- "$file.new" "$file"
    fi
}
