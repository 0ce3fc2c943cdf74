# Everything lands in .venv; nothing outside the folder is touched except Chromium for the browser tests.
PYTHON ?= python3
VENV := .venv
VAKA := $(VENV)/bin/vaka

.PHONY: help install dev start test lint granska sbom bench clean

help:
	@echo "make install  everything into .venv"
	@echo "make start    the demo municipality on http://127.0.0.1:8000"
	@echo "make test     lint and all tests, browser tests included"
	@echo "make lint     ruff, mypy, import contracts"
	@echo "make granska  known weaknesses in what Vaka is built of"
	@echo "make sbom     what Vaka is built of, as CycloneDX in build/sbom.json"
	@echo "make bench    the benchmarks, by hand"

$(VENV)/.runtime: requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('Vaka needs Python 3.11 or newer; this is ' + sys.version.split()[0]) if sys.version_info < (3, 11) else None"
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

install: $(VENV)/.runtime
dev: $(VENV)/.dev

start: install
	$(VAKA) demo

lint: dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

test: dev
	sh tests/webblasare.sh
	sh tests/clamav.sh
	sh tests/driftprogram.sh
	$(VENV)/bin/python -m tests.oidc.installera
	$(MAKE) --no-print-directory lint
	$(VENV)/bin/pytest

granska: dev
	$(VENV)/bin/python .ci/granska.py

sbom: dev
	$(VENV)/bin/python .ci/sbom.py

# What Vaka is compared with has an environment of its own, beside the program's.
$(VENV)/bench/.klar: bench/requirements.lock $(VENV)/.dev
	test -x $(VENV)/bench/bin/python || $(VENV)/bin/python -m venv $(VENV)/bench
	$(VENV)/bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bench/requirements.lock
	touch $@

bench: dev $(VENV)/bench/.klar
	$(VENV)/bin/python bench/kor.py

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
