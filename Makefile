PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check bench requirements css messages help

run: $(VENV)/local.stamp  ## Set up and start everything, with demo data (PORT, DATA_DIR, DEMO_PASSWORD)
	@exec $(BIN)/python -m biroumum.local

test: $(VENV)/dev.stamp chromium  ## Set up and run every test, browser tests included
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(VENV)/dev.stamp  ## Style, types, floors, migrations, messages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy biroumum complaints
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m biroumum.web.messages --check

bench: $(VENV)/dev.stamp  ## Measure against the yardstick; prints a table (ARGS: words of the rows wanted)
	$(BIN)/python -m bench $(ARGS)

COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q
requirements: $(VENV)/dev.stamp  ## Pin what pyproject.toml asks for, with hashes and without addresses
	$(COMPILE) -o requirements/run.txt
	$(COMPILE) --extra local -c requirements/run.txt -o requirements/local.txt
	$(COMPILE) --extra local --extra dev -c requirements/local.txt -o requirements/dev.txt

css:  ## Compile sass/ into static/biroumum.css (needs npm; the result is committed)
	npm ci --omit=optional --no-audit --no-fund && npm run css

messages: $(VENV)/dev.stamp  ## Bring locale/en up to date and say what still has no English
	$(BIN)/python -m biroumum.web.messages

help:  ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

chromium:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	|| { echo "Browser tests need Chromium: apt-get install chromium"; exit 1; }
.PHONY: chromium

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/local.stamp: requirements/local.txt | $(VENV)/bin/python
	$(BIN)/pip install -q --require-hashes -r requirements/local.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(VENV)/bin/python
	$(BIN)/pip install -q --require-hashes -r requirements/dev.txt
	@touch $@ $(VENV)/local.stamp
