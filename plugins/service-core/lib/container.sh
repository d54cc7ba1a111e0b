# shellcheck shell=bash
# The container of a service: made, probed, stopped, replaced. What it is made from is in the service's files.

# How long a service may take to answer, in seconds.
: "${SERVICE_WAIT_TIMEOUT:=120}"

# running, paused (stopped, but there), missing, or what the engine says.
service_status() {
    local status
    status=$(engine container inspect --format '{{.State.Status}}' "$CONTAINER" 2>/dev/null) || status=missing
    printf '%s' "${status:-missing}"
}

is_running() { [[ $(service_status) == running ]]; }

require_running() {
    is_running || fail E-NOT-ALLOWED "Service $SERVICE is not running: its container is $(service_status)" \
        "Run 'cairn $DATASTORE:start $SERVICE' first."
}

# create_container: makes it, without starting it. Passwords go through a file that only this process can open.
create_container() {
    local -a options=() command=() networks=()
    local initial memory shm
    initial=$(property "$SERVICE" initial-network)
    [[ -z $initial ]] || networks=(--network "$initial" --network-alias "$ALIAS_HOST")
    memory=$(read_value SERVICE_MEMORY)
    shm=$(read_value SHM_SIZE)
    [[ -z $memory ]] || options+=(--memory "${memory}m")
    [[ -z $shm ]] || options+=(--shm-size "$shm")
    [[ -z ${CAIRN_INSTALLATION:-} ]] || options+=(--label "cairn.root=$CAIRN_INSTALLATION")
    mapfile -t command < <(datastore_command; config_words)
    rm -f -- "$SERVICE_ROOT/ID"
    mkdir -p -- "$SERVICE_ROOT/data"
    engine container create --name "$CONTAINER" --hostname "$CONTAINER" --restart always --cidfile "$SERVICE_ROOT/ID" \
        --label dokku=service --label "dokku.service=$DATASTORE" --label "dokku.service-name=$SERVICE" \
        --env-file <(datastore_environment; custom_environment) --volume "$SERVICE_HOST_ROOT/data:$DATA_PATH" \
        "${options[@]}" "${networks[@]}" ${DATASTORE_OPTIONS[@]+"${DATASTORE_OPTIONS[@]}"} \
        "$(image_reference)" "${command[@]}" >/dev/null ||
        fail E-SERVICE-FAILED "The container of $SERVICE could not be made"
    connect_listed post-create-network
    connect_remembered
}

# The words of --config-options, by the quoting rules of xargs: no shell reads them.
config_words() {
    local options
    options=$(read_value CONFIG_OPTIONS)
    [[ -z $options ]] || xargs -n 1 printf '%s\n' <<<"$options"
}

custom_environment() { [[ ! -r $SERVICE_ROOT/ENV ]] || grep -v '^$' "$SERVICE_ROOT/ENV" || true; }

# start_container: returns when the service answers.
start_container() {
    engine container start "$CONTAINER" >/dev/null || fail E-SERVICE-FAILED "The container of $SERVICE does not start"
    wait_until_ready || return 1
    connect_listed post-start-network
    start_ambassador
}

# wait_until_ready: asks inside the container, in one call, until the datastore's probe succeeds or the time is up. A
# container that ends in the meantime ends the call.
wait_until_ready() {
    local script="end=\$((\$(date +%s) + $SERVICE_WAIT_TIMEOUT))
        until { $DATASTORE_PROBE; } >/dev/null 2>&1; do
            [ \"\$(date +%s)\" -lt \"\$end\" ] || exit 1
            sleep 0.1
        done"
    if timeout "$((SERVICE_WAIT_TIMEOUT + 10))" "${DOCKER_BIN:-docker}" container exec "$CONTAINER" sh -c "$script" \
        </dev/null >/dev/null 2>&1; then
        return 0
    fi
    engine container logs --tail 15 "$CONTAINER" 2>&1 | evidence
    warn "$SERVICE does not answer. Its container is $(service_status)."
    return 1
}

# remove_container: the data stay.
remove_container() {
    if engine container inspect "$CONTAINER" >/dev/null 2>&1; then
        remember_networks
        engine container update --restart no "$CONTAINER" >/dev/null 2>&1 || true
        engine container stop --time 60 "$CONTAINER" >/dev/null || true
        engine container rm --force --volumes "$CONTAINER" >/dev/null ||
            fail E-SERVICE-FAILED "The container of $SERVICE could not be removed"
    fi
    rm -f -- "$SERVICE_ROOT/ID"
}

# start_service: uses the container that is there, or makes it again.
start_service() {
    case "$(service_status)" in
        running) detail "Service $SERVICE is already running." ;;
        missing)
            use_saved_image
            ensure_image
            step "Starting container"
            create_container
            start_container || fail E-SERVICE-FAILED "Service $SERVICE could not be started"
            ;;
        *)
            step "Starting container"
            start_container || fail E-SERVICE-FAILED "Service $SERVICE could not be started"
            ;;
    esac
}

stop_service() {
    stop_ambassador
    step "Stopping container"
    remove_container
    detail "Container stopped; its data are kept."
}

pause_service() {
    stop_ambassador
    step "Pausing container"
    if is_running; then
        engine container stop --time 60 "$CONTAINER" >/dev/null ||
            fail E-SERVICE-FAILED "The container of $SERVICE could not be stopped"
    fi
    detail "Container paused."
}

# in_service [OPTION...] -- COMMAND...: runs a program in the running container, with this process's standard input.
in_service() {
    local -a options=()
    while [[ $1 != -- ]]; do
        options+=("$1")
        shift
    done
    shift
    docker_cli container exec --interactive "${options[@]}" "$CONTAINER" "$@"
}

# interactive_in_service COMMAND...: the same, with a terminal if the caller has one.
interactive_in_service() {
    if [[ -t 0 && -t 1 ]]; then in_service --tty -- "$@"; else in_service -- "$@"; fi
}
