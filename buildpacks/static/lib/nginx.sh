# shellcheck shell=bash
# shellcheck disable=SC2154,SC2016 # reads variables of bin/compile and lib/site.sh; "$uri" and its like are nginx's
# The nginx configuration of a site. Everything that comes from static.json is either checked against a narrow form or
# written as a quoted string.

# quoted TEXT: a string of nginx's configuration language. A "$" would begin a variable: it comes from one.
quoted() {
    local text=$1
    [[ $text != *[[:cntrl:]]* ]] || fail "static.json has a control character in $(jq -Rc . <<<"$text")." "Remove it."
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//\$/\$\{dollar\}}
    printf '"%s"' "$text"
}

# pattern_expression PATTERN: the regular expression for a path pattern: "*" within one directory, "**" across them.
pattern_expression() {
    local pattern=$1
    [[ $pattern =~ ^/[A-Za-z0-9._~/@%+,=:*-]*$ ]] ||
        fail "static.json has the pattern \"$pattern\", which is not a path with * or **." "Write one such as \"/assets/**\"."
    sed -E 's/[.+]/\\&/g; s/\*\*/\x01/g; s/\*/[^\/]*/g; s/\x01/.*/g; s/^/^/; s/$/$/' <<<"$pattern"
}

# page_path PATH: a page of the site as a path from its root.
page_path() {
    local page=/${1#/}
    page=${page#/./}
    page=/${page#/}
    [[ $page =~ ^/[A-Za-z0-9._~/@%+,=:-]+$ && /$page/ != */../* ]] ||
        fail "static.json names the page \"$1\", which is not a path within the site." "Write one such as \"index.html\"."
    printf '%s\n' "$page"
}

# route_map: $fallback: which page is shown for a path that is no file; without one, the answer is 404.
route_map() {
    local pattern value page expression
    printf '    map $uri $fallback {\n        default /.cairn-no-page;\n'
    while IFS=$'\t' read -r pattern value; do
        expression=$(pattern_expression "$pattern")
        page=$(jq -r 'strings' <<<"$value")
        page=$(page_path "$page")
        [[ -f $root$page ]] || fail "static.json routes $pattern to $page, and there is no such file in $root/."
        printf '        "~%s" "%s";\n' "$expression" "$page"
    done < <(site_pairs routes)
    printf '    }\n'
}

# redirects: one line for each: status, tab, path, tab, address.
redirects() {
    local path value status
    while IFS=$'\t' read -r path value; do
        [[ $path =~ ^/[A-Za-z0-9._~/@%+,=:-]*$ ]] || fail "static.json redirects \"$path\", which is not a path."
        status=$(jq -r 'if type == "object" then .status // 301 else 301 end' <<<"$value")
        [[ $status =~ ^30[12378]$ ]] ||
            fail "static.json redirects \"$path\" with status $status; 301, 302, 303, 307 and 308 can be had."
        printf '%s\t%s\t%s\n' "$status" "$path" "$(jq -r 'if type == "object" then .url // "" else . end' <<<"$value")"
    done < <(site_pairs redirects)
}

# redirect_maps: for each status in use the variable $redirect_<status>: where a path leads.
redirect_maps() {
    local wanted status path address lines
    lines=$(redirects)
    while read -r wanted; do
        [[ -n $wanted ]] || continue
        printf '    map $uri $redirect_%s {\n        default "";\n' "$wanted"
        while IFS=$'\t' read -r status path address; do
            [[ $status == "$wanted" ]] || continue
            address=$(quoted "$address")
            printf '        "%s" %s;\n' "$path" "$address"
        done <<<"$lines"
        printf '    }\n'
    done < <(cut -f 1 <<<"$lines" | sort -u)
}

redirect_lines() {
    redirects | cut -f 1 | sort -u | sed -E 's/.+/        if ($redirect_& != "") { return & $redirect_&; }/'
}

# header_maps: one variable for each pattern and header; an empty one sends no header.
header_maps() {
    local pattern headers name value expression number=0
    while IFS=$'\t' read -r pattern headers; do
        expression=$(pattern_expression "$pattern")
        while IFS=$'\t' read -r name value; do
            [[ $name =~ ^[A-Za-z0-9-]+$ ]] || fail "static.json sets the header \"$name\", which is no name of a header."
            value=$(jq -r 'tostring' <<<"$value")
            value=$(quoted "$value")
            printf '    map $uri $header_%s {\n        default "";\n        "~%s" %s;\n    }\n' "$number" "$expression" "$value"
            number=$((number + 1))
        done < <(jq -r 'objects | to_entries[] | "\(.key)\t\(.value | tojson)"' <<<"$headers")
    done < <(site_pairs headers)
}

# header_lines: the same walk, for the server.
header_lines() {
    local pattern headers name number=0
    while IFS=$'\t' read -r pattern headers; do
        while read -r name; do
            printf '        add_header %s $header_%s always;\n' "$name" "$number"
            number=$((number + 1))
        done < <(jq -r 'objects | keys_unsorted[]' <<<"$headers")
    done < <(site_pairs headers)
}

# error_pages: error_page is one page for 404, or an object of status and page.
error_pages() {
    local status page
    while IFS=$'\t' read -r status page; do
        [[ $status =~ ^[45][0-9][0-9]$ ]] || fail "static.json has an error page for \"$status\", which is no status of an error."
        page=$(page_path "$page")
        [[ -f $root$page ]] || fail "static.json names $page as error page, and there is no such file in $root/."
        printf '        error_page %s %s;\n' "$status" "$page"
    done < <([[ ! -f static.json ]] || jq -r '.error_page // {} | if type == "string" then {"404": .} else . end |
        to_entries[] | "\(.key)\t\(.value | tostring)"' static.json)
    # Without its own page, a site still shows the usual one, if it has it.
    if [[ -f $root/404.html ]] && [[ ! -f static.json || $(jq 'has("error_page")' static.json) == false ]]; then printf '        error_page 404 /404.html;\n'; fi
}

# nginx_configuration: the whole file; @PORT@, @RUN@ and @LOG@ are set by lib/serve.
nginx_configuration() {
    local site=$BUILD_DIR try='$uri $uri/index.html'
    [[ $root == . ]] || site=$BUILD_DIR/$root
    [[ $clean_urls != true ]] || try='$uri $uri.html $uri/index.html'
    local headers errors https redirections
    headers=$(header_lines)
    errors=$(error_pages)
    https=$(https_line)
    redirections=$(redirect_lines)
    nginx_http_part
    route_map
    redirect_maps
    header_maps
    cat <<CONFIGURATION

    server {
        listen @PORT@;
        server_name _;
        root "$site";
        # The proxy before this server knows its own name and port: redirects name neither.
        absolute_redirect off;
$headers
$errors
$https
$redirections

        # What belongs to the app and not to its site, where both are the same directory.
        location ~ /\.(?!well-known/) { return 404; }
        location ~ ^/(Procfile|CHECKS|app\.json|static\.json|package(-lock)?\.json)\$ { return 404; }
        location = /.cairn-no-page { internal; return 404; }

        location / {
            # A directory's page has relative links, which need the slash at the end.
            if (-f \$document_root\$uri/index.html) { rewrite ^(.*[^/])\$ \$1/ permanent; }
            try_files $try \$fallback;
        }
    }
}
CONFIGURATION
}

https_line() {
    [[ $https_only == true ]] || return 0
    printf '        if ($http_x_forwarded_proto = "http") { return 301 https://$host$request_uri; }\n'
}

nginx_http_part() {
    cat <<'CONFIGURATION'
worker_processes 2;
pid @RUN@/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    charset utf-8;
    access_log @LOG@;
    server_tokens off;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 65s;
    gzip on;
    gzip_vary on;
    gzip_proxied any;
    gzip_types text/css text/plain application/javascript application/json application/xml image/svg+xml;
    client_body_temp_path @RUN@/body;
    proxy_temp_path @RUN@/proxy;
    fastcgi_temp_path @RUN@/fastcgi;
    uwsgi_temp_path @RUN@/uwsgi;
    scgi_temp_path @RUN@/scgi;
    geo $dollar { default "$"; }
CONFIGURATION
}
