# shellcheck shell=bash
# What a line of .buildpacks means.
# shellcheck disable=SC2154 # bin/compile sets pack_dir

# listed_buildpacks FILE: the lines that are neither empty nor comments.
listed_buildpacks() { sed -E 's/\r$//; s/^[[:space:]]+//; s/[[:space:]]+$//; /^(#.*)?$/d' "$1"; }

# kind_of LINE: prints "bundled NAME", "local DIRECTORY", "archive URL" or "git URL REVISION"; fails for anything else.
kind_of() {
    local line=$1 place=${1%%#*} revision=''
    [[ $line != *'#'* ]] || revision=${line#*#}
    [[ -z $revision || $revision =~ ^[A-Za-z0-9_][A-Za-z0-9_./+-]*$ && $revision != *..* ]] || fail \
        "\"$revision\" in .buildpacks is neither a branch, nor a tag, nor a commit."
    case $place in
        ./*)
            [[ /$place/ != */../* ]] || fail "$place in .buildpacks leads out of the app."
            printf 'local %s\n' "$place" ;;
        https://*.tgz | https://*.tar.gz | http://*.tgz | http://*.tar.gz) printf 'archive %s\n' "$place" ;;
        https://* | http://* | git://* | ssh://*)
            [[ ! $place =~ [[:space:]] ]] || fail "\"$place\" in .buildpacks has a blank in it."
            printf 'git %s %s\n' "$place" "$revision" ;;
        *)
            if [[ $place =~ ^(cairn/)?([a-z][a-z0-9-]*)$ ]]; then
                printf 'bundled %s\n' "${BASH_REMATCH[2]}"
            elif [[ $place =~ ^([A-Za-z0-9_][A-Za-z0-9_-]*)/([A-Za-z0-9_][A-Za-z0-9_-]*)$ ]]; then
                printf 'git https://github.com/%s/heroku-buildpack-%s.git %s\n' \
                    "${BASH_REMATCH[1]/#heroku-community/heroku}" "${BASH_REMATCH[2]}" "$revision"
            elif [[ $place =~ ^[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:[A-Za-z0-9_./~-]+$ ]]; then
                printf 'git %s %s\n' "$place" "$revision"
            else
                unknown_line "$line"
            fi ;;
    esac
}

unknown_line() {
    fail "\"$1\" in .buildpacks is no buildpack." \
        "Write a bundled one ($(bundled_names)), a directory of the app (./buildpacks/mine), a shorthand" \
        "(heroku/nodejs), or the https:// or ssh:// address of a git repository, with #branch if need be."
}

bundled_names() { (cd "$pack_dir/.." && printf '%s\n' */bin/compile | cut -d / -f 1 | grep -vx multi | paste -sd ' '); }
