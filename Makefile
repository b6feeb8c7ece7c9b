# make run     one market, end to end: the first time sets up .venv (a minute or two), then runs
# make test    every test
# make lint    ruff and mypy
# make bench   time the adoption step, the month and batches against others, into docs/performance.md
# make docs    the documentation site, into site/
# make endurance   20,000 tiny runs in one batch: memory flat, time linear, readable meanwhile
# make stress  2,000 random valid worlds under every check: about ten minutes of a core
# make clean   remove .venv, caches and builds; outputs/ is kept
#
# Another Python: make run PYTHON=python3.12      Arguments: make run ARGS="classroom --seed 7"

PYTHON ?= python3
ARGS ?=

.PHONY: run test lint bench docs endurance stress install clean force

run: install
	.venv/bin/abm run $(ARGS)

test: install
	.venv/bin/python -m pytest -q -n auto $(ARGS)

lint: install
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

# One thread each: a library that takes every core would be timed against the others' waiting.
bench: install
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 .venv/bin/python -m pytest -q -p no:xdist \
	  -o python_files='bench_*.py' --benchmark-timer=time.process_time tests/benchmarks $(ARGS)

docs: install
	.venv/bin/zensical build --clean --strict

endurance: install
	.venv/bin/python tests/endurance/endure.py $(ARGS)

stress: install
	.venv/bin/python -m tests.stress $(ARGS)

clean:
	rm -rf .venv build dist site mutants .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Says in one line what is missing, or prints the interpreter to build .venv with.
define find_python
import sys
version = "%d.%d" % sys.version_info[:2]
if sys.version_info < (3, 11):
    sys.exit("abm needs Python 3.11 or newer and $(PYTHON) is " + version
             + ": install a newer one and name it, for example: make run PYTHON=python3.12")
if sys.argv[1] == "pip":
    try:
        import ensurepip, venv
    except ImportError:
        sys.exit("$(PYTHON) lacks venv or ensurepip: install them (on Debian and Ubuntu: apt install python"
                 + version + "-venv), or install uv, and try again")
print(getattr(sys, "_base_executable", None) or sys.executable)
endef
export find_python

version_of = -c 'import sys; print("%d.%d" % sys.version_info[:2])'

install: .venv/.installed

# A PYTHON named by hand that is not the one .venv was made with builds .venv anew.
ifneq ($(origin PYTHON),file)
ifneq ($(shell $(PYTHON) $(version_of) 2>/dev/null),$(shell .venv/bin/python $(version_of) 2>/dev/null))
.venv/.installed: force
endif
endif

.venv/.installed: pyproject.toml requirements.lock
	@set -e; \
	$(PYTHON) -c "" 2>/dev/null || { \
	  echo "abm needs Python 3.11 or newer and '$(PYTHON)' does not run: install it (on Debian and Ubuntu: apt install python3 python3-venv), or name another, for example: make run PYTHON=python3.12" >&2; \
	  exit 1; }; \
	if command -v uv >/dev/null; then tool=uv; else tool=pip; fi; \
	python=$$($(PYTHON) -c "$$find_python" $$tool); \
	if [ ! -x .venv/bin/pip ] || [ "$$(.venv/bin/python $(version_of) 2>&1)" != "$$("$$python" $(version_of))" ]; then \
	  rm -rf .venv; \
	  echo "Making .venv with $$python ($$tool)"; \
	  if [ $$tool = uv ]; then uv venv --quiet --seed --python "$$python" .venv; else "$$python" -m venv .venv; fi; \
	fi; \
	if [ $$tool = uv ]; then \
	  install() { uv pip install --quiet --python .venv/bin/python "$$@"; }; \
	  check() { uv pip check --python .venv/bin/python; }; \
	else \
	  install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check "$$@"; }; \
	  check() { .venv/bin/python -m pip check --disable-pip-version-check; }; \
	fi; \
	echo "Installing the packages of requirements.lock (a minute or two with pip, once)"; \
	install --require-hashes -r requirements.lock; \
	install --no-deps --no-build-isolation --editable .; \
	unmet=$$(check 2>&1) || { \
	  echo "$$unmet" >&2; \
	  echo "requirements.lock no longer fits pyproject.toml: CONTRIBUTING.md says how to renew it" >&2; \
	  exit 1; }; \
	touch $@
