#!/bin/bash
# Red and green logs of JavaScript and TypeScript tools from npm (see TOOLS). Needs: Node 20, npm 11, network.
set -u
. "$(dirname "$0")/../step.sh"

TOOLS='typescript@5 eslint@9 prettier jest ts-jest @types/jest mocha chai@4 vitest vite webpack webpack-cli ava tape
@babel/cli @babel/core @babel/preset-env yarn@1 pnpm@9 pyright jasmine standard tslint ts-node stylelint@16
stylelint-config-standard@36 karma karma-mocha gulp rollup qunit coffee-script'
export PATH=$WORK/web/node_modules/.bin:$PATH NPM_CONFIG_FUND=false NPM_CONFIG_UPDATE_NOTIFIER=false
unset NPM_CONFIG_NODEDIR npm_config_nodedir

# An empty folder but for the installed tools, entered; a small shop to build and test in it.
web() {
    mkdir -p "$WORK/web" && cd "$WORK/web"
    [ -d node_modules/.bin ] || { echo '{"private": true}' >package.json; npm install --no-audit --legacy-peer-deps $TOOLS; }
    find . -mindepth 1 -maxdepth 1 ! -name node_modules -exec rm -r {} +
    printf '{"name": "shop", "version": "1.0.0", "private": true, "scripts": {%s}}\n' "${1:-}" >package.json
    mkdir -p src test
    cat >src/cart.js <<'E'
class EmptyCartError extends Error {}

class Cart {
  constructor() { this.lines = []; }
  add(name, price, count = 1) {
    if (price < 0) { console.error('Error: negative price for', name); throw new RangeError('negative price: ' + price); }
    this.lines.push({ name, price, count });
    return this;
  }
  total() { return this.lines.reduce((sum, line) => sum + line.price * line.count, 0); }
  discounted(percent) { return this.total() * (100 - percent) / 10; }
  checkout() {
    if (!this.lines.length) throw new EmptyCartError('the cart is empty');
    return { total: this.total(), lines: this.lines };
  }
}

module.exports = { Cart, EmptyCartError };
E
}

suite() { # suite IMPORTS: tests for mocha, jest, vitest; green without the second file
    printf '%s\n' "$1" >"test/errors.test.$2"
    cat >>"test/errors.test.$2" <<'E'
describe('errors', () => {
  it('throws an error when the cart is empty', () => { expect(() => new Cart().checkout()).to${THROW}; });
  for (let n = 0; n < 25; n++) it('reports failed payment ' + n, () => { if (n > 99) throw new Error('failed'); });
});
E
    sed -i "s/\.to\${THROW}/$3/" "test/errors.test.$2"
}

mocha_cases() {
    web '"test": "mocha"'
    suite "const { expect } = require('chai'); const { Cart } = require('../src/cart');" js '.to.throw()'
    step mocha.green <<'E'
npm test
E
    cat >test/cart.test.js <<'E'
const { expect } = require('chai');
const { Cart } = require('../src/cart');

describe('Cart', () => {
  let cart;
  beforeEach(() => { cart = new Cart().add('pear', 300, 3); });
  it('adds up', () => { expect(cart.total()).to.equal(900); });
  describe('discount', () => {
    it('is ten percent', () => { expect(cart.discounted(10)).to.equal(810); });
    it('keeps lines', () => { expect(cart.checkout()).to.deep.equal({ total: 900, lines: [{ name: 'apple', price: 300, count: 3 }] }); });
  });
  it('waits for the bank', done => { setTimeout(done, 5000); });
  it('reads rates', async () => { await Promise.resolve(); undefined.rates; });
});
E
    step mocha <<'E'
npm test -- --timeout 300
E
    step mocha-dot-color <<'E'
mocha --reporter dot --color --timeout 300
E
    step mocha-tap <<'E'
mocha --reporter tap --timeout 300
E
    printf "describe('Cart', () => {\n  before(() => { throw new Error('no database at 127.0.0.1:5432'); });\n  it('adds up', () => {});\n});\n" >test/cart.test.js
    step mocha-hook <<'E'
mocha
E
    printf "const { Kart } = require('../src/kart');\n" >test/cart.test.js
    step mocha-module-missing <<'E'
mocha
E
}

jest_cases() {
    web '"test": "jest"'
    printf 'module.exports = { testEnvironment: "node", collectCoverageFrom: ["src/**"] };\n' >jest.config.js
    suite "const { Cart } = require('../src/cart');" js '.toThrow()'
    step jest.green <<'E'
npx jest --verbose
E
    cat >test/cart.test.js <<'E'
const { Cart } = require('../src/cart');

describe('Cart', () => {
  let cart;
  beforeEach(() => { cart = new Cart().add('pear', 300, 3); });
  test('adds up', () => { console.error('Warning: error margin 0'); expect(cart.total()).toBe(900); });
  test('ten percent off', () => { expect(cart.discounted(10)).toBe(810); });
  test('keeps lines', () => { expect(cart.checkout()).toEqual({ total: 900, lines: [{ name: 'apple', price: 300, count: 3 }] }); });
  test('prints', () => { expect(cart.lines).toMatchInlineSnapshot(`[]`); });
  test('reads rates', async () => { const rates = undefined; return rates.chf; });
});
E
    step jest <<'E'
npm test
E
    cat >test/rates.test.js <<'E'
const { Cart } = require('../src/cart');

test('a missing rate is reported', () => {
  console.error(new TypeError("Cannot read properties of undefined (reading 'chf')"));
  console.warn('Error: 1 of 3 rates failed to load');
  expect(new Cart().total()).toBe(0);
});
E
    step jest-console <<'E'
npx jest --runInBand
E
    rm test/rates.test.js
    step jest-ci-coverage <<'E'
npx jest --ci --coverage --verbose
E
    step jest-color <<'E'
npx jest --color --bail
E
    printf "const { Cart } = require('../src/kart');\ntest('adds up', () => {});\n" >test/cart.test.js
    step jest-module-missing <<'E'
npx jest
E
    printf "test('adds up', () => {\n  expect(1).toBe(1;\n});\n" >test/cart.test.js
    step jest-syntax <<'E'
npx jest
E
    printf "test('waits', done => {}, 200);\ntest('slow', () => new Promise(() => {}), 200);\n" >test/cart.test.js
    step jest-timeout <<'E'
npx jest
E
    rm test/cart.test.js
    sed -i 's/\["src/["src\/**"], coverageThreshold: { global: { branches: 90, lines: 95 } }, x: ["src/; s/, x: .*\]/ /' jest.config.js
    step jest-coverage-low <<'E'
npx jest --coverage
E
    rm jest.config.js
    step jest-no-tests <<'E'
npx jest --testPathPatterns=integration
E
    printf 'module.exports = { preset: "ts-jest" };\n' >jest.config.js
    printf "import { Cart } from '../src/cart';\ntest('adds up', () => { const total: string = 3; expect(new Cart().totl()).toBe(total); });\n" >test/cart.test.ts
    printf 'export class Cart { total(): number { return 0; } }\n' >src/cart.ts
    printf '{"compilerOptions": {"strict": true, "module": "commonjs", "target": "es2020", "esModuleInterop": true, "skipLibCheck": true, "types": ["jest"]}}\n' >tsconfig.json
    step ts-jest <<'E'
npx jest
E
}

vitest_cases() {
    web '"test": "vitest run"'
    sed -i 's/^module.exports = /export /' src/cart.js; mv src/cart.js src/cart.mjs
    suite "import { describe, expect, it } from 'vitest'; import { Cart } from '../src/cart.mjs';" mjs '.toThrow()'
    step vitest.green <<'E'
npm test
E
    cat >test/cart.test.mjs <<'E'
import { describe, expect, it } from 'vitest';
import { Cart } from '../src/cart.mjs';

describe('Cart', () => {
  const cart = new Cart().add('pear', 300, 3);
  it('ten percent off', () => { expect(cart.discounted(10)).toBe(810); });
  it('keeps lines', () => { expect(cart.checkout()).toEqual({ total: 900, lines: [{ name: 'apple', price: 300, count: 3 }] }); });
  it('waits', () => new Promise(() => {}), 200);
});
E
    step vitest <<'E'
npx vitest run
E
    printf "import { it } from 'vitest';\nimport { rates } from '../src/rates.mjs';\nit('reads', () => { rates(); });\n" >test/cart.test.mjs
    step vitest-import <<'E'
npx vitest run --reporter=verbose
E
}

other_runner_cases() {
    web
    sed -i 's/"private": true/"private": true, "type": "commonjs"/' package.json
    cat >test/cart.test.js <<'E'
const test = require('node:test');
const assert = require('node:assert');
const { Cart } = require('../src/cart');

test('error page', () => assert.throws(() => new Cart().checkout()));
test('Cart', async t => {
  const cart = new Cart().add('pear', 300, 3);
  await t.test('adds up', () => assert.strictEqual(cart.total(), 900));
  await t.test('ten percent off', () => assert.strictEqual(cart.discounted(10), 810));
  await t.test('keeps lines', () => assert.deepStrictEqual(cart.lines, [{ name: 'apple', price: 300, count: 3 }]));
});
E
    step node-test-tap <<'E'
node --test --test-reporter=tap test/
E
    step node-test-spec <<'E'
node --test --test-reporter=spec test/
E
    step node-test.green <<'E'
node --test --test-reporter=tap --test-name-pattern="error page" test/
E
    cat >test/cart.test.js <<'E'
const test = require('ava');
const { Cart } = require('../src/cart');

test('error page', t => { t.throws(() => new Cart().checkout()); });
test('ten percent off', t => { t.is(new Cart().add('pear', 300, 3).discounted(10), 810); });
test('keeps lines', t => { t.deepEqual(new Cart().add('pear', 300).lines, [{ name: 'apple', price: 300 }]); });
E
    step ava <<'E'
npx ava
E
    step ava-tap <<'E'
npx ava --tap
E
    cat >test/cart.test.js <<'E'
const test = require('tape');
const { Cart } = require('../src/cart');

test('error page', t => { t.throws(() => new Cart().checkout(), 'throws an error'); t.end(); });
test('discount', t => { t.plan(2); t.equal(new Cart().total(), 0, 'no error'); t.equal(new Cart().add('pear', 300, 3).discounted(10), 810, 'ten percent off'); });
E
    step tape <<'E'
npx tape test/*.test.js
E
    cat >test/cart.test.js <<'E'
const { Cart } = require('../src/cart');

QUnit.module('cart');
QUnit.test('error page', assert => { assert.throws(() => new Cart().checkout()); });
QUnit.test('ten percent off', assert => { assert.equal(new Cart().add('pear', 300, 3).discounted(10), 810); });
E
    step qunit <<'E'
npx qunit test/*.test.js
E
    mkdir -p spec/support && printf '{"spec_dir": "spec", "spec_files": ["*.spec.js"], "env": {"random": false}}\n' >spec/support/jasmine.json
    printf "const { Cart } = require('../src/cart');\ndescribe('Cart', () => {\n  it('throws an error', () => { expect(() => new Cart().checkout()).toThrow(); });\n  it('gives ten percent off', () => { expect(new Cart().add('pear', 300, 3).discounted(10)).toBe(810); });\n});\n" >spec/cart.spec.js
    step jasmine <<'E'
npx jasmine
E
    printf "module.exports = config => config.set({ frameworks: ['mocha'], files: ['spec/*.js'], browsers: ['ChromeHeadless'], singleRun: true });\n" >karma.conf.js
    step karma-no-browser <<'E'
npx karma start karma.conf.js --single-run
E
}

type_cases() {
    web '"build": "tsc -p ."'
    printf '{"compilerOptions": {"strict": true, "outDir": "dist", "module": "commonjs", "target": "es2020", "skipLibCheck": true, "types": []}, "include": ["src"]}\n' >tsconfig.json
    rm src/cart.js
    printf 'export interface Line { name: string; price: number }\n\nexport function total(lines: Line[]): number {\n  return lines.reduce((sum, line) => sum + line.price, 0);\n}\n' >src/cart.ts
    step tsc.green <<'E'
npm run build
E
    cat >src/report.ts <<'E'
import { total, Line } from './cart';
import { format } from './format';

export function report(lines: Line[], title?: string): string {
  const sum: string = total(lines);
  lines.push({ name: 'pear', prise: 3 });
  return title.trim() + sum.tofixed(2);
}
E
    step tsc <<'E'
npm run build
E
    step tsc-pretty <<'E'
tsc --noEmit --pretty
E
    printf 'export const x: number = ;\nfunction (\n' >src/report.ts
    step tsc-syntax <<'E'
npx tsc --noEmit
E
    rm src/report.ts
    printf 'import { readFileSync } from "shop-prices";\nconst lines: number = total([]);\n' >src/main.ts
    step ts-node <<'E'
ts-node src/main.ts
E
    printf '{"compilerOptions": {"strict": tru, "target": "es1999"}}\n' >tsconfig.json
    step tsc-config <<'E'
tsc -p .
E
    printf 'def total(prices: list[int]) -> str:\n    return sum(prices)\n\ntotal(["a"]).missing()\nimport shop_prices\n' >prices.py
    step pyright <<'E'
pyright prices.py
E
}

lint_cases() {
    web '"lint": "eslint src test"'
    cat >eslint.config.js <<'E'
module.exports = [{ files: ['**/*.js'], languageOptions: { sourceType: 'commonjs', globals: { module: 'writable', require: 'readonly', console: 'readonly' } },
  rules: { 'no-unused-vars': 'error', 'no-undef': 'error', eqeqeq: 'warn', 'prefer-const': 'error' } }];
E
    printf "const { Cart } = require('../src/cart');\nmodule.exports = Cart;\n" >test/errors.js
    step eslint.green <<'E'
npm run lint
E
    printf "const { Cart } = require('./cart');\nlet unused = 3;\nmodule.exports = name => {\n  if (name == null) return undefinedName(name);\n  let fixed = 1;\n  return fixed;\n};\n" >src/report.js
    step eslint <<'E'
npm run lint
E
    step eslint-max-warnings <<'E'
npx eslint --rule '{"no-unused-vars": "warn", "no-undef": "off", "prefer-const": "off"}' --max-warnings 0 src
E
    printf "const = 3;\n" >src/broken.js
    step eslint-parse-color <<'E'
npx eslint --color src
E
    step prettier <<'E'
npx prettier --check src
E
    step babel-syntax <<'E'
npx babel src --out-dir dist --presets=@babel/preset-env
E
    rm src/broken.js
    step prettier-check <<'E'
npx prettier --check "src/**/*.js" "test/**/*.js"
E
    step standard <<'E'
npx standard src/report.js
E
    printf 'module.exports = [{ rules: { "shop/no-prices": "error" } }];\n' >eslint.config.js
    step eslint-config <<'E'
npx eslint src
E
    rm eslint.config.js
    step eslint-no-config <<'E'
npx eslint src
E
    printf '{"extends": "stylelint-config-standard"}\n' >.stylelintrc.json
    printf '.cart { COLOR: #FFFFFF; margin: 0px }\n.cart { }\n' >src/cart.css
    step stylelint <<'E'
npx stylelint "src/*.css"
E
    printf '{"defaultSeverity": "error", "rules": {"no-console": true, "quotemark": [true, "single"], "semicolon": [true, "always"]}}\n' >tslint.json
    printf 'const name = "pear"\nconsole.log(name);\n' >src/cart.ts
    step tslint <<'E'
npx tslint src/cart.ts
E
}

bundle_cases() {
    web
    printf "import { Cart } from './cart.js';\nimport moment from 'moment-of-shop';\nimport './missing.css';\nconsole.log(Cart, moment);\n" >src/index.js
    step webpack <<'E'
npx webpack --mode production --entry ./src/index.js
E
    printf "import { Cart } from './cart.js';\nconst total = { price: 3 ;\n" >src/index.js
    step webpack-syntax <<'E'
npx webpack --mode development --entry ./src/index.js
E
    printf "const { Cart } = require('./cart.js');\nconsole.log(Cart);\n" >src/index.js
    step webpack.green <<'E'
npx webpack --mode production --entry ./src/index.js
E
    printf '<!doctype html><script type="module" src="/src/page.js"></script>\n' >index.html
    printf "import { prices } from './prices.js';\nconsole.log(prices);\n" >src/page.js
    step vite-unresolved <<'E'
npx vite build
E
    printf "export const one = 1;\n" >src/prices.js
    step vite-missing-export <<'E'
npx vite build
E
    printf "export const prices = [1, 2;\n" >src/prices.js
    step vite-syntax <<'E'
npx vite build
E
    printf "import { prices } from './prices.js';\nexport default prices;\n" >src/page.js; printf "export const other = 1;\n" >src/prices.js
    step rollup <<'E'
npx rollup src/page.js --file dist/page.js
E
    printf "const { task } = require('gulp');\ntask('errors', done => done());\ntask('styles', async () => { throw new Error('sass: undefined variable \$pear'); });\n" >gulpfile.js
    step gulp <<'E'
npx gulp styles
E
    step gulp-no-task <<'E'
npx gulp deploy
E
    printf 'total = (lines) ->\n  sum = 0\n  for line in lines\n    sum += line.price *\n  sum )\n' >src/cart.coffee
    step coffeescript <<'E'
npx coffee -c src/cart.coffee
E
}

node_cases() {
    web '"start": "node src/server.js", "build": "node scripts/build.js && echo built", "preversion": "exit 3"'
    step npm-script-missing <<'E'
npm run deploy
E
    step node-file-missing <<'E'
npm start
E
    printf "console.log('reading rates, 0 errors');\nconst { rates } = require('./rates.json');\n" >src/server.js
    step node-module-missing <<'E'
npm start
E
    printf "console.log('reading rates');\nfunction load(name) {\n  return name.rates.chf;\n}\nload({});\n" >src/server.js
    step node-uncaught <<'E'
npm start
E
    printf "class RateError extends Error {\n  constructor(message, options) { super(message, options); this.name = 'RateError'; this.code = 'ERATE'; }\n}\nasync function main() {\n  throw new RateError('no rate for CHF', { cause: new Error('connect ECONNREFUSED 127.0.0.1:5432') });\n}\nmain();\n" >src/server.js
    step node-unhandled-rejection <<'E'
node src/server.js
E
    printf "Promise.reject('no rates');\n" >src/server.js
    step node-rejected-text <<'E'
node src/server.js
E
    printf "const total = (lines => {\n  return lines.map(;\n});\n" >src/server.js
    step node-syntax <<'E'
node src/server.js
E
    printf "import { Cart } from './cart.mjs';\n" >src/server.js
    step node-esm <<'E'
node --no-experimental-detect-module src/server.js
E
    printf "const all = [];\nconsole.log('bundling 400 modules');\nfor (;;) all.push(new Array(1e5).fill('x'));\n" >src/server.js
    step node-heap <<'E'
node --max-old-space-size=40 src/server.js
E
    printf "require('net').createServer().listen(18446, () => require('http').createServer().listen(18446));\n" >src/server.js
    step node-port-in-use <<'E'
node src/server.js
E
    printf "require('http').get('http://127.0.0.1:18447/');\n" >src/server.js
    step node-refused <<'E'
node src/server.js
E
    printf "const assert = require('assert');\nassert.deepStrictEqual({ total: 8100 }, { total: 810 });\n" >src/server.js
    step node-assert <<'E'
node src/server.js
E
    step node.green <<'E'
node -e "console.log('0 errors'); console.error('Error: handled, retry worked')"
npm pkg get name
E
}

package_cases() {
    project packages
    printf '{"name": "shop", "version": "1.0.0", "dependencies": {"left-pad": "^1.3.0"}}\n' >package.json
    npm install --no-audit >/dev/null 2>&1; rm -r node_modules
    step npm.green <<'E'
npm ci
npm ls
E
    sed -i 's/"left-pad"/"is-odd": "^3.0.1", "left-pad"/' package.json
    step npm-ci-mismatch <<'E'
npm ci
E
    rm package-lock.json
    step npm-ci-no-lock <<'E'
npm ci
E
    printf '{"name": "shop", "version": "1.0.0", "dependencies": {"react": "18.2.0", "react-dom": "17.0.2", "mkdirp-infer-owner": "1"}}\n' >package.json
    step npm-eresolve <<'E'
npm install
E
    printf '{"name": "shop", "version": "1.0.0", "dependencies": {"left-pad": "^99.0.0"}}\n' >package.json
    step npm-etarget <<'E'
npm install
E
    printf '{"name": "shop", "version": "1.0.0", "dependencies": {"@shop-internal-2026/prices": "1.0.0"}}\n' >package.json
    step npm-404 <<'E'
npm install
E
    printf '{"name": "shop", "version": "1.0.0", "dependencies": {"left-pad": "^1.3.0",}}\n' >package.json
    step npm-json <<'E'
npm install
E
    rm package.json
    step npm-no-package-json <<'E'
npm test
E
    printf '{"name": "shop", "version": "1.0.0", "engines": {"node": ">=99"}, "dependencies": {"left-pad": "^1.3.0"}}\n' >package.json
    step npm-engine <<'E'
npm install --engine-strict
E
    printf '{"name": "shop", "version": "1.0.0", "scripts": {"postinstall": "node-gyp-shop rebuild", "test": "echo \\"Error: no test specified\\" && exit 1", "lint": "shoplint ."}}\n' >package.json
    step npm-postinstall <<'E'
npm install
E
    step npm-no-test <<'E'
npm test
E
    step npm-command-missing <<'E'
npm run lint
E
    step npm-refused <<'E'
npm view left-pad --registry=http://127.0.0.1:18448 --fetch-retries=0
E
    printf '{"name": "shop", "version": "1.0.0", "dependencies": {"minimist": "0.0.8"}}\n' >package.json
    npm install --no-audit >/dev/null 2>&1
    step npm-audit <<'E'
npm audit --audit-level=moderate
E
    step npm-publish-auth <<'E'
npm publish --registry=http://127.0.0.1:18448
E
    rm -rf node_modules package-lock.json
    printf '{"name": "shop", "version": "1.0.0", "license": "MIT", "scripts": {"test": "echo checking && exit 4"}, "dependencies": {"left-pad": "^1.3.0"}}\n' >package.json
    yarn install --silent
    step yarn.green <<'E'
yarn install --frozen-lockfile
E
    step yarn-script <<'E'
yarn test
E
    sed -i 's/"left-pad"/"is-odd": "^3.0.1", "left-pad"/' package.json
    step yarn-frozen <<'E'
yarn install --frozen-lockfile
E
    step yarn-command-missing <<'E'
yarn run deploy
E
    sed -i 's/"\^3.0.1"/"^99"/' package.json
    step yarn-no-version <<'E'
yarn install
E
    sed -i 's/"is-odd"/"shop-internal-2026-prices"/' package.json
    step yarn-404 <<'E'
yarn install
E
    rm -rf node_modules yarn.lock
    printf '{"name": "shop", "version": "1.0.0", "scripts": {"test": "node -e \\"process.exit(2)\\""}, "dependencies": {"left-pad": "^1.3.0"}}\n' >package.json
    pnpm install --silent
    step pnpm.green <<'E'
pnpm install --frozen-lockfile
E
    step pnpm-script <<'E'
pnpm test
E
    sed -i 's/"left-pad"/"is-odd": "^3.0.1", "left-pad"/' package.json
    step pnpm-frozen <<'E'
pnpm install --frozen-lockfile
E
    sed -i 's/"\^3.0.1"/"^99"/' package.json
    step pnpm-no-version <<'E'
pnpm install --no-frozen-lockfile
E
    sed -i 's/"is-odd"/"shop-internal-2026-prices"/' package.json
    step pnpm-404 <<'E'
pnpm install --no-frozen-lockfile
E
}

CASES='mocha_cases jest_cases vitest_cases other_runner_cases type_cases lint_cases bundle_cases node_cases package_cases'
for case in ${*:-$CASES}; do $case; done
