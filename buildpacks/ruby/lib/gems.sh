# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # sets and reads variables of bin/compile
# The gems: by Bundler, exactly as Gemfile.lock has them.

require_lock_file() {
    [[ -f Gemfile.lock ]] || fail "There is no Gemfile.lock, so nobody knows which gems this app was tested with." \
        "Run \"bundle lock\" and commit Gemfile.lock."
    if grep -qE '^(<<<<<<<|=======|>>>>>>>)' Gemfile.lock; then
        fail "Gemfile.lock has the marks of an unfinished merge." "Run \"bundle lock\" and commit Gemfile.lock."
    fi
}

locked_gem() { grep -qE "^    $1 \(" Gemfile.lock; }

# configure_bundler: everything by the environment; .bundle/config of the app still counts where it says nothing.
configure_bundler() {
    # The Bundler that is here reads the lock files of all others; fetching the one that wrote it would be one more
    # thing to fail.
    bundler_version=$(cd / && bundle --version 2>/dev/null | sed -nE 's/.* ([0-9]+\.[0-9.]+).*/\1/p' | head -n 1)
    [[ -n $bundler_version ]] || fail "Ruby $ruby_version has no Bundler." "Ask for Ruby 2.6 or later."
    BUNDLE_USER_HOME=$(cache_directory bundler-home)
    export BUNDLE_USER_HOME BUNDLER_VERSION=$bundler_version
    export BUNDLE_PATH=$BUILD_DIR/vendor/bundle BUNDLE_DEPLOYMENT=1 BUNDLE_JOBS=4 BUNDLE_RETRY=2
    export BUNDLE_GEMFILE=$BUILD_DIR/Gemfile BUNDLE_WITHOUT=${BUNDLE_WITHOUT:-development:test}
    # What a developer's machine was told stays there.
    export BUNDLE_FROZEN=true BUNDLE_CACHE_ALL_PLATFORMS=false BUNDLE_BIN=$BUILD_DIR/vendor/bundle/bin
    export BUNDLE_SILENCE_ROOT_WARNING=1
}

gems_key() {
    local -a parts=(1 "$STACK" "$ruby_version" "$bundler_version" "$BUNDLE_WITHOUT" Gemfile Gemfile.lock)
    local file
    # Gems that are part of the app, and files the Gemfile reads.
    while read -r file; do parts+=("$file" "$file:"); done < <(find . -name '*.gemspec' -not -path './vendor/bundle/*' | sort)
    if [[ -d vendor/cache ]]; then parts+=("$(find vendor/cache -type f | sort | paste -sd ' ')"); fi
    fingerprint "${parts[@]}"
}

install_gems() {
    local key started status=0
    local -a arguments=(install)
    [[ ! -e vendor/bundle ]] || warn "vendor/bundle is part of the app; it is not used." "Put it into .gitignore, or vendor gems with \"bundle package\" instead."
    rm -rf -- vendor/bundle
    key=$(gems_key)
    if cache_holds gems "$key"; then
        step "Gems (Gemfile.lock)"
        use_cached gems "$BUILD_DIR/vendor/bundle" gems "Gemfile.lock has not changed"
        return
    fi
    step "Installing gems with Bundler $bundler_version (Gemfile.lock)"
    if [[ $(cat "$(cache_entry gems)/made-for" 2>/dev/null || true) == "$ruby_version $STACK" ]]; then
        use_cached gems "$BUILD_DIR/vendor/bundle" "gems of the last build" "Bundler adds what is new"
    fi
    if compgen -G 'vendor/cache/*.gem' >/dev/null; then
        detail "Taking gems from vendor/cache"
        arguments+=(--local)
    fi
    started=$(milliseconds)
    tool_log=$(mktemp)
    shown_and_kept bundle "${arguments[@]}" || status=$?
    ((status == 0)) || explain_failure
    rm -f -- "$tool_log"
    bundle clean --force 2>&1 </dev/null | indent || true
    rm -rf -- vendor/bundle/ruby/*/cache
    mkdir -p vendor/bundle
    detail "Installed in $(seconds_since "$started")"
    keep_cached gems "$key" gems "$BUILD_DIR/vendor/bundle"
    printf '%s %s\n' "$ruby_version" "$STACK" >"$(cache_entry gems)/made-for"
}

shown_and_kept() { "$@" </dev/null 2>&1 | tee "${tool_log:?}" | sed -uE '/^(Using |Fetching gem metadata)/d' | indent; }

# explain_failure: what Bundler's output most likely means, as one error. Reads $tool_log.
explain_failure() {
    local found
    if grep -qE 'Could not reach host|Network error|getaddrinfo|Could not fetch specs|Retrying fetcher|HTTPError' "$tool_log"; then
        fail "The gem server can't be reached." "Check HTTPS_PROXY among the app's config vars and the source lines of the Gemfile."
    elif grep -qE 'certificate verify failed|SSL_connect' "$tool_log"; then
        fail "The gem server shows a certificate this build does not trust." "Behind a TLS-inspecting proxy: buildpacks:set-property --global ca-certificates /etc/ssl/certs/ca-certificates.crt"
    elif grep -qE 'deployment mode after changing|frozen|lockfile .*(is out of date|does not satisfy|can.t be updated)' "$tool_log"; then
        fail "Gemfile.lock does not belong to the Gemfile as it is now." "Run \"bundle lock\" and commit Gemfile.lock."
    elif grep -qE 'Your bundle only supports platforms|Add the current platform' "$tool_log"; then
        fail "Gemfile.lock is not locked for this platform." "Run \"bundle lock --add-platform $(uname -m)-linux\" and commit Gemfile.lock."
    elif found=$(grep -m 1 -oE 'Your Ruby version is [^,]+, but your Gemfile specified .*' "$tool_log"); then
        fail "$found." "Correct the ruby line of the Gemfile."
    elif found=$(grep -m 1 -oE "Could not find (gem )?'?[^ ']+( \([^)]*\))?'?( in [^.]*)?" "$tool_log"); then
        fail "$found." "If gems are vendored, run \"bundle package --all-platforms\" and commit vendor/cache; if not, correct the Gemfile."
    elif found=$(grep -m 1 -oE 'There was an error parsing .Gemfile.*|syntax error.*' "$tool_log"); then
        fail "The Gemfile can't be read: $found" "Correct it."
    elif found=$(grep -m 1 -oE 'An error occurred while installing [^,]+' "$tool_log"); then
        fail "$found." "Its output above says why; a gem with C code may need a library the stack does not have."
    fi
    fail "Bundler could not install the gems." "Its output above says why."
}
