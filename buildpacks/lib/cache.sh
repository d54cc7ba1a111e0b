# shellcheck shell=bash
# What one build leaves for the next. Every entry is a directory under CACHE_DIR with the files and the key they were
# made for; the key is written last, so an entry that an interrupted build left half-written is never used.
# Needs $CACHE_DIR and $pack (the buildpack's name).

# fingerprint WORD_OR_FILE...: one hash over words and the contents of files; a word that is no file counts as text.
fingerprint() {
    local item
    for item in "$@"; do
        if [[ -f $item ]]; then
            printf 'file %s\n' "$(sha256sum <"$item")"
        else
            printf 'text %s\n' "$item"
        fi
    done | sha256sum | cut -d ' ' -f 1
}

cache_entry() { printf '%s/cairn/%s/%s\n' "$CACHE_DIR" "${pack:?}" "$1"; }

# cache_holds NAME KEY: whether the entry was made for this key.
cache_holds() {
    local entry
    entry=$(cache_entry "$1")
    [[ -f $entry/key && $(<"$entry/key") == "$2" ]]
}

# cache_restore NAME DIRECTORY: puts the entry's files in place and prints how large they are.
cache_restore() {
    local entry
    entry=$(cache_entry "$1")
    mkdir -p -- "$2"
    cp -a --reflink=auto -- "$entry/files/." "$2/"
    size_of "$entry/files"
}

# cache_save NAME KEY DIRECTORY [PATH...]: keeps the paths (relative to DIRECTORY; all of it by default), replacing
# what the entry held, and prints how large that is.
cache_save() {
    local entry key=$2 directory=$3
    entry=$(cache_entry "$1")
    shift 3
    rm -rf -- "$entry"
    mkdir -p -- "$entry/files"
    (($# > 0)) || set -- .
    (cd -- "$directory" && cp -a --reflink=auto --parents -- "$@" "$entry/files/")
    printf '%s\n' "$key" >"$entry/key"
    size_of "$entry/files"
}

cache_drop() { rm -rf -- "$(cache_entry "$1")"; }

# cache_directory NAME: a directory kept as it is between builds, for a tool that looks after its own cache.
cache_directory() {
    local directory
    directory=$(cache_entry "tools/$1")
    mkdir -p -- "$directory"
    printf '%s\n' "$directory"
}

# use_cached NAME DIRECTORY WHAT WHY: restores an entry and says so: "Using cached WHAT (WHY; 24 MB in 0.3s)".
use_cached() {
    local started size
    started=$(milliseconds)
    size=$(cache_restore "$1" "$2")
    detail "Using cached $3 ($4; $size in $(seconds_since "$started"))"
}

# keep_cached NAME KEY WHAT DIRECTORY [PATH...]: saves an entry and says so.
keep_cached() {
    local name=$1 key=$2 what=$3 started size
    shift 3
    started=$(milliseconds)
    size=$(cache_save "$name" "$key" "$@")
    detail "Cached $what for the next build ($size in $(seconds_since "$started"))"
}
