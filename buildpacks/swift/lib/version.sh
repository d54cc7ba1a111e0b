# shellcheck shell=bash
# Which Swift a package is built with: what SWIFT_VERSION or .swift-version names, else the newest release, which has to
# know the package's tools version. Releases are swift.org's: https://www.swift.org/api/v1/install/releases.json

swift_default_dist_url=https://download.swift.org
swift_default_index_url=https://www.swift.org/api/v1/install/releases.json

# tools_version DIRECTORY: the release the manifest is written for (// swift-tools-version: 6.0).
tools_version() {
    sed -nE '1,3s|^//[[:space:]]*swift-tools-version:[[:space:]]*([0-9.]+).*|\1|Ip' "$1/Package.swift" | head -n 1
}

# swift_wish DIRECTORY: "VERSION SOURCE" where the app names the Swift it wants, or nothing.
swift_wish() {
    local named
    if [[ -n ${SWIFT_VERSION:-} ]]; then
        printf '%s SWIFT_VERSION\n' "$SWIFT_VERSION"
        return
    fi
    named=$(first_line "$1/.swift-version")
    [[ -z $named ]] || printf '%s .swift-version\n' "${named#swift-}"
}

# swift_version DIRECTORY PRESENT: prints "present VERSION" or "download VERSION". PRESENT is the version of a toolchain
# that the build image has, which may be none ("").
swift_version() {
    local present=$2 wish wanted source minimum
    minimum=$(tools_version "$1")
    wish=$(swift_wish "$1")
    wanted=${wish% *} source=${wish##* }
    wanted=${wanted%-RELEASE}
    if [[ -n $wanted ]]; then
        [[ $wanted =~ ^[0-9]+(\.[0-9]+){0,2}$ ]] || fail \
            "$source asks for Swift \"$wanted\", which is no release of Swift." \
            "Write a release (6.1.2), or a line of releases (6.1), whose newest is taken."
        [[ -z $minimum ]] || version_at_least "$wanted" "$minimum" || [[ $minimum == "$wanted".* ]] || fail \
            "$source asks for Swift $wanted, but Package.swift needs $minimum or newer (its swift-tools-version)." \
            "Ask for Swift $minimum, or lower the tools version."
    fi
    if [[ -n $present ]] && swift_suffices "$present" "$wanted" "$minimum"; then
        printf 'present %s\n' "$present"
        return
    fi
    wanted=$(swift_release "$wanted" "$minimum")
    printf 'download %s\n' "$wanted"
}

# swift_suffices VERSION WANTED MINIMUM
swift_suffices() {
    if [[ -n $2 ]]; then
        [[ $1 == "$2" || $1 == "$2".* || $1.0 == "$2" ]]
    else
        version_at_least "$1" "${3:-0}"
    fi
}

swift_index_url() {
    if [[ -n ${SWIFT_DIST_URL:-} ]]; then
        printf '%s/releases.json\n' "${SWIFT_DIST_URL%/}"
    else
        printf '%s\n' "$swift_default_index_url"
    fi
}

# swift_release WANTED MINIMUM: the newest release that is meant.
swift_release() {
    local wanted=$1 minimum=$2 released found
    # A whole release needs no list: its address follows from its name.
    if [[ $wanted == *.*.* ]]; then
        printf '%s\n' "${wanted%.0}"
        return
    fi
    released=$(read_address "$(swift_index_url)" | jq -r '.[].name') || fail \
        "Swift ${wanted:-${minimum:-}} cannot be had: the list of releases at $(swift_index_url) could not be read." \
        "Name a whole release in .swift-version, or a mirror of $swift_default_dist_url in SWIFT_DIST_URL."
    found=$(newest_matching "${wanted:-*}" <<<"$released") || fail \
        "Swift $wanted cannot be had: there is no such release." \
        "The newest releases are $(newest_of_each_line <<<"$released")."
    [[ -z $minimum ]] || version_at_least "$found" "$minimum" || fail \
        "Package.swift needs Swift $minimum, but the newest release is $found." "Lower its swift-tools-version."
    printf '%s\n' "$found"
}

# swift_archive_url VERSION: swift.org builds each release for Debian 12 (since 5.10.1).
swift_archive_url() {
    local platform=debian12 name
    [[ $(machine_architecture) != arm64 ]] || platform=debian12-aarch64
    name=swift-$1-RELEASE
    if [[ -n ${SWIFT_DIST_URL:-} ]]; then
        printf '%s/%s-%s.tar.gz\n' "${SWIFT_DIST_URL%/}" "$name" "$platform"
    else
        printf '%s/swift-%s-release/%s/%s/%s-%s.tar.gz\n' \
            "$swift_default_dist_url" "$1" "${platform//./}" "$name" "$name" "$platform"
    fi
}
