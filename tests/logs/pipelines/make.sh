#!/bin/bash
# Long steps with much that passes before the cause, and noise of the same tool, of a trap or of a server after it.
# Needs Python 3.11 with pytest, pytest-cov, pytest-xdist, flake8; Node 20 with jest, eslint, typescript; Go; Cargo; gcc, make.
set -u
. "$(dirname "$0")/../step.sh"
export PATH="${TOOLS:-/tmp/tools/bin}:$PATH" LANG=C.UTF-8 HOME="$WORK/home" GIT_CONFIG_GLOBAL=/dev/null GOFLAGS=-mod=mod GOTOOLCHAIN=local
mkdir -p "$HOME"

python_shop() {
    printf "" >conftest.py
    mkdir -p shop tests && touch shop/__init__.py
    cat >shop/cart.py <<'E'
import logging

log = logging.getLogger(__name__)


def total(prices):
    log.error("error budget: %d of 10 used", len(prices) % 10)
    return sum(prices)


def discounted(prices, percent):
    return total(prices) * (100 - percent) // 10


def unused_branch(value):
    if value:
        return 1
    return 2
E
}

pytest_coverage() {
    project pytest-coverage && python_shop
    cat >tests/test_a_discount.py <<'E'
from shop.cart import discounted


def test_ten_percent():
    assert discounted([300, 300, 300], 10) == 810
E
    cat >tests/test_matrix.py <<'E'
import warnings

import pytest

from shop.cart import total


@pytest.mark.parametrize("n", range(220))
def test_no_error(n):
    if n % 50 == 0:
        warnings.warn(f"rate {n} will fail in 2.0", DeprecationWarning, stacklevel=1)
    assert total([n, 1]) == n + 1
E
    step pytest-verbose-coverage <<'E'
python -m pip list --format=freeze --disable-pip-version-check
flake8 --max-line-length 120 shop tests
pytest -v -p no:cacheprovider --cov=shop --cov-report=term-missing --cov-fail-under=0
E
    step pytest-parallel <<'E'
pytest -v -n 3 -p no:cacheprovider tests
E
    cat >run.sh <<'E'
trap 'echo "collecting logs"; for n in $(seq 1 40); do echo "api_1 | ERROR: connection to client $n closed"; done; echo "stopping 3 containers"; echo "done, 0 errors"' EXIT
set -e
echo "starting 3 containers"
python3 -m pytest -q -p no:cacheprovider tests
E
    step pytest-then-trap <<'E'
pip --version
bash run.sh
E
    sed -i 's/== 810/== 8100/' tests/test_a_discount.py
    step pytest.green <<'E'
flake8 --max-line-length 120 shop tests
pytest -v -p no:cacheprovider --cov=shop --cov-report=term-missing
E
}

go_packages() {
    project go-packages
    printf 'module example.com/shop\n\ngo 1.22\n' >go.mod
    for name in a_cart b_rates c_orders d_pages; do
        mkdir $name
        printf 'package %s\n\n// Twice n.\nfunc Twice(n int) int { return n * 2 }\n' $name >$name/x.go
        cat >$name/x_test.go <<E
package $name

import (
	"fmt"
	"testing"
)

func TestErrors(t *testing.T) {
	for n := 0; n < 40; n++ {
		t.Run(fmt.Sprintf("failed_payment_%d", n), func(t *testing.T) {
			t.Logf("error budget %d", n)
			if Twice(n) != n+n {
				t.Fatal(n)
			}
		})
	}
}
E
    done
    cat >b_rates/rate_test.go <<'E'
package b_rates

import "testing"

func TestRate(t *testing.T) {
	if got := Twice(3); got != 7 {
		t.Errorf("Twice(3) = %d, want 7", got)
	}
}
E
    step go-four-packages <<'E'
go vet ./...
go build ./...
go test -v -cover ./...
E
    step go-json-to-file <<'E'
go build -v ./...
go test -json ./... > report.json || { grep -c '"Action":"fail"' report.json; go test ./b_rates; }
E
}

make_warnings() {
    project make-warnings && mkdir src
    for n in $(seq 1 40); do
        printf 'int part_%s(int error) { int unused; if (error = 3) return 1; return 0; }\n' $n >src/part_$n.c
    done
    printf 'int part_17(int error) {\n    return eror + 1;\n}\n' >src/part_17.c
    cat >Makefile <<'E'
CFLAGS = -Wall -Wextra
OBJECTS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))
libparts.a: $(OBJECTS)
	ar rcs $@ $^
E
    step make-warnings-keep-going <<'E'
make --version
make -k
E
    step make-parallel-silent <<'E'
make -s clean || echo "nothing to clean, ignored"
make -s -j3
E
}

jest_noise() {
    project jest-noise && mkdir src test
    ln -s "${NODE_MODULES:-/tmp/tools/node_modules}" node_modules
    printf '{"name": "shop", "version": "1.0.0", "scripts": {"lint": "eslint src", "test": "jest --coverage --ci --maxWorkers=1", "check": "npm run lint && npm test"}}\n' >package.json
    printf 'export default [{ rules: { eqeqeq: "error" } }];\n' >eslint.config.mjs
    printf 'exports.total = (lines) => lines.reduce((sum, l) => { console.warn("error rate", l); return sum + l; }, 0);\nexports.discounted = (lines, p) => exports.total(lines) * (100 - p) / 10;\n' >src/cart.js
    printf 'const { discounted } = require("../src/cart");\ntest("ten percent off", () => { expect(discounted([300, 300, 300], 10)).toBe(810); });\n' >test/a.test.js
    for n in $(seq 1 12); do
        printf 'const { total } = require("../src/cart");\ntest("part %s has no errors", () => { expect(total([1, 2])).toBe(3); });\n' $n >test/part$n.test.js
    done
    step jest-console-noise <<'E'
npm run lint
npm test
E
    step npm-chain <<'E'
npm run check
E
    printf 'export const total = (n: number): number => n;\nexport const text: string = total(3);\n' >src/report.ts
    step tsc-after-tests <<'E'
npx jest --ci --maxWorkers=1 test/part1.test.js test/part2.test.js --silent
npx tsc --noEmit --strict src/report.ts
E
}

cargo_workspace() {
    project cargo-workspace
    printf '[workspace]\nresolver = "2"\nmembers = ["cart", "rates"]\n' >Cargo.toml
    for name in cart rates; do
        mkdir -p $name/src
        printf '[package]\nname = "%s"\nversion = "1.0.0"\nedition = "2021"\n' $name >$name/Cargo.toml
        {
            printf 'pub fn twice(n: u32) -> u32 { n * 2 }\nfn unused_error() {}\n#[cfg(test)]\nmod tests {\n    use super::twice;\n'
            for n in $(seq 1 60); do printf '    #[test]\n    fn error_%s_is_handled() { println!("error {}", 1); assert_eq!(twice(%s), %s * 2); }\n' $n $n $n; done
            [ $name = cart ] && printf '    #[test]\n    fn doubles() { assert_eq!(twice(3), 7, "three twice"); }\n'
            printf '}\n'
        } >$name/src/lib.rs
    done
    step cargo-no-fail-fast <<'E'
cargo build --workspace
cargo test --workspace --no-fail-fast
E
}

services() {
    project services
    cat >api.py <<'E'
import sys, time
for n in range(60):
    print(f"api    | {'ERROR' if n % 7 == 0 else 'INFO'} request {n} took {n} ms", flush=True)
    time.sleep(0.005)
E
    cat >check.py <<'E'
import time
time.sleep(0.1)
rates = {"EUR": 1}
print("check  | reading rates", flush=True)
try:
    rates["CHF"]
except KeyError as error:
    import traceback
    for line in traceback.format_exc().splitlines():
        print(f"check  | {line}", flush=True)
    raise SystemExit(1)
E
    cat >run.sh <<'E'
python3 api.py & server=$!
python3 check.py; code=$?
wait $server
echo "stopping api    ... done"
exit $code
E
    step services-interleaved <<'E'
echo "starting api ... done"
sh run.sh
E
    cat >migrate.js <<'E'
for (let n = 1; n <= 80; n++) console.log(JSON.stringify({ time: `2026-11-24T09:00:${String(n % 60).padStart(2, "0")}Z`, level: "info", msg: `migration ${n} applied`, errors: 0 }));
console.log(JSON.stringify({ time: "2026-11-24T09:01:21Z", level: "fatal", msg: "migration 81 failed", error: "column voucher already exists" }));
for (let n = 1; n <= 10; n++) console.log(JSON.stringify({ time: "2026-11-24T09:01:22Z", level: "info", msg: `closing connection ${n}` }));
process.exit(1);
E
    step json-lines <<'E'
node --version
node migrate.js
E
    cat >deploy.sh <<'E'
for n in 1 2 3 4 5; do
  echo "attempt $n of 5"
  curl -fsS --max-time 2 http://127.0.0.1:9/health && exit 0
  echo "service is not ready, retrying in 0 s"
done
echo "giving up after 5 attempts"
exit 1
E
    step retries-then-give-up <<'E'
echo "rolled out shop-api:1.4.2"
sh deploy.sh
E
    cat >download.py <<'E'
import sys
for n in range(0, 101, 2):
    print(f"\rdownloading model {n:3}% [{'#' * (n // 5):20}]", end="", flush=True)
    if n == 64:
        print("\nchecksum of part 64 differs: expected 9f86d081, got 60303ae2", flush=True)
        sys.exit("download failed")
E
    step progress-bar <<'E'
python3 download.py
E
}

for family in "${@:-pytest_coverage go_packages make_warnings jest_noise cargo_workspace services}"; do
    for one in $family; do $one; done
done
