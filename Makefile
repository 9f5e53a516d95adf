# Every target sets up what it needs in .venv by itself; a machine needs no more than Python 3.11+ with `venv`.
.DEFAULT_GOAL := help
PYTHON ?= python3
# As many test processes as there are processors; JOBS=0 runs all tests in one.
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
ARGS ?=

bin := .venv/bin
install := $(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 315532800)

.PHONY: help
help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

.PHONY: demo
demo: .venv/.dev ## a recorded red build: its report, its comment, the edit, the green end; no server needed
	$(bin)/python -m plugin demo $(ARGS)

.PHONY: test
test: .venv/.dev ## all tests; ARGS='-k gitea' for some
	$(bin)/pytest --numprocesses $(JOBS) $(ARGS)

.PHONY: cover
cover: .venv/.dev ## all tests, and which branches of the program they reach
	$(bin)/pytest --numprocesses $(JOBS) --cov --cov-report term:skip-covered $(ARGS)

.PHONY: lint
lint: .venv/.dev ## style, types, the direction of imports, insecure code, generated parts that are stale
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/bandit --quiet --configfile pyproject.toml --recursive plugin
	$(bin)/python -m tests.regenerate --check

.PHONY: fix
fix: .venv/.dev ## what ruff can mend
	$(bin)/ruff check --fix
	$(bin)/ruff format

.PHONY: regenerate
regenerate: .venv/.dev ## every generated part: goldens, tables, schemas, index entries; `git diff` shows what changed
	$(bin)/python -m tests.regenerate

.PHONY: pictures
pictures: .venv/.dev ## the comment as a forge shows it, into docs/pictures; needs chromium and pngquant
	$(bin)/python -m docs.pictures.make

.PHONY: bench
bench: .venv/.dev ## speed and memory, into docs/performance.md
	$(bin)/python -m tools.bench --write $(ARGS)

.PHONY: quality
quality: .venv/.dev ## how often the right lines are shown; ARGS=--secrets: how many secrets leak
	$(bin)/python -m tools.quality $(ARGS)

.PHONY: train
train: .venv/.train ## learn the ranker anew
	$(bin)/python -m tools.quality.train $(ARGS)

.PHONY: try-real
try-real: .venv/.dev ## real servers: builds Gitea with Go and runs the comment protocol against it
	$(bin)/python -m tests.real.binaries
	$(bin)/pytest --numprocesses 0 tests/real $(ARGS)

.PHONY: fuzz
fuzz: .venv/.fuzz ## replaced fields, combined Markdown, then coverage-guided fuzzing, bounded in time
	$(bin)/python -m tests.mutations
	RENDER_EXAMPLES=1000 $(bin)/pytest --quiet --numprocesses 0 -k any_combination tests/render tests/deliver
	$(bin)/python -m tools.fuzz $(ARGS)

.PHONY: audit
audit: .venv/.audit ## known vulnerabilities of what is shipped, where an advisory service can be reached
	$(bin)/python .ci/audit.py

.PHONY: dist
dist: .venv/.audit ## the wheel, built twice and compared, and its SBOM
	.ci/dist

.PHONY: image
image: ## the container image, as drone-failure-alert:local; BASE=… for another base image
	tools/image/build

.PHONY: check-image
check-image: .venv/.dev ## builds the image and runs it as a Drone step would
	tools/image/check

.PHONY: lock
lock: .venv/.pip ## newest allowed versions of all dependencies, by hash
	$(bin)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
	.ci/lock

.PHONY: clean
clean: ## removes .venv, dist and caches
	rm -rf .venv dist build tests/engines/built tests/real/built .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

# What is in .venv: pip itself first, as old ones cannot read what follows.
.venv/.pip: requirements/build.lock
	$(PYTHON) -m venv .venv
	$(install) --requirement requirements/build.lock
	touch $@

.venv/.dev: .venv/.pip requirements/dev.lock pyproject.toml
	$(install) --requirement requirements/dev.lock
	$(bin)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/.train .venv/.fuzz .venv/.audit .venv/.engines: .venv/.%: .venv/.dev requirements/%.lock
	$(install) --requirement requirements/$*.lock
	touch $@
