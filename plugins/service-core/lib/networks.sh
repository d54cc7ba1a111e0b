# shellcheck shell=bash
# The networks a service is in. Apps reach it because Cairn connects it to the network of each app that has the option
# `--link CONTAINER:ALIAS`; a container that replaces another is connected to the same networks again.

# remember_networks: keeps the networks of the container, which is about to be removed, and its names there.
remember_networks() {
    # shellcheck disable=SC2016 # A template of the client's.
    engine container inspect --format \
        '{{range $name, $network := .NetworkSettings.Networks}}{{$name}}{{range $network.Aliases}} {{.}}{{end}}{{println}}{{end}}' \
        "$CONTAINER" 2>/dev/null | { grep -v '^bridge\( \|$\)' || true; } | write_file "$SERVICE_ROOT/NETWORKS"
}

# connect_remembered: networks that have gone since are those of apps that have gone.
connect_remembered() {
    local network names name
    [[ -s $SERVICE_ROOT/NETWORKS ]] || return 0
    while read -r network names; do
        [[ -n $network && $network != "$(property "$SERVICE" initial-network)" ]] || continue
        local -a options=()
        for name in $names; do
            # The engine adds the container's short id by itself.
            [[ $name =~ ^[0-9a-f]{12}$ ]] || options+=(--alias "$name")
        done
        connect "$network" "${options[@]}" || true
    done <"$SERVICE_ROOT/NETWORKS"
}

# connect NETWORK OPTION...: one that it is in already is no failure.
connect() {
    local network=$1 message
    shift
    message=$(engine network connect "$@" "$network" "$CONTAINER" 2>&1) || [[ $message == *"already exists"* ]]
}

# connect_listed KEY: the networks of a property.
connect_listed() {
    local network list
    list=$(property "$SERVICE" "$1")
    for network in ${list//,/ }; do
        connect "$network" --alias "$ALIAS_HOST" || fail E-SERVICE-FAILED \
            "$CONTAINER could not be connected to the network $network, which is its $1"
    done
}
