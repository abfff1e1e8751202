# Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
BIN := .venv/bin
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra install

.PHONY: run demo test check pictures model lock bench clean

run: .venv/ready
	$(BIN)/donghanh run

# A sample commune to look around in; nothing of it is kept.
demo: .venv/ready
	$(BIN)/donghanh demo

test: .venv/ready-dev
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/donghanh check

bench: .venv/ready-dev
	$(BIN)/donghanh bench

# The drawings; the files stand in the repository.
pictures: .venv/ready-dev
	$(BIN)/python -m content.drawings

# What the understanding of messages was trained to; the file stands in the repository.
model: .venv/ready-dev
	$(BIN)/python -m training fit
	$(BIN)/python -m training report

# The locks hold hashes of every file and name no package index.
lock: .venv/ready-dev
	$(BIN)/pip install --quiet pip-tools
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra dev --output-file requirements-dev.lock pyproject.toml

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	$(BIN)/pip install --quiet --require-hashes --requirement requirements-dev.lock
	touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
