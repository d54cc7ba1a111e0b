# shellcheck shell=bash
# shellcheck disable=SC2154 # reads variables of bin/compile
# The app's dependencies, by the tool whose lock file it has. Every tool installs into the same virtual environment.

# The releases of the tools that builds use unless a config var (UV_VERSION, POETRY_VERSION, PIPENV_VERSION) says other.
uv_version=${UV_VERSION:-0.13.9}
poetry_version=${POETRY_VERSION:-2.5.1}
pipenv_version=${PIPENV_VERSION:-2026.10.3}

# choose_package_manager: sets $manager and $manager_files (what the dependencies depend on).
choose_package_manager() {
    manager=${PYTHON_PACKAGE_MANAGER:-}
    if [[ -z $manager ]]; then
        if [[ -f uv.lock ]]; then manager=uv
        elif [[ -f poetry.lock ]]; then manager=poetry
        elif [[ -f Pipfile.lock || -f Pipfile ]]; then manager=pipenv
        else manager=pip; fi
    fi
    case $manager in
        uv) manager_files=(uv.lock pyproject.toml) ;;
        poetry) manager_files=(poetry.lock pyproject.toml) ;;
        pipenv) manager_files=(Pipfile.lock Pipfile) ;;
        pip) manager_files=(requirements.txt) ;;
        *) fail "PYTHON_PACKAGE_MANAGER is \"$manager\", which is none of pip, pipenv, poetry, uv." ;;
    esac
    if [[ $manager == pip && ! -f requirements.txt ]]; then
        if [[ -f pyproject.toml || -f setup.py ]]; then
            manager_files=(pyproject.toml setup.py setup.cfg)
        else
            fail "PYTHON_PACKAGE_MANAGER is pip, but there is no requirements.txt." "Write one (\"pip freeze\"), or unset it."
        fi
    fi
    require_lock_file
    if [[ $manager != pip && -f requirements.txt ]]; then
        detail "${manager_files[0]} decides; requirements.txt is not read"
    fi
}

require_lock_file() {
    local lock=${manager_files[0]} command
    case $manager in
        uv) command="uv lock" ;;
        poetry) command="poetry lock" ;;
        pipenv) command="pipenv lock" ;;
        *) return 0 ;;
    esac
    [[ -f $lock ]] || fail "There is no $lock, so nobody knows which versions this app was tested with." \
        "Run \"$command\" and commit $lock."
    [[ -f ${manager_files[1]} ]] || fail "There is a $lock, but no ${manager_files[1]} to which it belongs." \
        "Commit ${manager_files[1]} too."
}

# requirement_files FILE: FILE and every file it includes with -r or -c, each once, in order.
requirement_files() {
    local -A seen=()
    local -a queue=("$1")
    local file included
    while ((${#queue[@]} > 0)); do
        file=${queue[0]}
        queue=("${queue[@]:1}")
        [[ -f $file && -z ${seen[$file]:-} ]] || continue
        seen[$file]=1
        printf '%s\n' "$file"
        while read -r included; do
            queue+=("$(realpath -ms --relative-to=. "$(dirname "$file")/$included")")
        done < <(sed -nE 's/\r$//; s/^[[:space:]]*(-r|-c|--requirement|--constraint)[[:space:]=]*([^[:space:]#]+).*/\2/p' "$file")
    done
}

# local_packages: directories of the app that are installed as packages themselves, one a line.
local_packages() {
    case $manager in
        pip)
            local file
            while read -r file; do
                sed -nE 's/\r$//; s/^[[:space:]]*(-e[[:space:]]+|--editable[[:space:]=]+)?(file:)?(\.[^[:space:]#;]*).*/\3/p' "$file"
            done < <(requirement_files requirements.txt) ;;
        uv | poetry) sed -nE 's/.*[{,[:space:]]path[[:space:]]*=[[:space:]]*"([^"]+)".*/\1/p' pyproject.toml ;;
        pipenv) sed -nE 's/.*[{,[:space:]]path[[:space:]]*=[[:space:]]*"([^"]+)".*/\1/p' Pipfile ;;
    esac
}

# tree_fingerprint PATH: one hash over a directory's files, but for what builds and version control add.
tree_fingerprint() {
    [[ -e $1 ]] || return 0
    find "$1" \( -name .git -o -name .cairn -o -name .profile.d -o -name __pycache__ \) -prune -o -type f -print0 |
        sort -z | xargs -0 -r sha256sum | sha256sum | cut -d ' ' -f 1
}

dependencies_key() {
    local -a parts=(1 "$STACK" "$python_version" "$manager" "$uv_version $poetry_version $pipenv_version")
    local item directory extra
    if [[ ${manager_files[0]} == requirements.txt ]]; then
        while read -r item; do parts+=("$item"); done < <(requirement_files requirements.txt)
    else
        parts+=("${manager_files[@]}")
    fi
    while read -r directory; do
        # The name without extras: "./lib[fast]".
        parts+=("$directory" "$(tree_fingerprint "${directory%%[*}")")
    done < <(local_packages)
    for extra in PIP_INDEX_URL PIP_EXTRA_INDEX_URL UV_INDEX_URL UV_DEFAULT_INDEX; do parts+=("${!extra:-}"); done
    fingerprint "${parts[@]}"
}

install_dependencies() {
    local key started
    key=$(dependencies_key)
    if cache_holds venv "$key"; then
        step "Dependencies (${manager_files[0]})"
        use_cached venv "$venv" dependencies "${manager_files[0]} has not changed"
        return
    fi
    step "Installing dependencies with $manager (${manager_files[0]})"
    started=$(milliseconds)
    rm -rf -- "$venv"
    "$python" -m venv "$venv"
    "install_with_$manager"
    detail "Installed in $(seconds_since "$started")"
    keep_cached venv "$key" dependencies "$venv"
}

# shown_and_kept COMMAND...: output both shown and kept in $tool_log, for explaining a failure.
shown_and_kept() { "$@" </dev/null 2>&1 | tee "${tool_log:?}" | indent; }

# install_with TOOL COMMAND...: runs it in the new environment; a failure ends the build with what it means.
install_with() {
    local tool=$1 status=0
    shift
    tool_log=$(mktemp)
    PATH="$venv/bin:$PATH" VIRTUAL_ENV=$venv shown_and_kept "$@" || status=$?
    if ((status != 0)); then explain_failure "$tool"; fi
    rm -f -- "$tool_log"
}

install_with_pip() {
    PIP_CACHE_DIR=$(cache_directory pip)
    export PIP_CACHE_DIR
    if [[ ${manager_files[0]} == requirements.txt ]]; then
        install_with pip "$venv/bin/pip" install --disable-pip-version-check -r requirements.txt
    else
        warn "There is no lock file: each build may install other versions." "Write requirements.txt, uv.lock or poetry.lock and commit it."
        install_with pip "$venv/bin/pip" install --disable-pip-version-check --editable .
    fi
}

# tool NAME VERSION: a tool in an environment of its own, kept between builds; sets $tool_path.
tool() {
    local directory log
    directory=$(cache_directory "$1-$2-$(stack_python)")
    tool_path=$directory/bin/$1
    [[ ! -f $directory/complete ]] || return 0
    detail "Fetching $1 $2"
    # Other releases of the tool go with it.
    rm -rf -- "${directory%/*}/$1"-[0-9]*
    log=$(mktemp)
    /usr/bin/python3 -m venv "$directory"
    if ! PIP_CACHE_DIR=$(cache_directory pip) run_logged "$log" "$directory/bin/pip" install "$1==$2"; then
        show_end "$log" 10
        fail "$1 $2 could not be installed, so ${manager_files[0]} can't be either." \
            "Another version can be asked for by the config var ${1^^}_VERSION."
    fi
    rm -f -- "$log"
    touch "$directory/complete"
}

install_with_uv() {
    tool uv "$uv_version"
    UV_CACHE_DIR=$(cache_directory uv-cache)
    export UV_CACHE_DIR UV_PROJECT_ENVIRONMENT=$venv UV_PYTHON=$venv/bin/python UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
    export UV_NO_PROGRESS=1
    install_with uv "$tool_path" sync --locked --no-default-groups --compile-bytecode
}

install_with_poetry() {
    tool poetry "$poetry_version"
    POETRY_CACHE_DIR=$(cache_directory poetry-cache)
    export POETRY_CACHE_DIR POETRY_VIRTUALENVS_CREATE=false POETRY_NO_INTERACTION=1
    install_with poetry "$tool_path" install --only main --no-ansi
}

install_with_pipenv() {
    tool pipenv "$pipenv_version"
    PIP_CACHE_DIR=$(cache_directory pip)
    PIPENV_CACHE_DIR=$(cache_directory pipenv-cache)
    export PIP_CACHE_DIR PIPENV_CACHE_DIR PIPENV_IGNORE_VIRTUALENVS=0 PIPENV_NOSPIN=1 PIPENV_VERBOSITY=-1
    # A lock file that is not the Pipfile's ends the build here, in one line.
    install_with pipenv "$tool_path" verify
    install_with pipenv "$tool_path" sync
}

# explain_failure TOOL: what the tool's output most likely means, as one error. Reads $tool_log.
explain_failure() {
    local file=${manager_files[0]} found
    if grep -qE 'CERTIFICATE_VERIFY_FAILED|invalid peer certificate|UnknownIssuer' "$tool_log"; then
        fail "The package index shows a certificate this build does not trust." \
            "Behind a TLS-inspecting proxy: buildpacks:set-property --global ca-certificates /etc/ssl/certs/ca-certificates.crt"
    elif found=$(grep -m 1 -oE 'No matching distribution found for [^ ]+' "$tool_log"); then
        if grep -qE 'NewConnectionError|Temporary failure in name resolution|ConnectTimeoutError|ProxyError' "$tool_log"; then
            fail "The package index can't be reached." "Check HTTPS_PROXY and PIP_INDEX_URL among the app's config vars."
        fi
        fail "$file asks for ${found##* }, which the package index does not have for Python $python_version." \
            "The versions it does have are in pip's output above; correct $file."
    elif grep -q 'DO NOT MATCH THE HASHES' "$tool_log"; then
        fail "A package is not what the hash in $file says." "If the change is meant, lock again; if not, do not deploy this."
    elif found=$(grep -m 1 -E 'Invalid requirement|InvalidRequirement' "$tool_log"); then
        fail "$file has a line that is no requirement: ${found#*Invalid requirement: }" "Correct the line."
    elif found=$(grep -m 1 -oE "Could not open requirements file: .*'[^']*'" "$tool_log"); then
        fail "$file includes a file that is not in the app: ${found##*: }" "Commit the file, or remove the line."
    elif grep -qE 'lockfile.*needs to be updated|lock file .*out.of.date|changed significantly since poetry.lock|Pipfile.lock.* out.of.date' "$tool_log"; then
        fail "$file does not belong to ${manager_files[1]} as it is now." "Run \"$1 lock\" and commit $file."
    elif grep -qE 'ResolutionImpossible|conflicting dependencies' "$tool_log"; then
        fail "The requirements of $file contradict each other." "$1's output above names them."
    elif found=$(grep -m 1 -oE '[A-Za-z0-9_/.-]+\.h: No such file or directory|[a-z_]+(-config|_config)[^ ]* (executable )?not found' "$tool_log"); then
        fail "A package of $file is compiled here and needs a library the stack does not have ($found)." \
            "Use a release of it that has a wheel for Python $python_version."
    fi
    fail "$1 could not install $file." "Its output above says why."
}
