# Commands for people who work on stdrules. The environment is .venv; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.stamp
DEMO_OUT := out/demo

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types bench golden clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## make the environment; again only when pyproject.toml changes

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(STAMP) ## audit the examples: a summary and the worst findings
	$(BIN)/stdrules list
	@echo
	$(BIN)/stdrules audit q_gxxz_029 examples/q_gxxz_029/*.xlsx --as-of 2024-12-31 \
		--top 8 --fail-level never --out $(DEMO_OUT)/q_gxxz_029 || test $$? -eq 3
	@echo
	$(BIN)/stdrules audit shenzhen_mz examples/shenzhen_mz/*.xlsx --as-of 2022-12-31 \
		--top 8 --fail-level never --out $(DEMO_OUT)/shenzhen_mz || test $$? -eq 3

test: $(STAMP) ## run all tests
	$(BIN)/pytest -n 2

lint: $(STAMP) ## ruff: style and imports
	$(BIN)/ruff check src tests examples benchmarks

types: $(STAMP) ## mypy --strict
	$(BIN)/mypy

bench: $(STAMP) ## benchmarks, as ratios to hand-written code
	$(BIN)/python benchmarks/run.py

golden: $(STAMP) ## write the golden files anew; look at the difference before committing
	STDRULES_UPDATE_GOLDEN=1 $(BIN)/pytest -q tests/unit/report

clean: ## remove what can be made again, the environment excepted
	rm -rf build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis src/*.egg-info
	find src tests rulesets -name __pycache__ -type d -prune -exec rm -rf {} +
