# shellcheck shell=bash
# Commands and triggers.

HELP='    maintenance:on <app>, Show visitors a maintenance page instead of the app
    maintenance:off <app>, Let visitors see the app again
    maintenance:custom-page <app>, Use the page on standard input: HTML or a tar archive with index.html
    maintenance:default-page <app>, Use the default page again
    maintenance:set <app> retry-after [<seconds>], Say after how many seconds clients may try again
    maintenance:report [<app>] [--<key>] [--format json], Show whether apps are under maintenance'

help_lines() {
    if tr '\0' ' ' <"/proc/$PPID/cmdline" 2>/dev/null | grep -q -e '--all'; then
        printf '%s\n' "$HELP"
    else
        printf '    maintenance, Show a maintenance page instead of an app\n'
    fi
}

# run_command NAME ARGUMENT...
run_command() {
    local name=${1#maintenance}
    shift
    case "${name#:}" in
        '' | help) printf 'Usage: cairn maintenance:<command> <app>\n\nCommands:\n%s\n' "$HELP" ;;
        on | enable) with_app turn_on "$@" ;;
        off | disable) with_app turn_off "$@" ;;
        custom-page) with_app use_own_page "$@" ;;
        default-page) with_app use_default_page "$@" ;;
        set) set_key "$@" ;;
        report) report_command "$@" ;;
        *) exit "${DOKKU_NOT_IMPLEMENTED_EXIT:-10}" ;;
    esac
}

# with_app FUNCTION APP
with_app() {
    (($# <= 2)) || fail E-USAGE "Unexpected argument: $(printable "$3")"
    check_app "${2:-}"
    "$1" "$2"
}

turn_on() {
    set_up_default_page
    write_snippet "$1"
    if ! apply "$1"; then
        rm -f -- "$(snippet "$1")"
        fail E-NGINX-REFUSED "$1 could not be put under maintenance"
    fi
    step "Maintenance of $1 is on: visitors see the page with status 503"
}

turn_off() {
    if ! is_enabled "$1"; then
        step "$1 is not under maintenance"
        return
    fi
    mv -f -- "$(snippet "$1")" "$(snippet "$1").off"
    if ! apply "$1"; then
        mv -f -- "$(snippet "$1").off" "$(snippet "$1")"
        fail E-NGINX-REFUSED "$1 could not be taken out of maintenance"
    fi
    rm -f -- "$(snippet "$1").off"
    step "Maintenance of $1 is off"
}

# refresh APP: what is shown follows a change while maintenance is on.
refresh() {
    is_enabled "$1" || return 0
    write_snippet "$1"
    apply "$1"
}

use_own_page() {
    set_up_default_page
    install_page "$1"
    refresh "$1"
    step "The page of $1 is installed"
}

use_default_page() {
    rm -rf -- "${PAGES:?}/$1"
    refresh "$1"
    step "$1 has the default page"
}

set_key() {
    (($# >= 2 && $# <= 3)) || fail E-USAGE "Expected: maintenance:set <app> retry-after [<seconds>]"
    check_app "$1"
    [[ $2 == retry-after ]] || fail E-INVALID-VALUE "There is no setting '$(printable "$2")'" "There is: retry-after."
    [[ ${3:-} =~ ^([1-9][0-9]{0,6})?$ ]] || fail E-INVALID-VALUE "'$(printable "$3")' is not a number of seconds"
    set_property "$1" retry-after "${3:-}"
    refresh "$1"
    step "Clients may try again after $(property "$1" retry-after "$DEFAULT_RETRY_AFTER") seconds"
}

# MARK: Report

report_values() {
    local enabled=false page=default
    ! is_enabled "$1" || enabled=true
    ! has_own_page "$1" || page=custom
    printf '%s\n' "enabled $enabled" "page $page" "retry-after $(property "$1" retry-after "$DEFAULT_RETRY_AFTER")"
}

# report_command [APP] [--maintenance-KEY | --format json]
report_command() {
    local app=''
    if [[ -n ${1:-} && $1 != --* ]]; then
        app=$1
        shift
        check_app "$app"
        report_app "$app" "$@"
        return
    fi
    while read -r app; do [[ -z $app ]] || report_app "$app" "$@"; done < <(cairn --quiet apps:list)
}

# report_app APP [FLAG [VALUE]]
report_app() {
    local key value title separator=''
    case "${2:-}" in
        '')
            printf '=====> %s maintenance information\n' "$1"
            while read -r key value; do
                title="Maintenance ${key//-/ }:"
                printf '       %-30s %s\n' "$title" "$value"
            done < <(report_values "$1")
            ;;
        --format)
            [[ ${3:-} == json ]] || fail E-INVALID-VALUE "Invalid format specified, supported formats: json, stdout"
            printf '{'
            while read -r key value; do
                printf '%s"%s":"%s"' "$separator" "$key" "$value"
                separator=,
            done < <(report_values "$1")
            printf '}\n'
            ;;
        *)
            key=${2#--}
            report_values "$1" | sed -n "s/^$(printf '%s' "${key#maintenance-}" | tr -cd 'a-z-') //p" | grep . ||
                fail E-INVALID-VALUE "Invalid flag passed, valid flags: --maintenance-enabled, --maintenance-page, --maintenance-retry-after"
            ;;
    esac
}

# MARK: Triggers

run_trigger() {
    local name=$1
    shift
    case "$name" in
        install | update)
            mkdir -p -- "$PROPERTIES"
            chmod 700 -- "$PROPERTIES"
            set_up_default_page
            ;;
        post-delete) forget_app "$1" ;;
        post-app-clone-setup) copy_app "$1" "$2" ;;
        post-app-rename-setup)
            copy_app "$1" "$2"
            ! is_enabled "$1" || write_snippet "$2"
            ;;
        report) report_app "$@" ;;
    esac
}
