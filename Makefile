# Needs Python 3.11 or newer with pip and venv, nothing else. `make` alone lists what there is.
PYTHON ?= python3
V := .venv/bin/python
LOCK := $(V) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade

.PHONY: help run test check lint format migrations bench lock clean install install-dev browser

help: ## List what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: install ## Start everything and say where to go (PORT=8000 HOST=127.0.0.1)
	@exec $(V) -m beheard.local.run

test: install-dev lint migrations browser ## Lint, migrations, every test, real browsers included
	$(V) -m pytest -n 2 --dist loadgroup

check: install-dev lint migrations ## What takes seconds: lint, migrations, system checks
	$(V) manage.py migrate --verbosity 0
	$(V) manage.py check
	$(V) manage.py check_rls

lint: install-dev ## Style and format
	$(V) -m ruff check .
	$(V) -m ruff format --check .

format: install-dev ## Put style and format right
	$(V) -m ruff check --fix .
	$(V) -m ruff format .

migrations: install-dev ## Fail when a model has changed without a migration
	$(V) manage.py makemigrations --check --dry-run

bench: install-dev ## The figures of row-level security, vectors and pages, as ratios in one run
	$(V) -m pytest tests/benchmarks -m bench -s

lock: ## Write requirements*.txt anew from the ranges in pyproject.toml
	@[ -x $(V) ] || $(PYTHON) -m venv .venv
	$(V) -m pip install --quiet uv
	$(LOCK) pyproject.toml --extra dev --output-file requirements-dev.txt
	$(LOCK) pyproject.toml --constraint requirements-dev.txt --output-file requirements.txt

clean: ## Stop the embedded servers and remove the virtual environment and caches; the data stays
	@if [ -x $(V) ]; then $(V) manage.py servers stop; fi
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

browser: install-dev
	@$(V) -m beheard.local.browser

install:
	@$(PYTHON) beheard/local/install.py requirements.txt

install-dev:
	@$(PYTHON) beheard/local/install.py requirements-dev.txt
