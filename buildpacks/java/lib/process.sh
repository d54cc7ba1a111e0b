# shellcheck shell=bash
# What a build made, and how it is started.

# find_program DIRECTORY: the process type web for the program below DIRECTORY; none where that can't be told.
find_program() {
    local directory=$1 jar war
    local -a jars=()
    if [[ -f $directory/quarkus-app/quarkus-run.jar || -f ${directory%/libs}/quarkus-app/quarkus-run.jar ]]; then
        jar=$(compgen -G "${directory%/libs}/quarkus-app/quarkus-run.jar")
        # shellcheck disable=SC2016 # PORT and JAVA_OPTS are read when the process starts
        write_release "$BUILD_DIR" java web \
            'java -Dquarkus.http.port=$PORT -Dquarkus.http.host=0.0.0.0 $JAVA_OPTS -jar '"$jar"
        return
    fi
    war=$(compgen -G "$directory/*.war" | head -n 1) || war=''
    if [[ -n $war && -f $directory/dependency/webapp-runner.jar ]]; then
        # shellcheck disable=SC2016
        write_release "$BUILD_DIR" java web \
            'java $JAVA_OPTS -jar '"$directory/dependency/webapp-runner.jar --port \$PORT $war"
        return
    fi
    mapfile -t jars < <(executable_jars "$directory")
    if ((${#jars[@]} == 1)); then
        # Spring Boot and others read the port from a property; a program that does not know it ignores it.
        # shellcheck disable=SC2016
        write_release "$BUILD_DIR" java web 'java -Dserver.port=$PORT $JAVA_OPTS -jar '"${jars[0]#./}"
        detail "Program: ${jars[0]#./}"
        return
    fi
    write_release "$BUILD_DIR" java
    [[ -f Procfile ]] || fail "The build made ${#jars[@]} jars that can be started by themselves${jars[*]:+: ${jars[*]}}." \
        "A Procfile says how the app is started, for instance:" \
        "web: java -cp target/classes:target/dependency/* org.example.Main"
}

# executable_jars DIRECTORY: the jars and wars whose manifest names a main class, one a line.
executable_jars() {
    local jar
    while read -r jar; do
        case ${jar##*/} in
            *-sources.jar | *-javadoc.jar | *-tests.jar | original-*.jar | *-plain.jar) continue ;;
        esac
        if unzip -p "$jar" META-INF/MANIFEST.MF 2>/dev/null | grep -q '^Main-Class:'; then printf '%s\n' "$jar"; fi
    done < <(compgen -G "$1/*.jar"; compgen -G "$1/*.war")
}
