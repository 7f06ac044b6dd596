# `make run` and `make test` are all a newcomer needs: Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Each holds the language model: about 1.5 GB.
TESTS_AT_ONCE ?= 2

.PHONY: run test check bench serve faults soak slow fuzz quality tables readme notebook model coder reliability hostile audit wheel lock clean help pages

help:            ## what the targets do
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/  /'

# The lock serves as constraints too: an older pip does not see a pin of name[extra] in a pin of name.
$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "dateline needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements.lock -c requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(STAMP)    ## the main job: seeds/ into output/
	$(BIN)/dateline run seeds --output output

test: $(STAMP)   ## the default tests, two at a time
	$(BIN)/python -m pytest -n $(TESTS_AT_ONCE) --dist loadfile

check: $(STAMP)  ## ruff, mypy strict (tests and bench too), tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(TESTS_AT_ONCE) --dist loadfile

faults: $(STAMP) ## kills, stops, full disks, damage: what is lost, into docs/faults.md (QUICK=1: fewer trials, ONLY="kill publish": these)
	$(BIN)/python -m bench.faults $(if $(QUICK),--quick,--write) $(if $(ONLY),--only $(ONLY))

soak: $(STAMP)   ## 200 incremental runs onto one folder, time and memory into docs/faults.md
	$(BIN)/python -m bench.soak --write

slow: $(STAMP)   ## the slow tests: fuzzing, hostile inputs, real servers
	$(BIN)/python -m pytest -m slow

wheel: $(STAMP)  ## build the wheel, install it without the lock in a bare environment, run it elsewhere (needs an index)
	$(BIN)/python -m pytest -m slow tests/test_wheel.py

fuzz: $(STAMP)   ## mutated inputs over every reader, some thousands
	$(BIN)/python -m pytest -m slow tests/tasks/ingest/test_fuzz.py

quality: $(STAMP) ## figures on the development sets, where they are present
	$(BIN)/python -m pytest -m quality

bench: $(STAMP)  ## speed and memory, as ratios within one session
	$(BIN)/python -m bench.parse $(INPUT)

serve: $(STAMP)  ## a Prefect server and the flow, ready to be scheduled
	$(BIN)/dateline serve $(or $(INPUT),seeds) --output output

tables: $(STAMP) ## write docs/tables.md anew from the contract
	$(BIN)/python -m tasks.contract.page --write

pages: $(STAMP)  ## write the made sections and the printed examples of docs/ anew
	$(BIN)/python -m tasks.annotate.events.lexicon.page --write
	$(BIN)/python -m tasks.annotate.rules_page --write
	$(BIN)/python -m flows.settings_page --write
	$(BIN)/python -m bench.quality_page --write
	DATELINE_UPDATE=1 $(BIN)/python -m pytest tests/test_docs.py tests/test_python_page.py -k "commands or page_shows"

readme: $(STAMP) ## write what the README's code prints into it
	DATELINE_UPDATE=1 $(BIN)/python -m pytest tests/test_readme.py

notebook: $(STAMP) ## run the notebook on the example corpus and keep its tables and pictures in it
	DATELINE_UPDATE=1 $(BIN)/python -m pytest tests/test_notebook.py

# One thread: sums of floats depend on how they are shared out.
model: $(STAMP)  ## train the event typer from its examples, in minutes
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tasks.annotate.training.train

coder: $(STAMP)  ## train the small coder from the large one, in hours (DATA=folder; extras large and train)
	$(BIN)/python -m tasks.annotate.training.encoder.small $(or $(RUN),.dateline/coder) --data $(or $(DATA),../shared/dev/data)

hostile: $(STAMP) ## run the inputs made to cost and write docs/hostile.md, in about an hour
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.hostile --write

reliability: $(STAMP) ## measure the events' confidence and write docs/reliability.md
	$(BIN)/python -m bench.reliability

audit: $(STAMP)  ## licences, a bill of materials (dist/sbom.cdx.json), known vulnerabilities where an index can be reached
	$(BIN)/python -m bench.audit

lock: $(STAMP)   ## pin every dependency with hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--extra dev --extra query pyproject.toml -o requirements.lock

clean:           ## remove the environment and what runs left behind
	rm -rf $(VENV) .dateline .pytest_cache .mypy_cache .ruff_cache
