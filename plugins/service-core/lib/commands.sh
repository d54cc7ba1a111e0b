# shellcheck shell=bash
# The commands: arguments are read and checked here, and the work is done by the other files.

CREATE_SPECS=(image:i= image-version:I= config-options:c= custom-env:C= memory:m= shm-size:s= password:p=
    root-password:r= initial-network:N= post-create-network:P= post-start-network:S=)

# run_command NAME ARGUMENT...
run_command() {
    local name=$1
    shift
    is_command "$name" || fail E-UNKNOWN-COMMAND "There is no command $DATASTORE:$(printable "$name")" \
        "Run 'cairn $DATASTORE:help' to see the commands."
    ! is_unimplemented "$name" || fail E-NOT-ALLOWED "$DATASTORE_TITLE has no command $DATASTORE:$name"
    [[ ${1:-} != --help && ${1:-} != -h ]] || {
        help_command "$name"
        return
    }
    case "$name" in
        default | help) help_command "$@" && return ;;
    esac
    check_docker_client
    "command_${name//-/_}" "$@"
}

# one_service SPEC... -- ARGUMENT...: for commands whose only word is a service that exists.
one_service() {
    parse_flags "$@"
    expect_words 1 1 service
    use_existing_service "${WORDS[0]}"
}

# service_and_app SPEC... -- ARGUMENT...: sets APP.
service_and_app() {
    parse_flags "$@"
    expect_words 2 2 service app
    use_existing_service "${WORDS[0]}"
    APP=${WORDS[1]}
    check_app "$APP"
}

command_create() {
    parse_flags "${CREATE_SPECS[@]}" -- "$@"
    expect_words 1 1 service
    use_service "${WORDS[0]}"
    create_service
    headline "$DATASTORE_TITLE container created: $SERVICE"
    is_quiet || (FLAGS=() && show_info)
}

command_clone() {
    parse_flags "${CREATE_SPECS[@]}" -- "$@"
    expect_words 2 2 service new-service
    check_service_name "${WORDS[1]}"
    use_existing_service "${WORDS[0]}"
    clone_service "${WORDS[1]}"
}

command_upgrade() {
    one_service "${CREATE_SPECS[@]:0:6}" "${CREATE_SPECS[@]:8}" restart-apps:R force:f -- "$@"
    with_service_lock upgrade_service
}

command_destroy() {
    one_service force:f -- "$@"
    destroy_service
}

command_link() {
    service_and_app alias:a= querystring:q= no-restart:n -- "$@"
    link_service "$APP"
}

command_unlink() {
    service_and_app no-restart:n -- "$@"
    unlink_service "$APP"
}

command_promote() {
    service_and_app -- "$@"
    promote_service "$APP"
}

command_linked() {
    service_and_app -- "$@"
    is_linked "$APP" || fail E-NOT-FOUND "Service $SERVICE is not linked to $APP"
    printf 'Service %s is linked to %s\n' "$SERVICE" "$APP"
}

command_exists() {
    one_service -- "$@"
    printf 'Service %s exists\n' "$SERVICE"
}

command_links() {
    one_service format= -- "$@"
    check_format
    list_links
}

command_app_links() {
    parse_flags format= -- "$@"
    expect_words 1 1 app
    check_app "${WORDS[0]}"
    check_format
    list_services_of "${WORDS[0]}"
}

command_list() {
    parse_flags format= -- "$@"
    expect_words 0 0
    check_format
    list_services
}

command_info() {
    one_service format= "${INFO_KEYS[@]}" -- "$@"
    check_format
    show_info
}

command_logs() {
    local -a options=(--tail 100)
    # The number after --tail may be missing.
    local -a arguments=()
    while (($# > 0)); do
        case "$1" in
            -t | --tail)
                options=(--follow --tail 100)
                if [[ ${2:-} =~ ^[0-9]{1,9}$ ]]; then
                    options=(--follow --tail "$2")
                    shift
                fi
                ;;
            *) arguments+=("$1") ;;
        esac
        shift
    done
    one_service -- "${arguments[@]}"
    engine container logs "${options[@]}" "$CONTAINER" 2>&1 ||
        fail E-NOT-FOUND "Service $SERVICE has no container, so it has no logs" "Run 'cairn $DATASTORE:start $SERVICE'."
}

command_start() {
    one_service -- "$@"
    with_service_lock start_service
}

command_stop() {
    one_service -- "$@"
    with_service_lock stop_service
}

command_pause() {
    one_service -- "$@"
    with_service_lock pause_service
}

command_restart() {
    one_service -- "$@"
    with_service_lock pause_service
    with_service_lock start_service
}

command_expose() {
    parse_flags -- "$@"
    ((${#WORDS[@]} > 0)) || usage "Please specify the service"
    use_existing_service "${WORDS[0]}"
    with_service_lock expose_service "${WORDS[@]:1}"
}

command_unexpose() {
    one_service -- "$@"
    with_service_lock unexpose_service
}

command_enter() {
    (($# > 0)) || usage "Please specify the service"
    use_existing_service "$1"
    shift
    [[ ${1:-} != -- ]] || shift
    require_running
    (($# > 0)) || set -- sh -c 'if command -v bash >/dev/null; then exec bash; else exec sh; fi'
    interactive_in_service "$@"
}

command_connect() {
    one_service -- "$@"
    require_running
    datastore_connect
}

command_export() {
    one_service -- "$@"
    export_service
}

command_import() {
    one_service -- "$@"
    with_service_lock import_service
}

command_set() {
    parse_flags global -- "$@"
    local scope=--global
    if ! has_flag global; then
        ((${#WORDS[@]} > 0)) || usage "Please specify the service"
        use_existing_service "${WORDS[0]}"
        scope=$SERVICE
        WORDS=("${WORDS[@]:1}")
    fi
    expect_words 1 2 key value
    local key=${WORDS[0]} value=${WORDS[1]:-}
    case "$scope:$key" in
        --global:image) [[ -z $value ]] || check_image "$value" ;;
        --global:image-version) [[ -z $value ]] || check_image_version "$value" ;;
        --global:*) fail E-INVALID-VALUE "There is no property $(printable "$key")" "There are: image, image-version." ;;
        *:initial-network | *:post-create-network | *:post-start-network) check_networks "$key" "$value" ;;
        *)
            fail E-INVALID-VALUE "There is no property $(printable "$key") of a service" \
                "There are: initial-network, post-create-network, post-start-network."
            ;;
    esac
    set_property "$scope" "$key" "$value"
    if [[ -n $value ]]; then step "Setting $key to $value"; else step "Unsetting $key"; fi
}

command_backup() {
    parse_flags use-iam:u -- "$@"
    expect_words 2 2 service target
    use_existing_service "${WORDS[0]}"
    backup_service "${WORDS[1]}"
}

command_backup_auth() {
    parse_flags -- "$@"
    expect_words 3 6 service key-id secret
    use_existing_service "${WORDS[0]}"
    backup_auth
}

command_backup_deauth() {
    one_service -- "$@"
    backup_deauth
}

command_backup_schedule() {
    parse_flags use-iam:u -- "$@"
    expect_words 3 3 service schedule target
    use_existing_service "${WORDS[0]}"
    schedule_backup "${WORDS[1]}" "${WORDS[2]}"
}

command_backup_schedule_cat() {
    one_service -- "$@"
    show_schedule
}

command_backup_unschedule() {
    one_service -- "$@"
    unschedule_backup
}

command_backup_set_encryption() {
    parse_flags -- "$@"
    expect_words 2 2 service passphrase
    use_existing_service "${WORDS[0]}"
    set_passphrase "${WORDS[1]}"
}

command_backup_set_public_key_encryption() {
    one_service -- "$@"
    set_public_key
}

command_backup_unset_encryption() {
    one_service -- "$@"
    unset_encryption ENCRYPTION_KEY
}

command_backup_unset_public_key_encryption() {
    one_service -- "$@"
    unset_encryption PUBLIC_KEY
}
