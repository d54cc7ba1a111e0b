# shellcheck shell=bash
# The extensions that composer.json asks for ("ext-redis": "*"). Most are part of the stack's PHP. Others come from
# their Debian packages: the build installs them, and the extension with its libraries goes with the app.
# shellcheck disable=SC2154 # use_php and bin/compile set them

# Their libraries load further files from places that are not the app's.
unportable_extensions=' imagick gmagick enchant snmp '

# requested_extensions: one a line, as the app and all its locked packages name them, without "ext-".
requested_extensions() {
    [[ -f composer.json ]] || return 0
    {
        jq -r '(.require // {}) | if type == "object" then keys[] else empty end' composer.json
        # An empty list stands for an empty object in files that PHP writes.
        [[ ! -f composer.lock ]] ||
            jq -r '.packages[]? | (.require // {}) | if type == "object" then keys[] else empty end' composer.lock
    } | sed -nE 's/^ext-([A-Za-z0-9_-]+)$/\L\1/p' | sort -u
}

loaded_extensions() { php -m | tr '[:upper:] ' '[:lower:]-' | sed 's/^zend-//'; }

# add_extensions: has every extension that is asked for loaded, in this build and where the app runs.
add_extensions() {
    local name loaded requested
    local -a missing=()
    requested=$(requested_extensions)
    loaded=$(loaded_extensions)
    for name in $requested; do
        grep -Fqx -e "$name" -e "${name//_/-}" <<<"$loaded" || missing+=("$name")
    done
    ((${#missing[@]} > 0)) || return 0
    step "Adding extensions: ${missing[*]}"
    [[ $php_origin == stack ]] || fail \
        "PHP $php_installed, which was compiled for this app, has no extension ${missing[*]}." \
        "Only the stack's PHP ($(stack_php_version)) can have it: allow that version in composer.json." \
        "It has: $(paste -sd ' ' <<<"$(grep -v '^\[' <<<"$loaded" | sed '/^$/d')")"
    provide_extensions "${missing[@]}"
    loaded=$(loaded_extensions)
    for name in "${missing[@]}"; do
        grep -Fqx -e "$name" -e "${name//_/-}" <<<"$loaded" || fail \
            "The extension $name was installed but PHP does not load it."
    done
}

provide_extensions() {
    local key
    key=$(fingerprint "$php_installed" "$@")
    if cache_holds extensions "$key"; then
        use_cached extensions "$home/extensions" "extensions" "the same are asked for"
    else
        install_extensions "$@"
        keep_cached extensions "$key" "extensions" "$home/extensions"
    fi
    # An empty part stands for PHP's own directory.
    export PHP_INI_SCAN_DIR=:$home/extensions/conf.d LD_LIBRARY_PATH=$home/extensions/lib
}

install_extensions() {
    local line=${php_installed%.*} name file package
    local -a packages=() modules=()
    local before after directory
    directory=$(php -r 'echo ini_get("extension_dir");')
    update_package_lists
    for name in "$@"; do
        [[ $unportable_extensions != *" $name "* ]] || fail "The extension $name can't be had from this buildpack." \
            "It needs files of the system beside itself. A Dockerfile can install php$line-$name."
        package=$(extension_package "$line" "$name")
        apt-cache show "$package" >/dev/null 2>&1 || fail "The extension $name can't be had: Debian has no $package." \
            "Correct \"ext-$name\" in composer.json, or, if PHP can do without it, leave it out."
        packages+=("$package")
    done
    before=$(ls "/etc/php/$line/cli/conf.d")
    install_packages "${packages[@]}"
    after=$(ls "/etc/php/$line/cli/conf.d")
    mkdir -p "$home/extensions/conf.d" "$home/extensions/lib"
    while read -r file; do
        sed -E "s|^(zend_)?extension=([^/]+)$|\1extension=$home/extensions/\2|" "/etc/php/$line/cli/conf.d/$file" \
            >"$home/extensions/conf.d/$file"
        name=$(sed -nE 's/^(zend_)?extension=([^/]+)$/\2/p' "/etc/php/$line/cli/conf.d/$file")
        modules+=("$directory/$name")
        cp -- "${modules[-1]}" "$home/extensions/"
        # In this build the copy below .cairn is the one that is loaded.
        rm -- "/etc/php/$line/cli/conf.d/$file"
    done < <(comm -13 <(sort <<<"$before") <(sort <<<"$after"))
    ((${#modules[@]} == 0)) || copy_libraries "$home/extensions/lib" "${modules[@]}"
}

# extension_package LINE NAME: the Debian package that holds the extension.
extension_package() {
    case $2 in
        pdo_dblib) printf 'php%s-sybase\n' "$1" ;;
        pdo_odbc | odbc) printf 'php%s-odbc\n' "$1" ;;
        pdo_firebird) printf 'php%s-interbase\n' "$1" ;;
        *) printf 'php%s-%s\n' "$1" "${2//_/-}" ;;
    esac
}
