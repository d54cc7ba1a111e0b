# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # sets and reads variables of bin/compile and of lib/download.sh
# Which Python: what the app asks for, from the stack where that matches, otherwise built from the source release of
# the Python project, verified by the digest published with it.

python_dist_url() { printf '%s\n' "${PYTHON_DIST_URL:-https://www.python.org/ftp/python}"; }

stack_python() { PATH=/usr/bin:/bin python3 -c 'import platform; print(platform.python_version())'; }

# toml_value FILE PATH...: the first of the dotted paths that FILE has a text at.
toml_value() {
    PATH=/usr/bin:/bin python3 - "$@" <<'PYTHON'
import sys, tomllib

try:
    with open(sys.argv[1], "rb") as file:
        document = tomllib.load(file)
except tomllib.TOMLDecodeError as error:
    print(error)
    sys.exit(2)
for path in sys.argv[2:]:
    value = document
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, str):
        print(value)
        break
PYTHON
}

read_toml() {
    local value
    value=$(toml_value "$@") || fail "${1##*/} can't be read: $value"
    printf '%s\n' "$value"
}

# python_request DIRECTORY: sets $asked to a range of versions and $asked_by to where it was found.
python_request() {
    asked='' asked_by=''
    if [[ -f $1/runtime.txt ]]; then
        asked=$(first_line "$1/runtime.txt") asked_by=runtime.txt
        asked=${asked#python-}
    elif [[ -f $1/.python-version ]]; then
        asked=$(first_line "$1/.python-version") asked_by=.python-version
        asked=${asked#python-}
    elif [[ -f $1/Pipfile.lock ]]; then
        asked=$(jq -r '._meta.requires | .python_full_version // .python_version // ""' "$1/Pipfile.lock" 2>/dev/null) ||
            fail "Pipfile.lock can't be read as JSON." "Run \"pipenv lock\" and commit the file it writes."
        asked_by=Pipfile.lock
    elif [[ -f $1/pyproject.toml ]]; then
        asked=$(read_toml "$1/pyproject.toml" project/requires-python tool/poetry/dependencies/python)
        asked_by=pyproject.toml
    fi
    [[ -n $asked ]] || asked='*' asked_by=''
}

# published_pythons: the releases the distribution lists, one a line. The reason of a failure is in $fetch_error.
published_pythons() {
    local index page versions='' status=1
    index=$(mktemp)
    # A mirror may be a plain directory, of which no server makes a page.
    for page in '' index.html; do
        if [[ -n $versions ]] || ! fetch "$(python_dist_url)/$page" "$index"; then continue; fi
        status=0
        versions=$(grep -oE 'href="[0-9]+\.[0-9]+\.[0-9]+/"' "$index" | grep -oE '[0-9.]+' || true)
    done
    rm -f -- "$index"
    ((status == 0)) || printf '%s\n' "$fetch_error" >&2
    printf '%s\n' "$versions"
    return "$status"
}

# published_digest VERSION: the SHA-256 that the distribution publishes for the source of a version; 1 without one.
published_digest() {
    local bundle digest
    bundle=$(mktemp)
    fetch "$(python_dist_url)/$1/Python-$1.tar.xz.sigstore" "$bundle" || { rm -f -- "$bundle" && return 1; }
    digest=$(jq -r '.messageSignature.messageDigest.digest // empty' "$bundle" 2>/dev/null) || digest=''
    rm -f -- "$bundle"
    [[ -n $digest ]] || return 1
    base64_to_hex "$digest"
}

# refuse_python RANGE FROM [PUBLISHED]: the one error for a version that can't be had, naming what can.
refuse_python() {
    local others=''
    [[ -z ${3:-} ]] || others="; python.org has $3"
    fail "Python $1 can't be had (asked for by $2)." \
        "The stack has Python $(stack_python)$others." \
        "Change $2 to one of them, or to a line such as \"$(stack_python | cut -d . -f 1,2)\"."
}

# resolve_python RANGE FROM: the version to build, and its digest: "3.13.5 <sha256>".
resolve_python() {
    local published reason version digest
    reason=$(mktemp)
    if ! published=$(published_pythons 2>"$reason"); then
        fail "Python $1 is asked for by $2, but the stack has $(stack_python), and $(python_dist_url) can't be reached." \
            "$(<"$reason")" \
            "Ask for \"$(stack_python | cut -d . -f 1,2)\", or set HTTPS_PROXY, or PYTHON_DIST_URL to a mirror of python.org/ftp/python."
    fi
    # A directory may hold only pre-releases yet: such a version has no digest, and the next lower one is meant.
    while version=$(newest_matching "$1" <<<"$published"); do
        if digest=$(published_digest "$version"); then
            printf '%s %s\n' "$version" "$digest"
            return
        fi
        published=$(grep -vxF "$version" <<<"$published" || true)
    done
    refuse_python "$1" "$2" "$(newest_of_each_line <<<"$published")"
}

# build_python VERSION DIGEST: compiles it into $runtime_dir.
build_python() {
    local archive url
    url=$(python_dist_url)/$1/Python-$1.tar.xz
    archive=$(mktemp --suffix=.tar.xz)
    detail "Downloading $url"
    fetch_verified "$url" "$archive" sha256 "$2"
    compile_source "$archive" "$runtime_dir" "Python $1" --with-ensurepip=install --disable-test-modules
    rm -f -- "$archive"
    rm -rf -- "$runtime_dir"/lib/python*/{test,idlelib,turtledemo,tkinter} "$runtime_dir"/lib/python*/config-*/*.a \
        "$runtime_dir"/lib/libpython*.a
    find "$runtime_dir" -name '*.opt-[12].pyc' -delete
    find "$runtime_dir" -type f \( -name '*.so' -o -path '*/bin/python3.*' \) -exec strip --strip-unneeded {} + 2>/dev/null || true
    ln -sf python3 "$runtime_dir/bin/python"
}

# install_python: sets $python (the interpreter) and $python_version.
install_python() {
    local status=0 cached resolved
    python_request "$BUILD_DIR"
    python=/usr/bin/python3 python_version=$(stack_python)
    version_matches "$python_version" "$asked" || status=$?
    ((status < 2)) || fail "$asked_by asks for Python \"$asked\", which is not a version or range of versions." \
        "Write a version such as \"$(stack_python | cut -d . -f 1,2)\" or \"$python_version\"."
    if ((status == 0)); then
        step "Using Python $python_version of the stack${asked_by:+ (asked for by $asked_by: $asked)}"
        return
    fi
    python=$runtime_dir/bin/python3
    cached=$(cat "$(cache_entry runtime)/key" 2>/dev/null || true)
    if [[ $cached == *" $STACK" ]] && version_matches "${cached% *}" "$asked"; then
        python_version=${cached% *}
        step "Using Python $python_version (asked for by $asked_by: $asked)"
        use_cached runtime "$runtime_dir" "Python $python_version" "compiled by an earlier build"
        return
    fi
    step "Installing Python $asked (asked for by $asked_by)"
    resolved=$(resolve_python "$asked" "$asked_by")
    python_version=${resolved% *}
    build_python "$python_version" "${resolved#* }"
    keep_cached runtime "$python_version $STACK" "Python $python_version" "$runtime_dir"
}
