# shellcheck shell=bash
# Which PHP an app is run with: the stack's where the constraint in composer.json allows it, else the newest release it
# allows, compiled from the source code that php.net distributes (php.net has no programs for Linux).

php_default_dist_url=https://www.php.net/distributions
php_default_index_url='https://www.php.net/releases/?json&version=8&max=1000'
# Older ones do not compile with the OpenSSL 3 of the stack.
php_oldest=8.1

# php_constraint DIRECTORY: what the app says of PHP, from the lock file where there is one; nothing if it says nothing.
php_constraint() {
    local place said
    for place in composer.lock:platform composer.json:require; do
        [[ -f $1/${place%:*} ]] || continue
        said=$(jq -r --arg key "${place#*:}" '.[$key] | if type == "object" then .php // empty else empty end' \
            "$1/${place%:*}")
        if [[ -n $said ]]; then
            printf '%s\n' "$said"
            return
        fi
    done
}

# php_range CONSTRAINT: the constraint in the words of lib/versions.sh: Composer writes "|" for "||", and its "~8.1"
# allows 8.2, as RubyGems' "~>" does. https://getcomposer.org/doc/articles/versions.md
php_range() { sed -E 's/@[a-z]+//gi; s/\|+/||/g; s/~/~>/g; s/-(dev|stable|alpha|beta|RC)[0-9]*//gi' <<<"$1"; }

# php_version DIRECTORY STACK_VERSION: prints "stack VERSION" or "compile VERSION"; fails with what can be had.
php_version() {
    local stack=$2 constraint range released found status=0
    constraint=$(php_constraint "$1")
    range=$(php_range "${constraint:-*}")
    version_matches "$stack" "$range" || status=$?
    if ((status == 2)); then
        fail "composer.json asks for PHP \"$constraint\", which is no constraint Composer's rules know." \
            "Write for instance \"^8.2\" or \">=8.1 <8.4\"."
    elif ((status == 0)); then
        printf 'stack %s\n' "$stack"
        return
    fi
    released=$(php_releases) || fail \
        "PHP $constraint cannot be had: the list of PHP's releases at $(php_index_url) could not be read." \
        "The stack has PHP $stack. PHP_DIST_URL names a mirror of $php_default_dist_url."
    found=$(newest_matching "$range" <<<"$released") || fail \
        "PHP $constraint cannot be had." \
        "The stack has PHP $stack; releases that can be compiled on it: $(newest_of_each_line <<<"$released")."
    printf 'compile %s\n' "$found"
}

php_index_url() {
    if [[ -n ${PHP_DIST_URL:-} ]]; then
        printf '%s/releases.json\n' "${PHP_DIST_URL%/}"
    else
        printf '%s\n' "$php_default_index_url"
    fi
}

# php_releases: the versions that can be compiled, one a line.
php_releases() {
    local version list
    list=$(read_address "$(php_index_url)" | jq -r 'keys[]') || return 1
    while read -r version; do
        if [[ $version =~ ^[0-9.]+$ ]] && version_at_least "$version" "$php_oldest"; then printf '%s\n' "$version"; fi
    done <<<"$list"
}

# php_source VERSION: "URL SHA256" of its source code.
php_source() {
    local file
    file=$(read_address "$(php_index_url)" | jq -r --arg version "$1" '
        .[$version].source[] | select(.filename | endswith(".tar.xz")) | "\(.filename) \(.sha256)"') || file=''
    [[ -n $file ]] || fail "PHP's list of releases names no source code of PHP $1."
    printf '%s/%s\n' "${PHP_DIST_URL:-$php_default_dist_url}" "$file"
}
