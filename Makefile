# Commands for people who work on stdrules. The environment is .venv; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.stamp
SPARK := .venv/.spark
DEMO_OUT := out/demo
SHORT := --top 4 --fail-level never

# The tests start a thousand programs; where nothing is compiled ahead, each takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long test-spark lint types bench bench-full golden clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## make the environment; again only when pyproject.toml changes

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

# Rows set aside give exit code 3: the examples hold such rows on purpose.
demo: $(STAMP) ## audit the examples of all rulesets: a summary and the worst findings
	$(BIN)/stdrules list
	@echo
	$(BIN)/stdrules audit q_gxxz_029 examples/q_gxxz_029/*.xlsx --as-of 2024-12-31 \
		$(SHORT) --out $(DEMO_OUT)/q_gxxz_029 || test $$? -eq 3
	@echo
	$(BIN)/stdrules audit shenzhen_mz examples/shenzhen_mz/*.xlsx --as-of 2022-12-31 \
		$(SHORT) --out $(DEMO_OUT)/shenzhen_mz || test $$? -eq 3
	@echo
	$(BIN)/stdrules audit jghq_bzh examples/jghq_bzh/*.xlsx --as-of 2024-12-31 --profile examples/jghq_bzh/profile.yaml \
		$(SHORT) --out $(DEMO_OUT)/jghq_bzh || test $$? -eq 3
	@echo
	$(BIN)/stdrules audit db4201_629 examples/db4201_629/*.xlsx --as-of 2024-12-31 --profile examples/db4201_629/profile.yaml \
		$(SHORT) --out $(DEMO_OUT)/db4201_629 || test $$? -eq 3
	@echo
	$(BIN)/stdrules audit suzhou_464 examples/suzhou_464/*.xlsx --as-of 2024-12-31 --profile examples/suzhou_464/profile.yaml \
		$(SHORT) --out $(DEMO_OUT)/suzhou_464 || test $$? -eq 3
	@echo
	$(BIN)/stdrules sensitivity shenzhen_mz examples/shenzhen_mz/*.xlsx --as-of 2022-12-31 \
		--top 0 || test $$? -eq 1

test: $(STAMP) ## run the tests: all but those of Spark and the long ones
	$(BIN)/pytest -n 2 --dist worksteal --ignore=tests/spark -m "not long"
	@echo "left out: tests/spark, which need PySpark (400 MB) and Java 17; make test-spark runs them"
	@echo "left out: exhaustive worlds of sessions, fewer examples of each law; make test-long"

test-long: $(STAMP) ## run all but those of Spark, with more examples; an hour
	STDRULES_EXAMPLES=2400 $(BIN)/pytest -n 2 --dist worksteal --ignore=tests/spark

test-spark: $(SPARK) ## install PySpark and run the tests that need it
	$(BIN)/pytest tests/spark

$(SPARK): pyproject.toml $(STAMP)
	$(BIN)/python -m pip install --quiet --editable '.[dev,spark]'
	touch $@

lint: $(STAMP) ## ruff: style and imports
	$(BIN)/ruff check src tests examples benchmarks

types: $(STAMP) ## mypy --strict
	$(BIN)/mypy

bench: $(STAMP) ## benchmarks, as ratios to hand-written code; two minutes
	$(BIN)/python benchmarks/all.py --small

bench-full: $(STAMP) ## the same at full size; an hour or more
	$(BIN)/python benchmarks/all.py --full

golden: $(STAMP) ## write the golden files anew; look at the difference before committing
	STDRULES_UPDATE_GOLDEN=1 $(BIN)/pytest -q tests/unit/report

clean: ## remove what can be made again, the environment excepted
	rm -rf build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis src/*.egg-info
	find src tests rulesets -name __pycache__ -type d -prune -exec rm -rf {} +
