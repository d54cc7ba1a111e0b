# shellcheck shell=bash
# shellcheck disable=SC2154 # reads variables of bin/compile and of lib/manager.sh
# The app's dependencies: installed from the lock file, kept between builds, pruned at the end.

# set_tool_caches: where the package managers keep their own caches; nothing of that kind belongs in the app.
set_tool_caches() {
    NPM_CONFIG_CACHE=$(cache_directory npm-cache)
    YARN_CACHE_FOLDER=$(cache_directory yarn-cache)
    YARN_GLOBAL_FOLDER=$(cache_directory yarn-global)
    XDG_CACHE_HOME=$(cache_directory xdg-cache)
    XDG_DATA_HOME=$(cache_directory xdg-data)
    XDG_STATE_HOME=$XDG_DATA_HOME
    npm_config_store_dir=$(cache_directory pnpm-store)
    export NPM_CONFIG_CACHE YARN_CACHE_FOLDER YARN_GLOBAL_FOLDER XDG_CACHE_HOME XDG_DATA_HOME XDG_STATE_HOME npm_config_store_dir
    export NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_FUND=false NPM_CONFIG_AUDIT=false YARN_ENABLE_TELEMETRY=0
    export YARN_ENABLE_GLOBAL_CACHE=false npm_config_package_import_method=copy
}

is_yarn_classic() { [[ $manager == yarn && $manager_version == 1.* ]]; }

dependencies_key() {
    local -a parts=(1 "$STACK" "$node_version" "$manager $manager_version" "$(dependency_sections)")
    local file
    for file in $lock .npmrc .yarnrc .yarnrc.yml .pnpmfile.cjs pnpm-workspace.yaml; do
        [[ ! -f $file ]] || parts+=("$file" "$file:")
    done
    if [[ -d patches ]]; then parts+=("$(find patches -type f -print0 | sort -z | xargs -0 -r sha256sum)"); fi
    fingerprint "${parts[@]}"
}

# installed_paths: what an installation made, relative to the app, NUL-separated.
installed_paths() {
    local path
    find . \( -name .git -o -path ./.cairn \) -prune -o -name node_modules -type d -prune -print0
    if [[ $manager == yarn ]]; then
        for path in .yarn/cache .yarn/unplugged .yarn/install-state.gz .pnp.cjs .pnp.loader.mjs; do
            [[ ! -e $path ]] || printf './%s\0' "$path"
        done
    fi
}

install_dependencies() {
    local key started
    local -a paths
    vendored=no
    if [[ -d node_modules && -n $(ls -A node_modules) ]]; then
        use_vendored
        return
    fi
    if ! has_dependencies; then
        step "There are no dependencies to install"
        run_own_install_scripts
        return
    fi
    key=$(dependencies_key)
    if cache_holds node_modules "$key"; then
        step "Dependencies (${lock:-package.json})"
        use_cached node_modules . node_modules "${lock:-package.json} has not changed"
        run_own_install_scripts
        return
    fi
    step "Installing dependencies with $manager $manager_version (${lock:-package.json})"
    if [[ -z $lock ]]; then
        warn "There is no lock file: each build may install other versions." "Run \"npm install\" and commit package-lock.json."
    fi
    started=$(milliseconds)
    "install_with_$manager"
    detail "Installed in $(seconds_since "$started")"
    readarray -d '' -t paths < <(installed_paths)
    if ((${#paths[@]} > 0)); then keep_cached node_modules "$key" node_modules . "${paths[@]}"; fi
}

# use_vendored: node_modules is part of the app; only what was compiled on another machine is compiled again.
use_vendored() {
    vendored=yes
    step "Using the app's own node_modules (nothing is installed)"
    if find node_modules -name binding.gyp -type f -print -quit | grep -q .; then
        detail "Compiling its native add-ons again"
        install_with npm rebuild
    fi
    run_own_install_scripts
}

# run_own_install_scripts: what an installation would have run of the app's own scripts.
run_own_install_scripts() {
    local script
    for script in preinstall install postinstall prepare; do run_script "$script"; done
}

shown_and_kept() { "$@" </dev/null 2>&1 | tee "${tool_log:?}" | indent; }

# install_with COMMAND...: a failure ends the build with what it means.
install_with() {
    local status=0
    tool_log=$(mktemp)
    shown_and_kept "$@" || status=$?
    if ((status != 0)); then explain_failure; fi
    rm -f -- "$tool_log"
}

install_with_npm() {
    if [[ -n $lock ]]; then install_with npm ci --include=dev; else install_with npm install --include=dev --no-save; fi
}

install_with_yarn() {
    if is_yarn_classic; then
        install_with yarn install --frozen-lockfile --production=false --non-interactive --no-progress
    else
        install_with yarn install --immutable
    fi
}

install_with_pnpm() { install_with pnpm install --frozen-lockfile --prod=false --reporter=append-only; }

# prune_dependencies: what only the build needed does not go into the image.
prune_dependencies() {
    local status=0
    [[ $vendored == no ]] && has_dependencies || return 0
    if [[ ${NPM_CONFIG_PRODUCTION:-} == false || ${YARN_PRODUCTION:-} == false || ${PNPM_SKIP_PRUNING:-} == true || $NODE_ENV != production ]]; then
        detail "devDependencies are kept, as a config var says"
        return
    fi
    package_files | xargs -d '\n' cat | jq -es 'any(.[]; (.devDependencies // {}) != {})' >/dev/null || return 0
    step "Removing devDependencies"
    case $manager in
        npm) run_shown npm prune --omit=dev --ignore-scripts || status=$? ;;
        pnpm) run_shown pnpm prune --prod --ignore-scripts || status=$? ;;
        yarn)
            if is_yarn_classic; then
                run_shown yarn install --production --frozen-lockfile --ignore-scripts --prefer-offline --non-interactive --no-progress || status=$?
            else
                run_shown yarn workspaces focus --all --production || status=$?
            fi ;;
    esac
    ((status == 0)) || warn "They could not be removed (status $status): the image is larger than it need be."
}

# explain_failure: what the package manager's output most likely means, as one error. Reads $tool_log.
explain_failure() {
    local found file=${lock:-package.json}
    if grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT' "$tool_log"; then
        fail "The package registry $(registry) can't be reached." "Check HTTPS_PROXY and NPM_CONFIG_REGISTRY among the app's config vars, and .npmrc."
    elif grep -qE 'SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|CERT_' "$tool_log"; then
        fail "The package registry shows a certificate this build does not trust." "Behind a TLS-inspecting proxy: buildpacks:set-property --global ca-certificates /etc/ssl/certs/ca-certificates.crt"
    elif grep -qE 'package.json and package-lock.json|npm-shrinkwrap.json are (not )?in sync|ERR_PNPM_OUTDATED_LOCKFILE|lockfile needs to be updated|YN0028' "$tool_log"; then
        fail "$file does not belong to package.json as it is now." "Run \"$manager install\" and commit $file."
    elif found=$(grep -m 1 -oE "'[^ ']+' is not in this registry|Couldn't find package \"[^\"]+\"|GET [^ ]+: Not Found - 404" "$tool_log"); then
        fail "A package is not in the registry: $found." "Correct its name in package.json."
    elif found=$(grep -m 1 -oE 'No matching version found for [^ ]+|Couldn.t find any versions for "[^"]+"' "$tool_log"); then
        fail "package.json asks for a version the registry does not have: $found" "Correct it and lock again."
    elif grep -qE 'EINTEGRITY|ERR_PNPM_TARBALL_INTEGRITY|YN0018|Integrity check failed' "$tool_log"; then
        fail "A package is not what the hash in $file says." "If the change is meant, lock again; if not, do not deploy this."
    elif grep -q 'ERESOLVE' "$tool_log"; then
        fail "The dependencies of package.json contradict each other." "npm's output above names them."
    elif grep -qE 'EBADENGINE|Unsupported engine|The engine "node" is incompatible' "$tool_log"; then
        fail "A dependency does not work with Node.js $node_version." "Set engines.node in package.json to a version it works with."
    elif grep -qE 'EJSONPARSE|Invalid package lock|Unexpected token' "$tool_log"; then
        fail "$file can't be read." "Correct it, or write it again with \"$manager install\"."
    elif grep -q 'gyp ERR' "$tool_log"; then
        fail "A native add-on could not be compiled for Node.js $node_version." "The lines above that begin with \"gyp ERR\" say why."
    fi
    fail "$manager could not install the dependencies." "Its output above says why."
}
