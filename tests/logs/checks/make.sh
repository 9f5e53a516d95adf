#!/bin/bash
# Red and green logs of linters, scanners and small tools. Needs `npm install @biomejs/biome oxlint @commitlint/cli
# @commitlint/config-conventional` in $NODE_MODULES/.., uv, hatch, mkdocs, alembic, vulture, zizmor in $TOOLS,
# actionlint and gitleaks of the Go module proxy in $GOBIN, and the Python package index.
set -u
. "$(dirname "$0")/../step.sh"
NODE_MODULES=${NODE_MODULES:-/tmp/tools/node_modules}
export PATH="${TOOLS:-/tmp/tools/bin}:${GOBIN:-/tmp/tools/gobin}:$NODE_MODULES/.bin:$PATH" NO_COLOR=1 HOME="$WORK/home" GIT_CONFIG_GLOBAL=/dev/null
export UV_PYTHON_DOWNLOADS=never GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.com
mkdir -p "$HOME"

javascript() {
    project javascript && mkdir src && ln -s "$NODE_MODULES" node_modules
    printf 'export const total = (lines) => lines.length;\n' >src/good.js
    printf 'let unused = 1\nif (unused == 2) { var b = 3 }\n' >src/bad.js
    printf '{"root": true, "files": {"includes": ["src/**"]}, "formatter": {"indentStyle": "space"}}\n' >biome.json
    step biome-check <<'E'
biome check src/good.js
biome check src
E
    printf 'const a   =  1\nexport default a\n' >src/bad.js
    step biome-format <<'E'
biome format src
E
    printf 'let unused = 1\nif (a == 2) { var b = 3 }\n' >src/bad.js
    step oxlint <<'E'
oxlint -D correctness src
E
    printf 'module.exports = { extends: ["@commitlint/config-conventional"] };\n' >commitlint.config.cjs
    step commitlint <<'E'
echo "feat: vouchers" | commitlint
echo "Fixed the cart." | commitlint
E
    rm src/bad.js
    step javascript.green <<'E'
biome check src
oxlint -D correctness src
echo "feat: vouchers" | commitlint
E
}

python() {
    project python
    printf '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["flask==99.0"]\n' >pyproject.toml
    step uv-unsolvable <<'E'
uv sync
E
    step uv-lock-missing <<'E'
uv lock --check
E
    step hatch-environment <<'E'
hatch --version
hatch run lint:check
E
    printf 'def forgotten():\n    pass\n\n\nimport os\n' >dead.py
    step vulture <<'E'
vulture dead.py
E
    mkdir docs && printf '# Prices\n\n[rates](rates.md)\n' >docs/index.md
    printf 'site_name: Shop\nnav:\n  - Home: index.md\n  - Rates: gone.md\n' >mkdocs.yml
    step mkdocs-strict <<'E'
mkdocs build --strict
E
    printf 'site_name: Shop\ntheme: shop-theme\n' >mkdocs.yml
    step mkdocs-theme <<'E'
mkdocs build
E
    alembic init migrations >/dev/null 2>&1 && sed -i 's#^sqlalchemy.url.*#sqlalchemy.url = sqlite:///shop.db#' alembic.ini
    step alembic-revision <<'E'
alembic current
alembic upgrade 4f2a
E
    alembic revision -m vouchers >/dev/null 2>&1 && alembic revision -m rates --head base --splice >/dev/null 2>&1
    step alembic-heads <<'E'
alembic heads
alembic upgrade head
E
}

workflows() {
    project workflows && git init -q . && mkdir -p .github/workflows config
    printf 'on: push\njobs:\n  test:\n    runs-on: ubuntu-lates\n    steps:\n      - uses: actions/checkout@v4\n      - run: echo ${{ github.event.issue.title }}\n      - run: echo ${{ steps.build.outputs.version }}\n' >.github/workflows/test.yml
    step actionlint <<'E'
actionlint -shellcheck= -pyflakes=
E
    step zizmor <<'E'
zizmor --offline --no-progress --min-severity high .github/workflows
E
}

for one in "${@:-javascript python workflows}"; do for each in $one; do $each; done; done
