# shellcheck shell=bash
# Has a buildpack's files in a directory of their own, since buildpacks write into themselves.
# shellcheck disable=SC2154 # bin/compile sets pack_dir

# provide_buildpack LINE DIRECTORY: sets buildpack, a directory with bin/detect and bin/compile.
provide_buildpack() {
    local kind place revision
    read -r kind place revision < <(kind_of "$1") || exit 1
    buildpack=$2
    case $kind in
        bundled)
            [[ -d $pack_dir/../$place && $place != multi ]] || unknown_line "$1"
            # Beside the others, where it finds what they share.
            buildpack=$(cd "$pack_dir/../$place" && pwd) ;;
        local)
            [[ -d $place ]] || fail "There is no directory $place in the app."
            cp -a -- "$place" "$buildpack" ;;
        archive) provide_archive "$place" "$buildpack" ;;
        git) provide_repository "$place" "${revision:-}" "$buildpack" ;;
        *) exit 1 ;;
    esac
    [[ -f $buildpack/bin/detect && -f $buildpack/bin/compile ]] || fail \
        "$1 is no buildpack: it has no bin/detect and bin/compile."
    chmod +x "$buildpack"/bin/*
}

provide_archive() {
    mkdir -p -- "$2"
    fetch "$1" "$2.tgz" || fail "$1 could not be downloaded: ${fetch_error:-no reason given}"
    # A buildpack that unpacks to more than this is none.
    gzip -dc "$2.tgz" | head -c 512M | tar -x -C "$2" --no-same-owner --no-same-permissions || fail \
        "$1 is not a .tar.gz archive, leads out of its directory, or unpacks to more than 512 MiB."
    # It has the buildpack at its root, or below one directory.
    if [[ ! -d $2/bin ]]; then buildpack=$(dirname "$(compgen -G "$2/*/bin" | head -n 1)"); fi
}

# provide_repository URL REVISION DIRECTORY: a repository is kept in the cache and only brought up to date.
provide_repository() {
    local url=$1 revision=$2 directory=$3 kept log commit
    kept=$(cache_directory "repositories/$(fingerprint "$url")")
    log=$(mktemp)
    # Other transports run programs or read files of the machine.
    export GIT_ALLOW_PROTOCOL=https:http:git:ssh GIT_TERMINAL_PROMPT=0
    [[ -d $kept/objects ]] || git init --quiet --bare "$kept"
    if ! run_logged "$log" git -C "$kept" fetch --quiet --prune --tags -- "$url" \
        '+refs/heads/*:refs/heads/*' '+HEAD:refs/cairn/head'; then
        git -C "$kept" rev-parse --quiet --verify refs/cairn/head >/dev/null || {
            show_end "$log" 3
            fail "The buildpack $url could not be fetched." "The lines above are git's."
        }
        warn "The buildpack could not be brought up to date: $(grep -m 1 . "$log" || true)" \
            "Using it as an earlier build had it."
    fi
    rm -f -- "$log"
    commit=$(commit_of "$kept" "$revision") || fail "$url has no branch, tag or commit \"$revision\"."
    mkdir -p -- "$directory"
    git -C "$kept" archive "$commit" | tar -x -C "$directory" --no-same-owner
    detail "Commit ${commit:0:12} of $url"
}

# commit_of REPOSITORY REVISION
commit_of() {
    local name
    for name in "${2:+refs/heads/$2}" "${2:+refs/tags/$2}" "${2:-refs/cairn/head}"; do
        [[ -n $name ]] || continue
        git -C "$1" rev-parse --quiet --verify --end-of-options "$name^{commit}" && return
    done
    return 1
}
