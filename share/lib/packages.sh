# shellcheck shell=bash
# Debian packages: only what is missing is installed, and what was installed can be told afterwards.
# Needs output.sh.

# Called with each package this script installed; the installer records them, the tests do not.
package_installed() { :; }

is_installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

missing_packages() {
    local package
    for package in "$@"; do
        is_installed "$package" || printf '%s\n' "$package"
    done
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 "$@"
}

package_lists_fresh=no

refresh_packages() {
    [[ $package_lists_fresh == no ]] || return 0
    quietly "apt-get update" apt update ||
        warn "The package lists could not all be refreshed; going on with what is there."
    package_lists_fresh=yes
}

# install_packages NAME...: fails with a hint; never removes a package to make room for another.
install_packages() {
    local missing package
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then
        return 0
    fi
    refresh_packages
    quietly "apt-get install ${missing[*]}" apt install --no-install-recommends --no-remove "${missing[@]}" ||
        fail "apt could not install: ${missing[*]}" \
            "Check the sources in /etc/apt (Ubuntu: 'universe' must be enabled) and 'apt-get install ${missing[*]}'," \
            "then run this again."
    for package in "${missing[@]}"; do
        package_installed "$package"
    done
}

# package_is_known NAME: apt could install it. Fresh machines often come without any package lists.
package_is_known() {
    [[ -n $(apt-cache madison "$1" 2>/dev/null) ]] && return
    refresh_packages
    [[ -n $(apt-cache madison "$1" 2>/dev/null) ]]
}

# Sets distribution (debian or ubuntu) and distribution_version; fails on anything else.
read_distribution() {
    # shellcheck disable=SC2034 # read by the scripts that source this file
    distribution=$(. /etc/os-release && printf '%s' "$ID") \
        distribution_version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-}")
    case "$distribution $distribution_version" in
        'debian 12' | 'debian 13' | 'ubuntu 22.04' | 'ubuntu 24.04') ;;
        debian* | ubuntu*) warn "$distribution $distribution_version is not one of the tried releases; going on." ;;
        *) fail "This is $distribution $distribution_version." "Cairn runs on Debian 12 or 13 and Ubuntu 22.04 or 24.04." ;;
    esac
}
