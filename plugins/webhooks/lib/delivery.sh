# shellcheck shell=bash
# From an event to a request. What happens to an app only writes the message down; a process of its own sends it, so that
# no deploy waits for a receiver.

# announce EVENT APP DATA: for each hook that wants the event.
announce() {
    local event=$1 app=$2 data=$3 scope name body='' id
    for scope in "$app" --global; do
        while read -r name; do
            [[ -n $name ]] || continue
            wants "$HOOKS/$scope/$name" "$event" || continue
            if [[ -z $body ]]; then
                id=$(random_hex 16)
                body=$(message "$id" "$event" "$app" "$data" "$(release "$app")")
            fi
            enqueue "$scope" "$name" "$app" "$event" "$id" "$body"
            start_worker "$scope" "$name"
        done < <(hooks "$scope")
    done
}

# enqueue SCOPE HOOK APP EVENT ID BODY: it is there as a whole or not at all.
enqueue() {
    local queue waiting entry
    queue=$(queue_of "$1" "$2")
    mkdir -p -- "$queue"
    waiting=$(mktemp -d "$queue/.new.XXXXXX")
    printf '%s' "$3" >"$waiting/app"
    printf '%s' "$4" >"$waiting/event"
    printf '%s' "$5" >"$waiting/id"
    printf '%s' "$6" >"$waiting/body"
    # Named by the time, so that the oldest comes first.
    entry="$queue/$(date +%s%N)-${5:0:8}"
    mv -- "$waiting" "$entry"
    while (($(waiting_in "$queue" | wc -l) > MAXIMUM_WAITING)); do
        rm -rf -- "${queue:?}/$(waiting_in "$queue" | head -n 1)"
    done
}

waiting_in() { (cd -- "$1" 2>/dev/null && compgen -G '[0-9]*' | sort) || true; }

# start_worker SCOPE HOOK: in a session of its own, with nothing of this process's environment.
start_worker() {
    local name
    local -a environment=("PATH=$PATH" "HOME=${HOME:-/}" LANG=C.UTF-8 "DOKKU_LIB_ROOT=$DOKKU_LIB_ROOT"
        "CONFIG_RETRY_DELAYS=${CONFIG_RETRY_DELAYS:-5 30 120 600 1800 3600}")
    for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy SSL_CERT_FILE CURL_CA_BUNDLE; do
        [[ -z ${!name:-} ]] || environment+=("$name=${!name}")
    done
    setsid --fork env -i "${environment[@]}" "$DIRECTORY/deliver" "$1" "$2" </dev/null >/dev/null 2>&1
}

# start_waiting_workers: for what a restart of the host has left.
start_waiting_workers() {
    local queue name
    for queue in "$DATA"/queue/*@*/; do
        [[ -d $queue && -n $(waiting_in "$queue") ]] || continue
        name=$(basename -- "$queue")
        start_worker "${name%@*}" "${name##*@}"
    done
}

# send HOOK-DIRECTORY EVENT ID BODY-FILE: one attempt. Prints its result; fails unless the answer has a status of 2xx. The
# address and the signature reach curl through a pipe.
send() {
    local signature status
    signature=$(sign "$1/secret" "$4") || return 1
    status=$(
        {
            printf 'url = "%s"\n' "$(<"$1/url")"
            printf 'header = "%s"\n' 'Content-Type: application/json' 'User-Agent: Cairn-Webhooks/1' \
                "X-Cairn-Event: $2" "X-Cairn-Delivery: $3" "X-Cairn-Signature-256: sha256=$signature"
        } | curl --silent --show-error --config - --proto '=http,https' --connect-timeout 10 --max-time 30 \
            --data-binary "@$4" --output /dev/null --write-out '%{http_code}' 2>"$4.error"
    ) || {
        printf '%s' "$(head -n 1 "$4.error" | tr -c '[:print:]' ' ')"
        return 1
    }
    printf '%s' "$status"
    [[ $status == 2?? ]]
}

# sign SECRET-FILE BODY-FILE: HMAC-SHA256 of the body in hexadecimal digits.
sign() {
    perl -MDigest::SHA=hmac_sha256_hex -e '
        sub content { local $/; open my $file, "<:raw", $_[0] or die "$_[0]: $!\n"; my $text = <$file>; return $text }
        my $secret = content($ARGV[0]);
        $secret =~ s/\n\z//;
        print hmac_sha256_hex(content($ARGV[1]), $secret);' "$1" "$2"
}
