# shellcheck shell=bash
# Java reads neither HTTPS_PROXY nor the system's certificates: it is told of both, for the build only.
# shellcheck disable=SC2154 # bin/compile sets pack_dir

tell_java_of_network() {
    local options=() bundle=${SSL_CERT_FILE:-}
    mapfile -t options < <(proxy_options http "${HTTP_PROXY:-}" && proxy_options https "${HTTPS_PROXY:-}" && no_proxy_option)
    if [[ -n $bundle && -f $bundle ]]; then
        trust_store "$bundle"
        options+=("-Djavax.net.ssl.trustStore=$(cache_entry trust)/store.p12" -Djavax.net.ssl.trustStorePassword=changeit)
        options+=(-Djavax.net.ssl.trustStoreType=PKCS12)
    fi
    ((${#options[@]} > 0)) || return 0
    # MAVEN_OPTS and GRADLE_OPTS go to the tool's own JVM; the wrapper's downloads read them as well.
    export MAVEN_OPTS="${options[*]} ${MAVEN_OPTS:-}" GRADLE_OPTS="${options[*]} ${GRADLE_OPTS:-}"
}

# proxy_options SCHEME URL: one property a line.
proxy_options() {
    local pattern='^(https?://)?(([^:@/]+)(:([^@/]*))?@)?([^:/@ ]+)(:([0-9]+))?/?$'
    [[ $2 =~ $pattern ]] || return 0
    printf -- '-D%s.proxyHost=%s\n' "$1" "${BASH_REMATCH[6]}"
    printf -- '-D%s.proxyPort=%s\n' "$1" "${BASH_REMATCH[8]:-80}"
    [[ -z ${BASH_REMATCH[3]} ]] || printf -- '-D%s.proxyUser=%s\n-D%s.proxyPassword=%s\n' \
        "$1" "${BASH_REMATCH[3]}" "$1" "${BASH_REMATCH[5]}"
}

no_proxy_option() {
    local list=${NO_PROXY:-}
    [[ -n $list ]] || return 0
    # Java separates by "|", and wants "*.example.com" where others write ".example.com".
    list=$(sed -E 's/[[:space:]]//g; s/(^|,)\./\1*./g; s/,/|/g' <<<"$list")
    printf -- '-Dhttp.nonProxyHosts=%s\n' "$list"
}

# trust_store BUNDLE: the certificates of a PEM file as a key store, which is all that Java reads.
trust_store() {
    local key
    key=$(fingerprint "$1" "$JAVA_HOME")
    cache_holds trust "$key" && return
    cache_drop trust
    mkdir -p "$(cache_entry trust)"
    java "$pack_dir/share/TrustStore.java" "$1" "$(cache_entry trust)/store.p12" || fail \
        "The certificate authorities in $1 could not be read." "They are the host's; a build can be made without them."
    cache_finished trust "$key"
}
