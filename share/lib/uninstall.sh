# shellcheck shell=bash
# The way back: what the manifest says was done is undone. Needs all other files of this directory but swift.sh.
# shellcheck disable=SC2154 # cairn_root and remove_packages are set by install.sh, shared_directory by shared-files.sh

# uninstall PURGE REMOVE_PACKAGES (yes or no each)
uninstall() {
    local purge=$1
    [[ -f $manifest ]] || { detail "nothing is installed here: there is no $manifest"; return; }
    step "Stopping the daemon and the apps"
    stop_daemon
    # After a restart of a machine without systemd nobody has started the engine yet that holds the containers.
    has_systemd || engine_answers || ! command -v dockerd >/dev/null || ensure_engine
    remove_from_engine "$purge"
    step "Removing files"
    remove_files
    if [[ $purge == yes ]]; then
        step "Removing the state root and the user"
        remove_state
    else
        ! getent passwd cairn >/dev/null || usermod --shell /usr/sbin/nologin cairn
        detail "$cairn_root stays, and the user cairn, to whom it belongs; so does $manifest"
        detail "to remove them too: ./install.sh --uninstall --purge"
    fi
    step "Stopping what was started here"
    stop_recorded sshd
    stop_recorded dockerd
    remove_or_list_packages "$2"
    rm -rf "$run_directory" "$log_directory"
    # As long as there is state, there must be a record of whose it is and what came with it.
    [[ $purge == no ]] || rm -rf "${manifest%/*}"
}

stop_daemon() {
    if has_systemd && [[ -f /etc/systemd/system/cairn.service ]]; then
        quietly "systemctl disable --now cairn" systemctl disable --now cairn.service || true
    fi
    stop_recorded daemon
}

# remove_from_engine PURGE: containers and networks are derived from the state, which brings them back; images are
# kept with it, so that nothing has to be built again.
remove_from_engine() {
    local id label container
    [[ -f $cairn_root/cairn.db ]] || return 0
    id=$(sqlite3 -readonly "$cairn_root/cairn.db" 'SELECT id FROM installation' 2>/dev/null || true)
    if [[ -z $id ]] || ! engine_answers; then
        warn "The engine or the state can't be read, so containers may be left: docker ps --filter label=cairn.root"
        return
    fi
    label=cairn.root=$id
    for container in $(engine_ids containers "$label"); do
        engine POST "/containers/$container/stop?t=10" --output /dev/null || true
    done
    engine_remove_containers "$([[ $1 == yes ]] && printf 1 || printf 0)" "$label"
    engine_remove_networks "$label"
    detail "containers and networks removed"
    [[ $1 == yes ]] || return 0
    engine_remove_images "$label"
    for image in $(recorded_values image); do
        engine DELETE "/images/$image" --output /dev/null 2>/dev/null || true
    done
    detail "images removed"
}

remove_files() {
    local file
    recorded_values file | while read -r file; do
        rm -f "$file"
        forget file "$file"
        detail "$file removed"
    done
    if recorded directory "$shared_directory"; then
        rm -rf "$shared_directory"
        forget directory "$shared_directory"
        detail "$shared_directory removed"
    fi
    # Only after the include is gone: nginx goes on serving other sites, unless it was started here.
    if process_of nginx >/dev/null; then
        stop_recorded nginx
        restore_welcome_site
        return
    fi
    restore_welcome_site
    if has_systemd; then
        systemctl daemon-reload
        ! systemctl is-active --quiet nginx.service || systemctl reload nginx.service || true
    elif nginx_runs; then
        /usr/sbin/nginx -s reload || true
    fi
}

remove_state() {
    check_root_path "$cairn_root"
    rm -rf "$cairn_root"
    detail "$cairn_root removed"
    if recorded user cairn && getent passwd cairn >/dev/null; then
        end_processes_of cairn
        # Forced, because a container's processes may have the same number and would count as the user's.
        userdel --force cairn 2>/dev/null
        ! getent group cairn >/dev/null || groupdel cairn
        detail "the user cairn removed"
    fi
}

# end_processes_of USER: pushes and sessions under way. Those of containers, in other process namespaces, are not the
# user's, although they may show the same number.
end_processes_of() {
    local entry here
    here=$(readlink /proc/self/ns/pid)
    for entry in /proc/[0-9]*; do
        if [[ $(stat -c %U "$entry" 2>/dev/null) == "$1" && $(readlink "$entry/ns/pid" 2>/dev/null) == "$here" ]]; then
            kill -TERM "${entry#/proc/}" 2>/dev/null || true
        fi
    done
}

# remove_or_list_packages REMOVE: other programs may have come to need them, so they stay unless asked for.
remove_or_list_packages() {
    local package packages toolchains
    mapfile -t packages < <(recorded_values package)
    mapfile -t toolchains < <(recorded_values toolchain)
    ((${#packages[@]} + ${#toolchains[@]} > 0)) || return 0
    if [[ $1 == no ]]; then
        step "These were installed for Cairn and stay"
        printf '       %s\n' "${packages[@]}" "${toolchains[@]}"
        detail "to remove them: apt-get remove ${packages[*]}"
        return
    fi
    step "Removing packages"
    quietly "apt-get remove ${packages[*]}" apt remove --autoremove "${packages[@]}" ||
        warn "apt refused; the packages are still there."
    ((${#toolchains[@]} == 0)) || rm -rf "${toolchains[@]}"
    for package in "${packages[@]}"; do forget package "$package"; done
}
