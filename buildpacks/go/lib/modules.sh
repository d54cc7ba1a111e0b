# shellcheck shell=bash
# The dependencies of a module: vendored in the app, or downloaded once and kept.

# A module cache larger than this (in MB) is emptied before the next download: Go never removes old versions itself.
module_cache_limit=2048

require_modules() {
    local file
    [[ ! -f go.mod ]] || return 0
    for file in Gopkg.toml Godeps/Godeps.json vendor/vendor.json glide.yaml; do
        [[ ! -f $file ]] || fail "The app lists its dependencies in $file, which Go no longer supports." \
            "Make it a module: \"go mod init NAME && go mod tidy\", then commit go.mod and go.sum."
    done
    fail "The app has no go.mod." "Make it a module: \"go mod init NAME && go mod tidy\", then commit go.mod and go.sum."
}

prepare_modules() {
    GOCACHE=$(cache_directory build)
    GOMODCACHE=$(cache_entry modules)/files
    export GOCACHE GOMODCACHE GOPATH=${GOMODCACHE%/files}/path
    if [[ -f vendor/modules.txt ]]; then
        step "Using the dependencies in vendor/"
        [[ ${GOFLAGS:-} == *-mod=* ]] || export GOFLAGS="${GOFLAGS:-} -mod=vendor"
    elif grep -qE '^[[:space:]]*require\b' go.mod; then
        download_modules
    else
        step "The module has no dependencies"
    fi
}

download_modules() {
    local key started kilobytes
    key=$(fingerprint go.mod go.sum go.work "$(go env GOVERSION)")
    if cache_holds modules "$key"; then
        step "Using cached modules (go.mod and go.sum are unchanged; $(size_of "$GOMODCACHE"))"
        return
    fi
    step "Downloading modules"
    started=$(milliseconds)
    kilobytes=$(du -sk "$GOMODCACHE" 2>/dev/null | cut -f 1) || kilobytes=0
    if ((${kilobytes:-0} > module_cache_limit * 1024)); then
        detail "The module cache has grown to $(size_of "$GOMODCACHE"): starting a new one"
        go clean -modcache
    fi
    run_shown go mod download || fail "The modules could not be downloaded." \
        "The lines above are Go's. Modules of private repositories need GOPRIVATE and credentials (GOPROXY, .netrc)," \
        "or \"go mod vendor\" and a commit of vendor/."
    cache_finished modules "$key"
    detail "Modules are kept for the next build ($(size_of "$GOMODCACHE") in $(seconds_since "$started"))"
}
