# shellcheck shell=bash
# A service's life, and its data.

# create_service: from FLAGS. What fails leaves nothing behind.
create_service() {
    ! service_exists || fail E-NAME-TAKEN "$DATASTORE_TITLE service $SERVICE already exists"
    ! engine container inspect "$CONTAINER" >/dev/null 2>&1 || fail E-NAME-TAKEN \
        "There is a container named $CONTAINER already" "Remove it with 'docker rm', or choose another name."
    check_alias_is_free
    check_create_flags
    choose_image
    ensure_image
    fire service-action pre-create "$DATASTORE" "$SERVICE"
    mkdir -p -- "$SERVICES_ROOT"
    mkdir -- "$SERVICE_ROOT" || fail E-NAME-TAKEN "The directory of $SERVICE is there already"
    trap 'forget_service' EXIT
    trap 'exit 130' INT TERM HUP
    store_settings
    fire service-action post-create "$DATASTORE" "$SERVICE"
    step "Creating container"
    create_container
    step "Waiting for the service to answer"
    start_container || fail E-SERVICE-FAILED "Service $SERVICE could not be started, so it was not created"
    datastore_created || fail E-SERVICE-FAILED "Service $SERVICE could not be set up, so it was not created"
    trap - EXIT
    fire service-action post-create-complete "$DATASTORE" "$SERVICE"
}

# An app that is linked to both could not tell them apart.
check_alias_is_free() {
    local name
    while read -r name; do
        [[ ${name//_/-} != "${SERVICE//_/-}" ]] || fail E-NAME-TAKEN \
            "Apps would find $SERVICE under the same name as $name: $ALIAS_HOST" "Choose another name."
    done < <(services)
}

# store_settings: what a service is made from.
store_settings() {
    : >"$SERVICE_ROOT/LINKS"
    write_value PASSWORD "${FLAGS[password]:-$(random_hex 16)}"
    [[ -z ${HAS_ROOT_PASSWORD:-} ]] || write_value ROOTPASSWORD "${FLAGS[root-password]:-$(random_hex 16)}"
    write_value DATABASE_NAME "${SERVICE//[.-]/_}"
    store_changeable_settings
}

# What an upgrade can change as well.
store_changeable_settings() {
    local key
    ! has_flag config-options || write_value CONFIG_OPTIONS "${FLAGS[config-options]}"
    ! has_flag custom-env || tr ';' '\n' <<<"${FLAGS[custom-env]}" | write_file "$SERVICE_ROOT/ENV"
    ! has_flag memory || write_value SERVICE_MEMORY "${FLAGS[memory]}"
    ! has_flag shm-size || write_value SHM_SIZE "${FLAGS[shm-size]}"
    for key in initial-network post-create-network post-start-network; do
        ! has_flag "$key" || set_property "$SERVICE" "$key" "${FLAGS[$key]}"
    done
    write_value IMAGE "$IMAGE"
    write_value IMAGE_VERSION "$IMAGE_VERSION"
}

# destroy_service
destroy_service() {
    local apps
    apps=$(links | paste -sd ' ')
    [[ -z $apps ]] || fail E-NOT-ALLOWED "Cannot delete linked service: $SERVICE is linked to $apps" \
        "Run 'cairn $DATASTORE:unlink $SERVICE <app>' first."
    confirm "$SERVICE"
    headline "Deleting $SERVICE"
    fire service-action pre-delete "$DATASTORE" "$SERVICE"
    use_saved_image
    unschedule_backup
    forget_service
    fire service-action post-delete "$DATASTORE" "$SERVICE"
    headline "$DATASTORE_TITLE container deleted: $SERVICE"
}

# forget_service: removes the container and every file, also those that belong to the datastore's user.
forget_service() {
    trap - EXIT
    stop_ambassador
    engine container rm --force --volumes "$CONTAINER" >/dev/null 2>&1 || true
    remove_tree "$SERVICE_ROOT"
    rm -rf -- "${PROPERTIES_ROOT:?}/$SERVICE"
}

# remove_tree PATH: of the service's directory, or all of it.
remove_tree() {
    if ! rm -rf -- "$1" 2>/dev/null; then
        # shellcheck disable=SC2016 # The script's own argument.
        as_root -- 'rm -rf -- "/service/$1" || find /service -mindepth 1 -delete' \
            "${1#"$SERVICE_ROOT"}/." </dev/null >/dev/null 2>&1 || true
        rm -rf -- "$1" || warn "$1 could not be removed; root can remove it."
    fi
}

# clone_service NEW: a second service with the same data. The options are those of create.
clone_service() {
    local source=$SERVICE target=$1 image version
    require_running
    image=$(read_value IMAGE)
    version=$(read_value IMAGE_VERSION)
    has_flag image || has_flag image-version || FLAGS[image]=$image FLAGS[image-version]=$version
    use_service "$target"
    create_service
    step "Copying data from $source to $target"
    use_service "$source"
    exec {dump}< <(datastore_export)
    local export=$!
    use_service "$target"
    datastore_import <&"$dump" >&3 || copy_failed "$source"
    wait "$export" || copy_failed "$source"
    exec {dump}<&-
    step "Done"
}

copy_failed() {
    use_saved_image
    forget_service
    fail E-SERVICE-FAILED "The data of $1 could not be copied, so $SERVICE was not created"
}

export_service() {
    exec 3>&2
    require_running
    datastore_export || fail E-SERVICE-FAILED "The data of $SERVICE could not be exported; what came out is not whole"
}

import_service() {
    require_running
    [[ ! -t 0 ]] || usage "No data provided on standard input"
    datastore_import || fail E-SERVICE-FAILED "The data could not be imported into $SERVICE" "$IMPORT_FAILURE"
    step "Imported"
}
