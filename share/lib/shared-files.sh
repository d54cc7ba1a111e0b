# shellcheck shell=bash
# What Cairn reads beside its program: the plugins and buildpacks that come with it, the shim for published plugins,
# and the parts of the installer that make a base image for the buildpacks.
# Needs output.sh and manifest.sh.

shared_directory=/usr/share/cairn

# install_shared_files TREE: copies them from this tree, owned by root and writable for nobody else, because plugins run
# them. What is right already is not touched, and what an earlier version left is removed.
install_shared_files() {
    local tree=$1 staged
    staged=$(mktemp -d)
    stage_shared_files "$tree" "$staged"
    record directory "$shared_directory"
    if [[ "$(list_files "$staged")" == "$(list_files "$shared_directory")" ]] &&
        diff -rq --no-dereference "$staged" "$shared_directory" >/dev/null; then
        detail "$shared_directory is there already"
    else
        mkdir -p "$shared_directory"
        remove_strangers "$staged" "$shared_directory"
        replace_files "$staged" "$shared_directory"
        detail "$shared_directory installed"
    fi
    rm -rf "$staged"
}

# stage_shared_files TREE DIRECTORY: links stay links, programs stay programs.
stage_shared_files() {
    local source
    for source in plugins buildpacks share/shim share/lib; do
        [[ ! -d $1/$source ]] || cp -a "$1/$source" "$2/"
    done
    chown -R -h root:root "$2"
    chmod -R u=rwX,go=rX "$2"
}

# list_files DIRECTORY: everything in it with its owner, its mode and where it leads.
list_files() {
    [[ ! -d $1 ]] || find "$1" -printf '%P %y %m %U %G %l\n' | sort
}

# remove_strangers FROM TO: what is in TO, and not of the same kind in FROM.
remove_strangers() {
    local path kind
    find "$2" -mindepth 1 -depth -printf '%y %P\n' | while read -r kind path; do
        if [[ ! -e $1/$path && ! -L $1/$path ]] || [[ $(find "$1/$path" -maxdepth 0 -printf %y) != "$kind" ]]; then
            rm -rf "${2:?}/$path"
        fi
    done
}

# replace_files FROM TO: each by a rename, so that a plugin that is just being started finds the old file or the new.
replace_files() {
    local path kind
    chmod 0755 "$2"
    find "$1" -mindepth 1 -printf '%y %P\n' | while read -r kind path; do
        if [[ $kind == d ]]; then
            install -d -m 0755 -o root -g root "$2/$path"
        else
            cp -a "$1/$path" "$2/$path.new"
            mv -fT "$2/$path.new" "$2/$path"
        fi
    done
}
