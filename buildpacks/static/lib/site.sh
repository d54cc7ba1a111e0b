# shellcheck shell=bash
# shellcheck disable=SC2034 # sets variables for lib/nginx.sh
# What static.json says, checked: nothing of it reaches nginx unless it has the form it must have.

# site_value FILTER: what a jq filter finds in static.json, or nothing without one.
site_value() {
    [[ ! -f static.json ]] || jq -r "$1 // empty" static.json
}

# site_pairs KEY: the entries of an object, one a line: key, tab, value as JSON.
site_pairs() {
    [[ ! -f static.json ]] || jq -r --arg key "$1" '.[$key] // {} | to_entries[] | "\(.key)\t\(.value | tojson)"' static.json
}

# read_site: sets $root, $clean_urls, $https_only.
read_site() {
    local reason key
    if [[ -f static.json ]]; then
        reason=$(jq -e 'type == "object"' static.json 2>&1 >/dev/null) ||
            fail "static.json is not a JSON object${reason:+: ${reason#*: }}" "Correct it."
        for key in $(jq -r 'keys[]' static.json); do
            case $key in
                root | clean_urls | https_only | routes | redirects | headers | error_page) ;;
                proxies | basic_auth | basic_auth_list | canonical_host)
                    warn "static.json has \"$key\", which this buildpack does not know: it is not used." ;;
                *) warn "static.json has \"$key\", which is no setting: it is not used." ;;
            esac
        done
    fi
    clean_urls=$(site_value .clean_urls)
    https_only=$(site_value .https_only)
    find_root
}

find_root() {
    local directory
    root=$(site_value .root)
    if [[ -n $root ]]; then
        root=${root%/}
        [[ $root != /* && /$root/ != */../* && $root =~ ^[A-Za-z0-9._/-]+$ ]] ||
            fail "static.json names \"$root\" as root, which is not a directory of the app." "Write a path such as \"public\"."
        [[ -d $root ]] || fail "static.json names \"$root\" as root, and there is no such directory." \
            "If a build makes it, put that buildpack (nodejs) before this one."
        return
    fi
    # What a build has made goes before what the repository has.
    for directory in dist build public _site public_html .; do
        if [[ -f $directory/index.html ]]; then
            root=$directory
            return
        fi
    done
    fail "There is no index.html in any of: dist, build, public, _site, public_html, and the app's own directory." \
        "Set root in static.json to the directory that has the site."
}

describe_site() {
    local pattern value
    while IFS=$'\t' read -r pattern value; do detail "Route $pattern → $(jq -r . <<<"$value")"; done < <(site_pairs routes)
    [[ $clean_urls != true ]] || detail "Pages can be asked for without .html"
    [[ $https_only != true ]] || detail "Requests by http are redirected to https"
}
