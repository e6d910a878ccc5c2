# One command each, for people and for CI. README.md says more about them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
APPS := complaints accountability reporting
# Further arguments for the program behind a command: make test ARGS="tests/complaints -x"
ARGS ?=

CATALOGUES := $(wildcard $(APPS:%=%/locale/*/LC_MESSAGES/*.po))

.PHONY: help
help:  ## list the commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

# --- Running ---------------------------------------------------------------------------

.PHONY: demo
demo: run-environment messages-compiled  ## run the product with example data, needs nothing but Python
	@tools/system_packages.sh --optional pdf || true
	@exec tools/demo.sh

# --- Testing ---------------------------------------------------------------------------

.PHONY: test
test: setup  ## all tests, on SQLite and on PostgreSQL, with Redis and a browser
	@tools/system_packages.sh pdf test
	@$(BIN)/python tools/run_tests.py $(ARGS)

.PHONY: test-sqlite test-postgres
test-sqlite test-postgres: test-%: setup  ## all tests that run on the one database
	@tools/system_packages.sh pdf test
	@$(BIN)/python tools/run_tests.py --only $* $(ARGS)

.PHONY: check
check: setup  ## style, types, import order, migrations, deployment settings, translations
	@tools/system_packages.sh check
	@tools/check.sh

.PHONY: bench
bench: setup  ## benchmarks, one JSON line each
	@tools/system_packages.sh test
	@$(BIN)/python tools/test_services.py $(abspath $(BIN)/python) -m tests.bench $(ARGS)

# --- Developing ------------------------------------------------------------------------

.PHONY: setup
setup: $(VENV)/.develop messages-compiled  ## everything a developer needs, in .venv

.PHONY: format
format: setup  ## let the formatters and their safe corrections loose
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .
	@tools/templates.sh --reformat --quiet

.PHONY: messages
messages: setup  ## bring the translation catalogues up to date with the sources
	@tools/system_packages.sh check
	@DJANGO_BUILD=1 $(BIN)/python tools/translations.py update

.PHONY: requirements
requirements:  ## resolve requirements*.in anew into requirements*.txt (needs uv)
	@for list in requirements requirements-dev; do \
		uv pip compile --quiet --no-emit-index-url --python-version 3.11 \
			--custom-compile-command "make requirements" $$list.in --output-file $$list.txt; \
	done

.PHONY: clean
clean:  ## remove what runs and tests left behind, the demonstration's data too
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(APPS) config tests tools \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} +

.PHONY: messages-compiled
messages-compiled: run-environment
	@$(BIN)/python tools/translations.py compile

# --- The environment, remade when the lists of packages change ----------------------------

.PHONY: run-environment
run-environment: $(VENV)/.run

# Debian keeps the pip for new environments in a package of its own (python3-venv); where that
# is missing, the pip of the system brings one in.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name it: make PYTHON=…" >&2; exit 1; }
	@echo "Creating $(VENV) …"
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || { \
		$(PYTHON) -m venv --clear --without-pip $(VENV) && \
		$(PYTHON) -m pip -qq --disable-pip-version-check --python $(BIN)/python install pip; \
	} || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.txt | $(BIN)/python
	@tools/install.sh $@ requirements.txt

$(VENV)/.develop: requirements-dev.txt $(VENV)/.run
	@tools/install.sh $@ requirements-dev.txt
