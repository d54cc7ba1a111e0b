# shellcheck shell=bash
# The messages: JSON, version 1 of the schema that the plugin's page documents.

# json TEXT: a string.
json() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//$'\n'/\\n}
    text=${text//$'\r'/}
    text=${text//$'\t'/\\t}
    printf '"%s"' "${text//[$'\x01'-$'\x1f\x7f']/ }"
}

# json_number TEXT: digits with or without a leading v, or null.
json_number() { if [[ ${1#v} =~ ^[0-9]{1,12}$ ]]; then printf '%s' "${1#v}"; else printf 'null'; fi; }

# release APP: the current release as `releases:info` gives it.
release() {
    local text
    text=$(cairn releases:info "$1" --format json 2>/dev/null) || text=''
    if [[ $text == \{*\} ]]; then printf '%s' "$text"; else printf 'null'; fi
}

# message ID EVENT APP DATA RELEASE
message() {
    printf '{"schema":1,"id":%s,"event":%s,"app":%s,"time":%s,"host":%s,"actor":%s,"release":%s,"data":%s}' \
        "$(json "$1")" "$(json "$2")" "$(json "$3")" "$(json "$(date -u +%Y-%m-%dT%H:%M:%SZ)")" \
        "$(json "$(uname -n)")" "$(json "${SSH_NAME:-default}")" "$5" "$4"
}

# processes_data TYPE=COUNT...
processes_data() {
    local pair separator=''
    printf '{"processes":{'
    for pair in "$@"; do
        printf '%s%s:%s' "$separator" "$(json "${pair%%=*}")" "$(json_number "${pair#*=}")"
        separator=,
    done
    printf '}}'
}

failure_data() {
    printf '{"build":%s,"code":%s,"message":%s}' "$(json "$1")" "$(json "$2")" "$(json "$3")"
}

health_data() {
    printf '{"instance":%s,"state":%s,"reason":%s}' "$(json "$1")" "$(json "$2")" "$(json "$3")"
}
