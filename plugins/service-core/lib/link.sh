# shellcheck shell=bash
# Linking: the app's network gets the service under an alias, and the app's config its URL. One restart does both.

PHASES=build,deploy,run

link_option() { printf -- '--link %s:%s' "$CONTAINER" "$ALIAS_HOST"; }

# link_service APP
link_service() {
    local app=$1 url key
    local -a restart=()
    require_running
    url=$(service_url "$app")
    read_config "$app"
    key=$(link_keys "$url" | head -n 1)
    [[ -z $key ]] || fail E-NAME-TAKEN "Service $SERVICE is already linked to $app as $key"
    key=$(new_key)
    [[ -z ${FLAGS[querystring]:-} ]] || {
        check_form "${FLAGS[querystring]}" '[A-Za-z0-9._~!*(),;:@/?%&=+-]+' "a query string"
        url="$url?${FLAGS[querystring]}"
    }
    ! has_flag no-restart || restart=(--no-restart)
    fire service-action pre-link "$DATASTORE" "$SERVICE" "$app"
    change_links add "$app"
    if ! cairn docker-options:add "$app" "$PHASES" "$(link_option)" >&3; then
        change_links remove "$app"
        fail E-SERVICE-FAILED "$app could not be given the option $(link_option)"
    fi
    fire service-action post-link "$DATASTORE" "$SERVICE" "$app"
    step "Setting config vars"
    detail "$key: the URL of $SERVICE"
    set_config "$app" "${restart[@]}" "$key" "$url" || link_failed "$app" "$key"
    fire service-action post-link-complete "$DATASTORE" "$SERVICE" "$app"
}

# The variable may be set although the app did not come up with it; then the link stands, as the message of Cairn says.
link_failed() {
    if [[ -z $(cairn config:get "$1" "$2" 2>/dev/null) ]]; then
        cairn docker-options:remove "$1" "$PHASES" "$(link_option)" >/dev/null || true
        change_links remove "$1"
        fail E-SERVICE-FAILED "$2 of $1 could not be set, so $SERVICE is not linked to it"
    fi
    fail E-SERVICE-FAILED "$SERVICE is linked to $1, but $1 could not be restarted"
}

# The name of the variable of a new link.
new_key() {
    local key
    if has_flag alias; then
        check_alias "${FLAGS[alias]}"
        key="${FLAGS[alias]}_URL"
        [[ ! -v CONFIG[$key] ]] || fail E-NAME-TAKEN "Specified alias ${FLAGS[alias]} already in use: $key is set"
        printf '%s' "$key"
    elif [[ -v CONFIG[${DEFAULT_ALIAS}_URL] ]]; then
        free_colour_key
    else
        printf '%s_URL' "$DEFAULT_ALIAS"
    fi
}

# unlink_service APP
unlink_service() {
    local app=$1 keys
    local -a names=() restart=()
    read_config "$app"
    keys=$(link_keys "$(service_url "$app")")
    [[ -n $keys ]] || is_linked "$app" || fail E-NOT-FOUND "Service $SERVICE is not linked to $app"
    ! has_flag no-restart || restart=(--no-restart)
    fire service-action pre-unlink "$DATASTORE" "$SERVICE" "$app"
    change_links remove "$app"
    cairn docker-options:remove "$app" "$PHASES" "$(link_option)" >&3 ||
        fail E-SERVICE-FAILED "The option $(link_option) of $app could not be removed"
    fire service-action post-unlink "$DATASTORE" "$SERVICE" "$app"
    if [[ -n $keys ]]; then
        mapfile -t names <<<"$keys"
        step "Unsetting ${names[*]}"
        cairn config:unset "${restart[@]}" "$app" "${names[@]}" >&3 ||
            fail E-SERVICE-FAILED "$SERVICE is unlinked from $app, but $app could not be restarted"
    fi
    fire service-action post-unlink-complete "$DATASTORE" "$SERVICE" "$app"
}

# promote_service APP: what the default variable held stays reachable under a colour.
promote_service() {
    local app=$1 default="${DEFAULT_ALIAS}_URL" key keys other='' previous
    local -a pairs=()
    read_config "$app"
    keys=$(link_keys "$(service_url "$app")")
    [[ -n $keys ]] || fail E-NOT-FOUND "Service $SERVICE is not linked to $app"
    ! grep -Fqx -e "$default" <<<"$keys" || fail E-NAME-TAKEN "Service $SERVICE is already promoted as $default"
    pairs=("$default" "${CONFIG[$(head -n 1 <<<"$keys")]}")
    previous=${CONFIG[$default]:-}
    if [[ -n $previous ]]; then
        for key in "${!CONFIG[@]}"; do
            [[ $key == "$default" || ${CONFIG[$key]} != "$previous" ]] || other=$key
        done
        if [[ -z $other ]]; then
            other=$(free_colour_key)
            pairs+=("$other" "$previous")
        fi
        detail "What $default was is now in $other."
    fi
    set_config "$app" "${pairs[@]}" || fail E-SERVICE-FAILED "$app could not be restarted with the new $default"
}

# apps_of_service: for lists and for restarts.
restart_linked_apps() {
    local app
    while read -r app; do
        [[ -z $app ]] || cairn ps:restart "$app" >&3 || warn "$app could not be restarted"
    done < <(links)
}
