# shellcheck shell=bash
# Upgrades: another image for the same data, or, where a datastore cannot read them, for a copy made by export and import.

# version_of_image: what the chosen image runs, such as 15.3. Its tag may say nothing of it.
version_of_image() {
    local text
    text=$(in_image "${VERSION_COMMAND[@]}" 2>/dev/null) || text=''
    [[ $text =~ ([0-9]+(\.[0-9]+)*) ]] || fail E-INVALID-VALUE \
        "The image $(image_reference) has no ${VERSION_COMMAND[0]} that says its version"
    printf '%s' "${BASH_REMATCH[1]}"
}

# upgrade_service: from FLAGS.
upgrade_service() {
    local old_image old_version old new way
    check_create_flags
    use_saved_image
    old_image=$IMAGE
    old_version=$IMAGE_VERSION
    old=''
    ! has_image "$(image_reference)" || old=$(version_of_image)
    : "${FLAGS["image"]:=$old_image}"
    # Without a version it is the one that new services get.
    [[ -n ${FLAGS[image-version]:-} || ${FLAGS["image"]} == "$DEFAULT_IMAGE" || ${FLAGS["image"]} == "$(built_image)" ]] ||
        usage "Please specify the --image-version of ${FLAGS["image"]}"
    choose_image
    ensure_image
    new=$(version_of_image)
    way=$(datastore_upgrade "${old:-$new}" "$new")
    [[ $way == same || -n ${FLAGS[force]:-} ]] || fail E-NOT-ALLOWED \
        "$DATASTORE_TITLE $new ${UPGRADE_REFUSAL:-cannot use the data of} $DATASTORE_TITLE ${old:-?}, which $SERVICE has" \
        "$FORCE_HINT"
    [[ $way != convert ]] || require_running
    step "Upgrading $SERVICE from $old_image:$old_version to $(image_reference)"
    if ! replace_container "$way" "$old"; then
        IMAGE=$old_image IMAGE_VERSION=$old_version
        restore_container "$old"
        fail E-SERVICE-FAILED "$SERVICE could not be upgraded; it runs on $old_image:$old_version again"
    fi
    ! has_flag restart-apps || restart_linked_apps
    step "Upgraded to $(image_reference)"
}

# replace_container WAY OLD
replace_container() {
    if [[ $1 == convert ]]; then
        step "Exporting the data"
        datastore_export >"$SERVICE_ROOT/upgrade.dump" || return 1
    fi
    # Until the new container serves, what the old one was made from is kept.
    cp -p -- "$SERVICE_ROOT"/{CONFIG_OPTIONS,ENV,SERVICE_MEMORY,SHM_SIZE} "$(saved_settings)" 2>/dev/null || true
    stop_ambassador
    remove_container
    [[ $1 != convert ]] || mv -- "$SERVICE_ROOT/data" "$SERVICE_ROOT/data.$2" || return 1
    store_changeable_settings
    step "Starting container"
    # In a process of its own, since a failure ends it.
    (create_container) || return 1
    (start_container) || return 1
    if [[ $1 == convert ]]; then
        datastore_created || return 1
        step "Importing the data"
        datastore_import <"$SERVICE_ROOT/upgrade.dump" >&3 || return 1
        rm -f -- "$SERVICE_ROOT/upgrade.dump"
        detail "The data as they were before are in $SERVICE_ROOT/data.$2."
    fi
    rm -rf -- "$(saved_settings)"
}

saved_settings() {
    mkdir -p -- "$SERVICE_ROOT/.settings"
    printf '%s' "$SERVICE_ROOT/.settings"
}

# restore_container OLD: undoes what replace_container did, however far it came.
restore_container() {
    step "Going back"
    stop_ambassador
    [[ ! -e $SERVICE_ROOT/NETWORKS ]] || cp -p -- "$SERVICE_ROOT/NETWORKS" "$SERVICE_ROOT/.networks"
    remove_container
    [[ ! -e $SERVICE_ROOT/.networks ]] || mv -f -- "$SERVICE_ROOT/.networks" "$SERVICE_ROOT/NETWORKS"
    if [[ -d $SERVICE_ROOT/data.$1 ]]; then
        remove_tree "$SERVICE_ROOT/data"
        mv -- "$SERVICE_ROOT/data.$1" "$SERVICE_ROOT/data"
    fi
    rm -f -- "$SERVICE_ROOT"/{CONFIG_OPTIONS,ENV,SERVICE_MEMORY,SHM_SIZE,upgrade.dump}
    cp -p -- "$(saved_settings)"/* "$SERVICE_ROOT/" 2>/dev/null || true
    rm -rf -- "$(saved_settings)"
    write_value IMAGE "$IMAGE"
    write_value IMAGE_VERSION "$IMAGE_VERSION"
    create_container
    start_container || fail E-SERVICE-FAILED "$SERVICE could not be started again" \
        "Look at 'cairn $DATASTORE:logs $SERVICE'; its data are in $SERVICE_ROOT/data."
}
