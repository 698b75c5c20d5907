# Everything a person types here works from a fresh clone: each target makes the environment it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LINTERS := quality/node_modules
BROWSER := tests/browser/node_modules/.browser
L := python typescript java go ruby
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run mock demo test browser bench bench-library bench-imports check contract clients drift release-contract lint-contract viewer format lock examples

run: $(VENV)/runtime  ## Start the server on SQLite, ready for the first request.
	$(BIN)/slugbase serve

mock: $(VENV)/runtime  ## Answer by the contract's examples on port 4010, without a database.
	$(BIN)/slugbase mock

demo: $(VENV)/runtime  ## Tell the main job from sign-up to a full team, over HTTP.
	$(BIN)/python -m demo.story

test: check browser  ## Format, lint, types, and every test on SQLite and PostgreSQL.
	$(BIN)/python -m pytest $(T)

browser: $(BROWSER)/chromium  ## Unpack the browser that the tests drive.

bench: $(VENV)/development  ## Compare a bare application, plain SQL, stock connexion and ours.
	$(BIN)/python -m benchmarks.run $(B)

bench-library: $(VENV)/development  ## Compare the times of requests at 1,000 to 1,000,000 bookmarks.
	$(BIN)/python -m benchmarks.library $(B)

bench-imports: $(VENV)/development  ## Time the import of files of 100,000 bookmarks.
	$(BIN)/python -m benchmarks.imports $(B)

contract: $(VENV)/development  ## Make openapi.yaml of its parts in openapi/, and docs/errors.md of it.
	$(BIN)/python -m contract.merge
	$(BIN)/python -m contract.catalogue

examples: contract  ## Record what the server answers as the examples of the contract.
	$(BIN)/python -m pytest -q tests/handlers tests/contract/test_examples.py -m example -k "not postgresql" --record
	$(MAKE) contract

drift: $(VENV)/development  ## Say what changed in the contract since its last release.
	$(BIN)/python -m drift.gate

release-contract: $(VENV)/development  ## Keep the contract as released, under its version.
	$(BIN)/python -m drift.release

lint-contract: $(LINTERS)/.package-lock.json  ## Hold openapi.yaml to the recommended rules of Redocly and Spectral.
	REDOCLY_TELEMETRY=off $(BIN)/node $(LINTERS)/.bin/redocly lint --config quality/redocly.yaml openapi.yaml
	$(BIN)/node $(LINTERS)/.bin/spectral lint --ruleset quality/.spectral.yaml --fail-severity warn openapi.yaml

viewer: $(VENV)/development  ## Take the viewer of the docs page out of its npm package; the version stands in viewer/package.json.
	cd viewer && ../$(BIN)/npm ci
	$(BIN)/python -m viewer.renew

check: $(VENV)/development lint-contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

clients: $(VENV)/development  ## Make, check and run a client in each language, or in those of L="java go".
	CLIENTS="$(L)" $(BIN)/python -m pytest tests/clients

format: $(VENV)/development
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/development  ## Resolve the lock files anew from pyproject.toml.
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements.lock --extra build
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements-dev.lock --extra build --extra dev -c requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 clients/requirements.in -o clients/requirements.lock

$(VENV)/runtime: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/development: requirements-dev.lock $(VENV)/runtime
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

$(LINTERS)/.package-lock.json: quality/package-lock.json $(VENV)/development
	cd quality && ../$(BIN)/npm ci
	touch $@

$(BROWSER)/chromium: tests/browser/package-lock.json $(VENV)/development
	cd tests/browser && ../../$(BIN)/npm ci
	mkdir -p $(BROWSER)
	cd tests/browser && TMPDIR=$(CURDIR)/$(BROWSER) ../../$(BIN)/node unpack.mjs
	touch $@
