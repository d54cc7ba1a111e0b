# shellcheck shell=bash
# The build of the package, and its executables.
# shellcheck disable=SC2154 # bin/compile and use_swift set home and swift_installed

# build_package: leaves the products in $products.
build_package() {
    local scratch started key
    local -a flags=()
    scratch=$(cache_directory build)
    # Another compiler can't read what this one compiled.
    key=$(fingerprint "$swift_installed")
    if ! cache_holds compiler "$key"; then
        rm -rf -- "$scratch"
        cache_finished compiler "$key"
    fi
    swift_arguments=(--configuration "${SWIFT_BUILD_CONFIGURATION:-release}" --scratch-path "$scratch"
        --cache-path "$(cache_directory repositories)" --disable-sandbox)
    is_true "${SWIFT_STATIC:-true}" && swift_arguments+=(--static-swift-stdlib)
    # Words, as the names of flags are; quoting inside them is not interpreted.
    read -r -a flags <<<"${SWIFT_BUILD_FLAGS:-}"
    swift_arguments+=("${flags[@]}")
    resolve_dependencies
    choose_products
    started=$(milliseconds)
    step "Building ${executables[*]} (${SWIFT_BUILD_CONFIGURATION:-release})"
    for product in "${executables[@]}"; do
        run_shown swift build "${swift_arguments[@]}" --product "$product" || fail "The package could not be built." \
            "The lines above are SwiftPM's."
    done
    products=$(swift build "${swift_arguments[@]}" --show-bin-path)
    detail "Built in $(seconds_since "$started"); compiled modules are kept for the next build ($(size_of "$scratch"))"
}

resolve_dependencies() {
    local key started
    grep -q '\.package(' Package.swift || return 0
    key=$(fingerprint Package.resolved Package.swift)
    if [[ -f Package.resolved ]] && cache_holds dependencies "$key"; then
        step "Using cached dependencies (Package.resolved is unchanged; $(size_of "$(cache_directory build)/checkouts"))"
        return
    fi
    step "Resolving dependencies"
    [[ -f Package.resolved ]] || warn "There is no Package.resolved: versions are chosen anew by every build." \
        "Run \"swift package resolve\" and commit it."
    started=$(milliseconds)
    run_shown swift package "${swift_arguments[@]:2:4}" resolve || fail "The dependencies could not be resolved." \
        "The lines above are SwiftPM's."
    # SwiftPM makes Package.resolved where it was missing: the key is that of what it holds now.
    [[ ! -f Package.resolved ]] || cache_finished dependencies "$(fingerprint Package.resolved Package.swift)"
    detail "Resolved in $(seconds_since "$started")"
}

# choose_products: sets executables: SWIFT_PRODUCTS, or every executable the package makes.
choose_products() {
    local described
    if [[ -n ${SWIFT_PRODUCTS:-} ]]; then
        read -r -a executables <<<"$SWIFT_PRODUCTS"
        return
    fi
    described=$(swift package "${swift_arguments[@]:2:4}" describe --type json) || fail "The package's manifest can't be read." \
        "The lines above are SwiftPM's."
    described=$(jq -r '.products[] | select(.type | has("executable")) | .name' <<<"$described")
    [[ -n $described ]] || fail "The package makes no executable, so there is no program to run." \
        "A program is a target made with .executableTarget."
    mapfile -t executables <<<"$described"
}

# install_executables: the programs, their resources, and the libraries that the run image lacks.
install_executables() {
    local name resources
    for name in "${executables[@]}"; do
        [[ -x $products/$name ]] || fail "The package was built but makes no executable $name." \
            "It makes: $(find "$products" -maxdepth 1 -type f -executable -printf '%f ')"
        cp -- "$products/$name" "$home/bin/"
    done
    # SwiftPM's accessor of resources looks beside the program.
    while read -r resources; do cp -a -- "$resources" "$home/bin/"; done < <(compgen -G "$products/*.resources")
    copy_libraries "$home/lib" "${executables[@]/#/$home/bin/}"
    detail "Programs: $(printf '%s ' "${executables[@]}")($(size_of "$home/bin"))"
    choose_process
    write_environment
}

write_environment() {
    local profile
    # shellcheck disable=SC2016 # it is expanded where the app runs
    profile='export PATH="$HOME/.cairn/swift/bin:$PATH"'
    # shellcheck disable=SC2016
    if ! rmdir "$home/lib" 2>/dev/null; then
        profile+=$'\nexport LD_LIBRARY_PATH="$HOME/.cairn/swift/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"'
    fi
    write_profile "$BUILD_DIR" 50-swift <<<"$profile"
}
