# shellcheck shell=bash
# Which packages of a module become programs, their build into bin/, and the default process.

# package_specs: what to install, one a line: GO_INSTALL_PACKAGE_SPEC, "// +heroku install …" of go.mod, or every main
# package at the root and under cmd/, or, where there is none, every main package of the module.
package_specs() {
    local specs
    specs=${GO_INSTALL_PACKAGE_SPEC:-$(heroku_directive . install)}
    if [[ -n $specs ]]; then
        # Not expanded by this shell: "./cmd/..." is Go's pattern.
        tr -s '[:space:]' '\n' <<<"$specs" | sed '/^$/d'
        return
    fi
    specs=$(main_packages . && { [[ ! -d cmd ]] || main_packages ./cmd/...; }) || return 1
    [[ -n $specs ]] || specs=$(main_packages ./...) || return 1
    printf '%s\n' "$specs"
}

main_packages() { go list -e -f '{{if eq .Name "main"}}{{.ImportPath}}{{end}}' "$1" | sed '/^$/d'; }

build_programs() {
    local -a specs=() flags=()
    local started listed
    listed=$(package_specs) || fail "Go could not read the module." "The lines above are Go's."
    [[ -n $listed ]] || fail "The module has no main package, so there is no program to run." \
        "A program is a package with \"package main\" and func main; GO_INSTALL_PACKAGE_SPEC names others."
    mapfile -t specs <<<"$listed"
    [[ "${specs[*]}" != *" -"* && ${specs[0]} != -* ]] || fail "A package to install begins with \"-\": ${specs[*]}" \
        "Flags belong in GOFLAGS."
    listed=$(build_flags)
    [[ -z $listed ]] || mapfile -t flags <<<"$listed"
    step "Building ${specs[*]}"
    started=$(milliseconds)
    # go install would refuse a GOBIN where the target is another system's; go build knows one output directory.
    mkdir -p bin
    run_shown compile_programs || fail "The Go compiler refused the app." \
        "The lines above name file, line and reason."
    detail "Built in $(seconds_since "$started"); compiled packages are kept for the next build ($(size_of "$GOCACHE"))"
    choose_process
}

# compile_programs: names the packages it compiles, but not those of Go's own library.
compile_programs() {
    go build -v "${flags[@]}" -o bin/ -- "${specs[@]}" 2>&1 |
        awk '!/^(vendor\/golang\.org\/.*|[a-z0-9_\/]+)$/ { print; fflush() }'
}

build_flags() {
    # The build has no history of the source to stamp into the program.
    if version_at_least "$(go env GOVERSION | sed -E 's/^go([0-9.]+).*/\1/')" 1.18; then printf -- '-buildvcs=false\n'; fi
    if [[ -n ${GO_LINKER_SYMBOL:-} && -n ${GO_LINKER_VALUE:-} ]]; then
        [[ $GO_LINKER_VALUE != *"'"* ]] || fail "GO_LINKER_VALUE holds a quotation mark ('), which Go's linker can't take."
        printf -- "-ldflags=-X '%s=%s'\n" "$GO_LINKER_SYMBOL" "$GO_LINKER_VALUE"
    fi
}

# choose_process: web runs the only program, or the one named web, server, or as the module; else the first.
choose_process() {
    local -a programs=()
    local program module chosen=''
    mapfile -t programs < <(go list -f '{{if eq .Name "main"}}{{.Target}}{{end}}' -- "${specs[@]}" |
        sed '/^$/d; s|.*/||' | sort -u)
    ((${#programs[@]} > 0)) || fail "Nothing of ${specs[*]} is a main package, so there is no program to run."
    module=$(go_mod_value . module)
    module=$(sed -E 's|/v[0-9]+$||; s|.*/||' <<<"$module")
    for program in web server "$module" "${programs[0]}"; do
        [[ -z $chosen && " ${programs[*]} " == *" $program "* ]] && chosen=$program
    done
    detail "Programs: $(printf 'bin/%s ' "${programs[@]}")"
    write_release "$BUILD_DIR" go web "bin/$chosen"
    # shellcheck disable=SC2016 # it is expanded where the app runs
    write_profile "$BUILD_DIR" 50-go <<<'export PATH="$HOME/bin:$PATH"'
}
