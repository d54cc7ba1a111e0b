# shellcheck shell=bash
# Ports of the host for a service. A second container, the ambassador, has them and passes connections on, so that
# exposing and unexposing never restart the service.

AMBASSADOR_REFERENCE='cairn/ambassador:1'

# expose_service [PORT...]: each [ADDRESS:]PORT; without any, the engine chooses free ones.
expose_service() {
    local -a ports=("$@")
    [[ ! -s $SERVICE_ROOT/PORT ]] || fail E-NAME-TAKEN "Service $SERVICE is exposed already, on $(read_value PORT)" \
        "Run 'cairn $DATASTORE:unexpose $SERVICE' first."
    require_running
    ((${#ports[@]} == 0 || ${#ports[@]} == ${#PORTS[@]})) || fail E-INVALID-VALUE \
        "$DATASTORE_TITLE has ${#PORTS[@]} port(s) (${PORTS[*]}), but ${#ports[@]} were given"
    local port
    for port in "${ports[@]}"; do check_host_port "$port"; done
    write_value PORT "${ports[*]:-random}"
    if ! start_ambassador; then
        rm -f -- "$SERVICE_ROOT/PORT"
        fail E-SERVICE-FAILED "Service $SERVICE could not be exposed" "Choose ports that are free on this host."
    fi
    step "Service $SERVICE exposed on port(s) [container->host]: $(exposed_ports)"
}

check_host_port() {
    local address='' number=$1
    [[ $1 != *:* ]] || address=${1%:*} number=${1##*:}
    [[ $number =~ ^[1-9][0-9]{0,4}$ && $number -le 65535 ]] ||
        fail E-INVALID-VALUE "'$(printable "$1")' is not a port, or an address and a port such as 127.0.0.1:5432"
    [[ -z $address || $address =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}$|^\[[0-9a-fA-F:]+\]$ ]] ||
        fail E-INVALID-VALUE "'$(printable "$address")' is not an address; IPv6 addresses stand in square brackets"
}

unexpose_service() {
    [[ -s $SERVICE_ROOT/PORT ]] || fail E-NOT-FOUND "Service $SERVICE is not exposed"
    stop_ambassador
    rm -f -- "$SERVICE_ROOT/PORT"
    step "Service $SERVICE unexposed"
}

# start_ambassador: for a service that is exposed, a new one, which finds the container that runs now. Ports that the
# engine chose are kept from then on.
start_ambassador() {
    local -a publish=() pairs=() ports=() network=()
    local index initial message target=service
    [[ -s $SERVICE_ROOT/PORT ]] || return 0
    stop_ambassador
    has_image "$AMBASSADOR_REFERENCE" || build_ambassador
    read -ra ports <<<"$(read_value PORT)"
    initial=$(property "$SERVICE" initial-network)
    if [[ -n $initial ]]; then
        network=(--network "$initial")
        target=$ALIAS_HOST
    else
        network=(--link "$CONTAINER:service")
    fi
    for index in "${!PORTS[@]}"; do
        if [[ ${ports[0]} == random ]]; then
            publish+=(--publish "${PORTS[index]}")
        else
            publish+=(--publish "${ports[index]}:${PORTS[index]}")
        fi
        pairs+=("${PORTS[index]}=$target:${PORTS[index]}")
    done
    [[ -z ${CAIRN_INSTALLATION:-} ]] || publish+=(--label "cairn.root=$CAIRN_INSTALLATION")
    if ! message=$(engine container run --detach --name "$AMBASSADOR" --restart always --label dokku=ambassador \
        --label "dokku.ambassador=$DATASTORE" "${network[@]}" "${publish[@]}" "$AMBASSADOR_REFERENCE" "${pairs[@]}" \
        2>&1 >/dev/null); then
        evidence 3 <<<"$message"
        stop_ambassador
        return 1
    fi
    [[ ${ports[0]} != random ]] || write_value PORT "$(published_ports)"
}

build_ambassador() {
    step "Building $AMBASSADOR_REFERENCE, which has the exposed ports"
    build_from "$AMBASSADOR_REFERENCE" "$CORE_DIRECTORY/ambassador"
}

# The host ports that the engine chose, in the order of PORTS.
published_ports() {
    local port
    local -a found=()
    for port in "${PORTS[@]}"; do
        found+=("$(engine container port "$AMBASSADOR" "$port" | sed -n 's/^0\.0\.0\.0:\([0-9]*\)$/\1/p' | head -n 1)")
    done
    printf '%s' "${found[*]}"
}

stop_ambassador() {
    engine container rm --force "$AMBASSADOR" >/dev/null 2>&1 || true
}

# exposed_ports: CONTAINER->HOST pairs, or a dash.
exposed_ports() {
    local -a ports=() pairs=()
    local index
    read -ra ports <<<"$(read_value PORT)"
    for index in "${!ports[@]}"; do pairs+=("${PORTS[index]:-?}->${ports[index]}"); done
    printf '%s' "${pairs[*]:--}"
}
