# Sourced by each family's make.sh: `step NAME <<'E' … E` runs the commands as a Drone step does
# (`sh -e`, "+ command" before each, stdout and stderr in one stream) in the current folder, writes
# NAME.log beside make.sh and says how it ended. One command a line.
# Addresses of this machine's own network and its user's folders read as a runner's would, package registries as
# registry.example.com.

REGISTRIES='repo1?\.maven(\.apache)?\.org|(index\.)?rubygems\.org|registry\.terraform\.io|hackage\.haskell\.org|cloud\.r-project\.org|registry\.npmjs\.org|deb\.debian\.org|files\.pythonhosted\.org|proxy\.golang\.org|galaxy\.ansible\.com'
LOGS=$(cd "$(dirname "$0")" && pwd)
WORK=${WORK:-/tmp/drone-logs/$(basename "$LOGS")}

step() {
    local name=$1 script exit_code=0
    script=$(mktemp)
    while IFS= read -r command; do
        printf "echo '+ %s'\n%s\n" "${command//\'/\'\\\'\'}" "$command"
    done >"$script"
    CI=true DRONE=true sh -e "$script" </dev/null >"$LOGS/$name.raw" 2>&1 || exit_code=$?
    sed -E -e "s#$WORK/[A-Za-z0-9_.-]*#/drone/src#g" -e "s#$script#/bin/sh#g" -e "s#10\.255\.255\.53#10.0.0.2#g" \
        -e "s#\\b$(hostname)\\b#runner#g" -e "s#\\b($REGISTRIES)\\b#registry.example.com#g" "$LOGS/$name.raw" >"$LOGS/$name.log"
    rm "$LOGS/$name.raw" "$script"
    printf '%-40s exit %-4s %s lines\n' "$name" "$exit_code" "$(wc -l <"$LOGS/$name.log")"
}

# `project NAME`: an empty folder, entered.
project() {
    rm -rf "${WORK:?}/$1" && mkdir -p "$WORK/$1" && cd "$WORK/$1"
}
