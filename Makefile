# Every verb of the project. `make demo` and `make test` need nothing but Python >= 3.11, make and git.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run-$(shell cksum < requirements.txt | cut -d' ' -f1)
DEV := $(VENV)/.dev-$(shell cksum < requirements-dev.txt | cut -d' ' -f1)
GEN := $(VENV)/.clients-$(shell cksum < clients/requirements.txt | cut -d' ' -f1)
CLIENT := $(VENV)/.client-$(shell cat docs/openapi.json update/clients.py clients/requirements.txt | cksum | cut -d' ' -f1)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check format lint types floors bench chaos fuzz clients lock clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(DEV) $(CLIENT) ## virtual environment with everything that tests and checks need

demo: $(RUN) ## start all, send a factura and a boleta, go on serving; ONCE=1 stops after the answers
	@$(BIN)/python -m onapi demo $(if $(filter 1,$(ONCE)),--once)

serve: $(RUN) ## API, worker and, in the sandbox, SUNAT's simulator
	@$(BIN)/python -m onapi serve

test: WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
test: $(DEV) $(CLIENT) ## all tests; two processes more than cores, since many wait for processes that die and come back
	$(BIN)/python -m pytest -n $(WORKERS)

check: lint types floors test ## what CI runs: lint, types, floors, tests

format: $(DEV) ## rewrite the code as the formatter wants it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV)
	$(BIN)/mypy

floors: $(DEV)
	$(BIN)/lint-imports

bench: $(DEV) ## measure: build and sign, accept, end to end; median and spread
	$(BIN)/python bench/run.py

chaos: SEED := $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')
chaos: MINUTES := 5
chaos: $(DEV) ## kill, cut and mutate for long; SEED=… plays a run again, MINUTES=… is how long each storm blows
	@echo "make chaos SEED=$(SEED) MINUTES=$(MINUTES)"
	ONAPI_CHAOS=long ONAPI_CHAOS_SEED=$(SEED) ONAPI_CHAOS_MINUTES=$(MINUTES) $(BIN)/python -m pytest -n2 tests/chaos -v

fuzz: CASES := 2000
fuzz: FUZZ_SEED := $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')
fuzz: $(DEV) ## the API against its own OpenAPI document for long; CASES=… of each operation, FUZZ_SEED=… plays a run again
	@echo "make fuzz CASES=$(CASES) FUZZ_SEED=$(FUZZ_SEED)"
	ONAPI_FUZZ_CASES=$(CASES) ONAPI_FUZZ_SEED=$(FUZZ_SEED) $(BIN)/python -m pytest -n0 tests/api/test_schemathesis.py -v

clients: $(RUN) $(GEN) ## write the Python and TypeScript clients from the OpenAPI document
	@if command -v npm >/dev/null; then cd clients/typescript && npm install --silent --no-package-lock --ignore-scripts; fi
	$(BIN)/python update/clients.py

lock: ## renew the locked requirements (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml --extra build -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml --extra build --extra dev --extra otel -c requirements.txt -o requirements-dev.txt
	echo 'openapi-python-client~=0.29.1' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate - -o clients/requirements.txt

clean: ## remove the virtual environment and caches; data in .onapi stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "OnAPI needs Python 3.11 or newer" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.txt $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e .
	@rm -f $(VENV)/.run-* && touch $@

$(DEV): requirements-dev.txt $(RUN)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@rm -f $(VENV)/.dev-* && touch $@

$(GEN): clients/requirements.txt $(VENV)/bin/python
	@rm -rf $(VENV)/clients && $(BIN)/python -m venv $(VENV)/clients
	$(VENV)/clients/bin/python -m pip install --quiet --require-hashes -r clients/requirements.txt
	@rm -f $(VENV)/.clients-* && touch $@

$(CLIENT): $(RUN) $(GEN)
	$(BIN)/python update/clients.py python
	@rm -f $(VENV)/.client-* && touch $@
