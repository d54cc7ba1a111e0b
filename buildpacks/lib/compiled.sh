# shellcheck shell=bash
# What the buildpacks of the compiled languages and of PHP share beside lib/all.sh: programs of the build machine,
# dependencies that stay in the cache, libraries that go with a program, what bin/release prints.

# machine_architecture: the machine as Debian and Go name it (amd64, arm64).
machine_architecture() {
    case $(uname -m) in
        x86_64) printf 'amd64\n' ;;
        aarch64) printf 'arm64\n' ;;
        *) uname -m ;;
    esac
}

# version_at_least VERSION MINIMUM
version_at_least() { [[ $(version_compare "$1" "$2") != -1 ]]; }

# read_address URL: prints what the address answers; for short lists (releases, checksums).
read_address() {
    local file status=0
    file=$(mktemp)
    CURL_TIMEOUT=60 fetch "$1" "$file" && cat -- "$file" || status=1
    rm -f -- "$file"
    return "$status"
}

# install_toolchain DIRECTORY URL ALGORITHM HEX LABEL: an archive whose single top directory becomes DIRECTORY. What
# else stood beside DIRECTORY goes: an older version is not kept.
install_toolchain() {
    local directory=$1 url=$2 label=$5 parent work started
    started=$(milliseconds)
    parent=$(dirname "$directory")
    mkdir -p -- "$parent"
    work=$(mktemp -d "$parent.XXXXXX")
    detail "Downloading $url"
    # A failure ends the build inside the subshell, and the half-made directory goes with it.
    if ! (unpack_verified "$work" "$url" "$3" "$4"); then
        rm -rf -- "$work"
        exit 1
    fi
    rm -rf -- "$parent"
    mkdir -p -- "$parent"
    mv -- "$work/files" "$directory"
    rm -rf -- "$work"
    detail "Installed $label in $(seconds_since "$started"); it is kept for the next build ($(size_of "$directory"))"
}

unpack_verified() {
    local work=$1 url=$2
    fetch_verified "$url" "$work/archive" "$3" "$4"
    mkdir "$work/files"
    tar -xf "$work/archive" -C "$work/files" --strip-components=1 --no-same-owner || fail \
        "$url is not an archive that tar can unpack."
}

# cache_finished NAME KEY: a directory that a tool fills by itself now holds all that KEY stands for.
cache_finished() {
    mkdir -p -- "$(cache_entry "$1")"
    printf '%s\n' "$2" >"$(cache_entry "$1")/key"
}

# release_file BUILD_DIR PACK: where bin/compile leaves what bin/release will print.
release_file() { printf '%s/.cairn/%s/release.yml\n' "$1" "$2"; }

# write_release BUILD_DIR PACK [TYPE COMMAND]...: the default process types, for bin/release.
write_release() {
    local file
    file=$(release_file "$1" "$2")
    shift 2
    mkdir -p -- "$(dirname "$file")"
    if (($# == 0)); then
        printf -- '---\n{}\n' >"$file"
        return
    fi
    printf -- '---\ndefault_process_types:\n' >"$file"
    while (($# > 0)); do
        printf '  %s: %s\n' "$1" "$2" >>"$file"
        shift 2
    done
}

# print_release BUILD_DIR PACK: bin/release.
print_release() {
    local file
    file=$(release_file "$1" "$2")
    if [[ -f $file ]]; then cat -- "$file"; else printf -- '---\n{}\n'; fi
}

# What the run image of the stack has beside Debian's minimum; libraries that these bring are not copied, so that they
# stay the system's, with its security updates.
run_image_packages=(
    curl libbz2-1.0 libcurl4 libffi8 libgmp10 liblzma5 libmariadb3 libncursesw6 libpq5 libreadline8 libsqlite3-0 libssl3
    libstdc++6 libxml2 libxslt1.1 libyaml-0-2 openssl procps zlib1g
)

# packages_needed_by PACKAGE...: they and all they depend on, one a line.
packages_needed_by() {
    local -A seen=()
    local -a queue=("$@")
    local package needed
    while ((${#queue[@]} > 0)); do
        package=${queue[0]}
        queue=("${queue[@]:1}")
        [[ -z ${seen[$package]:-} ]] || continue
        seen[$package]=1
        printf '%s\n' "$package"
        # Of alternatives the first is the one that is installed.
        needed=$(dpkg-query --show --showformat='${Pre-Depends}, ${Depends}' "$package" 2>/dev/null) || continue
        mapfile -t -O "${#queue[@]}" queue < <(tr ',' '\n' <<<"$needed" |
            sed -nE 's/^[[:space:]]*([a-z0-9][a-z0-9+.-]*).*/\1/p')
    done
}

# copy_libraries DIRECTORY FILE...: the shared libraries which the files are linked with go to DIRECTORY, but for those
# that the run image has.
copy_libraries() {
    local directory=$1 library owner present=''
    shift
    mkdir -p -- "$directory"
    # Another stack has what it has: there only the C and C++ runtime is taken for granted.
    if [[ ${STACK:-} == cairn-* ]]; then present=$(packages_needed_by "${run_image_packages[@]}"); fi
    while read -r library; do
        case ${library##*/} in
            ld-linux* | libc.so* | libm.so* | libdl.so* | libpthread.so* | librt.so* | libresolv.so*) continue ;;
            libgcc_s.so* | libstdc++.so*) continue ;;
        esac
        owner=$(dpkg-query --search "*/${library##*/}" 2>/dev/null | head -n 1 | cut -d : -f 1) || owner=''
        [[ -n $owner ]] && grep -Fqx -e "$owner" <<<"$present" && continue
        cp -L -- "$library" "$directory/"
    done < <(ldd "$@" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | sort -u)
}

# update_package_lists: has apt know what Debian offers today.
update_package_lists() {
    local log
    log=$(mktemp)
    run_logged "$log" apt-get update -q || {
        show_end "$log" 5
        fail "Debian's lists of packages could not be read." "The lines above are apt's: its mirror can't be reached."
    }
    rm -f -- "$log"
}

# install_packages PACKAGE...: Debian packages for this build only; the run image does not get them. The lists of
# packages are to be up to date.
install_packages() {
    local log
    log=$(mktemp)
    DEBIAN_FRONTEND=noninteractive run_logged "$log" apt-get install -yq --no-install-recommends "$@" || {
        show_end "$log" 5
        fail "The Debian packages $* could not be installed for the build." "The lines above are apt's."
    }
    rm -f -- "$log"
}
