# On a machine with Python 3.11+, venv and pip: `make build` builds the release, `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: build test lint bench lock clean

# The scripts of the site, which take Node; without it, the site has no search and no queries in the browser.
BROWSER := src/iomgraph/publication/site/browser
BUILT := $(BROWSER)/built/worker.js

build: $(READY) $(BUILT)
	$(BIN)/iomgraph build

test: $(READY) $(BUILT)
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(READY) $(BUILT)
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	if command -v npm >/dev/null; then npm --prefix $(BROWSER) run --silent check; fi

bench: $(READY) $(BUILT)
	$(BIN)/python tests/benchmarks/bench_mapping.py
	$(BIN)/python tests/benchmarks/bench_build.py
	$(BIN)/python tests/benchmarks/bench_shacl.py
	$(BIN)/python tests/benchmarks/bench_releases.py
	$(BIN)/python tests/benchmarks/bench_push.py
	$(BIN)/python tests/benchmarks/bench_site.py
	$(BIN)/python tests/benchmarks/bench_serving.py
	$(BIN)/python tests/benchmarks/bench_reconciliation.py

$(READY): .ci/requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement .ci/requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(READY)

$(BUILT): $(BROWSER)/package-lock.json $(wildcard $(BROWSER)/*.js)
	if command -v npm >/dev/null; \
	then cd $(BROWSER) && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent build; \
	else echo "Node is not there: the site will have no search and no queries in the browser."; fi

# Resolve the dependencies anew, and write them with their hashes.
lock:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate \
	  --extra dev --output-file .ci/requirements.txt pyproject.toml

clean:
	rm -rf $(BROWSER)/built $(BROWSER)/node_modules $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
