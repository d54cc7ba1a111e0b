# shellcheck shell=bash
# Django's collectstatic, when the app uses it.

# collect_static_files: runs it in the directory of manage.py; off with DISABLE_COLLECTSTATIC=1.
collect_static_files() {
    local manage status=0
    manage=$(find . -maxdepth 2 -name manage.py -not -path './.cairn/*' | sort | head -n 1)
    [[ -n $manage ]] && python -c 'import django' 2>/dev/null || return 0
    if [[ ${DISABLE_COLLECTSTATIC:-0} != 0 ]]; then
        step "Static files are not collected (DISABLE_COLLECTSTATIC)"
        return
    fi
    if ! python "$manage" help collectstatic >/dev/null 2>&1 && ! python "$manage" help 2>/dev/null | grep -q collectstatic; then
        # Settings that can't be loaded are worth an error only where static files are in use at all.
        grep -rqsE 'django\.contrib\.staticfiles' --include='*.py' "$(dirname "$manage")" || return 0
    fi
    step "Collecting static files ($manage collectstatic --noinput)"
    run_shown python "$manage" collectstatic --noinput || status=$?
    ((status == 0)) || fail "collectstatic failed with status $status." \
        "A setting may be missing: config vars of the app are available here." \
        "If this app needs no static files, set DISABLE_COLLECTSTATIC=1."
}
