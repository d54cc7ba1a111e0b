#!/usr/bin/env bash
# Installs Cairn on this host and deploys a sample app to it; run again, it changes nothing that is right already.
set -euo pipefail

source_directory=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
share=$source_directory/share
library=$share/lib
# shellcheck source=share/lib/output.sh
. "$library/output.sh"
# shellcheck source=share/lib/manifest.sh
. "$library/manifest.sh"
# shellcheck source=share/lib/packages.sh
. "$library/packages.sh"
# shellcheck source=share/lib/engine.sh
. "$library/engine.sh"
# shellcheck source=share/lib/base-image.sh
. "$library/base-image.sh"
# shellcheck source=share/lib/services.sh
. "$library/services.sh"
# shellcheck source=share/lib/swift.sh
. "$library/swift.sh"
# shellcheck source=share/lib/build.sh
. "$library/build.sh"
# shellcheck source=share/lib/shared-files.sh
. "$library/shared-files.sh"
# shellcheck source=share/lib/account.sh
. "$library/account.sh"
# shellcheck source=share/lib/web.sh
. "$library/web.sh"
# shellcheck source=share/lib/sample.sh
. "$library/sample.sh"
# shellcheck source=share/lib/uninstall.sh
. "$library/uninstall.sh"

usage() {
    cat <<'USAGE'
usage: sudo ./install.sh [OPTIONS]

  --root DIR           where all state lives (default /var/lib/cairn)
  --http-port PORT     the port apps are served on (default 80)
  --from-binary PATH   install this executable instead of building one
  --no-sample          do not deploy the sample app at the end

  --uninstall          remove what was installed; the state and the user it belongs to stay, and so do packages
  --purge              with --uninstall: remove the state, the user and the apps' images too
  --remove-packages    with --uninstall: remove the packages and the Swift toolchain that were installed for Cairn

  --help               show this

CAIRN_ENGINE_SOCKET names the engine's socket (default /var/run/docker.sock), CAIRN_DEBIAN_MIRROR a Debian mirror for
hosts that use none, CAIRN_SWIFT_RELEASE the Swift to fetch when there is none.
USAGE
}

root_option=''
port_option=''
binary=''
with_sample=yes
mode=install
purge=no
remove_packages=no

parse_options() {
    while (($# > 0)); do
        case $1 in
            --root | --http-port | --from-binary)
                (($# >= 2)) || fail "$1 needs a value." "See: ./install.sh --help"
                parse_value "$1" "$2"
                shift ;;
            --no-sample) with_sample=no ;;
            --uninstall) mode=uninstall ;;
            --purge) purge=yes ;;
            --remove-packages) remove_packages=yes ;;
            -h | --help) usage && exit 0 ;;
            *) fail "There is no option $1." "See: ./install.sh --help" ;;
        esac
        shift
    done
    [[ $mode == uninstall || $purge$remove_packages == nono ]] ||
        fail "--purge and --remove-packages go with --uninstall." "See: ./install.sh --help"
}

parse_value() {
    case $1 in
        --root) root_option=${2%/} ;;
        --http-port)
            [[ $2 =~ ^[1-9][0-9]{0,4}$ && $2 -le 65535 ]] || fail "$2 is not a port." "Give a number from 1 to 65535."
            port_option=$2 ;;
        --from-binary) binary=$(realpath -- "$2") || fail "There is no file $2." "Give the path of a built cairn." ;;
    esac
}

# resolve_settings: what the command line says, else what an earlier install wrote, else the standard.
resolve_settings() {
    local installed
    installed=$(recorded_values root | head -n 1)
    cairn_root=${root_option:-${installed:-/var/lib/cairn}}
    check_root_path "$cairn_root"
    [[ -z $installed || $installed == "$cairn_root" ]] || fail "Cairn is installed with the root $installed." \
        "One host has one install: ./install.sh --uninstall first, or leave --root out."
    http_port=${port_option:-$(setting CAIRN_HTTP_PORT)}
    http_port=${http_port:-80}
}

check_host() {
    step "Looking at this host"
    read_distribution
    # shellcheck disable=SC2154 # read_distribution sets them
    detail "$distribution $distribution_version, $(dpkg --print-architecture), $(has_systemd && printf 'systemd' || printf 'no systemd')"
    # Told before anything is changed; ss may be missing yet, then the question is asked again below.
    check_http_port "$http_port"
}

install_base() {
    step "Packages"
    # shellcheck disable=SC2317 # packages.sh calls it
    package_installed() { record package "$1"; }
    install_packages ca-certificates curl git iproute2 openssh-client openssh-server sqlite3 sudo
    install_nginx
    check_http_port "$http_port"
    detail "all there"
    step "sshd"
    ensure_sshd
    step "Docker Engine"
    ensure_engine
    if [[ $with_sample == yes ]]; then
        step "Base image"
        ensure_base_image
        [[ $base_image_added == no ]] || record image "$base_image"
    fi
}

install_program() {
    if [[ -z $binary ]]; then
        step "Swift"
        ensure_swift
        [[ $swift_fetched == no ]] || record toolchain "$swift_directory"
        step "Building Cairn"
        build_cairn "$source_directory"
    fi
    step "The program"
    install_cairn "$binary"
    install_documents
    install_shared_files "$source_directory"
}

install_state() {
    step "User and state root"
    ensure_account "$cairn_root"
    record root "$cairn_root"
    install_sudoers "$cairn_root" "$share/sudoers/cairn"
    write_host_settings
}

write_host_settings() {
    [[ -z $port_option ]] || change_setting CAIRN_HTTP_PORT "$port_option"
    write_setting CAIRN_ROOT "$cairn_root"
    write_setting CAIRN_ENGINE_SOCKET "$engine_socket"
    write_setting CAIRN_NGINX_SUDO yes
    write_setting CAIRN_HTTP_PORT "$http_port"
    write_setting CAIRN_SSH_PORT "$(ssh_port)"
}

install_services() {
    step "nginx"
    displace_welcome_site "$http_port"
    include_vhosts "$share/nginx/cairn.conf"
    rotate_logs "$share/logrotate/cairn"
    serve_vhosts "$http_port"
    step "The daemon"
    ensure_daemon "$share/systemd/cairn.service"
}

say_what_comes_next() {
    local host login=root@ privilege=''
    host=$(hostname --fqdn 2>/dev/null || hostname)
    # Whoever came by sudo can come by it again; root may not be let in over ssh at all.
    [[ -z ${SUDO_USER:-} || $SUDO_USER == root ]] || login=$SUDO_USER@ privilege='sudo '
    # A state root elsewhere is found by this variable only, except over ssh as cairn, where the key's line sets it.
    [[ $cairn_root == /var/lib/cairn ]] || privilege+="CAIRN_ROOT=$cairn_root "
    step "Cairn is installed"
    has_systemd || detail "Without systemd nothing starts at boot: run this script again after one."
    cat <<NEXT
       What comes next, from your own machine:

         # your key may push from now on
         ssh $login$host ${privilege}cairn ssh-keys:add me <~/.ssh/id_ed25519.pub
         # in the repository of an app with a Dockerfile
         git remote add cairn cairn@$host:myapp
         git push cairn main

       Here: ${privilege}cairn help, ${privilege}cairn apps:list, man cairn
NEXT
}

main() {
    parse_options "$@"
    require_root ./install.sh
    trap_failures
    resolve_settings
    if [[ $mode == uninstall ]]; then
        uninstall "$purge" "$remove_packages"
        return
    fi
    check_host
    install_base
    install_program
    install_state
    install_services
    step "Domain"
    ensure_global_domain
    if [[ $with_sample == yes ]]; then
        step "The sample app, by git push over ssh"
        deploy_sample "$share/sample-app"
    fi
    say_what_comes_next
}

main "$@"
