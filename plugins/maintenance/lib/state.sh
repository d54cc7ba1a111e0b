# shellcheck shell=bash
# What is kept of an app: two properties, its own page, and the file that nginx includes while it is under maintenance.

: "${DOKKU_ROOT:=${CAIRN_ROOT:-/var/lib/cairn}/dokku}"
: "${DOKKU_LIB_ROOT:=${CAIRN_ROOT:-/var/lib/cairn}/dokku-lib}"
PROPERTIES="$DOKKU_LIB_ROOT/config/maintenance"
PAGES="$DOKKU_LIB_ROOT/data/maintenance"
DEFAULT_RETRY_AFTER=300

property() { if [[ -s $PROPERTIES/$1/$2 ]]; then printf '%s' "$(<"$PROPERTIES/$1/$2")"; else printf '%s' "${3:-}"; fi; }

# set_property APP KEY VALUE: an empty value removes it.
set_property() {
    rm -f -- "$PROPERTIES/$1/$2"
    [[ -n $3 ]] || return 0
    (umask 077 && mkdir -p -- "$PROPERTIES/$1" && printf '%s\n' "$3" >"$PROPERTIES/$1/$2.new")
    mv -f -- "$PROPERTIES/$1/$2.new" "$PROPERTIES/$1/$2"
}

snippet() { printf '%s/%s/nginx.conf.d/maintenance.conf' "$DOKKU_ROOT" "$1"; }
is_enabled() { [[ -e $(snippet "$1") ]]; }
has_own_page() { [[ -e $PAGES/$1/index.html ]]; }

# No app's name begins with a dot.
DEFAULT_PAGE="$PAGES/.default"
page_directory() { if has_own_page "$1"; then printf '%s' "$PAGES/$1"; else printf '%s' "$DEFAULT_PAGE"; fi; }

# write_snippet APP: what nginx does for every server block of the app. All requests get status 503 and the page; only what
# the page itself shows, and the challenges of certificate authorities, are answered as usual.
write_snippet() {
    local file
    file=$(snippet "$1")
    mkdir -p -- "$(dirname -- "$file")"
    cat >"$file.new" <<EOF
# Written by maintenance:on; maintenance:off removes it.
set \$cairn_maintenance yes;
if (\$uri ~ ^/\.cairn/maintenance/|^/\.well-known/acme-challenge/) {
    set \$cairn_maintenance no;
}
if (\$cairn_maintenance = yes) {
    rewrite ^ /.cairn/maintenance last;
}
location = /.cairn/maintenance {
    error_page 503 /.cairn/maintenance/index.html;
    return 503;
}
location ^~ /.cairn/maintenance/ {
    alias $(page_directory "$1")/;
    add_header Retry-After $(property "$1" retry-after "$DEFAULT_RETRY_AFTER") always;
    add_header Cache-Control no-store always;
}
EOF
    mv -f -- "$file.new" "$file"
}

# set_up_default_page: where nginx's workers, which run as another user, can read it.
set_up_default_page() {
    mkdir -p -- "$DEFAULT_PAGE"
    chmod 711 -- "$PAGES" "$DEFAULT_PAGE"
    install -m 644 -- "$DIRECTORY/page.html" "$DEFAULT_PAGE/index.html"
}

# apply APP: nginx is told. One that refuses leaves things as they were, and so does this.
apply() { cairn proxy:build-config "$1" >/dev/null; }

forget_app() {
    rm -f -- "$(snippet "$1")"
    rm -rf -- "${PROPERTIES:?}/$1" "${PAGES:?}/$1"
}

# copy_app OLD NEW: its page and its properties, not that it is under maintenance.
copy_app() {
    local root
    for root in "$PROPERTIES" "$PAGES"; do
        [[ -d $root/$1 ]] || continue
        rm -rf -- "${root:?}/$2"
        cp -a -- "$root/$1" "$root/$2"
    done
}
