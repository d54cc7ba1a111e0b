# shellcheck shell=bash
# An app's own page: HTML, or an archive of it and of what it shows.

MAXIMUM_BYTES=$((32 << 20))

# install_page APP: from standard input.
install_page() {
    local work
    [[ ! -t 0 ]] || fail E-USAGE "Please give the page on standard input" \
        "cairn maintenance:custom-page $1 < page.html, or a tar archive with index.html and what it needs."
    work=$(mktemp -d "$PAGES/.new.XXXXXX")
    # shellcheck disable=SC2064 # The directory of now.
    trap "rm -rf -- '$work'" EXIT
    head -c "$((MAXIMUM_BYTES + 1))" >"$work/input"
    (($(stat -c %s -- "$work/input") <= MAXIMUM_BYTES)) || fail E-INVALID-FILE "The page is larger than 32 MB"
    [[ -s $work/input ]] || fail E-INVALID-FILE "The page is empty"
    mkdir -- "$work/page"
    if tar --list --file "$work/input" >"$work/names" 2>/dev/null; then
        unpack "$work"
    else
        mv -- "$work/input" "$work/page/index.html"
    fi
    find "$work/page" -type d -exec chmod 755 {} +
    find "$work/page" -type f -exec chmod 644 {} +
    rm -rf -- "${PAGES:?}/$1"
    mv -- "$work/page" "$PAGES/$1"
}

# unpack DIRECTORY: only plain files in directories below it, since nginx shows all of them to everybody.
unpack() {
    local file
    ! grep -q -E '(^|/)\.\.(/|$)|^/' "$1/names" || fail E-INVALID-FILE "The archive has names that lead out of it"
    tar --extract --no-same-owner --no-same-permissions --file "$1/input" --directory "$1/page" 2>/dev/null ||
        fail E-INVALID-FILE "The archive cannot be unpacked"
    file=$(find "$1/page" ! -type f ! -type d -print -quit)
    [[ -z $file ]] || fail E-INVALID-FILE "'$(printable "${file#"$1/page/"}")' in the archive is no plain file"
    # The name that the page has for the plugin of the same name elsewhere.
    [[ -e $1/page/index.html || ! -f $1/page/maintenance.html ]] ||
        mv -- "$1/page/maintenance.html" "$1/page/index.html"
    [[ -f $1/page/index.html ]] || fail E-INVALID-FILE "There is no index.html at the top of the archive"
}
