# shellcheck shell=bash
# Real registries for the tests of backends: etcd from the host's own release, and Consul, which Debian has not had since
# 11 (bullseye), unpacked into a directory without being installed; and a client of Consul for Python. Where one of them
# cannot be had, its tests are skipped and say so. Needs output.sh, packages.sh and base-image.sh.

consul_suite=bullseye

# install_etcd: tells the tests where etcd is, in CAIRN_TEST_ETCD.
install_etcd() {
    if ! command -v etcd >/dev/null; then
        if ! package_is_known etcd-server; then
            warn "This release has no etcd-server; the tests with etcd are skipped."
            return 0
        fi
        without_service_start install_packages etcd-server
    fi
    CAIRN_TEST_ETCD=$(command -v etcd)
    export CAIRN_TEST_ETCD
    detail "etcd is $CAIRN_TEST_ETCD"
}

# without_service_start COMMAND...: packages are installed and their services stay off, as the tests start their own.
# invoke-rc.d(8) asks this program; one that is there already is the host's and stays.
without_service_start() {
    local policy=/usr/sbin/policy-rc.d status=0
    if [[ -e $policy ]]; then
        "$@"
        return
    fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 0755 "$policy"
    # In a subshell, so that a failure inside still comes back here.
    ("$@") || status=$?
    rm -f "$policy"
    return "$status"
}

# fetch_consul DIR: unpacks Consul into the directory and tells the tests where it is, in CAIRN_TEST_CONSUL.
fetch_consul() {
    local directory=$1
    local program=$directory/root/usr/bin/consul
    if [[ ! -x $program ]]; then
        mkdir -p "$directory"
        if ! unpack_consul "$directory"; then
            warn "Consul cannot be had from $(debian_mirror) $consul_suite; the tests with Consul are skipped."
            return 0
        fi
    fi
    export CAIRN_TEST_CONSUL=$program
    detail "Consul is $program"
}

unpack_consul() {
    local directory=$1 package
    write_private_apt "$directory" || return 1
    (
        cd "$directory"
        export APT_CONFIG=$directory/apt.conf
        # Another process may use the host's lists at the same time; these are the directory's own.
        quietly "apt-get update for $consul_suite alone" apt-get -q update &&
            quietly "apt-get download consul" apt-get -q download consul
    ) || return 1
    rm -rf "$directory/lists" "$directory/cache" "$directory/unpacked"
    for package in "$directory"/consul_*.deb; do
        dpkg-deb -x "$package" "$directory/unpacked" || return 1
        rm -f "$package"
    done
    # At once, so that what an interruption left half unpacked is not taken for a Consul.
    mv "$directory/unpacked" "$directory/root"
}

# write_private_apt DIR: an apt that knows one release, and keeps all that it writes in the directory.
write_private_apt() {
    local directory=$1 keys=/usr/share/keyrings/debian-archive-keyring.gpg
    [[ -f $keys ]] || install_packages debian-archive-keyring
    mkdir -p "$directory/lists/partial" "$directory/cache/archives/partial"
    : >"$directory/status"
    printf 'deb [signed-by=%s] %s %s main\n' "$keys" "$(debian_mirror)" "$consul_suite" >"$directory/sources.list"
    cat >"$directory/apt.conf" <<EOF
Dir::Etc::sourcelist "$directory/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$directory/lists";
Dir::State::status "$directory/status";
Dir::Cache "$directory/cache";
APT::Sandbox::User "root";
EOF
}

# install_consul_client DIR: a Python in the directory that has py-consul, told to the tests in CAIRN_TEST_CONSUL_PYTHON.
install_consul_client() {
    local python=$1/bin/python
    if ! "$python" -c 'import consul' 2>/dev/null; then
        if ! make_consul_client "$1"; then
            warn "py-consul cannot be had from PyPI; the tests with Consul's client for Python are skipped."
            return 0
        fi
    fi
    export CAIRN_TEST_CONSUL_PYTHON=$python
    detail "py-consul is in $1"
}

make_consul_client() {
    # pip's cache would be written to the home directory of whoever runs the tests.
    quietly "python3 -m venv" python3 -m venv "$1" &&
        quietly "pip install py-consul" "$1/bin/python" -m pip --disable-pip-version-check --no-cache-dir --no-input \
            --quiet install py-consul
}
