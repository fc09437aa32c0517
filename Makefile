# SyncState's commands. They need make and Python 3.11 or newer, nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench faults soak pictures lock clean
unexport PYTHONPATH PYTHONHOME

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
LOCKS := requirements/dev.txt requirements/ministack.txt
UV := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile -q --universal --python-version 3.11 \
      --generate-hashes --no-emit-index-url --no-emit-find-links

# Handed on to pytest, to the benchmarks or to the lock's resolver: make test ARGS="tests/core -k returns".
ARGS ?=
WORKERS ?= auto

# The first of these that really runs (a version manager's shim may not), is new enough and can make a .venv; the one
# that was asked for on the command line, and no other.
OTHERS := $(if $(filter command,$(origin PYTHON)),,python3.13 python3.12 python3.11 python3)
FOUND = $(or $(shell for each in "$(PYTHON)" $(OTHERS); do \
      "$$each" -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1 \
      && echo "$$each" && break; done),$(error SyncState needs Python 3.11 or newer (on Debian and Ubuntu with \
      python3-venv); one that is not on the path is named by make setup PYTHON=/path/to/python3))

# The stamps of what was installed. A .venv that was moved, or whose Python is gone, is made anew.
PACKAGES := .venv/.packages
PROJECT := .venv/.project
ifneq ($(shell test "$$(cat $(PACKAGES) 2>/dev/null)" = "$$(pwd -P)" && $(BIN)/python -c "print('sound')" 2>/dev/null),sound)
.PHONY: $(PACKAGES)
endif

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s  %s\n", $$1, $$2}' Makefile

setup: $(PROJECT) ## Make .venv from the locks; .venv/bin/syncstate exists after it
	@echo "Ready: $(BIN)/syncstate"

run: $(PROJECT) ## Start the playground on this machine: no account, no network
	@exec $(BIN)/syncstate playground

test: $(PROJECT) ## Run every test (ARGS="-k returns", WORKERS=0 for one process)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: $(PROJECT) ## Check format, lint, types and the direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(PROJECT) ## Print the benchmark table
	@$(BIN)/python -m benchmarks $(ARGS)

faults: $(PROJECT) ## Prove that nothing is lost or doubled, under kills and lost replies (ARGS="kills --on local")
	@$(BIN)/python -m tests.faults $(ARGS)

soak: $(PROJECT) ## Trade for ten minutes under random faults and audit it every minute (ARGS="--minutes 2")
	@$(BIN)/python -m tests.faults.soaking $(ARGS)

pictures: $(PROJECT) ## Draw docs/images anew from the playground's page (needs Chromium)
	@mkdir -p docs/images
	@SYNCSTATE_PICTURES=docs/images $(BIN)/python -m pytest -n 0 -q tests/playground/browser
	@$(BIN)/python -m tests.playground.pictures

lock: $(PROJECT) ## Remake requirements/*.txt from pyproject.toml (ARGS=--upgrade for the newest)
	@$(UV) $(ARGS) pyproject.toml --group dev -o requirements/dev.txt
	@$(UV) $(ARGS) pyproject.toml --no-annotate -c requirements/dev.txt -o requirements/runtime.txt
	@$(UV) $(ARGS) --group build --no-annotate -c requirements/dev.txt -o requirements/build.txt
	@$(UV) $(ARGS) --group ministack --no-deps -o requirements/ministack.txt
	@echo "Locked; make setup installs it"

clean: ## Remove .venv and every cache, never the data
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PACKAGES): $(LOCKS)
	@echo "Making .venv with $$("$(FOUND)" --version)"
	@"$(FOUND)" -m venv --clear .venv
	@echo "Installing the locked packages (about a minute the first time)"
	@$(PIP) install --no-deps --no-compile --only-binary :all: --require-hashes $(LOCKS:%=-r %)
	@pwd -P > $@

$(PROJECT): $(PACKAGES) pyproject.toml
	@echo "Installing SyncState"
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
