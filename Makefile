# Thin on purpose: each line calls one script of bin/, which does the work and can be called without make.
.DEFAULT_GOAL := help
.PHONY: help run test test-long ci lock format translations bench clean

help: ## this list
	@grep -hE '^[a-z-]+: ## ' Makefile | sed 's/: ## /|/' | column -t -s '|'

run: ## install what is missing, then start everything on http://localhost:8000 (PORT=… to change)
	@bin/run

test: ## every test but the long ones, browser included (ARGS="-k …" to choose)
	@bin/test $(ARGS)

test-long: ## the long tests: faults, load, many seeds
	@bin/test-long $(ARGS)

ci: ## everything a change must pass, as the continuous integration does
	@bin/ci

lock: ## compute requirements*.txt again from requirements*.in (ARGS="--upgrade" for newer versions)
	@bin/lock $(ARGS)

format: ## put the Python code in shape
	@bin/format

translations: ## bring the catalogues up to date with the source
	@bin/setup test && .venv/bin/python bin/translations update

bench: ## print the figures of docs/performance.md
	@bin/bench $(ARGS)

clean: ## remove caches and reports; keeps .venv and var/, where the data is
	@bin/clean
