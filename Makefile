# Two commands are enough on a fresh machine with Python 3.11+ and make: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
PEERS := posting jiratui
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# A lock is complete, so pip need not resolve anything and no later release can matter.
LOCKED := --require-hashes --no-deps

.PHONY: run test fuzz test-order chaos bench soak bench-peers lint type check lock check-locks wheel clean

run: $(VENV)/.run
	$(BIN)/deskero-tui --demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n 4 --dist loadfile

# The Hypothesis tests with a random seed and many examples; a failure prints how to repeat it.
# make fuzz MINUTES=5, make fuzz SEED=7 EXAMPLES=5000 TESTS=tests/domain/test_html.py
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz $(SEED:%=--seed %) $(EXAMPLES:%=--examples %) $(MINUTES:%=--minutes %) $(TESTS)

# The whole suite in another order: of the files, and of the tests in each. SEED=n for that order.
test-order: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n 4 --dist loadfile -p randomly $(SEED:%=--randomly-seed=%) $(TESTS)

# Real programs, real faults, killed again and again: about ten minutes. SEED=n for another one,
# KEYS=yes for a desk that shows that it honours idempotency keys.
chaos: $(VENV)/.dev
	$(BIN)/python -m tests.chaos --seed $(or $(SEED),1) --replies 1000 --notes 1000 --kills 100 $(if $(KEYS),--keys)

# The console beside the programs agents know, about twelve minutes; OUT=file for Markdown, further
# arguments in BENCH: make bench OUT=figures.md BENCH='--only console --only mutt --rounds 3'.
bench: $(VENV)/.dev
	$(BIN)/python -m bench $(if $(OUT),--out $(OUT)) $(BENCH)

# Two worked consoles while others write and delete, a line a minute; MINUTES=n for another length.
soak: $(VENV)/.dev
	$(BIN)/python -m bench.soak $(MINUTES:%=--minutes %)

# Programs to measure beside the console that come from PyPI, each in a venv of its own with the data.
bench-peers: $(PEERS:%=bench-%)

bench-%: requirements/bench-%.lock
	$(PYTHON) -m venv $(BENCH_DATA)/$*
	$(BENCH_DATA)/$*/bin/python -m pip --disable-pip-version-check --quiet install $(LOCKED) -r $<
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
	$(PIP) install $(LOCKED) -r requirements/build.lock -r requirements/run.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	$(PIP) install $(LOCKED) -r requirements/dev.lock
	@touch $@

# Writes the hash-pinned requirements and keeps their versions where it can; needs uv on the PATH.
lock:
	printf 'hatchling==1.33.0\neditables==0.6\n' | uv pip compile - -o requirements/build.lock $(LOCK)
	uv pip compile pyproject.toml -o requirements/run.lock $(LOCK)
	uv pip compile pyproject.toml --group dev -o requirements/dev.lock $(LOCK)
	printf 'posting==2.11.1\ntree-sitter<0.26\n' | uv pip compile - -o requirements/bench-posting.lock $(LOCK)
	printf 'jiratui==1.6.2\ntextual[syntax]<7\n' | uv pip compile - -o requirements/bench-jiratui.lock $(LOCK)
LOCK := --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

# Every lock with pip 22.3, with the one that venv brings and with the newest: about two minutes.
check-locks: $(VENV)/.dev
	$(BIN)/python tools/check_locks.py

wheel: $(VENV)/.dev
	$(BIN)/python -m build --no-isolation --wheel

clean:
	rm -rf $(VENV) dist
