# shellcheck shell=bash
# Makes the app's Java available: the stack's, or a JDK that goes with the app.
# shellcheck disable=SC2154 # bin/compile sets home and pack_dir

# use_java: sets java_origin (stack, download), and has the right java and JAVA_HOME.
use_java() {
    local stack resolved version
    stack=$(stack_java_version)
    resolved=$(java_version . "$stack")
    java_origin=${resolved% *} version=${resolved#* }
    if [[ $java_origin == stack ]]; then
        step "Using Java $version of the stack"
        JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
    else
        step "Using Java $version"
        provide_jdk "$version" "$stack"
        JAVA_HOME=$home/jdk
    fi
    export JAVA_HOME PATH=$JAVA_HOME/bin:$PATH
    java -version >/dev/null 2>&1 || fail "This Java does not run on the stack: $(java -version 2>&1 | head -n 1)"
}

stack_java_version() {
    local text
    text=$(javac -version 2>/dev/null) || fail "The build image has no JDK." \
        "Its Debian package openjdk-17-jdk-headless is listed in this buildpack's buildpack.toml."
    printf '%s\n' "${text#javac }"
}

# provide_jdk VERSION STACK_VERSION: the JDK at .cairn/java/jdk. It is kept as it was unpacked: the run image gets a copy.
provide_jdk() {
    local kept
    kept=$(cache_entry jdk)
    if [[ $1 == *.* && -d $kept/$1 ]] || [[ -d $kept/$1 && -n $(find "$kept/$1" -maxdepth 0 -mtime -30) ]]; then
        detail "Using the JDK kept from an earlier build ($(size_of "$kept/$1"))"
    else
        renew_jdk "$kept/$1" "$1" "$2"
    fi
    cp -a --reflink=auto -- "$kept/$1" "$home/jdk"
    # They make up a third of a JDK, and only jlink reads them.
    rm -rf -- "$home/jdk/jmods"
}

# renew_jdk DIRECTORY VERSION STACK_VERSION
renew_jdk() {
    local archive url checksum release
    if [[ -d $1 ]] && ! archive=$(java_archive "$2" "$3" 2>/dev/null); then
        warn "Whether there is a newer Java $2 could not be found out. Using the JDK kept from an earlier build."
        return
    fi
    [[ -n ${archive:-} ]] || archive=$(java_archive "$2" "$3")
    read -r url checksum release <<<"$archive"
    install_toolchain "$1" "$url" sha256 "$checksum" "Java $release"
    # Only development needs these.
    rm -rf -- "$1/lib/src.zip" "$1/demo" "$1/man"
    touch "$1"
}

# write_environment: Java where the app runs, sized to its container.
write_environment() {
    cp -- "$pack_dir/share/memory.sh" "$home/memory.sh"
    {
        if [[ $java_origin == download ]]; then
            # shellcheck disable=SC2016 # it is expanded where the app runs
            printf 'export JAVA_HOME="$HOME/.cairn/java/jdk"\nexport PATH="$JAVA_HOME/bin:$PATH"\n'
        fi
        # shellcheck disable=SC2016
        printf '. "$HOME/.cairn/java/memory.sh"\n'
    } | write_profile "$BUILD_DIR" 50-java
    write_export "$pack_dir" <<<"export JAVA_HOME=$JAVA_HOME PATH=$JAVA_HOME/bin:\$PATH"
}
