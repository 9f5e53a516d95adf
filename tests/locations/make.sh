#!/bin/sh
# Make the logs of the workspaces (all, or those that are named) by running the real tools, as a step of Drone would.
# It needs the toolchains and unshare(1), for the checkout is at /drone/src.
set -e
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
[ $# -gt 0 ] || set -- $(cd "$here/workspaces" && ls | sed 's/\.txtar$//')
for name in "$@"; do
    folder=$(mktemp -d)
    (cd "$root" && .venv/bin/python -m tests.locations.workspaces "$name" "$folder")
    mkdir -p /drone/src
    unshare -m sh -c 'mount --bind "$1" /drone/src && cd /drone/src && for p in package.json web/package.json; do [ ! -f $p ] || (cd $(dirname $p) && npm install --silent --no-package-lock); done
        exec sh .git/step.sh' - "$folder" >"$here/logs/$name.log" 2>&1 || true
    rm -rf "$folder"
done
