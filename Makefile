# boloci. `make` alone lists the tasks. Needs Python 3.11 or newer and make.
#   make PYTHON=/path/to/python3   uses that Python; VENV=DIR another environment
#   make demo DEMO=DIR             puts the demo elsewhere than ./demo-mali
#   make demo PORT=8010            opens its hub on another port than 8000

VENV ?= .venv
DEMO ?= demo-mali
PORT ?= 8000
export VENV PYTHON
python := $(VENV)/bin/python
run := $(VENV)/bin
base := sh doors/install.sh requirements.lock
dev := sh doors/install.sh requirements-dev.lock
extras := sh doors/install.sh requirements-extras.lock
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

.PHONY: help install demo test verify bench lint types contracts docs pages lock locale dev \
	hub-postgres

help: # List these tasks
	@sed -n 's/^\([a-z-]*\):[^#]*# \(.*\)/make \1|\2/p' Makefile | \
	while IFS='|' read -r task what; do printf '%-16s %s\n' "$$task" "$$what"; done

install: # Install boloci into .venv, exactly as locked
	@$(base)

demo: # Make the synthetic Mali, import it, build the facts, open the hub
	@$(base)
	@$(run)/boloci demo "$(DEMO)" --port "$(PORT)"

test: dev # Run the tests (<= 12 minutes), but those of the pages: make docs
	@$(run)/pytest -q -n auto --dist loadfile --no-loadscope-reorder \
		-m "not slow" --durations 10 --ignore tests/docs

hub-postgres: dev # Run the hub's tests of records on a PostgreSQL that is started for them
	@$(python) -m doors.on_postgres $(run)/pytest -q -n auto --dist loadfile \
		-m "not slow and not reading" tests/hub

verify: dev # Everything that takes hours: kills, national size; writes docs/measurements/DATE.md
	@$(extras)
	@$(python) -m bench.verify

bench: dev # Measure speed and memory against pandas and orjson in the same run
	@$(python) -m bench

lint: dev # Check style and layout of the code
	@$(run)/ruff check .
	@$(run)/ruff format --check .

types: dev # Check types (strict in stats, sources, tables, periods)
	@$(run)/mypy

contracts: dev # Check which room may import which
	@$(run)/lint-imports --no-cache

docs: dev # Check that generated pages are current and that their commands run
	@$(python) -m doors.pages --check
	@$(python) -m doors.licences --check
	@$(run)/pytest -q -n auto -m "not slow" tests/docs

pages: dev # Write the generated pages anew: tables, methods, licences
	@$(python) -m doors.pages
	@$(python) -m doors.licences
	@$(python) -m boloci.catalogue.handbook --write

lock: # Renew the locks from pyproject.toml (needs uv), then the licences
	@sh doors/lock.sh --upgrade
	@$(dev)
	@$(python) -m doors.licences

locale: dev # Check that every sentence exists in French and English
	@$(run)/pytest -q -m "not slow" -k "french or english or language or locale or sentence"

dev:
	@$(dev)
