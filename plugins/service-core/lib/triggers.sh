# shellcheck shell=bash
# What the plugin does at trigger points of the platform.

# run_trigger NAME ARGUMENT...
run_trigger() {
    local name=$1
    shift
    case "$name" in
        install | update)
            mkdir -p -- "$SERVICES_ROOT" "$PROPERTIES_ROOT"
            chmod 700 -- "$SERVICES_ROOT" "$PROPERTIES_ROOT"
            ;;
        uninstall) [[ ${1:-} != "$DATASTORE" ]] || tell_what_stays ;;
        pre-delete) for_services_of "$1" forget_app "$1" ;;
        post-app-clone-setup) for_services_of "$1" change_links add "$2" ;;
        post-app-rename-setup) for_services_of "$1" rename_app "$1" "$2" ;;
        pre-start) for_services_of "$1" start_if_stopped ;;
        pre-restore) [[ -z ${2:-} ]] || for_services_of "$2" start_if_stopped ;;
        service-list) [[ -n ${1:-} && $1 != "$DATASTORE" ]] || services | sed "s/^/$DATASTORE:/" ;;
        *) return 0 ;;
    esac
}

# A plugin can be installed again; data that are gone cannot.
tell_what_stays() {
    local names
    names=$(services | paste -sd ' ')
    [[ -z $names ]] || warn "These $DATASTORE_TITLE services go on running, with their data in $SERVICES_ROOT: $names"
}

# for_services_of APP FUNCTION ARGUMENT...: calls it for each service that is linked to the app.
for_services_of() {
    local app=$1 name
    local -a names=()
    shift
    [[ -n $app ]] || return 0
    mapfile -t names < <(services)
    for name in "${names[@]}"; do
        use_service "$name"
        ! is_linked "$app" || "$@"
    done
}

forget_app() { change_links remove "$1"; }

rename_app() {
    change_links remove "$1"
    change_links add "$2"
}

start_if_stopped() { is_running || with_service_lock start_service; }
