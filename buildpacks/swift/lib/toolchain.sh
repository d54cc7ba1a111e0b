# shellcheck shell=bash
# Makes Swift available: a toolchain the build image has, or a release of swift.org that is kept in the cache.
# shellcheck disable=SC2154 # lib/version.sh sets swift_default_dist_url, bin/compile sets pack_dir

swift_keys_url=https://www.swift.org/keys/all-keys.asc

# What a build never calls: debugger, editor support, documentation, and Swift for other targets than this system.
toolchain_ballast=(
    'usr/bin/lldb*' 'usr/bin/clangd' 'usr/bin/clang-tidy' 'usr/bin/clang-format' 'usr/bin/docc' 'usr/bin/repl_swift'
    'usr/bin/sourcekit-lsp' 'usr/bin/swift-format' 'usr/bin/swift-help' 'usr/bin/wasm*' 'usr/lib/liblldb*'
    'usr/lib/libsourcekitdInProc.so' 'usr/lib/sourcekitd*' 'usr/lib/libIndexStore*' 'usr/lib/lib*[sS]ourceKit*'
    'usr/lib/python3*' 'usr/lib/swift/embedded' 'usr/lib/swift/migrator' 'usr/local' 'usr/share/doc' 'usr/share/docc'
    'usr/share/man' 'usr/lib/swift_static/wasi*'
)

# use_swift: sets swift_installed; swift is first in PATH afterwards.
use_swift() {
    local present kept resolved directory
    present=$(present_swift) kept=''
    # A toolchain of an earlier build does as well, until the app asks for another: a newer one costs a gigabyte.
    [[ -n $present ]] || kept=$(kept_swift)
    resolved=$(swift_version . "${present:-$kept}")
    swift_installed=${resolved#* }
    if [[ ${resolved% *} == present && -n $present ]]; then
        step "Using Swift $swift_installed of the build image"
        return
    fi
    step "Using Swift $swift_installed"
    directory=$(cache_entry toolchain)/$swift_installed
    if [[ -x $directory/usr/bin/swift ]]; then
        detail "Using the toolchain kept from an earlier build ($(size_of "$directory"))"
    else
        install_swift "$directory" "$swift_installed"
    fi
    export PATH=$directory/usr/bin:$PATH
    write_export "$pack_dir" <<<"export PATH=$directory/usr/bin:\$PATH"
    swift --version >/dev/null 2>&1 || fail "This Swift does not run on the stack: $(swift --version 2>&1 | head -n 1)"
}

# present_swift: the version of a toolchain in the build image; nothing if there is none.
present_swift() {
    command -v swift >/dev/null || return 0
    swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9.]+).*/\1/p' | head -n 1
}

# kept_swift: the version of the toolchain in the cache; nothing if there is none.
kept_swift() {
    local directory
    directory=$(cache_entry toolchain)
    [[ -d $directory ]] || return 0
    find "$directory" -mindepth 1 -maxdepth 1 -name '[0-9]*' -printf '%f\n' | sort -V | tail -n 1
}

# install_swift DIRECTORY VERSION
install_swift() {
    local directory=$1 url work started name
    started=$(milliseconds)
    url=$(swift_archive_url "$2")
    mkdir -p "$(dirname "$directory")"
    work=$(mktemp -d "$(dirname "$directory")/.part.XXXXXX")
    # A failure ends the build inside the subshell, and the half-made directory goes with it.
    if ! (download_swift "$url" "$2" "$work"); then
        rm -rf -- "$work"
        exit 1
    fi
    for name in "${toolchain_ballast[@]}"; do
        # shellcheck disable=SC2086 # they are patterns
        (cd "$work/files" && rm -rf -- $name)
    done
    find "$(dirname "$directory")" -mindepth 1 -maxdepth 1 ! -path "$work" -exec rm -rf -- {} +
    mv -- "$work/files" "$directory"
    rm -rf -- "$work"
    detail "Installed Swift $2 in $(seconds_since "$started"); it is kept for the next build ($(size_of "$directory"))"
}

# download_swift URL VERSION WORK: leaves the toolchain in WORK/files, checked by a checksum or by swift.org's signature.
download_swift() {
    local url=$1 work=$3 checksum=${SWIFT_SHA256:-}
    detail "Downloading $url"
    if [[ -z $checksum && -n ${SWIFT_DIST_URL:-} ]]; then
        checksum=$(read_address "$url.sha256" | cut -d ' ' -f 1) || checksum=''
    fi
    if [[ -n $checksum ]]; then
        fetch_verified "$url" "$work/archive" sha256 "$checksum"
    else
        CURL_TIMEOUT=1800 fetch "$url" "$work/archive" || fail \
            "Swift $2 cannot be had: $url could not be downloaded (${fetch_error:-})." \
            "$(available_swift)" "SWIFT_DIST_URL names a mirror, for networks that don't reach $swift_default_dist_url."
        check_signature "$url" "$work/archive"
    fi
    mkdir "$work/files"
    tar -xzf "$work/archive" -C "$work/files" --strip-components=1 --no-same-owner || fail "$url is not a .tar.gz archive."
    rm -f -- "$work/archive"
}

available_swift() {
    local released
    if released=$(read_address "$(swift_index_url)" | jq -r '.[].name' 2>/dev/null); then
        printf 'The newest releases are %s.\n' "$(newest_of_each_line <<<"$released")"
    else
        printf 'A build image with Swift is used as well, if its version is the one asked for.\n'
    fi
}

# check_signature URL FILE: releases are signed with the keys that swift.org publishes.
check_signature() {
    local keys
    keys=$(mktemp -d)
    fetch "$1.sig" "$2.sig" || fail "$1 has neither a .sha256 (at a mirror) nor a signature (.sig) to check it by." \
        "It was not used. SWIFT_SHA256 can name its checksum."
    read_address "${SWIFT_KEYS_URL:-$swift_keys_url}" >"$keys/all" || fail \
        "swift.org's keys could not be read from ${SWIFT_KEYS_URL:-$swift_keys_url}, so $1 could not be checked." \
        "It was not used. SWIFT_KEYS_URL names another place; SWIFT_SHA256 a checksum instead."
    gpg --homedir "$keys" --batch --quiet --import "$keys/all" 2>/dev/null || true
    gpg --homedir "$keys" --batch --quiet --verify "$2.sig" "$2" 2>/dev/null || fail \
        "The signature of $1 is not one of swift.org's." "It was not used. A proxy or mirror may have changed the file."
    rm -rf -- "$keys" "$2.sig"
}
