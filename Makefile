# Two commands do everything: `make run` (the station) and `make test`.
# Another interpreter: make test PYTHON=python3.13

PYTHON ?= python3
ARGS   ?=
VENV   := $(if $(filter python3,$(PYTHON)),.venv,.venv-$(notdir $(PYTHON)))
BIN    := $(VENV)/bin

# The tests start some two hundred short processes, each of which would compile the whole program.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check format bench soak soak-network soak-render year catalogues clean

run: $(VENV)/.runs
	@test -f broadcaster.toml || $(BIN)/broadcaster init --example
	@$(BIN)/broadcaster daemon --rehearse $(ARGS)

test: $(VENV)/.develops
	$(BIN)/python -m pytest -n 5 --no-loadscope-reorder $(ARGS)

check: $(VENV)/.develops
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.develops
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.develops
	$(BIN)/python -m tests.bench $(ARGS)

# The simulated year, with kills and power cuts before it; BREAK plants a fault that must be found.
SEED  ?= 7
DAYS  ?= 365
KILLS ?= 250
CUTS  ?= 60
soak: $(VENV)/.develops
	$(BIN)/python -m tests.soak --seed $(SEED) --days $(DAYS) \
		$(if $(BREAK),--break $(BREAK),--kills $(KILLS) --cuts $(CUTS)) $(ARGS)

# The station and its hamlet PCs on a bad line with a hijacker on it: kills, and starts that must be alike.
soak-network: KILLS  = 200
soak-network: STARTS = 100
soak-network: $(VENV)/.develops
	$(BIN)/python -m tests.soak_network --seed $(SEED) --kills $(KILLS) --starts $(STARTS) $(ARGS)

# The year as the plan has it: imported, aired, reported; every total held against the as-run log.
year: $(VENV)/.develops
	$(BIN)/python -m tests.year $(ARGS)

# Kill a process that makes bulletins 100 times; ARGS: another number.
soak-render: $(VENV)/.develops
	$(BIN)/python -m tests.soak_render $(ARGS)

# Collect the messages, then compile both catalogues (the compiled ones are kept in git).
catalogues: $(VENV)/.develops
	PYTHONPATH=. $(BIN)/pybabel -q extract -F tests/messages.cfg -k _ --no-location --sort-output --project=broadcaster --omit-header \
		-o $(VENV)/broadcaster.pot broadcaster
	$(BIN)/pybabel -q update -D broadcaster -d broadcaster/locale -i $(VENV)/broadcaster.pot \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=110
	$(BIN)/pybabel -q compile -D broadcaster -d broadcaster/locale

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.develops: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.runs
