# On a machine with Python 3.11+, venv and pip: `make build` builds the release, `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What a build needs, and what tests, lint and benchmarks need besides.
RUNTIME := $(VENV)/.runtime
READY := $(VENV)/.ready

.PHONY: build test check format lint docs bench lowest sbom lock clean

# The scripts of the site, which take Node; without it, the site has no search and no queries in the browser.
BROWSER := src/iomgraph/publication/site/browser
BUILT := $(BROWSER)/built/worker.js

build: $(RUNTIME) $(BUILT)
	$(BIN)/iomgraph build

test: $(READY) $(BUILT)
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# A lane of under a minute for the time between two edits; `make lint test` is the whole.
check: $(READY)
	$(BIN)/ruff check src tests docs
	$(BIN)/ruff format --check src tests docs
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet --numprocesses auto -m "not slow" \
	  src/iomgraph/claims src/iomgraph/mapping src/iomgraph/records src/iomgraph/reference src/iomgraph/release \
	  src/iomgraph/sources tests/claims tests/mapping tests/records tests/reference tests/release tests/sources

format: $(READY)
	$(BIN)/ruff check --fix src tests docs
	$(BIN)/ruff format src tests docs

lint: $(READY) $(BUILT)
	$(BIN)/ruff check src tests docs
	$(BIN)/ruff format --check src tests docs
	$(BIN)/mypy
	$(BIN)/lint-imports
	if command -v npm >/dev/null; then npm --prefix $(BROWSER) run --silent check; fi

# The documentation, of a release in dist/ or in the folder RELEASE. A broken link makes it fail; it would not
# with --quiet, because MkDocs counts the warnings that it prints.
RELEASE ?= dist
DOCS := build/documentation
docs: $(READY)
	PYTHONPATH=docs $(BIN)/python -m documentation $(RELEASE) $(DOCS)
	PYTHONPATH=docs NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --config-file $(DOCS)/mkdocs.yml
	@echo "Open $(DOCS)/site/index.html"

bench: $(READY) $(BUILT)
	$(BIN)/python tests/benchmarks/bench_mapping.py
	$(BIN)/python tests/benchmarks/bench_build.py --sizes 1200
	$(BIN)/python tests/benchmarks/bench_stages.py --sizes 1200
	$(BIN)/python tests/benchmarks/bench_incremental.py
	$(BIN)/python tests/benchmarks/bench_shacl.py
	$(BIN)/python tests/benchmarks/bench_reports.py
	$(BIN)/python tests/benchmarks/bench_releases.py
	$(BIN)/python tests/benchmarks/bench_push.py
	$(BIN)/python tests/benchmarks/bench_site.py
	$(BIN)/python tests/benchmarks/bench_tables.py --rows 10000
	$(BIN)/python tests/benchmarks/bench_iati.py --megabytes 10
	$(BIN)/python tests/benchmarks/bench_serving.py --seconds 2
	$(BIN)/python tests/benchmarks/bench_reconciliation.py --projects 1200

$(RUNTIME): .ci/runtime.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is $$($(PYTHON) --version 2>&1); iomgraph needs Python 3.11 or newer." >&2; \
	  echo "  Next: name one, as in: make PYTHON=python3.12 $(or $(MAKECMDGOALS),build)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement .ci/runtime.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(RUNTIME)

$(READY): .ci/requirements.txt $(RUNTIME)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement .ci/requirements.txt
	touch $(READY)

$(BUILT): $(BROWSER)/package-lock.json $(wildcard $(BROWSER)/*.js)
	if command -v npm >/dev/null; \
	then cd $(BROWSER) && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent build; \
	else echo "Node is not there: the site will have no search and no queries in the browser."; fi

# The lowest versions that pyproject.toml allows, in an environment of their own.
lowest: $(READY)
	$(BIN)/uv venv --quiet --clear .venv-lowest
	$(BIN)/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct \
	  --editable '.[parquet,serve,mcp,xlsx]'
	$(BIN)/uv pip install --quiet --python .venv-lowest/bin/python pytest hypothesis
	.venv-lowest/bin/iomgraph build --no-site --quiet --out "$$(mktemp -d)/dist"
	.venv-lowest/bin/python -m pytest --quiet tests/claims tests/mapping tests/records tests/reference \
	  tests/release tests/sources tests/validation

# What the wheel bundles for browsers, as CycloneDX: the packages of npm in it, with version and licence.
sbom: $(BUILT)
	cd $(BROWSER) && npm sbom --sbom-format cyclonedx --sbom-type application --package-lock-only --omit dev \
	  > $(CURDIR)/src/iomgraph/bom.cdx.json

# Resolve the dependencies anew, and write them with their hashes: those of a build, and all.
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate
lock:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet pip-tools
	$(COMPILE) --extra dev --output-file .ci/requirements.txt pyproject.toml
	$(COMPILE) --extra build --constraint .ci/requirements.txt --output-file .ci/runtime.txt pyproject.toml
	$(COMPILE) --extra serve --extra mcp --constraint .ci/requirements.txt --output-file .ci/serve.txt pyproject.toml

clean:
	rm -rf $(BROWSER)/built $(BROWSER)/node_modules src/iomgraph/bom.cdx.json $(VENV) .venv-lowest dist build
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
