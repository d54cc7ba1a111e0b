# shellcheck shell=bash
# Backups: an export, encrypted if wanted, is put into a bucket that speaks S3, to a URL, or into a directory.

BACKUP_SETTINGS=(AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION AWS_SIGNATURE_VERSION ENDPOINT_URL)

# backup_service TARGET
backup_service() {
    local target=$1 directory file
    ! has_flag use-iam || fail E-NOT-ALLOWED "Credentials of the machine's role (--use-iam) are not supported" \
        "Run 'cairn $DATASTORE:backup-auth $SERVICE <key-id> <secret>'."
    check_backup_target "$target"
    require_running
    directory=$(mktemp -d)
    # shellcheck disable=SC2064 # The directory of now.
    trap "rm -rf -- '$directory'" EXIT
    trap 'exit 130' INT TERM HUP
    file="$directory/$DATASTORE-$SERVICE-$(date -u +%Y-%m-%d-%H-%M-%S).export"
    step "Exporting $SERVICE"
    datastore_export >"$file" || fail E-SERVICE-FAILED "The data of $SERVICE could not be exported; nothing was stored"
    encrypt_backup "$file"
    [[ ! -e $file.gpg ]] || file="$file.gpg"
    step "Storing ${file##*/} ($(stat -c %s -- "$file") bytes) in $target"
    case "$target" in
        /*) store_in_directory "$file" "$target" ;;
        http://* | https://*) store_at_url "$file" "$target" ;;
        *) store_in_bucket "$file" "${target#s3://}" ;;
    esac
    step "Backed up"
}

# A directory, a URL, or a bucket with an optional prefix.
check_backup_target() {
    case "$1" in
        /*)
            check_form "$1" '(/[A-Za-z0-9._-]+)+/?' "a directory"
            # Whoever comes over ssh administers apps, not the files of the host.
            [[ -z ${FINGERPRINT:-} ]] || fail E-NOT-ALLOWED "A directory of the host is no target over ssh" \
                "Run the command on the host, or store to a bucket or a URL."
            ;;
        http://* | https://*) check_form "$1" 'https?://[A-Za-z0-9._~:@/%?&=+-]+' "a URL" ;;
        *) check_form "${1#s3://}" '[a-z0-9][a-z0-9.-]+(/[A-Za-z0-9._-]+)*/?' "a bucket, a URL or a directory" ;;
    esac
}

backup_value() { [[ ! -r $SERVICE_ROOT/backup/$1 ]] || printf '%s' "$(<"$SERVICE_ROOT/backup/$1")"; }

# MARK: Encryption

encrypt_backup() {
    local home
    if [[ -s $SERVICE_ROOT/backup-encryption/ENCRYPTION_KEY ]]; then
        check_gpg
        step "Encrypting"
        home=$(mktemp -d)
        gpg --homedir "$home" --batch --quiet --yes --pinentry-mode loopback --symmetric --cipher-algo AES256 \
            --passphrase-file "$SERVICE_ROOT/backup-encryption/ENCRYPTION_KEY" --output "$1.gpg" -- "$1" ||
            encryption_failed "$home"
    elif [[ -s $SERVICE_ROOT/backup-encryption/PUBLIC_KEY ]]; then
        check_gpg
        step "Encrypting"
        home=$(mktemp -d)
        gpg --homedir "$home" --batch --quiet --yes --trust-model always --encrypt \
            --recipient-file "$SERVICE_ROOT/backup-encryption/PUBLIC_KEY" --output "$1.gpg" -- "$1" ||
            encryption_failed "$home"
    else
        return 0
    fi
    remove_gpg_home "$home"
    rm -f -- "$1"
}

check_gpg() {
    command -v gpg >/dev/null || fail E-NOT-FOUND "The program gpg is not installed, and backups are encrypted with it" \
        "Install GnuPG on the host."
}

encryption_failed() {
    remove_gpg_home "$1"
    fail E-SERVICE-FAILED "The backup of $SERVICE could not be encrypted; nothing was stored"
}

# gpg leaves an agent behind, which ends when its directory is gone.
remove_gpg_home() { rm -rf -- "$1"; }

# set_public_key: from standard input.
set_public_key() {
    check_gpg
    [[ ! -t 0 ]] || usage "Please give the public key on standard input"
    local key home
    key=$(mktemp)
    home=$(mktemp -d)
    head -c 1048576 >"$key"
    if ! gpg --homedir "$home" --batch --quiet --show-keys -- "$key" >/dev/null 2>&1; then
        rm -rf -- "$home" "$key"
        fail E-INVALID-VALUE "Standard input is not a public key as 'gpg --export --armor' writes it"
    fi
    rm -rf -- "$home"
    # One way of encrypting at a time.
    unset_encryption ENCRYPTION_KEY
    mkdir -p -- "$SERVICE_ROOT/backup-encryption"
    mv -f -- "$key" "$SERVICE_ROOT/backup-encryption/PUBLIC_KEY"
}

# set_passphrase TEXT
set_passphrase() {
    check_gpg
    [[ -n $1 ]] || usage "Please specify the passphrase"
    unset_encryption PUBLIC_KEY
    mkdir -p -- "$SERVICE_ROOT/backup-encryption"
    printf '%s\n' "$1" | write_file "$SERVICE_ROOT/backup-encryption/ENCRYPTION_KEY"
}

unset_encryption() { rm -f -- "$SERVICE_ROOT/backup-encryption/$1"; }

# MARK: Where it goes

store_in_directory() {
    local name="${1##*/}"
    [[ -d $2 && -w $2 ]] || fail E-NOT-FOUND "The directory $2 is not there, or $(id -un) may not write to it"
    # Under its name only when it is whole.
    if ! cp -- "$1" "${2%/}/.$name.part" || ! mv -- "${2%/}/.$name.part" "${2%/}/$name"; then
        fail E-SERVICE-FAILED "The backup could not be written to $2"
    fi
}

store_at_url() {
    local base=${2%%\?*} query=''
    [[ $2 != *\?* ]] || query="?${2#*\?}"
    printf 'url = "%s/%s%s"\n' "${base%/}" "${1##*/}" "$query" | upload "$1"
}

# The secret is nobody's argument: it goes through pipes.
store_in_bucket() {
    local id secret region endpoint
    id=$(backup_value AWS_ACCESS_KEY_ID)
    secret=$(backup_value AWS_SECRET_ACCESS_KEY)
    region=$(backup_value AWS_DEFAULT_REGION)
    endpoint=$(backup_value ENDPOINT_URL)
    : "${region:=us-east-1}" "${endpoint:=https://s3.$region.amazonaws.com}"
    [[ -n $id && -n $secret ]] || fail E-NOT-FOUND "There are no credentials for the bucket" \
        "Run 'cairn $DATASTORE:backup-auth $SERVICE <key-id> <secret>'."
    (($(stat -c %s -- "$1") <= 5 << 30)) || fail E-NOT-ALLOWED \
        "The backup is larger than the 5 GB that a bucket takes at once" "Store it in a directory or at a URL."
    printf '%s\n' "${endpoint%/}/${2%/}/${1##*/}" "$region" "$id" "$secret" "$1" |
        perl "$CORE_DIRECTORY/lib/sign-s3.pl" | upload "$1"
}

# upload FILE: to the url of the configuration on standard input.
upload() {
    local answer
    answer=$(curl --silent --show-error --fail-with-body --connect-timeout 30 --speed-limit 1 --speed-time 120 \
        --proto '=http,https' --upload-file "$1" --config - 2>&1) && return
    evidence 5 <<<"$answer"
    fail E-SERVICE-FAILED "The backup of $SERVICE could not be stored"
}

# backup_auth ID SECRET [REGION] [SIGNATURE-VERSION] [ENDPOINT]
backup_auth() {
    local -a patterns=('[A-Za-z0-9_./+=-]+' '[A-Za-z0-9_./+=-]+' '[a-z0-9-]*' '(v4|s3v4)?' '(https?://[A-Za-z0-9.:-]+)?')
    local index
    for index in "${!patterns[@]}"; do
        check_form "${WORDS[index + 1]:-}" "${patterns[index]}" "a value for ${BACKUP_SETTINGS[index]}"
    done
    mkdir -p -- "$SERVICE_ROOT/backup"
    for index in "${!BACKUP_SETTINGS[@]}"; do
        rm -f -- "$SERVICE_ROOT/backup/${BACKUP_SETTINGS[index]}"
        [[ -z ${WORDS[index + 1]:-} ]] || printf '%s\n' "${WORDS[index + 1]}" |
            write_file "$SERVICE_ROOT/backup/${BACKUP_SETTINGS[index]}"
    done
}

backup_deauth() {
    local name
    for name in "${BACKUP_SETTINGS[@]}"; do rm -f -- "$SERVICE_ROOT/backup/$name"; done
}
