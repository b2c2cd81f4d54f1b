# Two commands matter: `make lab` and `make test`. Each sets up whatever is missing first.
PYTHON ?= python3
WORKSHOP := .venv/bin/workshop

.PHONY: lab test soak demo demo-down setup check notebooks bench clean

lab: setup
	@exec $(WORKSHOP) lab

# Tests wait more than they work: three workers, each with a file or a notebook of its own at a time.
test: setup check
	@.venv/bin/pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

# All of it N times; LOAD=2 has busy loops beside it, RESOLVER=dead a machine whose resolver does not answer.
soak: setup
	@.venv/bin/python -m tests.soak

setup:
	@$(PYTHON) lab_helpers/setup/bootstrap.py
	@$(WORKSHOP) setup

check:
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/mypy --no-error-summary

# Run the chapters and keep what they show; `make notebooks ONLY=01` runs one.
notebooks: setup
	@$(WORKSHOP) notebooks $(ONLY)

bench: setup
	@.venv/bin/python -m tests.benchmarks.run

# The whole stack on fixed ports, to be shown; `workshop demo break NAME` breaks something.
demo: setup
	@$(WORKSHOP) demo up

demo-down:
	@$(WORKSHOP) demo down

clean:
	@test ! -x $(WORKSHOP) || $(WORKSHOP) clean
