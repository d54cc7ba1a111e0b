# shellcheck shell=bash
# Which image a service runs, and how it gets to this host.

# choose_image: sets IMAGE, IMAGE_VERSION, and IMAGE_CHOSEN to 1 when somebody asked for one. In this order: options, the
# environment (POSTGRES_IMAGE), `set --global image`, plugin.toml's configuration, the datastore's page.
choose_image() {
    local variable="${VARIABLE}_IMAGE" version_variable="${VARIABLE}_IMAGE_VERSION" image version
    image=${FLAGS[image]:-${!variable:-$(property --global image "${CONFIG_IMAGE:-}")}}
    version=${FLAGS[image-version]:-${!version_variable:-$(property --global image-version "${CONFIG_IMAGE_VERSION:-}")}}
    IMAGE_CHOSEN=''
    [[ -z $image$version ]] || IMAGE_CHOSEN=1
    IMAGE=${image:-$DEFAULT_IMAGE}
    if [[ $IMAGE == "$(built_image)" ]]; then
        IMAGE_VERSION=${version:-$BUILT_VERSION}
    else
        IMAGE_VERSION=${version:-$DEFAULT_IMAGE_VERSION}
    fi
    check_image "$IMAGE"
    check_image_version "$IMAGE_VERSION"
}

# The name of the image that is built from the datastore's Dockerfile.
built_image() { printf 'cairn/%s' "$DATASTORE"; }

image_reference() { printf '%s:%s' "$IMAGE" "$IMAGE_VERSION"; }
has_image() { engine image inspect "$1" >/dev/null 2>&1; }

# ensure_image: has the chosen image on this host. One that nobody asked for by name and that cannot be pulled is replaced
# by the one that is built here, which changes IMAGE and IMAGE_VERSION.
ensure_image() {
    local reference disable_pull="${VARIABLE}_DISABLE_PULL" reason
    reference=$(image_reference)
    ! has_image "$reference" || return 0
    if [[ $IMAGE == "$(built_image)" && $IMAGE_VERSION == "$BUILT_VERSION" ]]; then
        build_image
        return
    fi
    if [[ ${!disable_pull:-} == true ]]; then
        reason="there is no image $reference on this host, and ${VARIABLE}_DISABLE_PULL forbids to pull it"
    else
        step "Pulling $reference"
        ! reason=$(timeout 1200 "${DOCKER_BIN:-docker}" image pull --quiet "$reference" </dev/null 2>&1 >/dev/null) ||
            return 0
        reason=$(tail -n 1 <<<"$reason")
    fi
    [[ -z $IMAGE_CHOSEN ]] || fail E-SERVICE-FAILED "The image $reference cannot be had: $(printable "$reason")" \
        "Check its name and the network, or load it with 'docker load'."
    detail "It cannot be pulled: $(printable "$reason")"
    IMAGE=$(built_image)
    IMAGE_VERSION=$BUILT_VERSION
    if has_image "$(image_reference)"; then
        detail "Using $(image_reference), which was built here from Debian's packages."
    else
        build_image
    fi
}

build_image() {
    step "Building $(image_reference) from Debian's packages"
    build_from "$(image_reference)" "$DATASTORE_DIRECTORY/image"
}

# build_from REFERENCE DIRECTORY
build_from() {
    local log
    log=$(mktemp)
    if ! engine build --tag "$1" --label "cairn.datastore=$DATASTORE" "$2" >"$log" 2>&1; then
        evidence <"$log"
        rm -f -- "$log"
        fail E-SERVICE-FAILED "The image $1 could not be built"
    fi
    rm -f -- "$log"
}

# in_image COMMAND...: runs a program of the chosen image, beside nothing.
in_image() { engine run --rm --network none --entrypoint "$1" "$(image_reference)" "${@:2}"; }

# as_root [OPTION...] -- SCRIPT [ARGUMENT...]: runs a shell script as root in a container that sees the service's directory
# as /service. Files in data/ belong to the user that the datastore runs as.
as_root() {
    local -a options=()
    while [[ $1 != -- ]]; do
        options+=("$1")
        shift
    done
    docker_cli run --rm --interactive --network none --user 0:0 --entrypoint sh "${options[@]}" \
        --volume "$SERVICE_HOST_ROOT:/service" "$(image_reference)" -c "$2" sh "${@:3}"
}

# The image of a service that exists.
use_saved_image() {
    IMAGE=$(read_value IMAGE "$DEFAULT_IMAGE")
    IMAGE_VERSION=$(read_value IMAGE_VERSION "$DEFAULT_IMAGE_VERSION")
    IMAGE_CHOSEN=1
}
