# shellcheck shell=bash
# Which Java an app is built and run with: the one system.properties names, or the stack's. Others are Eclipse Temurin's
# builds of OpenJDK, whose releases Adoptium's API lists: https://api.adoptium.net

java_default_dist_url=https://api.adoptium.net/v3

# property FILE NAME: the value in a file of Java properties, or nothing.
property() {
    [[ -f $1 ]] || return 0
    sed -nE "s/\r$//; s/^[[:space:]]*${2//./\\.}[[:space:]]*[=:][[:space:]]*(.*[^[:space:]])[[:space:]]*$/\1/p" "$1" | tail -n 1
}

# java_version DIRECTORY STACK_VERSION: prints "stack VERSION" or "download VERSION"; VERSION is 21, or whole: 21.0.4.
java_version() {
    local stack=$2 wanted
    wanted=$(property "$1/system.properties" java.runtime.version)
    wanted=${wanted#openjdk-}
    wanted=${wanted#temurin-}
    # Until 8, Java's versions began with "1.".
    wanted=${wanted#1.}
    wanted=${wanted:-${stack%%.*}}
    [[ $wanted =~ ^[0-9]+(\.[0-9]+){0,3}$ ]] || fail \
        "system.properties asks for Java \"$wanted\", which is no version of Java." \
        "Write java.runtime.version=21 for the newest of a line, or 21.0.4 for one release."
    if [[ $stack == "$wanted" || $stack == "$wanted".* ]]; then
        printf 'stack %s\n' "$stack"
    else
        printf 'download %s\n' "$wanted"
    fi
}

# java_assets_url VERSION: where the newest release of a line, or one release, is described.
java_assets_url() {
    local architecture query
    architecture=$(machine_architecture)
    case $architecture in
        amd64) architecture=x64 ;;
        arm64) architecture=aarch64 ;;
    esac
    query="architecture=$architecture&image_type=jdk&os=linux&vendor=eclipse"
    if [[ -n ${JAVA_DIST_URL:-} ]]; then
        printf '%s/%s.json\n' "${JAVA_DIST_URL%/}" "$1"
    elif [[ $1 == *.* ]]; then
        # A range from the release to itself, since its name also has a build number.
        printf '%s/assets/version/%%5B%s%%2C%s.999%%5D?%s&sort_order=DESC\n' "$java_default_dist_url" "$1" "$1" "$query"
    else
        printf '%s/assets/latest/%s/hotspot?%s\n' "$java_default_dist_url" "$1" "$query"
    fi
}

# java_archive VERSION STACK_VERSION: "URL SHA256 VERSION" of the JDK; fails with what can be had.
java_archive() {
    local answer found lines='' pattern='^[^ ]+ [0-9a-f]{64} [^ ]+$'
    answer=$(read_address "$(java_assets_url "$1")") || answer='[]'
    # One address answers with .binary and .version, the other with .binaries and .version_data.
    found=$(jq -r 'if type == "array" then .[0] // empty else . end
        | "\((.binary // .binaries[0]).package | "\(.link) \(.checksum)") \((.version // .version_data).semver)"' \
        <<<"$answer" 2>/dev/null) || found=''
    if [[ ! $found =~ $pattern ]]; then
        lines=$(java_lines)
        fail "Java $1 cannot be had from $(java_assets_url "$1")." \
            "The stack has Java $2${lines:+; the lines of releases are $lines}." \
            "JAVA_DIST_URL names a mirror, for networks that don't reach $java_default_dist_url."
    fi
    printf '%s\n' "$found"
}

java_lines() {
    local url=$java_default_dist_url/info/available_releases
    [[ -z ${JAVA_DIST_URL:-} ]] || url=${JAVA_DIST_URL%/}/available_releases.json
    read_address "$url" | jq -r '.available_releases | map(tostring) | join(", ")' 2>/dev/null || true
}
