# shellcheck shell=bash
# The commands, their arguments and what they do: the one table that help and the dispatch read.

# NAME|ARGUMENTS|SUMMARY, with @ for the type and @@ for its title.
CREATE_FLAGS='[--image <image>] [--image-version <version>] [--config-options <options>] [--custom-env "K=V;K=V"] [--memory <MB>] [--shm-size <size>] [--password <password>] [--root-password <password>] [--initial-network <network>] [--post-create-network <networks>] [--post-start-network <networks>]'
COMMANDS=(
    'app-links|<app> [--format json]|List the @@ services that an app is linked to'
    'backup|<service> <target>|Store an export in a bucket (s3://name/prefix), at a URL or in a directory'
    'backup-auth|<service> <key-id> <secret> [<region>] [<signature-version>] [<endpoint>]|Set the credentials for the bucket of backups'
    'backup-deauth|<service>|Forget the credentials for the bucket of backups'
    'backup-schedule|<service> <schedule> <target>|Store backups at fixed times: a cron schedule'
    'backup-schedule-cat|<service>|Show the line of the crontab'
    'backup-set-encryption|<service> <passphrase>|Encrypt backups with a passphrase'
    'backup-set-public-key-encryption|<service>|Encrypt backups for the public key on standard input'
    'backup-unschedule|<service>|Store no more backups at fixed times'
    'backup-unset-encryption|<service>|Encrypt backups with the passphrase no more'
    'backup-unset-public-key-encryption|<service>|Encrypt backups for the public key no more'
    "clone|<service> <new-service> $CREATE_FLAGS|Create a @@ service with the data of another"
    'connect|<service>|Connect with the client of @@'
    "create|<service> $CREATE_FLAGS|Create a @@ service"
    'destroy|<service> [--force]|Destroy a service and its data; it must be linked to no app'
    'enter|<service> [<command>...]|Run a shell or a command in the container'
    'exists|<service>|Check whether a service exists'
    'export|<service>|Write a dump of the data to standard output'
    'expose|<service> [<port>...]|Make a service reachable at ports of the host'
    'import|<service>|Replace the data by the dump on standard input'
    'info|<service> [--<key>] [--format json]|Show a service, or one value of it'
    'link|<service> <app> [--alias <alias>] [--querystring <text>] [--no-restart]|Link a service to an app'
    'linked|<service> <app>|Check whether a service is linked to an app'
    'links|<service> [--format json]|List the apps that a service is linked to'
    'list|[--format json]|List the @@ services'
    'logs|<service> [--tail [<lines>]]|Show the logs; with --tail go on'
    'pause|<service>|Stop the container, and keep it'
    'promote|<service> <app>|Make a linked service the default one of the app'
    'restart|<service>|Restart a service'
    'set|(<service> | --global) <key> [<value>]|Set or clear a property'
    'start|<service>|Start a service that was stopped or paused'
    'stop|<service>|Stop a service and remove its container; its data are kept'
    'unexpose|<service>|Take the ports of the host away again'
    'unlink|<service> <app> [--no-restart]|Unlink a service from an app'
    "upgrade|<service> [--image <image>] [--image-version <version>] [--config-options <options>] [--custom-env <env>] [--memory <MB>] [--shm-size <size>] [--restart-apps] [--force]|Run a service on another image"
)

is_command() { [[ $1 == default || $1 == help ]] || [[ -n $(command_line "$1") ]]; }

command_line() {
    local line
    for line in "${COMMANDS[@]}"; do
        [[ $line != "$1|"* ]] || printf '%s\n' "$line"
    done
}

is_unimplemented() {
    local name
    for name in "${UNIMPLEMENTED[@]}"; do
        # A pattern, such as backup*.
        # shellcheck disable=SC2053
        [[ $1 != $name ]] || return 0
    done
    return 1
}

# help_lines: for `help` of the platform: one line, or with `help --all` a line for each command.
help_lines() {
    if ! tr '\0' ' ' <"/proc/$PPID/cmdline" 2>/dev/null | grep -q -e '--all'; then
        printf '    %s, Manage %s services\n' "$DATASTORE" "$DATASTORE_TITLE"
        return
    fi
    all_help_lines
}

all_help_lines() {
    local line name arguments summary
    for line in "${COMMANDS[@]}"; do
        IFS='|' read -r name arguments summary <<<"$line"
        ! is_unimplemented "$name" || continue
        # The first comma ends the column of the command.
        printf '    %s:%s %s, %s\n' "$DATASTORE" "$name" "${arguments//,/;}" "$(about "$summary")"
    done
}

about() {
    local text=${1//@@/$DATASTORE_TITLE}
    printf '%s' "${text//@/$DATASTORE}"
}

# help_command [NAME]: postgres:help, or of one command.
help_command() {
    local name=${1:-} line arguments summary
    name=${name#"$DATASTORE:"}
    if [[ -z $name || $name == --all ]]; then
        printf 'Usage: cairn %s:<command> <service> [<argument>...]\n\nManage %s services.\n\nCommands:\n' \
            "$DATASTORE" "$DATASTORE_TITLE"
        all_help_lines | sed 's/, /\t/' | while IFS=$'\t' read -r arguments summary; do
            printf '    %s\n        %s\n' "${arguments#    }" "$summary"
        done
        return
    fi
    line=$(command_line "$name")
    [[ -n $line ]] || fail E-UNKNOWN-COMMAND "There is no command $DATASTORE:$(printable "$name")" \
        "Run 'cairn $DATASTORE:help' to see the commands."
    IFS='|' read -r name arguments summary <<<"$line"
    printf 'Usage: cairn %s:%s %s\n\n%s.\n' "$DATASTORE" "$name" "$arguments" "$(about "$summary")"
    case "$name" in
        create | clone | upgrade) create_help ;;
        info) printf '\nKeys: %s\n' "${INFO_KEYS[*]}" ;;
        set) set_help ;;
    esac
}

create_help() {
    cat <<EOF

    --image, -i              the image; $DEFAULT_IMAGE unless set otherwise
    --image-version, -I      its tag; $DEFAULT_IMAGE_VERSION unless set otherwise
    --config-options, -c     arguments for the server
    --custom-env, -C         variables of its environment, KEY=VALUE, separated by semicolons
    --memory, -m             a limit in megabytes
    --shm-size, -s           the size of /dev/shm, such as 64m
    --password, -p           instead of a random one
    --root-password, -r      the same, where there is a second one
    --initial-network, -N    a network to start in instead of the engine's bridge
    --post-create-network, -P, --post-start-network, -S    further networks
EOF
}

set_help() {
    cat <<EOF

Keys of a service: initial-network, post-create-network, post-start-network. They are used when the container is made
the next time: $DATASTORE:stop, then $DATASTORE:start.
Keys of --global: image, image-version, for services that are created from now on.
EOF
}
