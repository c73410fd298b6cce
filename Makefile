# Koinon. `make help` lists what can be done. Each target sets up what it needs; a second run is quick.
SHELL := /bin/sh
VENV ?= .venv
PY := $(VENV)/bin/python
PORT ?= 8000
DATA ?= $(CURDIR)/var
export PYTHONDONTWRITEBYTECODE ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench bench-full bench-race screens wheel lock messages clean run dev

help: ## what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.run: requirements/run.txt tools/setup
	@VENV="$(VENV)" tools/setup run

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@VENV="$(VENV)" tools/setup dev

run: $(VENV)/.run
dev: $(VENV)/.dev

demo: run ## the running platform with the demo network (PORT=8123 DATA=/somewhere)
	@exec $(PY) -m koinon demo --port "$(PORT)" --data "$(DATA)"

test: dev ## all tests
	@$(PY) -m koinon.config.catalogues
	@$(PY) -m pytest -n auto --dist loadgroup

check: dev ## format, lint, types, contracts, fast tests: before each commit
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy koinon
	@$(VENV)/bin/lint-imports --no-cache
	@$(PY) -m koinon.config.catalogues
	@$(PY) -m pytest -n auto -m "not journey and not slow" --dist loadgroup

fix: dev ## format and mend what can be mended by itself
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: dev ## measure: pages beside a bare view, matching, quality (results in bench/results)
	@$(PY) -m bench

bench-full: dev ## the same with the scale curve to 360,000 organisations
	@$(PY) -m bench --full

ROUNDS ?= 20
PLACES ?= 5
PEOPLE ?= 16
GUARD ?= on
bench-race: dev ## people at a barrier for the last places, through HTTP: ends with "oversold N, lost M" (ROUNDS PLACES PEOPLE GUARD=off)
	@$(PY) -m bench.race --rounds "$(ROUNDS)" --places "$(PLACES)" --people "$(PEOPLE)" --guard "$(GUARD)"

screens: dev ## every screen of the demo at two widths, light and dark, in five languages, to screens/
	@$(PY) -m tests.screens

messages: dev ## collect new English messages into the catalogues
	@$(PY) -m koinon.config.catalogues --collect

wheel: dev ## the wheel, with compiled catalogues, in dist/
	@$(PY) -m koinon.config.catalogues
	@$(VENV)/bin/uv build --wheel --out-dir dist

lock: dev ## resolve the dependencies anew
	@tools/lock "$(VENV)"

clean: ## remove the environment and caches, never data
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build *.egg-info
