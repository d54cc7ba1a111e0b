# shellcheck shell=bash
# The URL under which an app finds a service, and the config variables that hold it.

COLOURS=(AQUA BLACK BLUE FUCHSIA GRAY GREEN LIME MAROON NAVY OLIVE PURPLE RED SILVER TEAL WHITE YELLOW)

# url_encoded TEXT: all but the unreserved characters of RFC 3986 as %XX.
url_encoded() {
    local LC_ALL=C text=$1 index character
    for ((index = 0; index < ${#text}; index++)); do
        character=${text:index:1}
        case "$character" in
            [a-zA-Z0-9._~-]) printf '%s' "$character" ;;
            *) printf '%%%02X' "'$character" ;;
        esac
    done
}

# service_url [APP]: an app may ask for another scheme by a variable such as POSTGRES_DATABASE_SCHEME.
service_url() {
    local scheme=''
    [[ -z ${1:-} ]] || scheme=$(cairn config:get "$1" "${VARIABLE}_DATABASE_SCHEME" 2>/dev/null) || scheme=''
    [[ $scheme =~ ^[a-zA-Z][a-zA-Z0-9+.-]*$ ]] || scheme=$DEFAULT_SCHEME
    datastore_url "$scheme" "$ALIAS_HOST"
}

# read_config APP: fills CONFIG with its variables. Values of several lines are cut, which no URL has.
read_config() {
    declare -gA CONFIG=()
    local text line value
    text=$(cairn config:export --format exports "$1") || fail E-SERVICE-FAILED "The config of $1 cannot be read"
    while IFS= read -r line; do
        [[ $line =~ ^export\ ([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || continue
        value=${BASH_REMATCH[2]#\'}
        CONFIG[${BASH_REMATCH[1]}]=${value%\'}
    done <<<"$text"
}

# link_keys URL: the variables of CONFIG that hold the URL, with or without a query string.
link_keys() {
    local key
    for key in "${!CONFIG[@]}"; do
        [[ ${CONFIG[$key]} != "$1" && ${CONFIG[$key]} != "$1?"* ]] || printf '%s\n' "$key"
    done | sort
}

# free_colour_key: the first colour's variable that CONFIG does not have.
free_colour_key() {
    local colour key
    for colour in "${COLOURS[@]}"; do
        key="DOKKU_${VARIABLE}_${colour}_URL"
        [[ -v CONFIG[$key] ]] || {
            printf '%s' "$key"
            return
        }
    done
    fail E-NAME-TAKEN "All colour aliases of $DATASTORE are taken" "Give an --alias."
}

# set_config APP [--no-restart] KEY VALUE...: through standard input, since arguments are visible to all users of a host.
set_config() {
    local app=$1 pairs=''
    local -a options=()
    shift
    if [[ $1 == --no-restart ]]; then
        options=(--no-restart)
        shift
    fi
    while (($# > 0)); do
        pairs+="$(json_string "$1"):$(json_string "$2"),"
        shift 2
    done
    printf '{%s}' "${pairs%,}" | dokku config:import "${options[@]}" --format json "$app" - >&3
}
