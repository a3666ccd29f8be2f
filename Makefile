# `make` turns the courses in content/ into the files in output/.
#
# A machine needs Python, its venv module and make; the first `make` puts all else into .venv.
# Nothing here asks for more than GNU make 3.81, which is what macOS brings.

# Goes to the command behind a target: make ARGS="--only anki", make test ARGS="-k cloze".
ARGS =

# python3, or if that is too old, the newest one that is not. None will do? Then python3 it stays:
# tools/bootstrap.py knows what to install. Only looked up when .venv has to be made.
PYTHON ?= $(or $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
    && echo $$python && break; done),python3)

# A module of .venv, started in a way that survives moving the folder (the scripts in bin do not).
RUN = .venv/bin/python -m
STAMPS = .venv/build.stamp .venv/dev.stamp

# Text is UTF-8, whatever the locale says.
export PYTHONUTF8 = 1

.PHONY: all watch check test lint lock setup clean distclean help

all: .venv/build.stamp ## build every course (plain `make` does this)
	@$(RUN) builder build $(ARGS)

watch: .venv/build.stamp ## build, and build what changes as soon as it is saved
	@$(RUN) builder watch $(ARGS)

check: .venv/build.stamp ## look for mistakes in the courses, build nothing
	@$(RUN) builder check $(ARGS)

test: .venv/dev.stamp ## run every test
	$(RUN) pytest -n 2 $(ARGS)

lint: .venv/dev.stamp ## check style and types
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy

# uv is needed only here, so it is in no lock. --universal: one lock for all platforms.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(ARGS)
lock: ## renew the locks after a change in requirements/*.in (needs uv; ARGS=--upgrade for all)
	$(LOCK) requirements/build.in -o requirements/build.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt

setup: ## look over this machine and .venv again, and mend what is missing
	@$(MAKE) --no-print-directory --what-if=tools/bootstrap.py .venv/build.stamp
	@echo "Ready."

clean: ## remove what was built, and the caches
	rm -rf output .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find builder tests tools -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## remove .venv as well
	rm -rf .venv

help: ## show this list
	@sed -n 's/^\([a-z]*\):.* ## /\1:/p' Makefile | awk -F: '{ printf "  make %-10s %s\n", $$1, $$2 }'

# One rule for both locks. A stamp is written when everything in its lock is installed, so an
# interrupted run is taken up again, and a second `make` has nothing to do.
$(STAMPS): .venv/%.stamp: requirements/%.txt tools/bootstrap.py
	@python="$(PYTHON)"; command -v "$$python" >/dev/null || { \
	    echo "Rectoverso needs Python 3.11 or newer, and there is no $$python here. To install it:"; \
	    echo "  Debian, Ubuntu, WSL  sudo apt-get install python3 python3-venv"; \
	    echo "  Fedora, RHEL         sudo dnf install python3"; \
	    echo "  Arch                 sudo pacman -S python"; \
	    echo "  macOS (Homebrew)     brew install python"; \
	    exit 1; } >&2; \
	"$$python" tools/bootstrap.py $*

.venv/dev.stamp: .venv/build.stamp

# After an upgrade of Python, .venv points at nothing, or at a version that cannot see what was
# installed. Its stamps then mean nothing; bootstrap.py looks at it again.
ifneq ($(realpath .venv/bin/python),$(shell sed -n 's/^executable = //p' .venv/pyvenv.cfg 2>/dev/null))
.PHONY: $(STAMPS)
endif
