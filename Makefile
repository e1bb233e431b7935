# make          lists what there is
# make demo     the demo county's public site, in a browser; needs git, make and python3 with venv, no root
# make test     everything, as CI runs it

PYTHON ?= python3
ARGS ?=
OUT ?= instance/screenshots

BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check
# From the lock: only what was locked, only as locked. Nothing is built from source but Flask-Principal, which is one
# Python file and has no wheel; Flask-Security needs it.
ONLY_WHEELS := --only-binary :all: --no-binary flask-principal
INSTALL_LOCKED := $(PIP_INSTALL) --require-hashes $(ONLY_WHEELS) -r
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(ONLY_WHEELS) \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock' \
	pyproject.toml --group build

# Stamps: each is as old as the last time its step succeeded.
VENV := .venv/.stamp-venv
RUNTIME := .venv/.stamp-runtime
DEV := .venv/.stamp-dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo quick test test-deps attack bench screenshots docs guide lint lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo '  PYTHON=python3.13 chooses the interpreter (3.11 to 3.13); ARGS="…" goes to the program a target runs.'

demo: $(RUNTIME) ## the demo county's site on 127.0.0.1:8000 (ARGS="--port 9000", "--no-serve", "--mistakes")
	@$(BIN)/mingbai demo $(ARGS)

quick: $(DEV) ## the tests that take no time (under 90 s)
	@$(BIN)/pytest -q -n 2 -m 'not slow and not browser' $(ARGS)

test: $(DEV) lint ## everything: linters, then all tests (brings what it needs, as far as it may)
	@.ci/test-deps
	@$(BIN)/pytest -q -n 2 --dist worksteal $(ARGS)

test-deps: ## what the tests need of the system: Chromium, redis-server, a CJK font (root or sudo)
	@.ci/test-deps --required

attack: $(DEV) ## the attacks and the fault tests with their full counts
	@.ci/test-deps
	@MINGBAI_FULL=1 $(BIN)/pytest -q -n 2 tests/attacks tests/faults $(ARGS)

bench: $(DEV) ## pages per second, beside plain Frozen-Flask and Hugo
	@$(BIN)/python -m tests.bench $(ARGS)

screenshots: $(DEV) ## every page kind in every mode, into OUT (instance/screenshots; ARGS="policies" for some kinds)
	@$(BIN)/python -m tests.browser.screenshots $(OUT) $(ARGS)

docs: $(DEV) ## docs/roles.md, printed from the rules
	@$(BIN)/python -m portal.desk.print_roles > docs/roles.md

guide: $(DEV) ## the pictures of the staff guide (docs/images/desk), taken of the demo county
	@$(BIN)/python -m tests.browser.guide $(ARGS)

lint: $(DEV) ## ruff, mypy, the import contracts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check .; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

lock: $(DEV) ## write the lock files from pyproject.toml (ARGS=--upgrade takes the newest versions)
	@$(COMPILE) $(ARGS) -o requirements.lock
	@$(COMPILE) $(ARGS) --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove the virtual environment and the caches; never instance/
	@rm -rf .venv build dist mingbai.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis __pycache__
	@find content generator portal tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo 'Mingbai needs Python 3.11, 3.12 or 3.13: make PYTHON=/path/to/python3.12 …' >&2; exit 1; }
	@echo 'Preparing .venv (once) …'
	@$(PYTHON) -m venv .venv \
		|| { echo 'On Debian, venv is a package of its own: apt-get install python3-venv' >&2; exit 1; }
	@touch $@

$(RUNTIME): requirements.lock pyproject.toml $(VENV)
	@echo 'Installing requirements.lock …'
	@$(INSTALL_LOCKED) requirements.lock
	@$(PIP_INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo 'Installing requirements-dev.lock …'
	@$(INSTALL_LOCKED) requirements-dev.lock
	@touch $@
