# shellcheck shell=bash
# Arguments of commands, and what names may be.

# parse_flags SPEC... -- ARGUMENT...: fills FLAGS (name to value, 1 for a flag without one) and WORDS (the rest).
# A spec is `name`, or `name=` for a flag that has a value, with an abbreviation as in `name:n=`.
parse_flags() {
    declare -gA FLAGS=()
    declare -ga WORDS=()
    local -A values=() names=()
    local spec name
    while [[ $1 != -- ]]; do
        spec=${1%=}
        name=${spec%%:*}
        names["--$name"]=$name
        [[ $spec != *:* ]] || names["-${spec#*:}"]=$name
        [[ $1 != *= ]] || values[$name]=1
        shift
    done
    shift
    while (($# > 0)); do
        case "$1" in
            --)
                shift
                WORDS+=("$@")
                return
                ;;
            -?*)
                spec=${1%%=*}
                name=${names[$spec]:-}
                [[ -n $name ]] || usage "Unknown option: $(printable "$spec")"
                if [[ -z ${values[$name]:-} ]]; then
                    [[ $1 != *=* ]] || usage "The option $spec has no value"
                    FLAGS[$name]=1
                elif [[ $1 == *=* ]]; then
                    FLAGS[$name]=${1#*=}
                else
                    (($# > 1)) || usage "The option $spec needs a value"
                    FLAGS[$name]=$2
                    shift
                fi
                ;;
            *) WORDS+=("$1") ;;
        esac
        shift
    done
}

has_flag() { [[ -v FLAGS[$1] ]]; }

# expect_words MINIMUM MAXIMUM NAME...: names are those of the words, for the message.
expect_words() {
    local minimum=$1 maximum=$2
    shift 2
    ((${#WORDS[@]} >= minimum)) || usage "Please specify the ${*:${#WORDS[@]}+1:1}"
    ((${#WORDS[@]} <= maximum)) || usage "Unexpected argument: $(printable "${WORDS[maximum]}")"
}

# Text of others in messages: one line, nothing that moves a terminal's cursor, not too long.
printable() {
    local text=${1//[^[:print:]]/?}
    printf '%s' "${text:0:200}"
}

check_service_name() {
    [[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9_-]{0,39}$ ]] || fail E-INVALID-NAME \
        "'$(printable "$1")' is not a name for a service" \
        "Use letters, digits, dashes and underscores, at most 40, and no dash in front."
}

check_app() {
    [[ $1 =~ ^[a-z0-9_][a-z0-9._-]*$ ]] || fail E-INVALID-NAME "'$(printable "$1")' is not the name of an app"
    cairn apps:exists "$1" >/dev/null 2>&1 || fail E-APP-NOT-FOUND "App $1 does not exist" \
        "Run 'cairn apps:list' to see the apps there are."
}

# check_form VALUE PATTERN WHAT: a value that is about to become part of an option.
check_form() {
    [[ $1 =~ ^($2)$ ]] || fail E-INVALID-VALUE "'$(printable "$1")' is not $3"
}

check_image() { check_form "$1" '[a-z0-9][A-Za-z0-9._/:@-]*' "the name of an image"; }
check_image_version() { check_form "$1" '[A-Za-z0-9_][A-Za-z0-9._-]{0,127}' "the version (tag) of an image"; }
check_alias() { check_form "$1" '[A-Z][A-Z0-9_]*' "an alias: capital letters, digits and underscores"; }

check_create_flags() {
    ! has_flag image || check_image "${FLAGS[image]}"
    ! has_flag image-version || check_image_version "${FLAGS[image-version]}"
    ! has_flag memory || check_form "${FLAGS[memory]}" '[1-9][0-9]{0,8}' "a number of megabytes"
    ! has_flag shm-size || check_form "${FLAGS[shm-size]}" '[1-9][0-9]{0,8}[bkmgBKMG]?' "a size such as 64m"
    local key
    for key in config-options custom-env; do
        ! has_flag "$key" || [[ ${FLAGS[$key]} != *[$'\x01'-$'\x1f\x7f']* ]] || fail E-INVALID-VALUE \
            "The value of --$key holds a control character"
    done
    for key in password root-password; do
        # Servers have rules of their own for quoting in their configurations; these characters need none anywhere.
        ! has_flag "$key" || [[ ${FLAGS[$key]} =~ ^[][A-Za-z0-9!#%\&()*+,./:\;\<=\>?@^_{|}~-]+$ ]] || fail E-INVALID-VALUE \
            "The value of --$key is empty, or has characters other than letters, digits and punctuation without quotes"
    done
    ! has_flag custom-env || check_custom_environment "${FLAGS[custom-env]}"
    for key in initial-network post-create-network post-start-network; do
        ! has_flag "$key" || check_networks "$key" "${FLAGS[$key]}"
    done
}

# check_custom_environment LIST: the engine's client would take a name without a value from this process's environment.
check_custom_environment() {
    local pair
    while read -r -d ';' pair; do
        [[ -z $pair ]] || check_form "${pair%%=*}=" '[A-Za-z_][A-Za-z0-9_]*=' "the beginning of KEY=VALUE"
        [[ -z $pair || $pair == *=* ]] || fail E-INVALID-VALUE "'$(printable "$pair")' is not of the form KEY=VALUE"
    done <<<"$1;"
}

# check_networks KEY LIST
check_networks() {
    [[ -n $2 ]] || return 0
    check_form "$2" '[A-Za-z0-9][A-Za-z0-9_.-]*(,[A-Za-z0-9][A-Za-z0-9_.-]*)*' "a list of networks"
    [[ $1 != initial-network || $2 != *,* ]] || fail E-INVALID-VALUE "There is one initial network, not several"
    local name
    for name in ${2//,/ }; do
        engine network inspect "$name" >/dev/null 2>&1 || fail E-NOT-FOUND "There is no network $name" \
            "Run 'docker network ls' to see the networks there are."
    done
}
