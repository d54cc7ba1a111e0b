# shellcheck shell=bash
# What there is: lists and the report of a service.

INFO_KEYS=(config-dir config-options data-dir dsn exposed-ports id internal-ip initial-network links
    post-create-network post-start-network service-root status version)

# print_list WORD...: a name on each line, or a JSON array.
print_list() {
    if [[ ${FLAGS[format]:-} == json ]]; then
        json_strings "$@"
    else
        (($# == 0)) || printf '%s\n' "$@"
    fi
}

check_format() {
    [[ -z ${FLAGS[format]:-} || ${FLAGS[format]} == json || ${FLAGS[format]} == stdout ]] || fail E-INVALID-VALUE \
        "Invalid format specified, supported formats: json, stdout"
}

list_services() {
    local -a names=()
    mapfile -t names < <(visible_services)
    print_list "${names[@]}"
}

list_links() {
    local -a apps=()
    mapfile -t apps < <(links)
    print_list "${apps[@]}"
}

# list_services_of APP
list_services_of() {
    local name
    local -a found=()
    while read -r name; do
        [[ -n $name ]] || continue
        use_service "$name"
        ! is_linked "$1" || found+=("$name")
    done < <(visible_services)
    print_list "${found[@]}"
}

info_value() {
    case "$1" in
        config-dir) printf '%s' "$SERVICE_ROOT/config" ;;
        config-options) read_value CONFIG_OPTIONS ;;
        data-dir) printf '%s' "$SERVICE_ROOT/data" ;;
        dsn) service_url ;;
        exposed-ports) exposed_ports ;;
        id) read_value ID ;;
        internal-ip)
            engine container inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "$CONTAINER" \
                2>/dev/null | sed 's/ .*//' | tr -d '\n'
            ;;
        initial-network | post-create-network | post-start-network) property "$SERVICE" "$1" ;;
        links) links | paste -sd ' ' | tr -d '\n' ;;
        service-root) printf '%s' "$SERVICE_ROOT" ;;
        status) service_status ;;
        version) printf '%s:%s' "$(read_value IMAGE)" "$(read_value IMAGE_VERSION)" ;;
    esac
}

info_lines() {
    local key
    for key in "${INFO_KEYS[@]}"; do printf '%s\t%s\n' "$key" "$(info_value "$key")"; done
}

# show_info: all of it, or the one value that was asked for.
show_info() {
    local key title value
    for key in "${INFO_KEYS[@]}"; do
        ! has_flag "$key" || {
            printf '%s\n' "$(info_value "$key")"
            return
        }
    done
    if [[ ${FLAGS[format]:-} == json ]]; then
        info_lines | json_object
        return
    fi
    printf '=====> %s %s service information\n' "$SERVICE" "$DATASTORE"
    while IFS=$'\t' read -r key value; do
        title=${key//-/ }
        title="${title^}:"
        printf '       %-20s %s\n' "$title" "$value"
    done < <(info_lines)
}
