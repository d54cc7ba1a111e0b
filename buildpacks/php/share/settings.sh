# shellcheck shell=bash
# The configurations of php-fpm and nginx for one start of the app. Needs $run, $document_root, $PORT, and the snippets.
# shellcheck disable=SC2154 # php-nginx sets them

# memory_limit: the megabytes this container may use; nothing where it is not limited.
memory_limit() {
    local file bytes
    for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
        [[ -r $file ]] || continue
        bytes=$(<"$file")
        # The first version of cgroups writes a huge number for "no limit".
        if [[ $bytes =~ ^[0-9]+$ ]] && ((bytes < 1 << 50)); then printf '%d\n' $((bytes >> 20)); fi
        return
    done
}

# worker_count: how many requests PHP works on at once: WEB_CONCURRENCY, or what memory allows by php's memory_limit.
worker_count() {
    local limit each
    if [[ ${WEB_CONCURRENCY:-} =~ ^[1-9][0-9]*$ ]]; then
        printf '%s\n' "$WEB_CONCURRENCY"
        return
    fi
    limit=$(memory_limit)
    # The command line's PHP has no limit of its own; the file of php-fpm has.
    each=${PHP_MEMORY_LIMIT:-128}
    each=${each%[mM]}
    [[ $each =~ ^[1-9][0-9]*$ ]] || each=128
    if [[ -z $limit ]]; then
        printf '10\n'
    else
        # A worker seldom uses all it may; nginx and the master take about 32 MB.
        limit=$(((limit - 32) * 2 / each))
        printf '%d\n' $((limit < 2 ? 2 : limit > 64 ? 64 : limit))
    fi
}

fpm_settings() {
    cat <<SETTINGS
[global]
error_log = /proc/self/fd/2
log_level = warning
daemonize = no
process_control_timeout = 20s

[app]
listen = $run/fpm.sock
pm = ondemand
pm.max_children = $(worker_count)
pm.process_idle_timeout = 60s
clear_env = no
catch_workers_output = yes
decorate_workers_output = no
php_value[memory_limit] = ${PHP_MEMORY_LIMIT:-128M}
; Errors go to the log, not to visitors; the app can say otherwise.
php_value[display_errors] = off
php_value[log_errors] = on
php_admin_value[fastcgi.logging] = off
php_value[expose_php] = off
SETTINGS
    [[ -z $fpm_snippet ]] || cat -- "$fpm_snippet"
}

nginx_settings() {
    cat <<SETTINGS
daemon off;
worker_processes 1;
error_log stderr warn;
pid $run/nginx.pid;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    charset_types text/css application/javascript;
    access_log off;
    server_tokens off;
    sendfile on;
    keepalive_timeout 75s;
    # The proxy before the container limits how much a visitor may send.
    client_max_body_size 0;
    client_body_temp_path $run/body;
    fastcgi_temp_path $run/fastcgi;
    proxy_temp_path $run/proxy;
    scgi_temp_path $run/scgi;
    uwsgi_temp_path $run/uwsgi;
    # Requests come from the platform's proxy only, which says who the visitor is.
    set_real_ip_from 10.0.0.0/8;
    set_real_ip_from 172.16.0.0/12;
    set_real_ip_from 192.168.0.0/16;
    real_ip_header X-Forwarded-For;
    map \$http_x_forwarded_proto \$visitor_https { https on; }
    server {
        listen $PORT;
        root "$document_root";
        index index.php index.html;
        port_in_redirect off;
        absolute_redirect off;
        location ~ /\\.(?!well-known/) { return 404; }
$(hide_sources)
        location / { try_files \$uri \$uri/ $(front_controller); }
        location ~ ^(.+\\.php)(/.*)?\$ {
            fastcgi_split_path_info ^(.+?\\.php)(/.*)\$;
            set \$path_info \$fastcgi_path_info;
            try_files \$fastcgi_script_name =404;
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
            fastcgi_param PATH_INFO \$path_info;
            fastcgi_param HTTPS \$visitor_https if_not_empty;
            fastcgi_param HTTP_PROXY "";
            fastcgi_param SERVER_NAME \$host;
            fastcgi_buffers 16 16k;
            fastcgi_buffer_size 32k;
            # The proxy before the container decides how long an answer may take.
            fastcgi_read_timeout 1d;
            fastcgi_pass unix:$run/fpm.sock;
        }
${nginx_snippet:+        include "$PWD/$nginx_snippet";}
    }
}
SETTINGS
}

# front_controller: the page that answers for addresses which are no files.
front_controller() {
    # shellcheck disable=SC2016 # nginx knows these variables
    if [[ -f $document_root/index.php ]]; then printf '/index.php$is_args$args'; else printf '=404'; fi
}

# hide_sources: where the whole app is served, what is not meant for visitors is not.
hide_sources() {
    [[ $document_root == "$PWD/" || $document_root == "$PWD" ]] || return 0
    printf '        location ~ ^/(vendor/|composer\\.(json|lock)$|Procfile$|app\\.json$|auth\\.json$) { return 404; }\n'
}
