# make demo and make test need nothing but Python 3.11 or 3.12, a C compiler and make.
SHELL := /bin/sh
# The first Python of the right version that really runs; a name on the path alone proves nothing.
PYTHON ?= $(shell for p in python3.12 python3.11 python3 python; do \
  $$p -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
# How many changes of each module make mutation tries, and how many of the 300 perturbed persons make bench asks.
CHANGES ?= 3
PERSONS ?= 40
APT = DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium fonts-dejavu-core

.PHONY: help demo test lint browser bench fuzz mutation clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/'

demo: $(VENV)/core ## what one young person may do, and the ways to a certificate and a degree
	@$(BIN)/klappts assess examples/p07.yaml --on 2026-11-22
	@echo
	@$(BIN)/klappts paths examples/p07.yaml --goal for --on 2026-11-22
	@echo
	@$(BIN)/klappts paths examples/p07.yaml --goal beruf --on 2026-11-22

test: lint ## all checks and all tests
	$(BIN)/pytest -n 2

lint: $(VENV)/dev ## types, style, import layers, and the checks of rules and catalogue
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/klappts rules check
	$(BIN)/klappts pathways check

browser: $(VENV)/browser ## a headless browser (Debian's Chromium) and its driver, for the tests of pages
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then $(APT) || { apt-get -qq update && $(APT); }; \
	else echo "No Chromium here. On Debian, as root: apt-get install chromium; elsewhere put chromium on the path."; \
	  echo "Without it make test skips the tests of pages."; exit 2; fi

fuzz: $(VENV)/dev ## attack with N mutated inputs of every kind made from SEED: what they are refused by, and faults
	$(BIN)/python -m tests.fuzz

mutation: $(VENV)/dev ## how many single changes of rules, and CHANGES of each module of code, tests notice
	$(BIN)/python -m tests.mutation
	$(BIN)/python -m tests.mutation_code --number $(CHANGES)

bench: $(VENV)/dev ## ratios against a hand-written function, two rule engines, a constraint solver, and an earlier commit
	$(BIN)/pip install -q -c constraints.txt zen-engine business-rules
	$(BIN)/python -m benchmarks --persons $(PERSONS)

clean: ## removes the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || \
	  { echo "Python 3.11 or 3.12 is needed; say which with: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/core: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install -q -c constraints.txt -e '.[cli]'
	@touch $@

$(VENV)/dev: $(VENV)/core
	$(BIN)/pip install -q -c constraints.txt -e '.[dev]'
	@touch $@

$(VENV)/browser: $(VENV)/dev
	$(BIN)/pip install -q -c constraints.txt -e '.[browser]'
	@touch $@
