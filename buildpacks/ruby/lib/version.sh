# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # sets and reads variables of bin/compile and of lib/download.sh
# Which Ruby: what the app asks for, from the stack where that matches, otherwise built from the source release of the
# Ruby project, verified by the digest of its index.

ruby_dist_url() { printf '%s\n' "${RUBY_DIST_URL:-https://cache.ruby-lang.org/pub/ruby}"; }

stack_ruby() { /usr/bin/ruby -e 'print RUBY_VERSION'; }

# gemfile_ruby: what the `ruby` line of the Gemfile names: a range, or the file that has the version.
gemfile_ruby() {
    local line file
    line=$(sed -nE "s/^[[:space:]]*ruby[[:space:](]+([^#]*).*/\1/p" Gemfile | head -n 1)
    [[ -n $line ]] || return 0
    if file=$(grep -oE "file:[[:space:]]*['\"][^'\"]+" <<<"$line"); then
        first_line "${file#*[\'\"]}" | sed -E 's/^ruby[- ]//'
        return
    fi
    # Every quoted text before the first option (engine:, patchlevel:) is a part of the range.
    sed -E 's/[a-z_]+:.*//; s/:[a-z_]+ *=>.*//' <<<"$line" | grep -oE "['\"][^'\"]+['\"]" | tr -d "'\"" | paste -sd ' ' || true
}

# ruby_request: sets $asked to a range of versions and $asked_by to where it was found.
ruby_request() {
    asked=$(gemfile_ruby) asked_by=Gemfile
    if [[ -z $asked ]]; then
        asked=$(sed -nE '/^RUBY VERSION/{n; s/^ *ruby ([0-9.]+).*/\1/p}' Gemfile.lock) asked_by=Gemfile.lock
    fi
    if [[ -z $asked && -f .ruby-version ]]; then
        asked=$(first_line .ruby-version) asked_by=.ruby-version
        asked=${asked#ruby-}
    fi
    if [[ -z $asked && -f .tool-versions ]]; then
        asked=$(awk '$1 == "ruby" { print $2; exit }' .tool-versions) asked_by=.tool-versions
    fi
    [[ -n $asked ]] || asked='*' asked_by=''
    if [[ $asked == *jruby* || $asked == *truffle* ]]; then fail "$asked_by asks for $asked; this buildpack has CRuby only."; fi
}

# resolve_ruby RANGE FROM: the release to build, and its digest: "3.3.8 <sha256>". The index has, parted by tabs:
# name, address, SHA-1, SHA-256, SHA-512.
resolve_ruby() {
    local index releases version line
    index=$(mktemp)
    line=$(stack_ruby | cut -d . -f 1,2)
    fetch "$(ruby_dist_url)/index.txt" "$index" ||
        fail "Ruby $1 is asked for by $2, but the stack has $(stack_ruby), and $(ruby_dist_url) can't be reached." \
            "${fetch_error:-}" \
            "Ask for \"~> $line.0\", or set HTTPS_PROXY, or RUBY_DIST_URL to a mirror of cache.ruby-lang.org/pub/ruby."
    releases=$(awk -F '\t' '$2 ~ /\.tar\.gz$/ { sub(/^ruby-/, "", $1); print $1 "\t" $4 }' "$index")
    rm -f -- "$index"
    version=$(cut -f 1 <<<"$releases" | newest_matching "$1") ||
        fail "Ruby $1 can't be had (asked for by $2)." \
            "The stack has Ruby $(stack_ruby); ruby-lang.org has $(cut -f 1 <<<"$releases" | grep -E '^[0-9.]+$' | newest_of_each_line)." \
            "Change $2 to one of them, or to a range such as \"~> $line.0\"."
    awk -F '\t' -v version="$version" '$1 == version { print $1, $2; exit }' <<<"$releases"
}

# build_ruby VERSION DIGEST: compiles it into $runtime_dir.
build_ruby() {
    local archive url
    url=$(ruby_dist_url)/$(cut -d . -f 1,2 <<<"$1")/ruby-$1.tar.gz
    archive=$(mktemp --suffix=.tar.gz)
    detail "Downloading $url"
    fetch_verified "$url" "$archive" sha256 "$2"
    compile_source "$archive" "$runtime_dir" "Ruby $1" --disable-install-doc --disable-install-static-library --enable-shared
    rm -f -- "$archive"
    rm -rf -- "$runtime_dir/share"
    find "$runtime_dir" -type f \( -name '*.so*' -o -path '*/bin/ruby' \) -exec strip --strip-unneeded {} + 2>/dev/null || true
}

# install_ruby: sets $ruby_version.
install_ruby() {
    local status=0 cached resolved
    ruby_request
    ruby_version=$(stack_ruby)
    version_matches "$ruby_version" "$asked" || status=$?
    ((status < 2)) || fail "$asked_by asks for Ruby \"$asked\", which is not a version or range of versions." \
        "Write a version such as \"$ruby_version\", or a range such as \"~> $(cut -d . -f 1,2 <<<"$ruby_version").0\"."
    if ((status == 0)); then
        step "Using Ruby $ruby_version of the stack${asked_by:+ (asked for by $asked_by: $asked)}"
        return
    fi
    cached=$(cat "$(cache_entry runtime)/key" 2>/dev/null || true)
    if [[ $cached == *" $STACK" ]] && version_matches "${cached% *}" "$asked"; then
        ruby_version=${cached% *}
        step "Using Ruby $ruby_version (asked for by $asked_by: $asked)"
        use_cached runtime "$runtime_dir" "Ruby $ruby_version" "compiled by an earlier build"
        return
    fi
    step "Installing Ruby $asked (asked for by $asked_by)"
    resolved=$(resolve_ruby "$asked" "$asked_by")
    ruby_version=${resolved% *}
    build_ruby "$ruby_version" "${resolved#* }"
    keep_cached runtime "$ruby_version $STACK" "Ruby $ruby_version" "$runtime_dir"
}
