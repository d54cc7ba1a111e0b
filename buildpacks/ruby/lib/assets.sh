# shellcheck shell=bash
# The assets of Rails: precompiled, with what the last build compiled as a start.

# precompile_assets: runs assets:precompile where the app has that task; off with DISABLE_ASSET_PRECOMPILE=1.
precompile_assets() {
    local tasks status=0 started path
    locked_gem railties || locked_gem sprockets || return 0
    if is_true "${DISABLE_ASSET_PRECOMPILE:-0}"; then
        step "Assets are not compiled (DISABLE_ASSET_PRECOMPILE)"
        return
    fi
    if compgen -G 'public/assets/.sprockets-manifest-*.json' >/dev/null || compgen -G 'public/assets/manifest-*.json' >/dev/null ||
        [[ -f public/assets/.manifest.json ]]; then
        step "Using the app's own compiled assets (public/assets)"
        return
    fi
    # Rails does not start without a secret; compiling uses none, and this one ends with the build.
    export SECRET_KEY_BASE_DUMMY=1 SECRET_KEY_BASE=${SECRET_KEY_BASE:-$(od -An -tx1 -N 32 /dev/urandom | tr -d ' \n')}
    if ! tasks=$(bundle exec rake -P --trace </dev/null 2>&1); then
        printf '%s\n' "$tasks" | tail -n 20 | indent
        fail "The app's Rakefile could not be loaded, so its assets can't be compiled." \
            "Its output above says why; config vars of the app are available here. DISABLE_ASSET_PRECOMPILE=1 leaves assets out."
    fi
    grep -qE '^rake assets:precompile$' <<<"$tasks" || return 0
    step "Compiling assets (rake assets:precompile)"
    for path in public/assets tmp/cache/assets; do
        if [[ -d $(cache_entry "${path//\//-}")/files ]]; then
            use_cached "${path//\//-}" "$BUILD_DIR/$path" "$path" "of the last build"
        fi
    done
    started=$(milliseconds)
    run_shown bundle exec rake assets:precompile || status=$?
    ((status == 0)) || fail "rake assets:precompile failed with status $status." \
        "Its output above says why; config vars of the app are available here." \
        "If this app needs no assets, set DISABLE_ASSET_PRECOMPILE=1."
    if grep -qE '^rake assets:clean$' <<<"$tasks"; then run_shown bundle exec rake assets:clean || true; fi
    detail "Compiled in $(seconds_since "$started")"
    for path in public/assets tmp/cache/assets; do
        [[ ! -d $path ]] || keep_cached "${path//\//-}" "${ruby_version:?}" "$path" "$BUILD_DIR/$path"
    done
    # Only compiling reads it.
    rm -rf -- tmp/cache/assets
}
