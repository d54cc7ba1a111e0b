# shellcheck shell=bash
# Makes the app's Go available: the stack's, or a release kept in the cache.

use_go() {
    local stack resolved origin version root
    stack=$(stack_go_version)
    resolved=$(go_version "$BUILD_DIR" "$stack")
    origin=${resolved% *} version=${resolved#* }
    if [[ $origin == stack ]]; then
        step "Using Go $version of the stack"
        root=$(/usr/bin/go env GOROOT)
    else
        step "Using Go $version"
        install_go "$version"
        root=$(cache_entry toolchain)/$version
    fi
    export GOROOT=$root PATH=$root/bin:$PATH
    # The version was chosen above; Go is not to fetch another one by itself.
    export GOTOOLCHAIN=local
    # shellcheck disable=SC2154 # bin/compile sets it
    write_export "$pack_dir" <<EOF
export GOROOT=$root
export PATH=$root/bin:\$PATH
EOF
}

stack_go_version() {
    local text
    text=$(/usr/bin/go version 2>/dev/null) || fail "The build image has no Go." \
        "Its Debian package golang-go is listed in this buildpack's buildpack.toml."
    [[ $text =~ go([0-9.]+) ]]
    printf '%s\n' "${BASH_REMATCH[1]}"
}

install_go() {
    local directory archive
    directory=$(cache_entry toolchain)/$1
    if [[ -x $directory/bin/go ]]; then
        detail "Using Go $1 kept from an earlier build ($(size_of "$directory"))"
        return
    fi
    archive=$(go_archive "$1")
    install_toolchain "$directory" "${archive% *}" sha256 "${archive#* }" "Go $1"
}
