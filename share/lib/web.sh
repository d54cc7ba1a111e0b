# shellcheck shell=bash
# nginx: its include of Cairn's vhosts, and Debian's welcome page, which claims the same place. Needs output.sh,
# manifest.sh, packages.sh and services.sh.
# shellcheck disable=SC2154 # cairn_root is set by install.sh

welcome_link=/etc/nginx/sites-enabled/default
welcome_site=/etc/nginx/sites-available/default
include_file=/etc/nginx/conf.d/cairn.conf

# check_http_port PORT: nobody but nginx may hold it.
check_http_port() {
    local owner
    owner=$(listener "$1")
    [[ -z $owner || $owner == nginx ]] || fail "Port $1 is held by $owner." \
        "Stop it, or give Cairn another port: ./install.sh --http-port 8080"
}

# install_nginx: with the Lua module, by which endpoints switch without a reload.
install_nginx() {
    install_packages nginx
    if package_is_known libnginx-mod-http-lua || is_installed libnginx-mod-http-lua; then
        install_packages libnginx-mod-http-lua
    else
        warn "libnginx-mod-http-lua is not to be had: deploys will reload nginx instead of switching endpoints."
    fi
}

# displace_welcome_site PORT: Debian's page answers unknown hosts on port 80, where Cairn refuses them.
displace_welcome_site() {
    [[ $1 == 80 && ( -e $welcome_link || -L $welcome_link ) ]] || return 0
    welcome_site_is_pristine || fail "$welcome_link was changed, so somebody may be served by it." \
        "Give it a host name instead of default_server and another file name, or remove it, or use --http-port 8080."
    rm "$welcome_link"
    record welcome-site "$welcome_link"
    detail "Debian's welcome page moved aside (uninstalling restores it)"
}

# The package knows what it shipped: a link to that file, and that file unchanged.
welcome_site_is_pristine() {
    local shipped
    [[ $(readlink -f "$welcome_link") == "$welcome_site" ]] || return 1
    shipped=$(dpkg-query -W -f='${Conffiles}\n' nginx-common | awk -v file="$welcome_site" '$1 == file { print $2 }')
    [[ $(md5sum <"$welcome_site" | cut -d ' ' -f 1) == "$shipped" ]]
}

restore_welcome_site() {
    recorded welcome-site "$welcome_link" || return 0
    if [[ -e $welcome_site && ! -e $welcome_link ]]; then
        ln -s "$welcome_site" "$welcome_link"
        forget welcome-site "$welcome_link"
        detail "Debian's welcome page is back"
    fi
}

# rotate_logs TEMPLATE: where logrotate runs, it keeps the access log from filling the disk.
rotate_logs() {
    [[ -d /etc/logrotate.d ]] || return 0
    install_output 0644 /etc/logrotate.d/cairn sed "s|@CAIRN_ROOT@|$cairn_root|g" "$1"
}

# include_vhosts TEMPLATE: the include must be there before 'cairn setup', which makes what it includes and has nginx
# judge the two together. If that fails the include goes again, so that nginx is left as it was found.
include_vhosts() {
    local is_new answer
    install_output 0644 "$include_file" sed "s|@CAIRN_ROOT@|$cairn_root|g" "$1"
    is_new=$file_changed
    if ! cairn_command setup | sed 's/^-----> /       /'; then
        withdraw_include "$is_new"
        fail "cairn setup failed." "Its message is above. If it names a duplicate default server: another site claims" \
            "unknown hosts on this port; take default_server off it, or use --http-port. Then run this again."
    fi
    if ! answer=$(/usr/sbin/nginx -t -q 2>&1); then
        withdraw_include "$is_new"
        printf '%s\n' "$answer" | sed 's/^/       | /' >&2
        fail "nginx refuses its configuration." "Mend what it names above, then run this again."
    fi
    file_changed=$is_new
}

withdraw_include() {
    [[ $1 == yes ]] || return 0
    rm -f "$include_file"
    forget file "$include_file"
    restore_welcome_site
}

# serve_vhosts PORT: nginx runs with the include; it is reloaded only if that is new.
serve_vhosts() {
    if has_systemd; then
        serve_by_systemd
    elif ! nginx_runs; then
        /usr/sbin/nginx || fail "nginx did not start." "Its message is above; it logs to /var/log/nginx/error.log."
        record_process nginx "$(cat /run/nginx.pid)"
        detail "no systemd here: nginx started (log: /var/log/nginx/error.log)"
    elif [[ $file_changed == yes ]]; then
        /usr/sbin/nginx -s reload
        detail "nginx reloaded"
    else
        detail "nginx runs already"
    fi
    retry_for 10 listens "$1" || fail "nginx does not listen on port $1." "See why: tail /var/log/nginx/error.log"
}

serve_by_systemd() {
    local action=start
    [[ $file_changed == no ]] || action=reload-or-restart
    quietly "systemctl enable nginx, $action nginx" systemctl_both "$action" ||
        fail "nginx did not start." "See why: journalctl -u nginx.service"
}

systemctl_both() { systemctl enable nginx.service && systemctl "$1" nginx.service; }

nginx_runs() {
    [[ -s /run/nginx.pid ]] && kill -0 "$(cat /run/nginx.pid)" 2>/dev/null
}
