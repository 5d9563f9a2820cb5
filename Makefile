# Everything that is done with the portal; CI and pre-commit call these same recipes.
# A new machine needs make and Python 3.11 or newer; the rest is set up here.

PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
# One process more than there are cores: tests in the browser and of faults mostly wait.
PYTEST := $(PY) -m pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist worksteal
# The embedded portal, whatever services this shell knows of.
EMBEDDED := env DATABASE_URL= REDIS_URL=
# Settings as production has them; nothing is connected to.
PRODUCTION := env DATABASE_URL=postgres://portal@localhost/portal REDIS_URL=redis://localhost/0 VAR_DIR=$(VENV)/production \
	ALLOWED_HOSTS=portal.example EMAIL_URL=smtp://localhost \
	SECRET_KEY=only-to-check-settings-0123456789-abcdefghijklmnopqrstuvwxyz

.DEFAULT_GOAL := help
.PHONY: help demo test setup check test-services bench bench-short audit fix format lock

help:  ## what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1 — \2/p' $(MAKEFILE_LIST)

# --- Run -------------------------------------------------------------------------

demo: setup  ## set up, load the demo, start the portal on PORT=8000
	@exec $(EMBEDDED) $(PY) -m config.supervisor --demo --port $(PORT)

# --- Set up ----------------------------------------------------------------------
# A stamp is as old as the last success; what is newer than its stamp is done anew.

setup: $(VENV)/stamp-front-end $(VENV)/stamp-system  ## environment, locked packages, front-end files, system libraries

$(VENV)/stamp-python: .ci/environment requirements/dev.txt
	@bash .ci/environment $(VENV)
	@echo "Устанавливаю пакеты Python…"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# npm is a Python package here; it starts the `node` that lies beside it.
$(VENV)/stamp-front-end: $(VENV)/stamp-python package.json package-lock.json .npmrc config/vendor.py
	@echo "Устанавливаю файлы страниц…"
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm ci --no-progress --loglevel=error
	@$(PY) -m config.vendor
	@touch $@

$(VENV)/stamp-system: $(VENV)/stamp-python .ci/system
	@bash .ci/system $(PY) documents
	@touch $@

$(VENV)/stamp-browser: $(VENV)/stamp-system
	@bash .ci/system $(PY) browser
	@touch $@

# --- Prove -----------------------------------------------------------------------

test: setup $(VENV)/stamp-browser  ## the whole suite on the embedded default, browser included
	$(EMBEDDED) $(PYTEST) -m "not services"

test-services: setup  ## the suite without browser on PostgreSQL and Redis
	$(PY) .ci/services.py $(PYTEST) -m "not browser"

bench: setup  ## how fast it is: ratios to a floor of the same run, beside their limits; FLAGS=--only=note
	@$(PY) .ci/services.py --or-without $(PY) -m tests.bench $(FLAGS)

bench-short: FLAGS := --short
bench-short: bench  ## the same, as much as there is time for between two changes

check: setup  ## format, lint, types, architecture, templates, settings, migrations
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint templates --lint --quiet
	$(EMBEDDED) $(PY) manage.py check --fail-level WARNING
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	$(EMBEDDED) $(PY) manage.py makemigrations --check --dry-run
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

audit: setup  ## known holes in the locked packages; asks the package index
	$(VENV)/bin/pip-audit --require-hashes --disable-pip -r requirements/base.txt

# --- Tidy ------------------------------------------------------------------------

fix: setup  ## mend what can be mended by itself
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

format: setup  ## lay out the code
	$(VENV)/bin/ruff format .

lock: $(VENV)/stamp-python  ## newest versions that fit, locked with hashes
	$(VENV)/bin/uv pip compile pyproject.toml --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --output-file requirements/base.txt
	$(VENV)/bin/uv pip compile pyproject.toml --group dev --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --output-file requirements/dev.txt
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm update --package-lock-only
