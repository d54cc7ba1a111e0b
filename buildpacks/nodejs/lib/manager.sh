# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # sets and reads variables of bin/compile and of lib/download.sh
# The package manager: which the app uses, in which version, and where that comes from.

# registry: the address that npm itself would use, by the config vars, .npmrc or its own default.
registry() {
    local url=${NPM_CONFIG_REGISTRY:-${npm_config_registry:-}}
    [[ -n $url ]] || url=$(npm config get registry)
    printf '%s\n' "${url%/}"
}

# choose_manager: sets $manager and $lock (empty without a lock file).
choose_manager() {
    local file declared
    local -a locks=()
    for file in package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml; do [[ ! -f $file ]] || locks+=("$file"); done
    if ((${#locks[@]} > 1)) && [[ "${locks[*]}" != "package-lock.json npm-shrinkwrap.json" ]]; then
        fail "There are lock files of several package managers: ${locks[*]}." \
            "Keep the one you use, delete the others and commit that."
    fi
    # Of npm's two, the one it publishes with packages goes before.
    lock=''
    ((${#locks[@]} == 0)) || lock=${locks[-1]}
    declared=$(package_value packageManager)
    declared=${declared%%@*}
    case $lock in
        yarn.lock) manager=yarn ;;
        pnpm-lock.yaml) manager=pnpm ;;
        ?*) manager=npm ;;
        *) manager=${declared:-npm} ;;
    esac
    [[ $manager =~ ^(npm|yarn|pnpm)$ ]] || fail "packageManager of package.json names \"$manager\"; npm, yarn and pnpm can be had."
    if [[ -z $lock && $manager != npm ]] && has_dependencies; then
        fail "package.json names $manager as its package manager, but there is no lock file of it." \
            "Run \"$manager install\" and commit the lock file it writes."
    fi
    if [[ -n $declared && $declared != "$manager" ]]; then
        fail "package.json names $declared as its package manager, but the lock file is $lock, which is $manager's." \
            "Correct packageManager, or commit the lock file of $declared."
    fi
}

# manager_request: sets $wanted to the range of versions of the package manager, $wanted_hash to a hash if one is given.
manager_request() {
    local declared
    declared=$(package_value packageManager)
    wanted='' wanted_hash=''
    if [[ $declared =~ ^[a-z]+@([^+]+)(\+(.+))?$ ]]; then
        wanted=${BASH_REMATCH[1]} wanted_hash=${BASH_REMATCH[3]}
        return
    fi
    wanted=$(package_value "engines.$manager" "volta.$manager")
    [[ -z $wanted ]] || return 0
    case $manager in
        yarn) if grep -q '^# yarn lockfile v1' yarn.lock 2>/dev/null; then wanted=1.x; fi ;;
        pnpm)
            case $(sed -nE "s/^lockfileVersion: *'?([0-9]+).*/\1/p" pnpm-lock.yaml 2>/dev/null) in
                5) wanted=7 ;;
                6) wanted=8 ;;
                *) wanted=9 ;;
            esac ;;
    esac
}

install_manager() {
    local present path
    manager_request
    if [[ $manager == npm ]]; then
        install_npm
        return
    fi
    if [[ $manager == yarn && -f .yarnrc.yml ]]; then
        path=$(sed -nE 's/^yarnPath:[[:space:]]*"?([^"[:space:]]+)"?.*/\1/p' .yarnrc.yml)
        if [[ -n $path ]]; then
            [[ -f $path ]] || fail ".yarnrc.yml says that Yarn is at $path, but that is not in the app." "Commit it."
            printf '#!/bin/sh\nexec node "%s" "$@"\n' "$BUILD_DIR/$path" >"$home/bin/yarn"
            chmod +x "$home/bin/yarn"
            manager_version=$(yarn --version)
            detail "Using Yarn $manager_version of the app ($path)"
            return
        fi
    fi
    [[ -n $wanted ]] || fail "yarn.lock is of Yarn 2 or later, and the app does not say of which." \
        "Set packageManager in package.json (\"yarn@4.5.0\"), or commit Yarn itself (\"yarn set version --yarn-path\")."
    install_from_registry "$(package_of "$manager" "$wanted")" "$manager" "$wanted"
    # npm stays the program that `npm start` of a Procfile means.
    present=$manager_version
    install_npm_copy
    manager_version=$present
}

# package_of MANAGER RANGE: the package it is published as; Yarn from version 2 on has another one than before.
package_of() {
    if [[ $1 == yarn && ! $2 =~ ^[~^=v]*1(\.|$) ]]; then echo @yarnpkg/cli-dist; else echo "$1"; fi
}

# install_npm: the npm that came with Node.js if it matches what the app asks for, otherwise from the registry.
install_npm() {
    local status=0
    install_npm_copy
    [[ -n $wanted ]] || return 0
    version_matches "$manager_version" "$wanted" || status=$?
    ((status < 2)) || fail "package.json asks for npm \"$wanted\", which is not a version or range of versions." \
        "Write a version such as \"$manager_version\"."
    ((status == 0)) || install_from_registry npm npm "$wanted"
}

# install_npm_copy: the stack's npm is only in build images; apps get a copy of it, without what only Debian's other
# packages need. The project's own releases of Node.js bring theirs.
install_npm_copy() {
    if [[ ! -x $home/runtime/bin/npm ]]; then
        /usr/bin/node "$pack_dir/lib/copy-npm.js" /usr/share/nodejs "$home/lib/node_modules"
        ln -s ../lib/node_modules/npm/bin/npm-cli.js "$home/bin/npm"
        ln -s ../lib/node_modules/npm/bin/npx-cli.js "$home/bin/npx"
    fi
    manager_version=$(npm --version)
}

# install_from_registry PACKAGE COMMAND RANGE: a package manager, verified by the registry's hash or the app's own.
install_from_registry() {
    local package=$1 command=$2 range=$3 metadata cached version archive integrity algorithm bin
    cached=$(cat "$(cache_entry manager)/key" 2>/dev/null || true)
    if [[ $cached == "$package "* ]] && version_matches "${cached#* }" "$range"; then
        manager_version=${cached#* }
        use_cached manager "$home/lib/node_modules/$command" "$command $manager_version" "asked for: $range"
    else
        metadata=$(mktemp)
        fetch "$(registry)/$package" "$metadata" ||
            fail "$command $range is asked for, but $(registry) can't be reached: ${fetch_error:-}" \
                "Set HTTPS_PROXY, or NPM_CONFIG_REGISTRY to a registry that can be."
        version=$(jq -r '.versions | keys[]' "$metadata" | newest_matching "$range") ||
            fail "$command $range can't be had." "$(registry) has $(jq -r '.versions | keys[]' "$metadata" | stable_lines)."
        integrity=$(jq -r --arg version "$version" '.versions[$version].dist.integrity // ""' "$metadata")
        [[ $integrity =~ ^sha512- ]] || fail "$(registry) gives no SHA-512 for $package $version, so it is not installed." "Ask for another version."
        archive=$(mktemp --suffix=.tgz)
        detail "Downloading $command $version"
        fetch_verified "$(jq -r --arg version "$version" '.versions[$version].dist.tarball' "$metadata")" "$archive" \
            sha512 "$(base64_to_hex "${integrity#sha512-}")"
        check_declared_hash "$archive" "$command" "$version"
        rm -rf -- "$home/lib/node_modules/$command"
        mkdir -p "$home/lib/node_modules/$command"
        tar -xzf "$archive" -C "$home/lib/node_modules/$command" --strip-components=1 --no-same-owner
        rm -f -- "$archive" "$metadata"
        manager_version=$version
        keep_cached manager "$package $version" "$command $version" "$home/lib/node_modules/$command"
    fi
    link_commands "$command"
}

# check_declared_hash ARCHIVE COMMAND VERSION: packageManager may carry the hash of the package: "pnpm@9.1.0+sha512.…".
check_declared_hash() {
    local algorithm=${wanted_hash%%.*} value=${wanted_hash#*.}
    [[ -n $wanted_hash && $algorithm =~ ^sha(256|512)$ ]] || return 0
    checksum_matches "$1" "$algorithm" "$value" || fail "$2 $3 is not what the hash in packageManager of package.json says." \
        "If the hash is right, do not deploy this; if not, set it anew."
}

# link_commands COMMAND: the programs of an unpacked package, in .cairn/nodejs/bin.
link_commands() {
    local name path
    while IFS=$'\t' read -r name path; do
        # Not below .bin of the app: "npm" there would be another one.
        chmod +x "$home/lib/node_modules/$1/$path"
        ln -sf "../lib/node_modules/$1/$path" "$home/bin/$name"
        rm -f -- "$home/runtime/bin/$name"
    done < <(jq -r '.bin | to_entries[] | [.key, (.value | ltrimstr("./"))] | @tsv' "$home/lib/node_modules/$1/package.json")
}

stable_lines() { grep -E '^[0-9.]+$' | newest_of_each_major; }
