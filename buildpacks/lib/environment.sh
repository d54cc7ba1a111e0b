# shellcheck shell=bash
# The environment in which tools run during a build: the app's config vars, proxies, and trusted certificates.

# Names an app's config may not set for the tools of a build: they decide which programs run and what they load.
protected_names='^(PATH|HOME|SHELL|IFS|ENV|BASH_ENV|PS4|SHELLOPTS|BASHOPTS|GIT_DIR|GIT_WORK_TREE|GIT_INDEX_FILE|CPATH|CPPATH'
protected_names+='|LIBRARY_PATH|LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT|BUILD_DIR|CACHE_DIR|ENV_DIR|STACK|DYNO|PORT)$'

# load_config_vars DIRECTORY: exports each config var, given as a file whose name is the key; protected ones are left.
load_config_vars() {
    local directory=${1:-} file name
    [[ -n $directory && -d $directory ]] || return 0
    for file in "$directory"/*; do
        name=${file##*/}
        [[ -f $file && $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ && ! $name =~ $protected_names ]] || continue
        export "$name=$(<"$file")"
    done
}

# use_proxies_and_certificates: what one tool was told of proxies and certificate authorities, all are told.
use_proxies_and_certificates() {
    local name lower bundle
    for name in HTTP_PROXY HTTPS_PROXY NO_PROXY; do
        lower=${name,,}
        # curl and others read only the lower-case name for http.
        if [[ -n ${!name:-} && -z ${!lower:-} ]]; then export "$lower=${!name}"; fi
        if [[ -n ${!lower:-} && -z ${!name:-} ]]; then export "$name=${!lower}"; fi
    done
    bundle=${SSL_CERT_FILE:-}
    [[ -n $bundle && -f $bundle ]] || return 0
    for name in CURL_CA_BUNDLE PIP_CERT REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS GIT_SSL_CAINFO BUNDLE_SSL_CA_CERT; do
        [[ -n ${!name:-} ]] || export "$name=$bundle"
    done
}

# is_true VALUE: whether a setting is switched on.
is_true() { [[ ${1,,} =~ ^(1|true|yes|on)$ ]]; }
