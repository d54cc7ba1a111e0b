# shellcheck shell=bash
# The cairn executable: built from this tree or taken as given, stripped, installed. Needs output.sh, manifest.sh,
# packages.sh and swift.sh.

# build_cairn SOURCE: sets binary to the built executable. The build runs as the owner of the tree, so that a person's
# checkout does not end up with files of root.
build_cairn() {
    local source=$1 owner build
    owner=$(stat -c %U "$source/Package.swift")
    build=(swift build --package-path "$source" -c release --static-swift-stdlib --product cairn)
    # A program that may be loaded anywhere has 140,000 addresses to adjust at each start: 1.7 of 10 ms for a command that
    # reads. Heap, stack and libraries are placed at random all the same.
    build+=(-Xswiftc -Xclang-linker -Xswiftc -no-pie)
    detail "${build[*]} (minutes, the first time)"
    # shellcheck disable=SC2154 # ensure_swift sets it
    build[0]=$swift
    as_owner "$owner" "${build[@]}" </dev/null || fail "The build failed." \
        "Its own message is above. A build needs about 4 GB of memory; 'Killed' means there was less."
    # shellcheck disable=SC2034 # read by the scripts that source this file
    binary=$(as_owner "$owner" "${build[@]}" --show-bin-path)/cairn
}

as_owner() {
    local owner=$1
    shift
    if [[ $owner == root || $owner == UNKNOWN ]]; then
        "$@"
    else
        runuser -u "$owner" -- env HOME="$(getent passwd "$owner" | cut -d : -f 6)" "$@"
    fi
}

# install_cairn BINARY: /usr/bin/cairn, and the name dokku for it if nobody has that name.
install_cairn() {
    local stripped
    [[ -x $1 ]] || fail "$1 is not an executable file." "Give --from-binary the path of a built cairn."
    stripped=$(mktemp)
    cp "$1" "$stripped"
    # Built here it has its symbols; a binary somebody brought may be stripped, and strip may not be installed.
    strip "$stripped" 2>/dev/null || true
    install_libraries "$1"
    install_file 0755 "$stripped" /usr/bin/cairn
    rm -f "$stripped"
    /usr/bin/cairn version >/dev/null || fail "/usr/bin/cairn does not run here." "Try: /usr/bin/cairn version; ldd /usr/bin/cairn"
    if [[ -L /usr/bin/dokku && $(readlink /usr/bin/dokku) == cairn ]]; then
        detail "/usr/bin/dokku is there already"
    elif command -v dokku >/dev/null; then
        detail "$(command -v dokku) is somebody else's and stays: call cairn by its own name"
    else
        ln -s cairn /usr/bin/dokku
        record file /usr/bin/dokku
        detail "/usr/bin/dokku is another name for it"
    fi
}

# install_libraries BINARY: a binary built elsewhere needs its libgit2, whose package carries the version in its name. It is
# not in what ldd shows, since it is loaded when it is first used.
install_libraries() {
    local library package
    missing_libraries "$1" | while read -r library; do
        package=${library/.so./-}
        if package_is_known "$package"; then
            install_packages "$package"
        else
            fail "cairn needs $library, which this release does not have." "Build it here instead: leave --from-binary out."
        fi
    done
}

missing_libraries() {
    local library
    { ldd "$1" 2>/dev/null || true; } | sed -n 's/^[[:space:]]*\(lib[^ ]*\) => not found/\1/p'
    { "$1" internal:libraries 2>/dev/null || true; } | while read -r library; do
        /sbin/ldconfig -p | grep -qF "$library" || printf '%s\n' "$library"
    done
}

# install_documents: the manual page and the completions, which the executable writes itself.
install_documents() {
    local generate=(/usr/bin/cairn --generate-completion-script)
    install_output 0644 /usr/share/man/man1/cairn.1.gz manual_page
    install_output 0644 /usr/share/bash-completion/completions/cairn "${generate[@]}" bash
    install_output 0644 /usr/share/zsh/vendor-completions/_cairn "${generate[@]}" zsh
    install_output 0644 /usr/share/fish/vendor_completions.d/cairn.fish "${generate[@]}" fish
}

# Without a time stamp, so that the same page is the same file.
manual_page() { /usr/bin/cairn internal:manual | gzip -9 -n; }
