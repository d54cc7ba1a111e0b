# shellcheck shell=bash
# Which Go an app is built with. An explicit wish is taken as it is; go.mod's go line is the least that will do
# (https://go.dev/doc/modules/gomod-ref#go).

go_default_dist_url=https://go.dev/dl

# go_mod_value DIRECTORY WORD: the value of a one-word directive of go.mod ("go", "toolchain", "module"), or nothing.
go_mod_value() {
    [[ -f $1/go.mod ]] || return 0
    awk -v word="$2" '{ sub(/\r$/, "") } $1 == word && NF >= 2 { print $2; exit }' "$1/go.mod"
}

# heroku_directive DIRECTORY WORD: what follows "// +heroku WORD" in go.mod, or nothing.
heroku_directive() {
    [[ -f $1/go.mod ]] || return 0
    sed -nE "s|^//[[:space:]]+\+heroku[[:space:]]+$2[[:space:]]+(.*[^[:space:]])[[:space:]]*$|\1|p; T; q" "$1/go.mod"
}

# go_explicit_version DIRECTORY: "VERSION SOURCE" where the app names the Go it wants, or nothing.
go_explicit_version() {
    local directive toolchain
    directive=$(heroku_directive "$1" goVersion)
    toolchain=$(go_mod_value "$1" toolchain)
    if [[ -n ${GOVERSION:-} ]]; then
        printf '%s GOVERSION\n' "${GOVERSION#go}"
    elif [[ -n $directive ]]; then
        printf '%s go.mod\n' "${directive#go}"
    elif [[ $toolchain == go[0-9]* ]]; then
        printf '%s go.mod\n' "${toolchain#go}"
    fi
}

# go_version DIRECTORY STACK_VERSION: prints "stack VERSION" or "download VERSION"; fails with what can be had.
go_version() {
    local directory=$1 stack=$2 minimum explicit wanted
    minimum=$(go_mod_value "$directory" go)
    explicit=$(go_explicit_version "$directory")
    wanted=${explicit% *}
    if [[ -n $wanted ]]; then
        check_go_version "$wanted" "${explicit##* }"
        check_go_minimum "$wanted" "${explicit##* }" "$minimum"
    else
        check_go_version "${minimum:-$stack}" go.mod
        if version_at_least "$stack" "${minimum:-$stack}"; then wanted=$stack; else wanted=$minimum; fi
    fi
    if [[ $stack == "$wanted" || $stack == "$wanted".* ]]; then
        printf 'stack %s\n' "$stack"
        return
    fi
    wanted=$(go_released_version "$wanted" "$stack")
    printf 'download %s\n' "$wanted"
}

check_go_version() {
    [[ $1 =~ ^[0-9]+(\.[0-9]+){0,2}((rc|beta)[0-9]+)?$ ]] || fail \
        "$2 asks for Go \"$1\", which is no version of Go." \
        "Write a version (1.22.3), or a line of versions (1.22), whose newest is taken."
}

check_go_minimum() {
    local wanted=$1 source=$2 minimum=$3
    [[ -n $minimum && $minimum != "$wanted".* && $wanted != *[a-z]* && $minimum != *[a-z]* ]] || return 0
    version_at_least "$wanted" "$minimum" || fail \
        "$source asks for Go $wanted, but the module needs Go $minimum or newer (the go line of go.mod)." \
        "Ask for Go $minimum, or lower the go line."
}

# go_released_version WANTED STACK: the newest release that WANTED stands for.
go_released_version() {
    local wanted=$1 stack=$2 released stable found
    if ! released=$(go_releases | jq -r '.[].version | ltrimstr("go")'); then
        kept_go_version "$wanted" && return
        fail "Go $wanted cannot be had: the list of Go's releases at $(go_index_url) could not be read." \
            "The stack has Go $stack. GO_DIST_URL names a mirror of $go_default_dist_url."
    fi
    stable=$(grep -v '[a-z]' <<<"$released") || true
    if [[ $wanted == *[a-z]* ]]; then
        found=$(grep -Fx -m 1 -e "$wanted" <<<"$released") || true
    else
        found=$(newest_matching "$wanted" <<<"$stable") || true
    fi
    [[ -n $found ]] || fail "Go $wanted cannot be had: there is no such release." \
        "The stack has Go $stack; the newest releases are $(newest_of_each_line <<<"$stable")."
    printf '%s\n' "$found"
}

# kept_go_version WANTED: the release of an earlier build, where it does and no list of releases can be read.
kept_go_version() {
    [[ -n ${CACHE_DIR:-} && -d $(cache_entry toolchain) ]] || return 1
    find "$(cache_entry toolchain)" -mindepth 1 -maxdepth 1 -printf '%f\n' | newest_matching "$1"
}

go_index_url() {
    if [[ -n ${GO_DIST_URL:-} ]]; then
        printf '%s/index.json\n' "${GO_DIST_URL%/}"
    else
        printf '%s/?mode=json&include=all\n' "$go_default_dist_url"
    fi
}

go_releases() { read_address "$(go_index_url)"; }

# go_archive VERSION: "URL SHA256" of the release for this machine.
go_archive() {
    local architecture file
    architecture=$(machine_architecture)
    file=$(go_releases | jq -r --arg version "go$1" --arg arch "$architecture" '
        .[] | select(.version == $version) | .files[]
        | select(.os == "linux" and .arch == $arch and .kind == "archive") | "\(.filename) \(.sha256)"') || file=''
    [[ -n $file ]] || fail "Go $1 was not released for linux/$architecture." "Ask for another version of Go."
    printf '%s/%s\n' "${GO_DIST_URL:-$go_default_dist_url}" "$file"
}
