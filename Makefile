# Two commands are enough on a fresh machine with Python 3.11+ and make: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
PEERS := posting jiratui
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test chaos bench bench-peers lint type check lock wheel clean

run: $(VENV)/.run
	$(BIN)/deskero-tui --demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n 4 --dist loadfile

# Real programs, real faults, killed again and again: about six minutes. SEED=n for another one.
chaos: $(VENV)/.dev
	$(BIN)/python -m tests.chaos --seed $(SEED) --replies 1000 --notes 1000 --kills 100
SEED ?= 1

# The console beside the programs agents know, about twelve minutes; OUT=file for Markdown, further
# arguments in BENCH: make bench OUT=figures.md BENCH='--only console --only mutt --rounds 3'.
bench: $(VENV)/.dev
	$(BIN)/python -m bench $(if $(OUT),--out $(OUT)) $(BENCH)

# Programs to measure beside the console that come from PyPI, each in a venv of its own with the data.
bench-peers: $(PEERS:%=bench-%)

bench-%: requirements/bench-%.lock
	$(PYTHON) -m venv $(BENCH_DATA)/$*
	$(BENCH_DATA)/$*/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
BENCH_DATA := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/deskero-tui-bench

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

type: $(VENV)/.dev
	$(BIN)/mypy

check: lint type test

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed (make PYTHON=python3.12)" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml requirements/run.lock requirements/build.lock
	$(PIP) install --require-hashes -r requirements/build.lock -r requirements/run.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

# Writes the hash-pinned requirements anew; needs uv on the PATH.
lock:
	echo 'hatchling==1.33.0\neditables==0.6' | uv pip compile - -o requirements/build.lock $(LOCK)
	uv pip compile pyproject.toml -o requirements/run.lock $(LOCK)
	uv pip compile pyproject.toml --group dev -o requirements/dev.lock $(LOCK)
	printf 'posting==2.11.1\ntree-sitter<0.26\n' | uv pip compile - -o requirements/bench-posting.lock $(LOCK)
	printf 'jiratui==1.6.2\ntextual[syntax]<7\n' | uv pip compile - -o requirements/bench-jiratui.lock $(LOCK)
LOCK := --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

wheel: $(VENV)/.dev
	$(BIN)/python -m build --no-isolation --wheel

clean:
	rm -rf $(VENV) dist
