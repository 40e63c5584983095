# Every target sets up what it needs; nothing has to be installed by hand.

PYTHON ?= python3
PY := .venv/bin/python
WORKERS ?= auto
ARGS ?=
CORE_TESTS := tests/plan tests/rules tests/cli/test_check.py tests/test_check_and_server_agree.py

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test check client sweep vsix wheel bench fix clean

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: ## make .venv with the project and its tools
	@PYTHON=$(PYTHON) .ci/setup

demo: setup ## show what Plansmith does
	@$(PY) demo/run.py $(ARGS)

test: check client ## check and test everything
	@echo "== pytest"
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: setup ## lint, types and layers, without tests
	@echo "== ruff check"
	@$(PY) -m ruff check --quiet
	@echo "== ruff format"
	@$(PY) -m ruff format --check --quiet
	@echo "== mypy"
	@$(PY) -m mypy
	@echo "== lint-imports"
	@.venv/bin/lint-imports --no-logo

client: ## type-check, build and test the VS Code client
	@if [ -f client-vscode/package.json ]; then echo "== client-vscode"; .ci/client; fi

sweep: setup ## long property and corpus runs, of a fixed length
	@PLANSMITH_SWEEP=1 $(PY) -m pytest -n $(WORKERS) --dist loadgroup -m "hypothesis or sweep" --timeout 1800 $(ARGS)

vsix: setup ## make client-vscode/plansmith.vsix, the server's wheel in it
	@.ci/vsix

wheel: setup ## build dist/*.whl as released, its core compiled, and test that core
	@.ci/wheel
	@rm -rf build/release
	@$(PY) -m pip install -qq --no-deps --target build/release dist/*.whl
	@PYTHONPATH=build/release PLANSMITH_COMPILED=1 $(PY) -m pytest -n $(WORKERS) --dist loadgroup $(CORE_TESTS) $(ARGS)

bench: setup ## measure against peers and budgets, alone on the machine
	@.ci/wheel
	@$(PY) -m pytest -s -m bench --timeout 1800 $(ARGS)

fix: setup ## apply lint fixes and the layout
	@$(PY) -m ruff check --fix --quiet
	@$(PY) -m ruff format --quiet
	@$(PY) -m tests.documentation

clean: ## remove everything that was made
	rm -rf .venv .venv.lock .bench build dist .hypothesis
	rm -rf .stylua .stylua.lock
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	rm -rf client-vscode/node_modules client-vscode/dist client-vscode/out client-vscode/*.vsix .vscode-test
	find server tests demo -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
