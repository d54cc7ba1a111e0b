# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # sets and reads variables of bin/compile and of lib/download.sh
# Which Node.js: what the app asks for, from the stack where that matches, otherwise the project's own release, verified
# by the checksums published with it.

node_dist_url() { printf '%s\n' "${NODE_DIST_URL:-https://nodejs.org/dist}"; }

stack_node() { /usr/bin/node --version | tr -d v; }

# node_request: sets $asked to a range of versions and $asked_by to where it was found.
node_request() {
    asked=$(package_value engines.node) asked_by=package.json
    if [[ -z $asked && -f .node-version ]]; then asked=$(first_line .node-version) asked_by=.node-version; fi
    if [[ -z $asked && -f .nvmrc ]]; then asked=$(first_line .nvmrc) asked_by=.nvmrc; fi
    if [[ -z $asked ]]; then asked=$(package_value volta.node) asked_by=package.json; fi
    # The names nvm has for releases; lines with long-term support have code names.
    case ${asked,,} in
        lts/hydrogen) asked=18.x ;;
        lts/iron) asked=20.x ;;
        lts/jod) asked=22.x ;;
        lts/krypton) asked=24.x ;;
        'lts/*' | lts | node | latest | current | stable) asked='*' ;;
    esac
    [[ -n $asked ]] || asked='*' asked_by=''
}

node_platform() {
    case $(uname -m) in
        x86_64) echo linux-x64 ;;
        aarch64 | arm64) echo linux-arm64 ;;
        *) fail "Node.js publishes no release for $(uname -m)." "The stack's is $(stack_node)." ;;
    esac
}

# resolve_node RANGE FROM: the newest release that matches.
resolve_node() {
    local index published version hint
    hint="Ask for \"$(stack_node | cut -d . -f 1).x\" in $2, or set HTTPS_PROXY, or NODE_DIST_URL to a mirror of nodejs.org/dist."
    index=$(mktemp)
    fetch "$(node_dist_url)/index.json" "$index" ||
        fail "Node.js $1 is asked for by $2, but the stack has $(stack_node), and $(node_dist_url) can't be reached." \
            "${fetch_error:-}" "$hint"
    published=$(jq -r --arg platform "$(node_platform)" \
        '.[] | select(.files == null or (.files | index($platform))) | .version | ltrimstr("v")' "$index" 2>/dev/null) ||
        fail "$(node_dist_url)/index.json is not a list of releases." "$hint"
    rm -f -- "$index"
    version=$(newest_matching "$1" <<<"$published") ||
        fail "Node.js $1 can't be had (asked for by $2)." \
            "The stack has Node.js $(stack_node); nodejs.org has $(newest_of_each_major <<<"$published")." \
            "Change engines.node to one of them, or to a range such as \"$(stack_node | cut -d . -f 1).x\"."
    printf '%s\n' "$version"
}

# newest_of_each_major <VERSIONS: Node.js counts its lines by the first number alone.
newest_of_each_major() { sort -rV | awk -F. '!seen[$1]++' | head -n 8 | paste -sd ' ' | sed 's/ /, /g'; }

# download_node VERSION: into .cairn/nodejs/runtime.
download_node() {
    local name archive sums digest base
    name=node-v$1-$(node_platform).tar.xz
    base=$(node_dist_url)/v$1
    sums=$(mktemp)
    fetch "$base/SHASUMS256.txt" "$sums" || fail "The checksums of Node.js $1 can't be had: ${fetch_error:-}" \
        "Without them nothing is installed. Check that $base is right, or ask for another version."
    digest=$(awk -v name="$name" '$2 == name { print $1 }' "$sums")
    rm -f -- "$sums"
    [[ -n $digest ]] || fail "Node.js $1 has no release for $(node_platform)." "Ask for another version; the stack has $(stack_node)."
    archive=$(mktemp --suffix=.tar.xz)
    detail "Downloading $base/$name"
    fetch_verified "$base/$name" "$archive" sha256 "$digest"
    mkdir -p "$home/runtime"
    tar -xJf "$archive" -C "$home/runtime" --strip-components=1 --no-same-owner
    rm -f -- "$archive" "$home/runtime"/*.md
    rm -rf -- "$home/runtime/share"
}

# install_node: sets $node_version.
install_node() {
    local status=0 cached
    node_request
    node_version=$(stack_node)
    version_matches "$node_version" "$asked" || status=$?
    ((status < 2)) || fail "$asked_by asks for Node.js \"$asked\", which is not a version or range of versions." \
        "Write a version such as \"$node_version\", or a range such as \"$(stack_node | cut -d . -f 1).x\" or \">=18\"."
    if ((status == 0)); then
        step "Using Node.js $node_version of the stack${asked_by:+ (asked for by $asked_by: $asked)}"
        return
    fi
    cached=$(cat "$(cache_entry runtime)/key" 2>/dev/null || true)
    if [[ $cached == *" $STACK" ]] && version_matches "${cached% *}" "$asked"; then
        node_version=${cached% *}
        step "Using Node.js $node_version (asked for by $asked_by: $asked)"
        use_cached runtime "$home/runtime" "Node.js $node_version" "downloaded by an earlier build"
    else
        step "Installing Node.js $asked (asked for by $asked_by)"
        node_version=$(resolve_node "$asked" "$asked_by")
        download_node "$node_version"
        keep_cached runtime "$node_version $STACK" "Node.js $node_version" "$home/runtime"
    fi
    # Add-ons are compiled against the headers that came with it.
    export npm_config_nodedir="$home/runtime"
}
