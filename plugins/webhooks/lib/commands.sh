# shellcheck shell=bash
# Commands and triggers.

HELP='    webhooks:add (<app> | --global) <url> [--events <events>], Send messages about an app or about all to a URL
    webhooks:remove (<app> | --global) <hook>, Send them no more
    webhooks:list (<app> | --global) [--format json], List the hooks
    webhooks:test (<app> | --global) <hook>, Send a message of the event ping and show the answer
    webhooks:set-secret (<app> | --global) <hook>, Sign with the secret on standard input; without input with a new one
    webhooks:log <app> [-n <lines>], Show the attempts to deliver messages about an app'

help_lines() {
    if tr '\0' ' ' <"/proc/$PPID/cmdline" 2>/dev/null | grep -q -e '--all'; then
        printf '%s\n' "$HELP"
    else
        printf '    webhooks, Send signed messages about apps to other services\n'
    fi
}

# run_command NAME ARGUMENT...
run_command() {
    local name=${1#webhooks}
    shift
    case "${name#:}" in
        '' | help)
            printf 'Usage: cairn webhooks:<command>\n\nCommands:\n%s\n\nEvents: %s\n' "$HELP" "${EVENTS[*]}"
            ;;
        add) add_command "$@" ;;
        remove) remove_command "$@" ;;
        list) list_command "$@" ;;
        test) test_command "$@" ;;
        set-secret) set_secret_command "$@" ;;
        log) log_command "$@" ;;
        *) exit "${DOKKU_NOT_IMPLEMENTED_EXIT:-10}" ;;
    esac
}

usage() { fail E-USAGE "$1" "Run 'cairn webhooks:help' to see the commands and their arguments."; }

check_scope() { [[ ${1:-} == --global ]] || check_app "${1:-}"; }

# check_hook SCOPE NAME
check_hook() {
    check_scope "${1:-}"
    [[ ${2:-} =~ ^[0-9a-f]{8}$ && -e $HOOKS/$1/$2/url ]] || fail E-NOT-FOUND \
        "There is no hook '$(printable "${2:-}")'" "Run 'cairn webhooks:list $1' to see the hooks there are."
}

add_command() {
    local scope=${1:-} url='' events='' name directory
    check_scope "$scope"
    shift
    while (($# > 0)); do
        case "$1" in
            --events=*) events=${1#*=} ;;
            --events)
                (($# > 1)) || usage "The option --events needs a value"
                events=$2
                shift
                ;;
            -*) usage "Unknown option: $(printable "$1")" ;;
            *)
                [[ -z $url ]] || usage "Unexpected argument: $(printable "$1")"
                url=$1
                ;;
        esac
        shift
    done
    [[ $url =~ ^https?://[A-Za-z0-9._~:/?#@\!\&\'\(\)*+,\;=%-]+$ || $url =~ ^https?://\[[0-9a-fA-F:]+\][A-Za-z0-9._~:/?#@=\&%-]*$ ]] ||
        fail E-INVALID-VALUE "'$(printable "$url")' is not a URL that begins with http:// or https://"
    events=$(checked_events "${events:-$(IFS=, && printf '%s' "${EVENTS[*]}")}")
    name=$(random_hex 4)
    directory="$HOOKS/$scope/$name"
    mkdir -p -- "$HOOKS/$scope"
    mkdir -- "$directory"
    printf '%s\n' "$events" >"$directory/events"
    random_hex 32 >"$directory/secret"
    printf '%s\n' "$url" >"$directory/url"
    step "Added hook $name"
    printf '       Secret: %s\n' "$(<"$directory/secret")"
}

# checked_events LIST: a line for each event of a list with commas.
checked_events() {
    local event
    local -a list
    IFS=, read -ra list <<<"$1"
    for event in "${list[@]}"; do
        [[ " ${EVENTS[*]} " == *" $event "* && -n $event ]] || fail E-INVALID-VALUE \
            "There is no event '$(printable "$event")'" "Events: ${EVENTS[*]}."
    done
    printf '%s\n' "${list[@]}"
}

remove_command() {
    (($# == 2)) || usage "Expected: webhooks:remove (<app> | --global) <hook>"
    check_hook "$@"
    remove_hook "$1" "$2"
    step "Removed hook $2"
}

list_command() {
    local name directory events separator=''
    check_scope "${1:-}"
    case "${2:-} ${3:-}" in
        ' ')
            while read -r name; do
                [[ -n $name ]] || continue
                directory="$HOOKS/$1/$name"
                printf '%s  %-40s  %s\n' "$name" "$(paste -sd , "$directory/events")" "$(<"$directory/url")"
            done < <(hooks "$1")
            ;;
        '--format json')
            printf '['
            while read -r name; do
                [[ -n $name ]] || continue
                directory="$HOOKS/$1/$name"
                events=$(sed 's/.*/"&"/' "$directory/events" | paste -sd ,)
                printf '%s{"hook":"%s","url":%s,"events":[%s]}' "$separator" "$name" "$(json "$(<"$directory/url")")" "$events"
                separator=,
            done < <(hooks "$1")
            printf ']\n'
            ;;
        *) usage "Unexpected argument: $(printable "$2")" ;;
    esac
}

test_command() {
    local work id result
    (($# == 2)) || usage "Expected: webhooks:test (<app> | --global) <hook>"
    check_hook "$@"
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # The directory of now.
    trap "rm -rf -- '$work'" EXIT
    id=$(random_hex 16)
    message "$id" ping "${1#--global}" '{}' null >"$work/body"
    result=$(send "$HOOKS/$1/$2" ping "$id" "$work/body") || fail E-HOOK-FAILED \
        "The message was not taken: $(printable "${result:-no answer}")" "Check the URL: cairn webhooks:list $1"
    step "The message was taken with status $result"
}

# A secret of one's own comes on standard input, since arguments are visible to all users of a host.
set_secret_command() {
    local secret=''
    (($# == 2)) || usage "Expected: webhooks:set-secret (<app> | --global) <hook> < <secret>"
    check_hook "$@"
    [[ -t 0 ]] || IFS= read -r secret || true
    [[ ${#secret} == 0 || ${#secret} -ge 16 ]] || fail E-INVALID-VALUE "The secret has fewer than 16 characters"
    if [[ -z $secret ]]; then
        secret=$(random_hex 32)
        printf '       Secret: %s\n' "$secret"
    fi
    printf '%s\n' "$secret" >"$HOOKS/$1/$2/secret.new"
    mv -f -- "$HOOKS/$1/$2/secret.new" "$HOOKS/$1/$2/secret"
    step "Messages to hook $2 are signed with the new secret"
}

log_command() {
    local app='' count=50
    while (($# > 0)); do
        case "$1" in
            -n)
                [[ ${2:-} =~ ^[1-9][0-9]{0,5}$ ]] || usage "The option -n needs a number"
                count=$2
                shift
                ;;
            -*) usage "Unknown option: $(printable "$1")" ;;
            *) app=$1 ;;
        esac
        shift
    done
    check_app "$app"
    [[ ! -e $DATA/log/$app ]] || tail -n "$count" -- "$DATA/log/$app"
}

# MARK: Triggers

run_trigger() {
    local name=$1
    shift
    case "$name" in
        install | update) mkdir -p -- "$HOOKS" "$DATA/queue" "$DATA/log" ;;
        post-deploy) announce deploy "$1" '{}' ;;
        deploy-failed) announce failure "$1" "$(failure_data "${2:-}" "${3:-}" "$(head -c 4096)")" ;;
        rolled-back) announce rollback "$1" "$(printf '{"version":%s,"target":%s}' "$(json_number "${2:-}")" "$(json_number "${3:-}")")" ;;
        scaled) announce scale "$1" "$(processes_data "${@:2}")" ;;
        health-changed) announce health "$1" "$(health_data "${2:-}" "${3:-}" "${4:-}")" ;;
        pre-restore) start_waiting_workers ;;
        post-delete) forget_app "$1" ;;
        post-app-clone-setup) clone_app "$1" "$2" ;;
        post-app-rename-setup) rename_app "$1" "$2" ;;
    esac
}
