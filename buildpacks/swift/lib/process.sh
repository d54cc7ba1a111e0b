# shellcheck shell=bash
# The default process: the only program, or the one whose name says that it is the app.
# shellcheck disable=SC2154 # choose_products sets executables

choose_process() {
    local name chosen='' command package
    package=$(sed -nE 's/^[[:space:]]*name:[[:space:]]*"([^"]+)".*/\1/p' Package.swift | head -n 1)
    for name in App Run Server web server "$package" "${executables[0]}"; do
        [[ -z $chosen && " ${executables[*]} " == *" $name "* ]] && chosen=$name
    done
    command=.cairn/swift/bin/$chosen
    # Vapor does not read PORT by itself.
    # shellcheck disable=SC2016 # PORT is read when the process starts
    if grep -sq '"identity" *: *"vapor"' Package.resolved; then
        command+=' serve --env production --hostname 0.0.0.0 --port $PORT'
    fi
    write_release "$BUILD_DIR" swift web "$command"
}
