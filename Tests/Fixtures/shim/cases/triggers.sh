# shellcheck shell=bash disable=SC2016,SC2154 # the scripts are for another shell; run sets work
# bin/plugn, bin/dokku, bin/sigil, and the platform's own handlers: programs, to which the caller's shell is all one.
# shellcheck disable=SC2034 # for run
modes=plain

handler='mkdir -p "$PLUGIN_ENABLED_PATH/$1"; { printf "#!/bin/bash\n"; cat; } >"$PLUGIN_ENABLED_PATH/$1/$2"; chmod +x "$PLUGIN_ENABLED_PATH/$1/$2"'
handler="h() { $handler; }; "

same "plugn trigger, nobody" '' 'plugn trigger post-deploy web "" "" latest'
same "plugn trigger, by name, arguments whole" $'a [web] [] [b c]\nb [web] [] [b c]' "$handler"'
    for name in b a; do h $name post-x <<<"printf \"$name\"; printf \" [%s]\" \"\$@\"; echo"; done
    plugn trigger post-x web "" "b c"'
differs "plugn trigger, the first that fails ends it" 4 'a' "$handler"'
    h a post-x <<<"echo a; exit 4"; h b post-x <<<"echo b"; plugn trigger post-x'
same "plugn trigger, input is shared" ' --a|one' "$handler"'
    h a args <<<"printf \" --a|\$(cat)\""; h b args <<<"cat"; printf one | plugn trigger args'
same "plugn trigger, not executable" " !     $PLUGIN_ENABLED_PATH/a/post-x is not executable and is left out" "$handler"'
    h a post-x <<<"echo a"; chmod -x "$PLUGIN_ENABLED_PATH/a/post-x"; plugn trigger post-x'
same "plugn trigger, settings of plugin.toml" '[two words] [from env]' "$handler"'
    mkdir -p "$PLUGIN_AVAILABLE_PATH/own"
    printf "[plugin]\nversion = \"1\"\n[plugin.config]\nfirst-word = \"\"\nother = \"\"\n" >"$PLUGIN_AVAILABLE_PATH/own/plugin.toml"
    plugn config set own first-word "two words"
    h own post-x <<<"echo \"[\$CONFIG_FIRST_WORD] [\$CONFIG_OTHER]\""; OWN_OTHER="from env" plugn trigger post-x'
differs "plugn trigger, a name that is a path" 1 " !     '../x' is not the name of a trigger" 'plugn trigger ../x'
same "plugn config" $'b\nc\n[x]\nk = "c"\n[y]\nk = "d"' 'plugn config set x k b; plugn config get x k; plugn config set y k d
    plugn config set x k c; plugn config get x k; cat "$PLUGIN_PATH/config.toml"'
same "plugn list" '  own                  1.2                  disabled   what it is' 'mkdir -p "$PLUGIN_AVAILABLE_PATH/own"
    printf "[plugin]\ndescription = \"what it is\"\nversion = \"1.2\"\n[plugin.config]\n" >"$PLUGIN_AVAILABLE_PATH/own/plugin.toml"
    plugn list'
differs "plugn install" 1 $' !     plugn install is not offered to plugins\n !     An administrator calls: cairn plugin:install' 'plugn install x'

same "dokku passes words on" 'cairn [config:set] [web] [A=b c] [--force]' 'dokku config:set web "A=b c" --force'
same "dokku, flags of the call" 'cairn [--quiet] [--trace] [--force] [ps:restart] [web]' \
    'DOKKU_QUIET_OUTPUT=1 DOKKU_TRACE=1 DOKKU_APPS_FORCE_DELETE=1 DOKKU_APP_NAME=other dokku ps:restart web'
same "dokku, flags of its own" 'cairn [--quiet] [--app] [web] [ps:restart]' 'dokku --quiet --app web ps:restart'
same "dokku, --force behind apps:destroy" 'cairn [--force] [apps:destroy] [web]' 'dokku apps:destroy web --force'

same sigil 'a=1 b=two words c=' 'printf "a={{ .A }} b={{ \$.B }} c={{ var \"C_OF_TEST\" }}" >"$FAKE_ROOT/t"; sigil -f "$FAKE_ROOT/t" A=1 "B=two words"'
same "sigil -p" 'a=1 b=1' 'printf "a=\$A b=\${A}" >"$FAKE_ROOT/t"; sigil -p -f "$FAKE_ROOT/t" A=1'
differs "sigil, too much" 1 " !     sigil: $work/t uses more than this stand-in knows (fields and var)
 !     sigil: install the real one: https://github.com/gliderlabs/sigil" 'printf "{{ range .A }}x{{ end }}" >"$FAKE_ROOT/t"; sigil -f "$FAKE_ROOT/t"'

t() { same "$1" "$2" "plugn trigger $1"; }
# What is a link to core/common/answer asks Cairn, by the name of the trigger and with its arguments.
for link in "$shim"/core/*/*; do
    [[ -L $link ]] || continue
    same "${link##*/}, asked of Cairn" "cairn [--quiet] [internal:answer] [${link##*/}] [web] [b c]" \
        "plugn trigger ${link##*/} web 'b c'"
done
differs 'an answer that is no' 1 '' 'plugn trigger config-get web OTHER'
t 'config-get web COLOR' 'light blue'
t 'ports-clear web' 'cairn [ports:clear] [web]'
t 'proxy-enable web' 'cairn [proxy:enable] [web]'
t 'proxy-disable web' 'cairn [proxy:disable] [web]'
t 'proxy-build-config web' 'cairn [--quiet] [internal:answer] [proxy-build-config] [web]'
same "proxy-build-config within nginx's own change" '' 'CAIRN_TRIGGER=nginx-pre-reload plugn trigger proxy-build-config web'
t 'domains-vhost-enabled web' true
differs domains-vhost-enabled 1 false 'plugn trigger domains-vhost-enabled bare'
t 'domains-enable web true' 'cairn [domains:enable] [web]'
t 'domains-disable web true' 'cairn [domains:disable] [web]'
t 'certs-set web a b' 'cairn [certs:add] [web] [a] [b]'
t 'certs-remove web' 'cairn [certs:remove] [web]'
same docker-args-deploy ' --before --link db:db --memory 64m' 'printf " --before" | plugn trigger docker-args-deploy web latest'
