# Every target installs what it needs into .venv; a machine needs only Python 3.11 or newer with `venv`.
.DEFAULT_GOAL := help
PYTHON ?= python3
# One test process for each processor; JOBS=0 runs all tests in one process.
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
ARGS ?=

bin := .venv/bin
install := $(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 315532800)

.PHONY: help
help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

.PHONY: demo
demo: .venv/.dev ## a recorded failing build: its report, its comment, the update, the passing build; needs no server
	$(bin)/python -m plugin demo $(ARGS)

.PHONY: test
test: .venv/.dev ## run all tests; ARGS='-k gitea' for some
	$(bin)/pytest --numprocesses $(JOBS) $(ARGS)

.PHONY: cover
cover: .venv/.dev ## all tests, with branch coverage
	$(bin)/pytest --numprocesses $(JOBS) --cov --cov-report term:skip-covered $(ARGS)

.PHONY: lint
lint: .venv/.dev ## style, docstrings, types, imports, unused code, old names, insecure code, stale generated parts
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/vulture
	$(bin)/python -m tools.check_names
	$(bin)/bandit --quiet --configfile pyproject.toml --recursive plugin
	$(bin)/python -m tests.regenerate --check

.PHONY: fix
fix: .venv/.dev ## what ruff can fix
	$(bin)/ruff check --fix
	$(bin)/ruff format

.PHONY: regenerate
regenerate: .venv/.dev ## write all generated files: goldens, tables, index entries; review `git diff`
	$(bin)/python -m tests.regenerate

.PHONY: pictures
pictures: .venv/.browser ## draw comment and HTML page into docs/pictures; needs chromium, pngquant, fonts-noto-color-emoji
	$(bin)/python -m docs.pictures.make
	$(bin)/python -m docs.pictures.page

.PHONY: gallery
gallery: pictures regenerate ## docs/gallery.md: the same failed build in every view, and by the engine of every forge

.PHONY: bench
bench: .venv/.dev ## measure speed and memory, for docs/performance.md
	$(bin)/python -m tools.bench --write $(ARGS)

.PHONY: quality
quality: .venv/.dev ## measure how often the right lines are shown; ARGS=--secrets: how many secrets leak
	$(bin)/python -m tools.quality $(ARGS)

.PHONY: train
train: .venv/.train ## train the ranker
	$(bin)/python -m tools.quality.train $(ARGS)

.PHONY: try-real
try-real: .venv/.dev ## build a real Gitea with Go and try the plugin on it, and on the CI servers that REAL_* variables name
	$(bin)/python -m tests.real.binaries
	$(bin)/pytest --numprocesses 0 tests/real $(ARGS)

.PHONY: fuzz
fuzz: .venv/.fuzz ## replaced fields, combined Markdown, then coverage-guided fuzzing, with a time limit
	$(bin)/python -m tests.mutations
	RENDER_EXAMPLES=1000 $(bin)/pytest --quiet --numprocesses 0 -k any_combination tests/render tests/deliver
	$(bin)/python -m tools.fuzz $(ARGS)

.PHONY: audit
audit: .venv/.audit ## known vulnerabilities of the shipped packages, if an advisory service can be reached
	$(bin)/python .ci/audit.py

.PHONY: dist
dist: .venv/.audit ## build the wheel twice, compare, and write its SBOM
	.ci/dist

.PHONY: image
image: ## build the container image drone-failure-alert:local; BASE=... for another base image
	tools/image/build

.PHONY: check-image
check-image: .venv/.dev ## build the image and run it like a Drone step
	tools/image/check

.PHONY: lock
lock: .venv/.pip ## lock the newest allowed versions of all dependencies, with hashes
	$(bin)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
	.ci/lock

.PHONY: clean
clean: ## remove .venv, dist and caches
	rm -rf .venv dist build tests/engines/built tests/real/built .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

# pip itself comes first, because old versions cannot read the lock files.
.venv/.pip: requirements/build.lock
	$(PYTHON) -m venv .venv
	$(install) --requirement requirements/build.lock
	touch $@

.venv/.dev: .venv/.pip requirements/dev.lock pyproject.toml
	$(install) --requirement requirements/dev.lock
	$(bin)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/.train .venv/.fuzz .venv/.audit .venv/.engines .venv/.examples .venv/.browser .venv/.readers .venv/.matrix: .venv/.%: .venv/.dev requirements/%.lock
	$(install) --requirement requirements/$*.lock
	touch $@
