# shellcheck shell=bash
# One buildpack of the list: detect, compile, release.
# shellcheck disable=SC2154 # bin/compile sets work, pack_dir, BUILD_DIR, CACHE_DIR and ENV_DIR

# run_buildpack LABEL DIRECTORY
run_buildpack() {
    local label=$1 directory=$2 name status=0
    name=$(with_exports "$directory/bin/detect" "$BUILD_DIR") || fail "The buildpack $label does not accept the app." \
        "Its bin/detect said: ${name:-nothing}. Remove its line from .buildpacks, or add what it looks for."
    detail "Detected ${name##*$'\n'}"
    with_exports "$directory/bin/compile" "$BUILD_DIR" "$CACHE_DIR" "$ENV_DIR" || status=$?
    ((status == 0)) || fail "The buildpack $label failed: its bin/compile ended with status $status."
    if [[ -f $directory/export ]]; then
        cat -- "$directory/export" >>"$pack_dir/export"
        printf '\n' >>"$pack_dir/export"
    fi
    [[ ! -f $directory/bin/release ]] || keep_release "$label" "$directory"
}

# with_exports PROGRAM ARGUMENT...: in a shell of its own, so that nothing a buildpack exports reaches this one.
with_exports() {
    (
        set +eu
        # shellcheck disable=SC1091 # it is made of what the buildpacks wrote
        . "$pack_dir/export"
        exec "$@"
    )
}

keep_release() {
    local said types
    said=$(with_exports "$2/bin/release" "$BUILD_DIR") || fail "The buildpack $1 failed: its bin/release ended with an error."
    # As on Heroku the last one that names process types is heard; config vars and add-ons are those of all.
    section 'config_vars|addons' <<<"$said" >>"$work/shared.yml"
    types=$(section default_process_types <<<"$said")
    if [[ $types == *$'\n'* ]]; then printf '%s\n' "$types" >"$work/types.yml"; fi
}

# section KEYS: the parts of YAML on its input that stand under one of the keys, with lines as they are.
section() { awk -v keys="^($1):" '/^[^[:space:]#-]/ { kept = $0 ~ keys } kept'; }

# write_releases: what bin/release will print.
write_releases() {
    local file
    file=$(release_file "$BUILD_DIR" multi)
    if [[ -s $work/shared.yml || -s $work/types.yml ]]; then
        { printf -- '---\n' && cat -- "$work/shared.yml" "$work/types.yml"; } >"$file"
    fi
}
