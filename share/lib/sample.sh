# shellcheck shell=bash
# The proof that an install works: the sample app is pushed over ssh and asked for through nginx. Needs output.sh,
# manifest.sh, services.sh and account.sh.
# shellcheck disable=SC2154 # cairn_root and http_port are set by install.sh

sample_app=hello

# deploy_sample DIRECTORY: pushes it, unless it answers already or the name is somebody's own app.
deploy_sample() {
    if cairn_command apps:exists "$sample_app" >/dev/null 2>&1; then
        if ! recorded sample "$sample_app"; then
            detail "there is an app $sample_app of yours, so the sample is not deployed"
            return
        fi
        # After a reinstall the daemon is about to bring its container back.
        if retry_for 20 sample_answers; then
            detail "it is there already and answers: $(sample_url)"
            return
        fi
    fi
    record sample "$sample_app"
    push_sample "$1"
    sample_answers || fail "The push succeeded, but $(sample_url) does not answer as it should." \
        "It said: $(request_sample 2>&1 | head -n 1)" \
        "See: cairn logs $sample_app; cairn ps:report $sample_app; tail /var/log/nginx/error.log"
    detail "requested through nginx, it said: $(request_sample | head -n 1)"
}

# push_sample DIRECTORY: with a key that exists for the length of the push only. In a subshell for its trap.
push_sample() (
    work=$(mktemp -d /tmp/cairn-sample.XXXXXX)
    key_name=install-$(basename "$work" | cut -d . -f 2)
    trap 'cairn_command ssh-keys:remove "$key_name" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
    ssh-keygen -q -t ed25519 -N '' -C "$key_name" -f "$work/key"
    cairn_command ssh-keys:add "$key_name" - <"$work/key.pub" >/dev/null
    write_ssh_settings "$work"
    cp -R "$1" "$work/app"
    sample_git() {
        git -C "$work/app" -c user.name=Cairn -c user.email=cairn@localhost -c init.defaultBranch=main "$@"
    }
    export GIT_SSH_COMMAND="ssh -F $work/ssh_config" GIT_TERMINAL_PROMPT=0
    sample_git init --quiet
    sample_git add --all
    sample_git commit --quiet --message 'Sample app'
    detail "git push cairn@localhost:$sample_app"
    # Forced, because this repository begins anew each time; the app is the installer's own.
    sample_git push --quiet --force ssh://cairn@localhost/"$sample_app" HEAD:refs/heads/main || sample_push_failed
)

# write_ssh_settings DIRECTORY: root can read the host's own keys, so the host is known rather than trusted at sight.
write_ssh_settings() {
    local key port
    port=$(ssh_port)
    /usr/sbin/sshd -T 2>/dev/null | sed -n 's/^hostkey //p' | while read -r key; do
        [[ ! -f $key.pub ]] || printf '[127.0.0.1]:%s %s\n' "$port" "$(cut -d ' ' -f 1,2 "$key.pub")"
    done >"$1/known_hosts"
    # ssh writes the standard port without brackets.
    [[ $port != 22 ]] || sed -i 's/^\[127.0.0.1\]:22 /127.0.0.1 /' "$1/known_hosts"
    cat >"$1/ssh_config" <<SETTINGS
Host localhost
    HostName 127.0.0.1
    Port $port
    IdentityFile $1/key
    IdentitiesOnly yes
    IdentityAgent none
    BatchMode yes
    UserKnownHostsFile $1/known_hosts
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
SETTINGS
}

sample_push_failed() {
    local refused
    refused=$(sshd_setting allowusers; sshd_setting allowgroups; sshd_setting denyusers)
    fail "The push failed." "What it said is above." \
        "If ssh was refused, sshd's configuration may not admit the user cairn${refused:+ (AllowUsers, AllowGroups: $refused)}," \
        "or see the log of sshd. If the deploy failed, its last block says why. Then run this again."
}

sample_host() { printf '%s.%s' "$sample_app" "$(global_domain)"; }

sample_url() { printf 'http://%s' "$(sample_host)"; [[ $http_port == 80 ]] || printf ':%s' "$http_port"; }

# request_sample: by name, through nginx, whatever the name means in DNS.
request_sample() {
    curl --silent --show-error --fail --max-time 10 --noproxy '*' \
        --resolve "$(sample_host):$http_port:127.0.0.1" "http://$(sample_host):$http_port/"
}

sample_answers() { [[ $(request_sample 2>/dev/null | head -n 1) == 'Hello from Cairn' ]]; }

# ensure_global_domain: apps need a domain to be named under; one that somebody set stays.
ensure_global_domain() {
    local name
    if [[ -n $(global_domain) ]]; then
        detail "apps are named under $(global_domain)"
        return
    fi
    name=$(hostname --fqdn 2>/dev/null || true)
    # Names under localhost mean this machine to every browser and to curl, so a host without a name still shows apps.
    [[ $name == *.* && $name != *localhost* ]] || name=cairn.localhost
    cairn_command domains:set-global "$name" >/dev/null
    detail "apps are named under $name (to change: cairn domains:set-global DOMAIN)"
}

# global_domain: the first one, or nothing.
global_domain() {
    cairn_command domains:report --global --domains-global-vhosts 2>/dev/null | awk 'NF { print $1; exit }'
}
