# shellcheck shell=bash
# Apps of nothing but Java: source files at the top or below src/, with jars in lib/, or a jar that is the program.
# shellcheck disable=SC2154 # bin/compile sets home

build_plain() {
    local main started list
    local -a sources=() roots=(.)
    [[ ! -d src/main/java ]] || roots=(src/main/java)
    [[ -d src/main/java || ! -d src ]] || roots=(src)
    [[ ${roots[0]} == . ]] && roots=(. -maxdepth 1)
    mapfile -t sources < <(find "${roots[@]}" -name '*.java' | sort)
    if ((${#sources[@]} == 0)); then
        find_program .
        return
    fi
    step "Compiling ${#sources[@]} source files"
    started=$(milliseconds)
    mkdir -p "$home/classes"
    list=$(mktemp)
    # javac reads quoted names from a file of arguments, whatever characters they have.
    printf '"%s"\n' "${sources[@]//\"/\\\"}" >"$list"
    run_shown javac -encoding UTF-8 -d "$home/classes" --class-path 'lib/*' "@$list" || fail \
        "The Java compiler refused the app." "The lines above name file, line and reason."
    rm -f -- "$list"
    # What is no source file, for instance a properties file, is looked for on the class path.
    if [[ -d src/main/resources ]]; then cp -a src/main/resources/. "$home/classes/"; fi
    detail "Compiled in $(seconds_since "$started")"
    main=$(main_class "${sources[@]}")
    if [[ -z $main ]]; then
        write_release "$BUILD_DIR" java
        return
    fi
    # shellcheck disable=SC2016 # JAVA_OPTS is read when the process starts
    write_release "$BUILD_DIR" java web "java \$JAVA_OPTS -cp \"$(class_path)\" $main"
}

class_path() {
    printf '.cairn/java/classes'
    [[ ! -d lib ]] || printf ':lib/*'
}

# main_class SOURCE...: JAVA_MAIN_CLASS, or the only class with a main method, or the one of them called Main, App, Server.
main_class() {
    local file name package candidates='' preferred
    if [[ -n ${JAVA_MAIN_CLASS:-} ]]; then
        [[ $JAVA_MAIN_CLASS =~ ^[A-Za-z_][A-Za-z0-9_.]*$ ]] || fail \
            "JAVA_MAIN_CLASS is \"$JAVA_MAIN_CLASS\", which is no class."
        printf '%s\n' "$JAVA_MAIN_CLASS"
        return
    fi
    for file in "$@"; do
        grep -Eq 'static[[:space:]]+(final[[:space:]]+)?void[[:space:]]+main[[:space:]]*\(' "$file" || continue
        name=$(basename "$file" .java)
        package=$(sed -nE 's/^[[:space:]]*package[[:space:]]+([A-Za-z0-9_.]+)[[:space:]]*;.*/\1/p' "$file" | head -n 1)
        candidates+=${package:+$package.}$name$'\n'
    done
    candidates=${candidates%$'\n'}
    # With a Procfile it need not be clear what web is.
    [[ ! -f Procfile || -n $candidates && $candidates != *$'\n'* ]] || return 0
    [[ -n $candidates ]] || fail "No class of the app has a main method, so there is no program to run."
    for preferred in Main App Application Server; do
        grep -E -m 1 "(^|\.)$preferred$" <<<"$candidates" && return
    done
    [[ $candidates != *$'\n'* ]] || fail "Several classes have a main method: $(paste -sd ' ' <<<"$candidates")." \
        "JAVA_MAIN_CLASS, or a web line in a Procfile, chooses one."
    printf '%s\n' "$candidates"
}
