# shellcheck shell=bash
# Languages whose own distribution is source code (Python, Ruby): unpack, configure, make, install; kept in the cache.

# compile_source ARCHIVE PREFIX LABEL CONFIGURE_ARGUMENT...: builds and installs; a failure shows the end of the log.
compile_source() {
    local archive=$1 prefix=$2 label=$3 work started
    shift 3
    started=$(milliseconds)
    work=$(mktemp -d)
    detail "Compiling $label (several minutes; kept for later builds)"
    tar -xf "$archive" -C "$work" --strip-components=1 --no-same-owner
    local step_name
    for step_name in configure make install; do
        if ! (cd -- "$work" && source_step "$step_name" "$prefix" "$@"); then
            show_end "$work/cairn-build.log" 25
            rm -rf -- "$work"
            fail "$label could not be compiled: \"$step_name\" failed." \
                "The lines above are the end of its output. A version closer to the stack's own may build."
        fi
    done
    rm -rf -- "$work"
    detail "Compiled $label in $(seconds_since "$started")"
}

source_step() {
    local name=$1 prefix=$2
    shift 2
    case $name in
        configure) run_logged cairn-build.log ./configure --prefix="$prefix" "$@" ;;
        make) run_logged cairn-build.log make -j "$(nproc)" ;;
        install) run_logged cairn-build.log make install ;;
    esac
}
