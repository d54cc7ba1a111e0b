/// Configuration as nginx is to read it.
enum ExpectedText {
    static let redirectBody = """
            server_tokens off;
            uninitialized_variable_warn off;
            access_log /var/lib/cairn/logs/nginx/access.log cairn;
            underscores_in_headers off;
            client_header_timeout 60s;
            client_body_timeout 60s;
            client_max_body_size 20m;
            keepalive_timeout 75s;
            lingering_timeout 5s;
            send_timeout 60s;

            location / {
                return 301 https://$host$request_uri;
            }

        """

    static let secureServer = """
        # The app web.
        server {
            listen 443 ssl http2;
            listen [::]:443 ssl http2;
            server_name example.com;
            server_name www.example.com;
            set $cairn_key "web|https:443";
            ssl_certificate /certs/x/server.crt;
            ssl_certificate_key /certs/x/server.key;
            ssl_protocols TLSv1.2 TLSv1.3;
            add_header Strict-Transport-Security "max-age=15724800; includeSubDomains; preload" always;
            server_tokens off;
            uninitialized_variable_warn off;
            access_log /var/lib/cairn/logs/nginx/access.log cairn;
            underscores_in_headers off;
            client_header_timeout 60s;
            client_body_timeout 60s;
            client_max_body_size 20m;
            keepalive_timeout 75s;
            lingering_timeout 5s;
            send_timeout 60s;
            error_page 400 403 404 405 408 411 413 414 415 416 421 429 500 501 502 503 504 /.cairn/error;

            location / {
                rewrite_by_lua_block { require("cairn").route(true) }

                gzip on;
                gzip_vary on;
                gzip_comp_level 6;
                gzip_min_length 1100;
                gzip_types text/css text/javascript text/plain text/xml application/javascript application/json \
        application/manifest+json application/rss+xml application/vnd.ms-fontobject application/wasm application/xml font/otf \
        font/ttf image/svg+xml;

                proxy_pass http://cairn;
                proxy_http_version 1.1;
                proxy_connect_timeout 60s;
                proxy_read_timeout 60s;
                proxy_send_timeout 60s;
                proxy_next_upstream_timeout 30s;
                proxy_buffering on;
                proxy_buffer_size 8k;
                proxy_set_header Upgrade $cairn_upgrade;
                proxy_set_header Connection $cairn_connection;
                proxy_set_header Host $cairn_host;
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header X-Forwarded-Host $cairn_host;
                proxy_set_header X-Forwarded-Port $server_port;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_set_header X-Forwarded-Ssl on;
                proxy_set_header X-Real-IP $remote_addr;
                proxy_set_header X-Request-Id $request_id;
                proxy_set_header X-Request-Start $msec;
                proxy_set_header Forwarded "";
                proxy_set_header Proxy "";
            }
        }

        """

    static func sharedServer(profile: String, route: String) -> String {
        """
        # Whoever asks for a host that no app has gets no answer.
        \(refusal("443", isTLS: true))\(refusal("80", isTLS: false))\(refusal("[::]:443", isTLS: true))\
        \(refusal("[::]:80", isTLS: false))
        map $host $cairn_route_\(route) {
            hostnames;
            default "";
            a.example.com "a|http:80";
            b.example.com "b|http:80";
        }
        server {
            listen 80;
            listen [::]:80;
            server_name a.example.com;
            server_name b.example.com;
            set $cairn_key "$cairn_route_\(route)";
            include /var/lib/cairn/nginx/profiles/\(profile).conf;
        }

        map "" $cairn_generation {
            default 7;
        }
        #: end

        """
    }

    private static func refusal(_ socket: String, isTLS: Bool) -> String {
        """
        server {
            listen \(socket)\(isTLS ? " ssl http2" : "") default_server;
            server_name _;
            access_log off;
        \(isTLS ? tls : "")    return 444;
        }

        """
    }

    private static let tls = """
            ssl_reject_handshake on;
            ssl_protocols TLSv1.2 TLSv1.3;
            ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
        ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
            ssl_prefer_server_ciphers off;
            ssl_session_cache shared:cairn_tls:10m;
            ssl_session_timeout 1d;
            ssl_session_tickets off;

        """
}
