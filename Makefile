# The project's only commands. `make help` lists them; .ci/run calls the same ones on a fresh clone.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY := .venv/ready

# Cells that the book and the tests build are kept beside the crates' own builds: `make clean` finds them all.
export GCLAB_CACHE ?= $(CURDIR)/target/gclab
# The kernel of the pages; unlike ipykernel's own it does not warn, a line a page, of what is normal on one machine.
export JUPYTER_PATH := $(CURDIR)/tools/jupyter
export PYO3_PYTHON ?= $(CURDIR)/$(BIN)/python

.PHONY: help setup book test test-rust test-debug mutants mutate-book test-python test-site check lab serve bench format lock implementations pictures validate clean

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: $(READY)  ## create .venv from the lock file and look at this machine; the other commands call it

$(READY): requirements.txt pyproject.toml tools/setup.py
	@command -v $(PYTHON) >/dev/null || { echo "setup: no $(PYTHON) here: install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3 ..."; exit 1; }
	@$(PYTHON) tools/setup.py

book: $(READY)  ## execute every notebook and write the site; the last line is its start page
	@$(BIN)/python tools/build_book.py

test: test-rust test-python  ## run all tests

test-rust: $(READY)  ## run the tests of the Rust crates
	$(BIN)/python tools/with_python.py cargo test --workspace
	$(BIN)/python tools/with_python.py cargo test --workspace --all-features
	$(BIN)/python tools/with_python.py cargo test -p pyo3-gc --no-default-features --test mistakes_are_explained --test works_without_auto

test-debug: $(READY)  ## run the Rust tests of the hooks against a debug build of CPython, which checks reference counts
	$(BIN)/python tools/with_debug_python.py cargo test -p pyo3-gc-soundness
	$(BIN)/python tools/with_debug_python.py cargo test -p pyo3-gc --test '[!m]*' --test 'mo*'

validate: $(READY)  ## weigh gclab.audit against an oracle on published wheels, which it installs (2 GB, some minutes)
	$(BIN)/python tests/validation/run.py

mutants: $(READY)  ## break the crate on purpose, one line at a time, and see that a test notices (takes long)
	$(BIN)/python tools/with_python.py $(BIN)/python -m tools.mutants

mutate-book: $(READY)  ## break the crates or a page on purpose, and see that an assert of the chapter fails (some minutes)
	$(BIN)/python -m tools.mutate_chapters

test-python: $(READY)  ## run the tests of gclab, of the notebooks and of the book
	$(BIN)/pytest

test-site: $(READY)  ## look at the built book and at JupyterLab in a real browser (needs chromium and `make book`)
	SITE_TESTS=required $(BIN)/pytest tests/site

check: $(READY)  ## lint, types, formats, workflows, and what must never be in the repository
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy --python-version 3.11 book/_ext tests tools benches
	cargo fmt --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --all-features
	$(BIN)/python tools/implementations.py --check
	$(BIN)/python -m tools.mutants --check
	$(BIN)/python -m tools.mutate_chapters --check
	cargo package --quiet --allow-dirty -p pyo3-gc-macros -p pyo3-gc
	$(BIN)/python tools/check_repository.py
	$(BIN)/python tools/check_workflows.py

lab: $(READY)  ## open JupyterLab, with the book's pages as notebooks
	$(BIN)/jupyter lab --config=tools/jupyter_server_config.py

serve: book  ## build the book and serve it on this machine
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(or $(PORT),8000)

bench: $(READY)  ## measure what the project promises; nothing is timed in the tests
	$(BIN)/python benches/imports.py
	$(BIN)/python benches/graphs.py
	$(BIN)/python benches/leaks.py
	$(BIN)/python benches/collector.py
	$(BIN)/python benches/introspect.py
	$(BIN)/python benches/sharing.py
	$(BIN)/python benches/cells.py

format: $(READY)  ## format Python and Rust
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	cargo fmt

lock: $(READY)  ## renew requirements.txt from requirements.in
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header requirements.in -o requirements.txt

implementations: $(READY)  ## renew the table of types in the documentation of the crate
	cargo doc --package pyo3-gc --no-deps --all-features
	$(BIN)/python tools/implementations.py

pictures: $(READY)  ## renew the pictures of the README from the cells of chapter 01
	$(BIN)/python tools/pictures.py

clean:  ## remove everything that was built, but not .venv
	rm -rf _build target dist .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
