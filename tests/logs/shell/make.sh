#!/bin/bash
# Red and green logs of shell steps: dash, bash, coreutils, curl, bats, and the runner's own ends (killed, timeout).
set -u
. "$(dirname "$0")/../step.sh"

shell_cases() {
    project shell; mkdir -p scripts dist
    printf '#!/bin/sh\nset -eu\necho "packing release of $1, errors stop the build"\nfor n in 1 2 3; do echo "asset $n: ok, 0 errors"; done\ntar cf dist/release.tar dist/assets\n' >scripts/pack.sh
    printf '#!/bin/bash\nset -euo pipefail\necho "deploying to $DEPLOY_HOST"\n' >scripts/deploy.sh
    printf '#!/bin/bash\nif [ "$1" = x ]; then\n  echo yes\n' >scripts/broken.sh
    printf '#!/bin/bash\nset -o pipefail\necho "checking links"\ngrep -c "https" missing.md | sort\necho "unreached"\n' >scripts/links.sh
    printf '#!/opt/shop/bin/python\nprint(1)\n' >scripts/seed
    chmod +x scripts/*; chmod -x scripts/links.sh
    step shell.green <<'E'
echo "error: none"
mkdir -p dist && echo "0 failed" > dist/report.txt
cat dist/report.txt
ls missing 2>/dev/null || echo "no cache yet"
E
    step shell-command-missing <<'E'
echo "installing"
helmfile sync --environment staging
E
    step shell-command-missing-bash <<'E'
bash -c 'set -e; echo "running errors.sh"; golangci-lint run'
E
    step shell-command-missing-inside <<'E'
bash scripts/pack.sh 1.0 || true
scripts/deploy.sh
E
    step shell-unbound-variable-sh <<'E'
sh scripts/pack.sh
E
    step tar-file-missing <<'E'
scripts/pack.sh 1.0
E
    step shell-permission-denied <<'E'
./scripts/links.sh
E
    step shell-script-missing <<'E'
./scripts/release.sh --version 1.0
E
    step shell-script-missing-sh <<'E'
sh scripts/release.sh
E
    step shell-bad-interpreter <<'E'
./scripts/seed
E
    step shell-syntax-bash <<'E'
bash scripts/broken.sh x
E
    step shell-syntax-sh <<'E'
sh scripts/broken.sh x
E
    step shell-bashism <<'E'
source ./scripts/env.sh
E
    step shell-bad-substitution <<'E'
branch=feature/cart
echo ${branch//\//-}
E
    step shell-pipefail <<'E'
bash scripts/links.sh
bash -c 'set -eo pipefail; grep pear missing.md | sort'
E
    step shell-required-variable <<'E'
echo ${DEPLOY_TOKEN:?must be set, see docs/deploy.md}
E
    step shell-cd-missing <<'E'
cd web/frontend && npm ci
E
    step cp-missing <<'E'
cp dist/shop-1.0.tar.gz /tmp/release/
E
    step rm-missing <<'E'
rm dist/app.js
E
    step shell-test-only <<'E'
echo "checking version"
test "$(cat dist/version 2>/dev/null)" = 1.0
E
    step shell-exit-only <<'E'
echo "Checking licences of 214 packages ..."
echo "Licence check failed: left-pad has no licence"
exit 3
E
    step shell-exit-hidden <<'E'
echo "migrating"
false
E
    printf 'version\t1.0\n' >dist/version.json
    step jq-parse <<'E'
python3 -c "print('building 12 pages, 0 errors')"
jq -r .version dist/version.json
E
    step shell-readonly <<'E'
mkdir /proc/shop
E
    step shell-arguments <<'E'
ls --colour-never dist
E
    step shell-argument-list <<'E'
sh -c 'x=$(head -c 3000000 /dev/zero | tr "\0" a); /bin/echo $x'
E
    step shell-exec-format <<'E'
printf '\177ELF\002\001\001\000AAAAAAAA' > dist/tool && chmod +x dist/tool
./dist/tool
E
    step diff-not-empty <<'E'
printf 'a\nb\nc\n' > dist/expected.txt
printf 'a\nB\nc\n' > dist/actual.txt
diff -u dist/expected.txt dist/actual.txt
E
}

download_cases() {
    project download
    printf 'prices\n' >prices.txt
    python3 -m http.server 18445 --bind 127.0.0.1 >/dev/null 2>&1 & local server=$!
    sleep 1
    step curl.green <<'E'
curl -fsSL -o prices.new http://127.0.0.1:18445/prices.txt
cat prices.new
E
    step curl-404 <<'E'
curl -fsSL -o tool.tar.gz http://127.0.0.1:18445/tool-2.0.tar.gz
E
    step curl-not-gzip <<'E'
curl -sL http://127.0.0.1:18445/tool-2.0.tar.gz | tar xz
E
    step wget-404 <<'E'
wget -q -O prices.new http://127.0.0.1:18445/prices.txt
wget http://127.0.0.1:18445/tool-2.0.tar.gz
E
    step sha256-mismatch <<'E'
curl -fsS -o prices.new http://127.0.0.1:18445/prices.txt
echo "0000000000000000000000000000000000000000000000000000000000000000  prices.new" | sha256sum -c -
E
    kill $server
    step curl-refused <<'E'
curl -fsS --retry 2 --retry-delay 0 --retry-connrefused http://127.0.0.1:18445/health
E
    step curl-dns <<'E'
curl -fsS https://prices.invalid/v1/rates
E
    step unzip-corrupt <<'E'
printf 'PK\003\004broken' > site.zip
python3 -m zipfile -e site.zip out
E
    step apt-package-missing <<'E'
apt-get install -y --no-install-recommends libshop-prices-dev jq
E
    step apt-version-missing <<'E'
apt-get install -y jq=99.0
E
}

runner_cases() {
    project runner
    step killed-137 <<'E'
echo "linking bundle"
sh -c 'kill -9 $$'
E
    step killed-child <<'E'
bash -c 'node -e "console.log(\"building 14 pages\"); process.kill(process.pid, \"SIGKILL\")"; exit $?'
E
    step timeout-124 <<'E'
timeout 1 sh -c 'echo "waiting for database at db:5432 (no error so far)"; sleep 5'
E
    step wait-for-service <<'E'
bash -c 'for n in 1 2 3; do (echo > /dev/tcp/127.0.0.1/15998) 2>/dev/null && exit 0; echo "postgres is unavailable - sleeping"; done; echo "timed out waiting for postgres:5432" >&2; exit 1'
E
    step disk-full <<'E'
head -c 100 /dev/zero > small.img
cat small.img small.img > /dev/full
E
    step abort-134 <<'E'
bash -c 'echo "starting emulator"; kill -ABRT $$'
E
    step memory-limit <<'E'
bash -c 'ulimit -v 200000; python3 -c "x = bytearray(10**9)"'
E
}

bats_cases() {
    project bats; mkdir test
    printf '@test "error page is shown" {\n  run echo "error 404"\n  [ "$status" -eq 0 ]\n}\n\n@test "discount of ten percent" {\n  run expr 300 \\* 3 \\* 9\n  echo "got $output" >&2\n  [ "$output" = 810 ]\n}\n\n@test "total" {\n  [ "$(expr 300 \\* 3)" = 900 ]\n}\n' >test/cart.bats
    step bats <<'E'
bats test
E
    step bats-pretty <<'E'
bats --pretty test
E
    step bats.green <<'E'
bats --filter "error page|total" test
E
}

CASES='shell_cases download_cases runner_cases bats_cases'
for case in ${*:-$CASES}; do $case; done
