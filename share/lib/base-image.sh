# shellcheck shell=bash
# debian:bookworm-slim, the base of the sample app and of the buildpack images: pulled, or bootstrapped from a Debian
# mirror where no registry can be reached. Needs output.sh, packages.sh and engine.sh.

base_repository=debian
base_tag=bookworm-slim
base_suite=bookworm
base_image=$base_repository:$base_tag

# ensure_base_image: 0 when the engine has the image. Sets base_image_added to yes if it had to be fetched.
ensure_base_image() {
    base_image_added=no
    if base_image_exists; then
        detail "$base_image is there already"
        return
    fi
    if pull_base_image; then
        detail "$base_image pulled"
    else
        bootstrap_base_image
        detail "$base_image bootstrapped"
    fi
    # shellcheck disable=SC2034 # read by the scripts that source this file
    base_image_added=yes
}

base_image_exists() { engine GET "/images/$base_image/json" --output /dev/null 2>/dev/null; }

pull_base_image() {
    local answer
    detail "pulling $base_image"
    # A pull that moves nothing for a minute is given up. The engine reports most failures inside a 200 answer.
    answer=$(engine POST "/images/create?fromImage=$base_repository&tag=$base_tag" \
        --speed-limit 1 --speed-time 60 2>&1) && base_image_exists && return
    detail "it can't be pulled here: $(tail -n 1 <<<"$answer" | cut -c 1-160)"
    return 1
}

# The image is the smallest Debian that apt works in, without manual pages and locales, as the official slim image is.
bootstrap_base_image() {
    local tar
    read_distribution
    install_packages mmdebstrap
    # Debian's own archive keys; on Ubuntu the package is in universe.
    install_packages debian-archive-keyring
    refresh_packages
    tar=$(mktemp --suffix=.tar)
    quietly "bootstrapping Debian $base_suite from $(debian_mirror) (about a minute)" make_base_tar "$tar" || {
        rm -f "$tar"
        fail "Debian $base_suite could not be bootstrapped from $(debian_mirror)." \
            "Either let this host reach a Debian mirror (set CAIRN_DEBIAN_MIRROR=http://… to name one)," \
            "or bring the image: 'docker save $base_image' on another machine, 'docker load' here. Then run this again."
    }
    # changes=CMD ["bash"]
    engine POST "/images/create?fromSrc=-&repo=$base_repository&tag=$base_tag&changes=CMD%20%5B%22bash%22%5D" \
        --upload-file "$tar" --output /dev/null || {
        rm -f "$tar"
        fail "The engine refused the bootstrapped image." "Look for a full disk: df -h /var/lib/docker"
    }
    rm -f "$tar"
}

# make_base_tar FILE
make_base_tar() {
    local path sources proxies excluded=() merged=() merging=/usr/share/mmdebstrap/hooks/maybe-merged-usr
    # What the official image says to apt: nothing that it fetched or worked out stays in a layer.
    local -x image_settings='DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";'
    for path in '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/info/*' '/usr/share/locale/*' '/usr/share/groff/*'; do
        excluded+=("--dpkgopt=path-exclude=$path")
    done
    excluded+=('--dpkgopt=path-include=/usr/share/doc/*/copyright')
    mapfile -t sources < <(debian_sources)
    mapfile -t proxies < <(apt_proxies)
    # Otherwise apt chooses the package usrmerge, which brings all of Perl. mmdebstrap before 1.2 has no such hook.
    if [[ -d $merging ]]; then merged=(--include=usr-is-merged "--hook-dir=$merging"); fi
    # A proxy is this host's business and must not stay behind in the image.
    # shellcheck disable=SC2016 # mmdebstrap gives the hooks the new tree as $1
    mmdebstrap --variant=minbase --format=tar --include=ca-certificates "${merged[@]}" "${excluded[@]}" "${proxies[@]}" \
        --customize-hook='rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap' \
        --customize-hook='printf "%s\n" "$image_settings" >"$1"/etc/apt/apt.conf.d/docker-clean' \
        --customize-hook='rm -f "$1"/var/cache/apt/*.bin' \
        "$base_suite" "$1" "${sources[@]}"
}

# debian_sources: apt lines for the release, its updates and its security fixes. The keys are named because apt on
# Ubuntu does not trust Debian's by itself; the path is the same within the image.
debian_sources() {
    local mirror security keys='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
    mirror=$(debian_mirror)
    security=$(mirror_labelled Debian-Security)
    printf 'deb %s %s %s main\n' "$keys" "$mirror" "$base_suite"
    # A mirror somebody names may hold the release alone, so only a host's own configuration is taken to have the rest.
    [[ -z ${CAIRN_DEBIAN_MIRROR:-} ]] || return 0
    printf 'deb %s %s %s-updates main\n' "$keys" "$mirror" "$base_suite"
    printf 'deb %s %s %s-security main\n' "$keys" "${security:-http://security.debian.org/debian-security}" "$base_suite"
}

# debian_mirror: the one this host's apt uses, whatever release it uses it for; Debian's own name for mirrors otherwise.
debian_mirror() {
    local mirror=${CAIRN_DEBIAN_MIRROR:-}
    [[ -n $mirror ]] || mirror=$(mirror_labelled Debian)
    printf '%s' "${mirror:-http://deb.debian.org/debian}"
}

mirror_labelled() {
    # shellcheck disable=SC2016 # the names are apt's
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        sed -n "s#^Debian|$1|\(https\{0,1\}://.*\)#\1#p" | head -n 1
}

apt_proxies() {
    apt-config dump 2>/dev/null | sed -n 's/^\(Acquire::https\{0,1\}::Proxy\) "\(..*\)";$/--aptopt=\1 "\2"/p'
}
