#!/bin/bash
# Red and green logs of Bun and Deno. Needs `npm install bun deno` in $NODE_MODULES/.. and the npm registry.
set -u
. "$(dirname "$0")/../step.sh"
NODE_MODULES=${NODE_MODULES:-/tmp/tools/node_modules}
export PATH="$NODE_MODULES/.bin:$PATH" NO_COLOR=1 HOME="$WORK/home"
mkdir -p "$HOME"

bun_cases() {
    project bun && mkdir test
    printf '{"name": "shop", "version": "1.0.0", "scripts": {"build": "bun build src/index.ts --outdir dist"}}\n' >package.json
    mkdir src && printf 'import rates from "./rates"; console.log(rates)\n' >src/index.ts
    cat >test/cart.test.ts <<'E'
import { expect, test } from "bun:test";
for (let n = 0; n < 40; n++) test(`part ${n} has no error`, () => { expect(n).toBe(n); });
test("ten percent off", () => { console.error("error rate 3"); expect(8100).toBe(810); });
test("keeps lines", () => { expect({ lines: [{ name: "pear" }] }).toEqual({ lines: [{ name: "apple" }] }); });
E
    step bun-test <<'E'
bun --version
bun test
E
    step bun-build <<'E'
bun run build
E
    step bun-script-missing <<'E'
bun run deploy
E
    printf 'const rates: any = undefined;\nconsole.log("reading rates");\nconsole.log(rates.chf);\n' >src/server.ts
    step bun-uncaught <<'E'
bun src/server.ts
E
    printf '{"name": "shop", "dependencies": {"shop-internal-2026-prices": "1.0.0"}}\n' >package.json
    step bun-install-404 <<'E'
bun install
E
    sed -i '/ten percent/d; /keeps lines/d' test/cart.test.ts
    step bun.green <<'E'
bun test
E
}

deno_cases() {
    project deno
    cat >cart_test.ts <<'E'
import { total } from "./cart.ts";
for (let n = 0; n < 40; n++) Deno.test(`part ${n} has no error`, () => {});
Deno.test("ten percent off", () => {
  console.error("error rate 3");
  if (total([300, 300, 300]) !== 810) throw new Error("900 is not 810");
});
E
    printf 'export const total = (prices: number[]): number =>\n  prices.reduce((sum, price) => sum + price, 0);\n' >cart.ts
    step deno-test <<'E'
deno --version
deno test --allow-read
E
    printf 'const text: string = 3;\nconsole.log(text);\n' >typed.ts
    step deno-check <<'E'
deno check cart.ts
deno check typed.ts
E
    printf 'import { rates } from "./rates.ts";\nconsole.log(rates);\n' >gone.ts
    step deno-module-missing <<'E'
deno run gone.ts
E
    printf 'console.log("starting");\nconsole.log(Deno.readTextFileSync("rates.json"));\n' >reads.ts
    step deno-permission <<'E'
deno run --no-prompt reads.ts
E
    printf 'var unused = 1;\ndebugger;\n' >style.ts
    step deno-lint <<'E'
deno lint cart.ts
deno lint style.ts
E
    printf 'let   a=1\n' >form.ts
    step deno-fmt <<'E'
deno fmt --check cart.ts
deno fmt --check form.ts
E
    sed -i 's/!== 810/!== 900/' cart_test.ts
    step deno.green <<'E'
deno lint cart.ts
deno test --allow-read
E
}

for one in "${@:-bun_cases deno_cases}"; do for each in $one; do $each; done; done
