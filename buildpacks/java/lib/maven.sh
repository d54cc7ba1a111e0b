# shellcheck shell=bash
# Apps built by Maven: with the app's wrapper, with the release system.properties names, or with the stack's.
# shellcheck disable=SC2154 # bin/compile sets home and pack_dir

maven_default_dist_url=https://archive.apache.org/dist/maven/maven-3

build_with_maven() {
    local repository started key
    local -a goals=() options=()
    [[ -f pom.xml ]] || fail "There is a mvnw but no pom.xml."
    repository=$(cache_directory repository)
    export MAVEN_USER_HOME
    MAVEN_USER_HOME=$(cache_directory maven)
    choose_maven
    # Words, as the names of goals and flags are; quoting inside them is not interpreted.
    read -r -a goals <<<"${MAVEN_CUSTOM_GOALS:-package}"
    read -r -a options <<<"${MAVEN_CUSTOM_OPTS:--DskipTests}"
    settings_option
    key=$(fingerprint "$(all_poms)")
    if cache_holds dependencies "$key"; then
        detail "Using cached dependencies (no pom.xml has changed; $(size_of "$repository"))"
    fi
    started=$(milliseconds)
    step "Running ${maven_command[*]} ${options[*]} ${goals[*]}"
    run_shown without_colours "${maven_command[@]}" --batch-mode --no-transfer-progress -Dstyle.color=never \
        "-Dmaven.repo.local=$repository" "${maven_settings[@]}" "${options[@]}" "${goals[@]}" || fail \
        "Maven could not build the app." \
        "The lines above are Maven's. MAVEN_CUSTOM_GOALS and MAVEN_CUSTOM_OPTS change what it is asked to do."
    cache_finished dependencies "$key"
    detail "Maven took $(seconds_since "$started"); dependencies are kept for the next build ($(size_of "$repository"))"
    find_program target
}

# without_colours COMMAND...: Maven resets colours at its end even where it is told to use none, without ending the line.
without_colours() {
    "$@" 2>&1 | awk '{ had = length($0); gsub(/\033\[[0-9;]*m/, ""); if (length($0) || !had) print; fflush() }'
}

all_poms() { find . -name pom.xml -not -path '*/target/*' -print0 | sort -z | xargs -0 sha256sum; }

# choose_maven: sets maven_command.
choose_maven() {
    local wanted stack
    if [[ -f mvnw ]]; then
        [[ -f .mvn/wrapper/maven-wrapper.properties ]] || fail \
            "mvnw needs .mvn/wrapper/maven-wrapper.properties, which is not there." "Commit it with mvnw."
        chmod +x mvnw
        maven_command=(./mvnw)
        return
    fi
    wanted=$(property system.properties maven.version)
    stack=$(mvn --version 2>/dev/null | sed -nE 's/.*Apache Maven ([0-9.]+).*/\1/p') || stack=''
    if [[ -z $wanted || $stack == "$wanted" || $stack == "$wanted".* ]]; then
        step "Using Maven $stack of the stack"
        maven_command=(mvn)
    else
        install_maven "$wanted" "$stack"
        maven_command=("$(cache_entry maven-release)/$wanted/bin/mvn")
    fi
}

install_maven() {
    local wanted=$1 base url checksum
    step "Using Maven $wanted"
    [[ $wanted =~ ^3\.[0-9]+\.[0-9]+$ ]] || fail \
        "system.properties asks for Maven \"$wanted\", which is no release of Maven 3." \
        "Write a whole version, as maven.version=3.9.9. The stack has Maven $2; the Maven wrapper (mvnw) brings any."
    if [[ -d $(cache_entry maven-release)/$wanted ]]; then
        detail "Using Maven $wanted kept from an earlier build"
        return
    fi
    base=${MAVEN_DIST_URL:-$maven_default_dist_url}
    url=${base%/}/$wanted/binaries/apache-maven-$wanted-bin.tar.gz
    checksum=$(read_address "$url.sha512") || fail "Maven $wanted cannot be had: $url.sha512 could not be read." \
        "The stack has Maven $2; MAVEN_DIST_URL names a mirror of $maven_default_dist_url."
    install_toolchain "$(cache_entry maven-release)/$wanted" "$url" sha512 "${checksum%% *}" "Maven $wanted"
}

# settings_option: sets maven_settings from MAVEN_SETTINGS_PATH or MAVEN_SETTINGS_URL, or a settings.xml of the app.
settings_option() {
    maven_settings=()
    if [[ -n ${MAVEN_SETTINGS_PATH:-} ]]; then
        [[ -f $MAVEN_SETTINGS_PATH ]] || fail "MAVEN_SETTINGS_PATH names $MAVEN_SETTINGS_PATH, which is not in the app."
        maven_settings=(--settings "$MAVEN_SETTINGS_PATH")
    elif [[ -n ${MAVEN_SETTINGS_URL:-} ]]; then
        # Outside the app: settings often hold passwords.
        read_address "$MAVEN_SETTINGS_URL" >/tmp/maven-settings.xml || fail "MAVEN_SETTINGS_URL could not be read."
        maven_settings=(--settings /tmp/maven-settings.xml)
    elif [[ -f settings.xml ]]; then
        maven_settings=(--settings settings.xml)
    fi
}
