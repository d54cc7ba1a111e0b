# shellcheck shell=bash
# What a buildpack leaves in the app and for the buildpacks after it, and what it reads of the app itself.

# write_profile BUILD_DIR NAME <SCRIPT: a script that is sourced before every process of the app.
write_profile() {
    mkdir -p -- "$1/.profile.d"
    cat >"$1/.profile.d/$2.sh"
    chmod 644 "$1/.profile.d/$2.sh"
}

# write_export PACK_DIR <SCRIPT: what buildpacks that come later in the same build need in their environment.
write_export() { cat >"$1/export"; }

# process_types DIRECTORY: the names of the process types of a Procfile, one a line; nothing without a Procfile.
process_types() {
    [[ -f $1/Procfile ]] || return 0
    sed -nE 's/^([A-Za-z0-9_-]+):[[:space:]]*[^[:space:]].*$/\1/p' "$1/Procfile"
}

# first_line FILE: its first line that is neither empty nor a comment, without surrounding blanks and CR.
first_line() {
    [[ -f $1 ]] || return 0
    sed -nE 's/\r$//; s/^[[:space:]]+//; s/[[:space:]]+$//; /^(#.*)?$/d; p; q' "$1"
}

# run_app_hook BUILD_DIR NAME: runs bin/NAME of the app (pre_compile, post_compile), if it has one.
run_app_hook() {
    local hook=$1/bin/$2 status=0
    [[ -f $hook ]] || return 0
    step "Running bin/$2"
    chmod +x "$hook"
    (cd -- "$1" && run_shown "$hook") || status=$?
    ((status == 0)) || fail "bin/$2 of the app failed with status $status."
}
