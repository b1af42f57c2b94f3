# Which commands does a developer need? (`make help` lists them)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=
TOOLS := tools/contracts
LINTERS := $(TOOLS)/node_modules/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test attack check lint format types walls contracts lint-contracts bench clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The environment is made anew only when what it is made from has changed.
$(READY): pyproject.toml constraints.txt
	@echo "Making the environment in $(VENV) (once; about a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) 2>/dev/null \
	  || { rm -rf $(VENV); $(PYTHON) -m pip install --quiet --user virtualenv && $(PYTHON) -m virtualenv --quiet $(VENV); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $(READY)

demo: $(READY) ## Run everything with practice platforms (ARGS="--port 8080 --data DIR --database URL")
	@exec $(BIN)/tieline demo $(ARGS)

# A file's tests stay together: what they share is made once. Half of their time is waiting, so more run at once than
# there are cores; the files come in the order of their names, which begins with the longest.
WORKERS ?= 3
LONG := tests/chaos tests/owasp
SIDE_BY_SIDE := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test: $(READY) ## Run the tests (ARGS="-k name"; one after the other: ARGS="-n 0")
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

attack: $(READY) ## The long tests: schemathesis on every operation, lost messages, a lost database (minutes)
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m long $(LONG) $(ARGS)

check: lint types walls contracts ## Lint, types, import rules, contracts

lint: $(READY) ## Style, and the rules ruff can see
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: $(READY) ## Put the style right where that needs no thought
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

types: $(READY) ## Types, strictly
	@$(BIN)/mypy

walls: $(READY) ## Who may import whom
	@$(BIN)/lint-imports

contracts: $(READY) ## Is openapi/ what the code serves, and does it break nobody? (tieline contracts --help)
	@$(BIN)/tieline contracts

$(LINTERS): $(TOOLS)/package.json
	@command -v npm >/dev/null || { echo "Needs npm: install Node.js 20 or newer, then run this again."; exit 1; }
	@cd $(TOOLS) && npm install --ignore-scripts --no-package-lock --no-audit --no-fund --silent
	@touch $(LINTERS)

lint-contracts: $(LINTERS) ## What spectral, OWASP's rules and redocly say of openapi/ (needs Node.js)
	@cd $(TOOLS) && npm run --silent lint

bench: $(READY) ## Measure the hot paths on this machine
	@$(BIN)/python benchmarks/hot_paths.py $(ARGS)

clean: ## Remove the environment and the demo's data
	@rm -rf $(VENV) .demo
