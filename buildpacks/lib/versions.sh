# shellcheck shell=bash
# Which version an app's wish means. One grammar for the ranges of npm ("^20.1 || 18.x"), PEP 440 (">=3.11,<3.13",
# "~=3.11") and RubyGems ("~> 3.2"), as they agree wherever their operators overlap. Pre-releases are never chosen.

# version_compare A B: prints -1, 0 or 1. Missing parts count as 0.
version_compare() {
    local -a a b
    local i x y
    IFS=. read -r -a a <<<"$1"
    IFS=. read -r -a b <<<"$2"
    for ((i = 0; i < ${#a[@]} || i < ${#b[@]}; i++)); do
        x=$((10#${a[i]:-0})) y=$((10#${b[i]:-0}))
        ((x == y)) || { printf '%s\n' "$((x < y ? -1 : 1))" && return; }
    done
    printf '0\n'
}

# version_next VERSION INDEX: the version with part INDEX raised by one and those after it dropped: (1.2.3, 1) → 1.3
version_next() {
    local -a parts
    IFS=. read -r -a parts <<<"$1"
    parts=("${parts[@]:0:$2+1}")
    while ((${#parts[@]} <= $2)); do parts+=(0); done
    parts[$2]=$((10#${parts[$2]} + 1))
    (IFS=. && printf '%s\n' "${parts[*]}")
}

# range_bounds OPERATOR VERSION: the plain bounds (">=1.2 <2") that one term of a range stands for.
range_bounds() {
    local operator=$1 version=$2 last
    local -a parts
    version=${version#v}
    version=${version%%[.][xX*]*}
    [[ $version != [xX*] && -n $version ]] || { printf '>=0\n' && return; }
    # A pre-release or build suffix names a version this grammar does not choose; the release it leads to is meant.
    version=${version%%[-+]*}
    [[ $version =~ ^[0-9]+(\.[0-9]+)*$ ]] || return 2
    IFS=. read -r -a parts <<<"$version"
    last=$((${#parts[@]} - 1))
    case $operator in
        '' | = | == | ===)
            if ((last >= 2)); then printf '=%s\n' "$version"; else printf '>=%s <%s\n' "$version" "$(version_next "$version" "$last")"; fi ;;
        '^') printf '>=%s <%s\n' "$version" "$(version_next "$version" "$(caret_index "${parts[@]}")")" ;;
        '~') printf '>=%s <%s\n' "$version" "$(version_next "$version" "$((last > 0 ? 1 : 0))")" ;;
        '~>' | '~=') printf '>=%s <%s\n' "$version" "$(version_next "$version" "$((last > 0 ? last - 1 : 0))")" ;;
        '>') if ((last >= 2)); then printf '>%s\n' "$version"; else printf '>=%s\n' "$(version_next "$version" "$last")"; fi ;;
        '<=') if ((last >= 2)); then printf '<=%s\n' "$version"; else printf '<%s\n' "$(version_next "$version" "$last")"; fi ;;
        '>=' | '<' | '!=') printf '%s%s\n' "$operator" "$version" ;;
        *) return 2 ;;
    esac
}

# caret_index PART...: the place of the first part that is not 0, which is the one "^" holds still.
caret_index() {
    local i=0
    while (($# > 1)) && ((10#$1 == 0)); do
        shift
        i=$((i + 1))
    done
    printf '%s\n' "$i"
}

# range_terms RANGE: one line of plain bounds for each alternative ("||") of a range; status 2 if it can't be read.
range_terms() {
    local range=$1 alternative token bounds line
    local term='^(\^|~>|~=|~|>=|<=|===|==|!=|=|>|<)?([0-9vxX*][0-9A-Za-z.*+-]*)$'
    local -a words
    range=${range//||/|}
    while [[ -n $range ]]; do
        alternative=${range%%|*}
        [[ $range == *'|'* ]] && range=${range#*|} || range=''
        alternative=$(sed -E 's/([0-9xX*]) +- +(v?[0-9])/>=\1 <=\2/; s/(^| |,)([0-9.]+)>=([0-9xX*]) /\1>=\2\3 /; s/,/ /g; s/([<>=~^!]) +/\1/g' <<<"$alternative")
        # `read` splits without expanding the "*" of a range.
        read -r -a words <<<"$alternative"
        ((${#words[@]} > 0)) || words=('*')
        line=''
        for token in "${words[@]}"; do
            [[ $token =~ $term ]] || return 2
            bounds=$(range_bounds "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}") || return 2
            line+=" $bounds"
        done
        printf '%s\n' "${line# }"
    done
}

# version_within VERSION BOUND...: whether it keeps every plain bound.
version_within() {
    local version=$1 bound order
    shift
    for bound in "$@"; do
        order=$(version_compare "$version" "${bound#"${bound%%[0-9]*}"}")
        case ${bound%%[0-9]*} in
            '=') ((order == 0)) ;;
            '!=') ((order != 0)) ;;
            '>') ((order > 0)) ;;
            '>=') ((order >= 0)) ;;
            '<') ((order < 0)) ;;
            '<=') ((order <= 0)) ;;
            *) false ;;
        esac || return 1
    done
}

# version_matches VERSION RANGE: 0 it does, 1 it does not, 2 the range can't be read.
version_matches() {
    local terms line
    local -a bounds
    terms=$(range_terms "${2:-*}") || return 2
    while read -r line; do
        read -r -a bounds <<<"$line"
        if version_within "$1" "${bounds[@]}"; then return 0; fi
    done <<<"$terms"
    return 1
}

# newest_matching RANGE <VERSIONS: the highest of the versions on its input (one a line) that the range allows.
# Prints nothing and returns 1 when there is none, 2 when the range can't be read.
newest_matching() {
    local version status
    range_terms "${1:-*}" >/dev/null || return 2
    while read -r version; do
        [[ $version =~ ^[0-9]+(\.[0-9]+)*$ ]] || continue
        status=0
        version_matches "$version" "$1" || status=$?
        ((status != 0)) || { printf '%s\n' "$version" && return; }
    done < <(sort -rV)
    return 1
}

# newest_of_each_line <VERSIONS: for people who ask what can be had: the newest release of each minor line, newest
# first, at most eight.
newest_of_each_line() {
    sort -rV | awk -F. '!seen[$1 "." $2]++' | head -n 8 | paste -sd ' ' | sed 's/ /, /g'
}
