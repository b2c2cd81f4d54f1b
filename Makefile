# Two commands matter: `make lab` and `make test`. Each sets up whatever is missing first.
PYTHON ?= python3
WORKSHOP := .venv/bin/workshop

# Packages that somebody names there would stand before the workshop's own.
unexport PYTHONPATH PYTHONHOME

.PHONY: lab test soak doctor demo demo-down setup check notebooks site bench engines clean

lab: setup
	@exec $(WORKSHOP) lab

# Each worker has a file or a notebook of its own at a time. They keep what they compile, also where
# PYTHONDONTWRITEBYTECODE is set: the next run's workers would each spend seconds on it again.
test: setup check
	@PYTHONDONTWRITEBYTECODE= .venv/bin/pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

# All of it N times; LOAD=2 has busy loops beside it, RESOLVER=dead a machine whose resolver does not answer.
soak: setup
	@.venv/bin/python -m tests.soak

# BUNDLE=FILE takes what is lacking out of a bundle, and needs no network.
setup:
	@test -z "$$BUNDLE" || $(PYTHON) -m lab_helpers.setup.bundle "$$BUNDLE"
	@$(PYTHON) -m lab_helpers.setup.bootstrap
	@$(WORKSHOP) setup

# What is wrong with this machine, and the command that mends it; ARGS=--fix does what is safe. It needs no set-up.
doctor:
	@$(PYTHON) -m lab_helpers.setup.doctor $(ARGS)

check:
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/mypy --no-error-summary

# Run the chapters and keep what they show; `make notebooks ONLY=01` runs one.
notebooks: setup
	@$(WORKSHOP) notebooks $(ONLY)

# The pages as they are stored, to read without a kernel and without a network. It needs no engine.
site:
	@$(PYTHON) -m lab_helpers.setup.bootstrap
	@$(WORKSHOP) site $(if $(AT),--at $(AT))

bench: setup
	@.venv/bin/python -m tests.benchmarks.run

# Podman, an engine elsewhere, and so on: what this machine can be given. As root on Debian, Podman is installed for it.
engines: setup
	@.venv/bin/python -m tests.engines.run $(ONLY)

# The whole stack on fixed ports, to be shown; `workshop demo break NAME` breaks something.
demo: setup
	@$(WORKSHOP) demo up

demo-down:
	@$(WORKSHOP) demo down

# Everybody's: the labs and the demo of each checkout and person that uses this engine.
clean:
	@test ! -x $(WORKSHOP) || $(WORKSHOP) clean
