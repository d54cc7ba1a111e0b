#!/bin/bash
# Becomes the server, as its own user.
set -euo pipefail

if [[ ${1:-} == -* ]]; then set -- redis-server "$@"; fi
if [[ ${1:-} == redis-server ]] && ((EUID == 0)); then
    chown -R redis:redis .
    exec setpriv --reuid redis --regid redis --init-groups "$@"
fi
exec "$@"
