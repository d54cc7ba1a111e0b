# shellcheck shell=bash
# Backups at fixed times: a line in the crontab of the user that Cairn runs as, marked as ours.

SCHEDULE_FIELD='[0-9A-Za-z*/,-]+'

crontab_cli() { "${CRONTAB_BIN:-crontab}" "$@"; }
schedule_mark() { printf '# %s' "$CONTAINER"; }

# The crontab without the line of this service.
other_lines() { crontab_cli -l 2>/dev/null | grep -v -F -e "$(schedule_mark) backup" || true; }

# schedule_backup SCHEDULE TARGET
schedule_backup() {
    check_form "$1" "@(hourly|daily|weekly|monthly)|$SCHEDULE_FIELD( +$SCHEDULE_FIELD){4}" \
        "a schedule: five fields, or @hourly, @daily, @weekly, @monthly"
    check_backup_target "$2"
    command -v -- "${CRONTAB_BIN:-crontab}" >/dev/null || fail E-NOT-FOUND \
        "The program crontab is not installed, and backups are scheduled with it" "Install cron on the host."
    local line
    line="$1 $(schedule_command "$2") $(schedule_mark) backup"
    { other_lines; printf '%s\n' "$line"; } | crontab_cli - ||
        fail E-SERVICE-FAILED "The crontab of $(id -un) could not be changed"
    mkdir -p -- "$SERVICE_ROOT/backup"
    printf '%s\n' "$line" | write_file "$SERVICE_ROOT/backup/SCHEDULE"
    step "Scheduled: $1"
}

# In a crontab a percent sign ends the command.
schedule_command() {
    printf 'CAIRN_ROOT=%q %q %s:backup %s %q' "${CAIRN_ROOT:-/var/lib/cairn}" \
        "${CAIRN_EXECUTABLE:-/usr/bin/cairn}" "$DATASTORE" "$SERVICE" "$1" | sed 's/%/\\%/g'
}

show_schedule() {
    [[ -s $SERVICE_ROOT/backup/SCHEDULE ]] || fail E-NOT-FOUND "No backup of $SERVICE is scheduled"
    cat -- "$SERVICE_ROOT/backup/SCHEDULE"
}

unschedule_backup() {
    [[ -s $SERVICE_ROOT/backup/SCHEDULE ]] || return 0
    other_lines | crontab_cli - || warn "The crontab of $(id -un) could not be changed"
    rm -f -- "$SERVICE_ROOT/backup/SCHEDULE"
}
