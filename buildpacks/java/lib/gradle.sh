# shellcheck shell=bash
# Apps built by Gradle's wrapper, which fetches the release of Gradle that the app names.

build_with_gradle() {
    local started
    local -a tasks=()
    [[ -f gradlew && -f gradle/wrapper/gradle-wrapper.jar ]] || fail \
        "The app is built by Gradle but does not bring Gradle's wrapper (gradlew and gradle/wrapper/)." \
        "Run \"gradle wrapper\" and commit what it makes; the stack has no Gradle of its own."
    export GRADLE_USER_HOME
    GRADLE_USER_HOME=$(cache_directory gradle)
    chmod +x gradlew
    read -r -a tasks <<<"${GRADLE_TASK:-$(gradle_task)}"
    started=$(milliseconds)
    step "Running ./gradlew ${tasks[*]}"
    run_shown ./gradlew --no-daemon --console=plain --build-cache "${tasks[@]}" || fail "Gradle could not build the app." \
        "The lines above are Gradle's. GRADLE_TASK changes what it is asked to do."
    detail "Gradle took $(seconds_since "$started")." \
        "Dependencies are kept for the next build ($(size_of "$GRADLE_USER_HOME"))"
    find_program build/libs
}

# gradle_task: "stage" where the app defines it, as Heroku's convention is; else what makes programs without tests.
gradle_task() {
    local definition="^[[:space:]]*(task[[:space:]]+stage\b|tasks\.(register|create)\(['\"]stage['\"])"
    if grep -Eqs "$definition" build.gradle build.gradle.kts; then
        printf 'stage\n'
    else
        printf 'build -x test\n'
    fi
}
