# shellcheck shell=bash
# Everything the bundled buildpacks share, in one line: . "$pack_dir/../lib/all.sh"
lib_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=output.sh
. "$lib_dir/output.sh"
# shellcheck source=environment.sh
. "$lib_dir/environment.sh"
# shellcheck source=versions.sh
. "$lib_dir/versions.sh"
# shellcheck source=download.sh
. "$lib_dir/download.sh"
# shellcheck source=cache.sh
. "$lib_dir/cache.sh"
# shellcheck source=app.sh
. "$lib_dir/app.sh"
# shellcheck source=source-build.sh
. "$lib_dir/source-build.sh"
