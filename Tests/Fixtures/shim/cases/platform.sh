# shellcheck shell=bash disable=SC2016 # the scripts are for another shell
# The other function files.

same config_get $'light blue\ngrey\nno' 'config_get web COLOR; config_get --global COLOR; config_get web OTHER || echo no'
same config_set $'cairn [config:set] [--no-restart] [web] [A=b c]\ncairn [config:set] [--global] [A=b]' \
    'config_set --no-restart web "A=b c"; config_set --global A=b'
same config_unset 'cairn [config:unset] [--no-restart] [web] [A] [B]' 'config_unset --no-restart web A B'
same config_all $'=====> web env vars\nCOLOR:  light blue' 'config_all web'
same "config_all for a shell" "export COLOR='light blue'" 'DOKKU_CONFIG_EXPORT=1 config_all web'
same config_export $'cairn [--quiet] [config:export] [web] [--merged] [--format] [shell]\ncairn [--quiet] [config:export] [--global]' \
    'config_export app web --merged --format shell; config_export global'
same "ps_start and others" $'cairn [ps:start] [web]\ncairn [ps:stop] [web]\ncairn [ps:restart] [web]\ncairn [ps:rebuild] [web]' \
    'ps_start web; ps_stop web; ps_restart web; ps_rebuild web'
same "no add_passed_docker_option" 'no no' 'declare -f add_passed_docker_option || printf "no "; declare -f remove_passed_docker_option || echo no'
same get_app_domains $'web.test\nwww.test' 'get_app_domains web; get_app_domains bare'
same is_app_vhost_enabled $'true\nfalse' 'is_app_vhost_enabled web; is_app_vhost_enabled bare'
same domains_setup 'cairn [domains:reset] [bare]' 'domains_setup web; domains_setup bare'
same is_ssl_enabled 'no' 'is_ssl_enabled web; is_ssl_enabled bare || echo no'
same get_app_proxy_type 'nginx' 'get_app_proxy_type web'
same get_nginx_location '/bin/sh' 'CAIRN_NGINX_BINARY=/bin/sh get_nginx_location'
same validate_nginx $'cairn [nginx:validate-config]\ncairn [nginx:validate-config] [web]\nno' \
    'validate_nginx; validate_nginx web --clean; validate_nginx bare || echo no'
same restart_nginx $'cairn [--quiet] [proxy:build-config] [web]\ncairn [--quiet] [proxy:build-config] [--all]' \
    'APP=web; restart_nginx; APP=""; restart_nginx'
same "restart_nginx within nginx's own change" '' 'export CAIRN_TRIGGER=nginx-pre-reload; APP=web restart_nginx'
same fn-nginx-access-log-format $'main\nmain' 'fn-nginx-access-log-format web; fn-nginx-computed-access-log-format web'
same fn-nginx-access-log-path $'\nyes' 'fn-nginx-access-log-path web
    [[ $(fn-nginx-computed-access-log-path web) == "$DOKKU_LOGS_DIR/nginx/access.log" ]] && echo yes'
same fn-nginx-error-log-path $'/log/own\n/log/own' 'fn-nginx-error-log-path web; fn-nginx-computed-error-log-path web'
