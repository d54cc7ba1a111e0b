# shellcheck shell=bash
# Fetching what a language's own distribution offers, never without its checksum.

# fetch URL FILE: 0 when FILE holds what URL gives. The reason of a failure is in $fetch_error.
fetch() {
    local url=$1 file=$2 log
    log=$(mktemp)
    if curl --fail --silent --show-error --location --proto '=https,http,file' --proto-redir '=https,http' \
        --retry 2 --connect-timeout "${CURL_CONNECT_TIMEOUT:-15}" --max-time "${CURL_TIMEOUT:-600}" \
        --output "$file.part" "$url" 2>"$log"; then
        mv -- "$file.part" "$file"
        rm -f -- "$log"
        return 0
    fi
    # shellcheck disable=SC2034 # read by the callers
    fetch_error=$(sed -n 's/^curl: //p' "$log" | tail -n 1)
    rm -f -- "$log" "$file.part"
    return 1
}

# checksum_matches FILE ALGORITHM HEX: ALGORITHM is sha256 or sha512.
checksum_matches() {
    local actual
    [[ $3 =~ ^[0-9a-fA-F]{64,128}$ ]] || return 1
    actual=$("${2}sum" -- "$1" | cut -d ' ' -f 1)
    [[ ${actual,,} == "${3,,}" ]]
}

# fetch_verified URL FILE ALGORITHM HEX: the file, or an end of the build; a file whose checksum differs is not kept.
fetch_verified() {
    local url=$1 file=$2
    fetch "$url" "$file" || fail "$url could not be downloaded: ${fetch_error:-no reason given}" \
        "Try again, or, where only a proxy or a mirror can be reached, set HTTPS_PROXY or the address of the mirror."
    if ! checksum_matches "$file" "$3" "$4"; then
        rm -f -- "$file"
        fail "$url is not what its publisher's checksum says ($3 ${4:0:16}…)." \
            "It was not used. A proxy or mirror may have changed it; try again, or use another mirror."
    fi
}

# base64_to_hex TEXT: the digests of npm ("sha512-…") and sigstore are in base64.
base64_to_hex() { printf '%s' "$1" | base64 -d 2>/dev/null | od -An -v -tx1 | tr -d ' \n'; }
