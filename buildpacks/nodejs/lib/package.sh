# shellcheck shell=bash
# What package.json says.

# read_package: an end of the build when package.json is not a JSON object.
read_package() {
    local reason
    reason=$(jq -e 'type == "object"' package.json 2>&1 >/dev/null) && return
    fail "package.json is not a JSON object${reason:+: ${reason#*: }}" "Correct it (\"node -p 'require(\"./package.json\")'\" shows where)."
}

# package_value PATH...: the first of the dotted paths ("engines.node") that holds a text.
package_value() {
    jq -r --args '[$ARGS.positional[] as $path | try getpath($path | split(".")) catch null | strings][0] // ""' "$@" <package.json
}

has_script() { [[ -n $(package_value "scripts.$1") ]]; }

# run_script NAME: runs a script of package.json, if there is one, with the app's package manager.
run_script() {
    local status=0
    has_script "$1" || return 0
    step "Running the $1 script"
    run_shown "${manager:?}" run "$1" || status=$?
    ((status == 0)) || fail "The $1 script failed with status $status." "Its output above says why."
}

# package_files: every package.json of the app that is its own (workspaces included), one a line.
package_files() {
    find . \( -name node_modules -o -name .git -o -name .cairn \) -prune -o -name package.json -type f -print | sort
}

# dependency_sections: what every package.json of the app says of dependencies, and nothing else of it.
dependency_sections() {
    local file
    while read -r file; do
        printf '%s\n' "$file"
        jq -cS '{name, dependencies, devDependencies, optionalDependencies, peerDependencies, bundledDependencies,
            workspaces, overrides, resolutions, pnpm, packageManager}' "$file" 2>/dev/null || cat "$file"
    done < <(package_files)
}

# has_dependencies: whether there is anything to install.
has_dependencies() {
    package_files | xargs -d '\n' cat |
        jq -es 'any(.[]; ((.dependencies // {}) + (.devDependencies // {}) + (.optionalDependencies // {})) != {})' >/dev/null
}
