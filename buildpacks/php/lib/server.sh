# shellcheck shell=bash
# What serves the app where it runs: nginx and php-fpm, started by php-nginx, with the app's settings.
# shellcheck disable=SC2154 # use_php and bin/compile set them

install_server() {
    local root
    root=$(document_root)
    step "Serving ${root:-the root directory of the app} with nginx and php-fpm"
    mkdir -p "$home/bin"
    cp -- "$pack_dir/share/php-nginx" "$pack_dir/share/settings.sh" "$home/bin/"
    chmod 755 "$home/bin/php-nginx"
    printf '%s\n' "$root" >"$home/document-root"
    # Procfiles written for Heroku name these.
    ln -sf php-nginx "$home/bin/heroku-php-nginx"
    ln -sf php-nginx "$home/bin/heroku-php-apache2"
    link_into_vendor
    if grep -sq 'heroku-php-apache2' Procfile; then
        warn "The Procfile asks for heroku-php-apache2: nginx serves the app instead, and does not read .htaccess files."
    fi
    write_environment
}

# document_root: the directory nginx serves, relative to the app; empty for the app's root.
document_root() {
    local root='' directory
    [[ ! -f composer.json ]] || root=$(jq -r '.extra.cairn["document-root"]? // empty' composer.json)
    root=${PHP_DOCUMENT_ROOT:-$root}
    if [[ -n $root ]]; then
        [[ $root =~ ^[A-Za-z0-9._/-]+$ && $root != /* && /$root/ != */../* ]] || fail \
            "The document root \"$root\" is not a directory inside the app." "Write it relative to the app, as \"public\"."
        [[ -d $root ]] || fail "The document root \"$root\" does not exist." \
            "PHP_DOCUMENT_ROOT, or \"extra\": {\"cairn\": {\"document-root\": …}} in composer.json, names it."
        root=${root%/}
        [[ $root == . ]] || printf '%s\n' "$root"
        return
    fi
    for directory in public web webroot www; do
        [[ ! -f $directory/index.php ]] || { printf '%s\n' "$directory" && return; }
    done
}

link_into_vendor() {
    local name
    [[ -d vendor ]] || return 0
    mkdir -p vendor/bin
    for name in heroku-php-nginx heroku-php-apache2; do
        [[ -e vendor/bin/$name ]] || ln -s ../../.cairn/php/bin/php-nginx "vendor/bin/$name"
    done
}

write_environment() {
    local profile
    # shellcheck disable=SC2016 # it is expanded where the app runs
    profile='export PATH="$HOME/.cairn/php/bin:$HOME/vendor/bin:$PATH"'
    if [[ $php_origin == compile ]]; then
        # shellcheck disable=SC2016
        profile='export PATH="$HOME/.cairn/php/bin:$HOME/.cairn/php/runtime/bin:$HOME/vendor/bin:$PATH"'
        profile+=$'\nexport LD_LIBRARY_PATH="$HOME/.cairn/php/runtime/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"'
    fi
    if [[ -d $home/extensions ]]; then
        profile+=$'\nexport PHP_INI_SCAN_DIR=":$HOME/.cairn/php/extensions/conf.d${PHP_INI_SCAN_DIR:-}"'
        profile+=$'\nexport LD_LIBRARY_PATH="$HOME/.cairn/php/extensions/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"'
    fi
    write_profile "$BUILD_DIR" 50-php <<<"$profile"
    write_export "$pack_dir" <<<"export PATH=$PATH"
}
