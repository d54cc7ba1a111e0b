# shellcheck shell=bash
# The packages of composer.json: vendor/ is kept between builds, so Composer installs only what the lock file changed.
# shellcheck disable=SC2154 # use_php and bin/compile set them

check_composer_files() {
    local file
    for file in composer.json composer.lock; do
        [[ -f $file ]] || continue
        jq empty "$file" >/dev/null 2>&1 || fail "$file is no valid JSON." "\"composer validate\" names the line."
    done
}

install_packages_of_composer() {
    local key started
    [[ -f composer.json ]] || return 0
    export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_NO_INTERACTION=1 COMPOSER_HOME COMPOSER_CACHE_DIR
    COMPOSER_HOME=$(cache_directory composer)
    COMPOSER_CACHE_DIR=$COMPOSER_HOME/cache
    key=''
    # Without a lock file nothing says what a kept vendor/ would have to hold.
    [[ ! -f composer.lock ]] || key=$(fingerprint composer.lock "$php_installed")
    step "Installing packages with Composer"
    [[ -f composer.lock ]] || warn "There is no composer.lock: versions are chosen anew by every build." \
        "Run \"composer update\" and commit the lock file."
    restore_vendor "$key"
    started=$(milliseconds)
    run_shown composer_install || fail "Composer could not install the packages." \
        "The lines above are Composer's. Private packages need COMPOSER_AUTH; platform requirements (php, ext-…) name" \
        "what composer.json must allow or ask for."
    detail "Packages took $(seconds_since "$started")"
    [[ ! -d vendor ]] || keep_vendor "$key"
}

composer_install() {
    # Composer is a PHP program: it runs with the app's PHP, not with the one its first line names.
    php "$(command -v composer)" install --no-dev --no-progress --prefer-dist --optimize-autoloader --no-interaction \
        --no-ansi
}

restore_vendor() {
    local path
    [[ -n $1 && ! -d vendor && -d $(cache_entry vendor)/files/vendor ]] || return 0
    if cache_holds vendor "$1"; then
        use_cached vendor . "packages" "composer.lock is unchanged"
    else
        use_cached vendor . "packages" "as a start: composer.lock has changed"
    fi
    # The code of a package in the app itself may have changed although its version has not.
    [[ -f vendor/composer/installed.json ]] || return 0
    jq -r '.packages[]? | select(.dist.type == "path") | .["install-path"]' vendor/composer/installed.json |
        while read -r path; do rm -rf -- "vendor/composer/$path"; done
}

keep_vendor() {
    if [[ -n $1 ]] && ! cache_holds vendor "$1"; then keep_cached vendor "$1" "packages" . vendor; fi
}
