# shellcheck shell=bash
# The Swift toolchain: found, or fetched from swift.org with its signature checked. Needs output.sh and packages.sh.

swift_minimum=6.2
swift_release=${CAIRN_SWIFT_RELEASE:-6.3.1}
swift_directory=/opt/swift
# The key that signs Swift 6 releases: https://www.swift.org/install/linux/#verification
swift_signing_key=52BB7E3DE28A71BE22EC05FFEF80A866B47A981F

# What a build of Cairn needs besides Swift.
build_packages=(g++ libgit2-dev libsqlite3-dev pkg-config git ca-certificates)
# What the toolchain itself is linked with.
toolchain_packages=(libcurl4-openssl-dev libedit2 libncurses-dev libpython3-dev libxml2-dev libz3-dev zlib1g-dev tzdata gnupg curl)

# find_swift: sets swift to the first new enough one. sudo forgets the caller's PATH, so usual places are tried too.
find_swift() {
    local candidate
    for candidate in "$(command -v swift || true)" "$swift_directory/usr/bin/swift" "$swift_directory/bin/swift" \
        "$(invoker_home)/.local/share/swiftly/bin/swift" "$(invoker_home)/.swiftly/bin/swift"; do
        [[ -x $candidate ]] || continue
        swift_is_new_enough "$candidate" || continue
        swift=$candidate
        return
    done
    return 1
}

invoker_home() {
    getent passwd "${SUDO_USER:-root}" | cut -d : -f 6
}

swift_is_new_enough() {
    local version
    version=$("$1" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [[ -n $version ]] && printf '%s\n%s\n' "$swift_minimum" "$version" | sort -C -V
}

# ensure_swift: sets swift; fails with what to do when there is none and none can be fetched.
# Sets swift_fetched to yes if it came from swift.org.
ensure_swift() {
    swift_fetched=no
    install_packages "${build_packages[@]}"
    if ! find_swift; then
        fetch_swift
        find_swift || fail "The toolchain in $swift_directory does not run here." \
            "See what it lacks: $swift_directory/usr/bin/swift --version"
        # shellcheck disable=SC2034 # read by the scripts that source this file
        swift_fetched=yes
    fi
    detail "$("$swift" --version 2>/dev/null | sed -n 1p) in ${swift%/*}"
}

fetch_swift() {
    local url work
    [[ ! -e $swift_directory ]] || fail "$swift_directory holds no Swift $swift_minimum or later." \
        "Move it away, or put a newer Swift on the PATH, and run this again."
    install_packages "${toolchain_packages[@]}"
    url=$(swift_url)
    work=$(mktemp -d /var/tmp/cairn-swift.XXXXXX)
    detail "fetching Swift $swift_release from ${url%/*} (about 1 GB)"
    if ! curl --fail --location --show-error --progress-bar --output "$work/swift.tar.gz" "$url" ||
        ! curl --fail --location --show-error --silent --output "$work/swift.tar.gz.sig" "$url.sig"; then
        rm -rf "$work"
        fail "The Swift toolchain could not be fetched from $url." \
            "With no way to download.swift.org: unpack Swift $swift_minimum or later into $swift_directory by hand," \
            "or build elsewhere and run: $0 --from-binary PATH"
    fi
    verify_swift "$work"
    unpack_swift "$work"
    rm -rf "$work"
}

swift_url() {
    local platform architecture=''
    read_distribution
    # There is no toolchain for every release of Debian; an older one's runs on a newer release.
    # shellcheck disable=SC2154 # read_distribution sets both
    case "$distribution $distribution_version" in
        debian*) platform=debian12 ;;
        'ubuntu 22.04') platform=ubuntu22.04 ;;
        ubuntu*) platform=ubuntu24.04 ;;
    esac
    case "$(dpkg --print-architecture)" in
        amd64) ;;
        arm64) architecture=-aarch64 ;;
        *) fail "swift.org has no toolchain for $(dpkg --print-architecture)." "Use a machine with x86-64 or 64-bit ARM." ;;
    esac
    printf 'https://download.swift.org/swift-%s-release/%s/swift-%s-RELEASE/swift-%s-RELEASE-%s.tar.gz' \
        "$swift_release" "${platform//./}$architecture" "$swift_release" "$swift_release" "$platform$architecture"
}

# verify_swift DIRECTORY: the signature is by the one key named above, whatever other keys the key file holds.
verify_swift() {
    local work=$1 gnupg=$1/gnupg status
    mkdir -m 0700 "$gnupg"
    if ! curl --fail --location --show-error --silent --output "$work/keys.asc" https://www.swift.org/keys/all-keys.asc ||
        ! gpg --homedir "$gnupg" --batch --quiet --import "$work/keys.asc"; then
        rm -rf "$work"
        fail "The keys that sign Swift could not be fetched from https://www.swift.org/keys/all-keys.asc." \
            "Without them the download can't be trusted. Check the network and run this again."
    fi
    status=$(gpg --homedir "$gnupg" --batch --status-fd 1 --verify "$work/swift.tar.gz.sig" "$work/swift.tar.gz" 2>/dev/null || true)
    grep -q "^\[GNUPG:\] VALIDSIG .*\b$swift_signing_key\b" <<<"$status" || {
        rm -rf "$work"
        fail "The toolchain's signature is not by Swift's release key ($swift_signing_key)." \
            "The download was thrown away. Somebody on the way may have changed it: try from another network."
    }
    detail "signature checked: Swift 6.x Release Signing Key"
}

# unpack_swift DIRECTORY: appears at once and whole, so an interrupted run leaves no half toolchain to be found.
unpack_swift() {
    mkdir "$1/unpacked"
    quietly "unpacking into $swift_directory" \
        tar --extract --file "$1/swift.tar.gz" --directory "$1/unpacked" --strip-components 1 --no-same-owner ||
        fail "The toolchain could not be unpacked." "It needs 4 GB in /var/tmp and /opt: df -h /var/tmp /opt"
    mv "$1/unpacked" "$swift_directory"
    chmod 0755 "$swift_directory"
}
