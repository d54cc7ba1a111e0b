# shellcheck shell=bash
# Makes the app's PHP available: the stack's, or one compiled for this app and kept in the cache.
# shellcheck disable=SC2154 # bin/compile sets home

# use_php: sets php_origin (stack, compile) and php_installed, and has the right php first in PATH.
use_php() {
    local stack resolved
    stack=$(stack_php_version)
    resolved=$(php_version . "$stack")
    php_origin=${resolved% *} php_installed=${resolved#* }
    if [[ $php_origin == stack ]]; then
        step "Using PHP $php_installed of the stack"
    else
        step "Using PHP $php_installed"
        provide_runtime "$php_installed"
        export PATH=$home/runtime/bin:$PATH
    fi
    # Programs of Composer packages are found by name, as they are when the app runs.
    export PATH=$BUILD_DIR/vendor/bin:$PATH
}

stack_php_version() {
    /usr/bin/php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION, ".", PHP_RELEASE_VERSION;' 2>/dev/null || fail \
        "The build image has no PHP." "Its Debian package php8.2-cli is listed in this buildpack's buildpack.toml."
}

# The headers PHP is compiled with, beyond those of the build image; they are needed only then.
runtime_headers=(libicu-dev libonig-dev libzip-dev libpng-dev libjpeg-dev libfreetype-dev libwebp-dev libsodium-dev)

runtime_options=(
    --disable-cgi --enable-fpm --enable-opcache --enable-bcmath --enable-calendar --enable-exif --enable-ftp
    --enable-gd --enable-intl --enable-mbstring --enable-pcntl --enable-sockets --with-curl --with-freetype
    --with-gettext --with-jpeg --with-mysqli=mysqlnd --with-openssl --with-pdo-mysql=mysqlnd --with-pdo-pgsql
    --with-pgsql --with-readline --with-sodium --with-webp --with-xsl --with-zip --with-zlib --without-pear
    # Without what only a debugger reads, which is most of its size.
    CFLAGS=-O2
)

# provide_runtime VERSION: PHP at .cairn/php/runtime.
provide_runtime() {
    local key archive work
    key=$(fingerprint "$1" "${runtime_options[@]}")
    if cache_holds runtime "$key"; then
        use_cached runtime "$home/runtime" "PHP $1" "compiled by an earlier build"
    else
        archive=$(php_source "$1")
        work=$(mktemp -d)
        detail "Downloading ${archive% *}"
        fetch_verified "${archive% *}" "$work/php.tar.xz" sha256 "${archive#* }"
        update_package_lists
        install_packages "${runtime_headers[@]}"
        compile_source "$work/php.tar.xz" "$home/runtime" "PHP $1" "${runtime_options[@]}" \
            --with-config-file-path="$home/runtime/etc" --with-config-file-scan-dir="$home/runtime/etc/conf.d"
        rm -rf -- "$work"
        finish_runtime
        keep_cached runtime "$key" "PHP $1" "$home/runtime"
    fi
    export LD_LIBRARY_PATH=$home/runtime/lib
}

# finish_runtime: what the run image lacks goes with PHP; what only building against PHP needs goes.
finish_runtime() {
    local extension
    extension=$(find "$home/runtime/lib/php/extensions" -name opcache.so 2>/dev/null | head -n 1)
    copy_libraries "$home/runtime/lib" "$home/runtime/bin/php" "$home/runtime/sbin/php-fpm"
    mkdir -p "$home/runtime/etc/conf.d"
    # From 8.5 on opcache is part of PHP itself.
    [[ -z $extension ]] || printf 'zend_extension=opcache\n' >"$home/runtime/etc/conf.d/10-opcache.ini"
    rm -rf -- "$home/runtime/php" "$home/runtime/include" "$home/runtime/lib/php/build"
}
