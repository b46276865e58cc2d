# Every target sets up what it needs, then does what it says. What pip can bring lies in .venv;
# the system's packages are asked only for what no wheel carries, and only when it is missing.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# A Python of your own choice: make PYTHON=python3.13 booklet
PYTHON :=
# For the command that a target runs: make booklet ARGS="--paper a4"
ARGS :=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# One more than there are cores: a test that waits for a child leaves its core to another.
workers := $$(( $$(getconf _NPROCESSORS_ONLN) + 1 ))

# A user's own modules must not stand in for ours; and the tests start Python hundreds of times, so
# what was compiled once is kept.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

as_root := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
have = $(shell command -v $(1) 2>/dev/null)

ifneq ($(and $(call have,apt-get),$(if $(as_root),$(call have,sudo),root)),)
install = { echo "installing $(1)"; $(as_root) apt-get update -qq && \
	$(as_root) env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(1); }
pango := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
jdk := default-jdk-headless
poppler := poppler-utils
cups := cups-daemon cups-client cups-ipp-utils
chromium := chromium
npm := npm
locales := locales
else ifneq ($(call have,brew),)
install = brew install $(1)
pango := pango
jdk := openjdk
poppler := poppler
cups := cups
chromium := google-chrome
npm := node
else
install = { echo "Please install $(1), then run make again." >&2; false; }
pango := Pango 1.50 or newer (Fedora: dnf install pango; Debian: apt-get install \
	libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
jdk := a Java development kit
poppler := poppler-utils
cups := CUPS (cupsd, lp, ipptool)
chromium := Chromium
npm := npm
locales := the sources of locales (Fedora: glibc-locale-source)
endif

# Homebrew's libraries lie where only its own Python looks, its Java where nobody does.
ifeq ($(shell uname -s),Darwin)
run := PATH="/opt/homebrew/opt/openjdk/bin:/usr/local/opt/openjdk/bin:$$PATH" \
	DYLD_FALLBACK_LIBRARY_PATH=/opt/homebrew/lib:/usr/local/lib:/usr/lib
endif

# Another viewer for forms, the very package that the hash names; npm is only asked to fetch it.
pdfjs := pdfjs-dist-6.5.438
pdfjs_sha256 := 7461aefcd27c4ef0dd76f9ca5760f09466eb6b3f934432670c12132e7b3d6faa

.PHONY: help booklet desk test test-all soak lint check proofs samples docs bench lock audit release clean

help:
	@echo "Targets (each sets up what it needs first):"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

booklet: .venv/ready ## print the study booklet: output/booklet.pdf (ARGS="--paper a4")
	@$(run) .venv/bin/pharmdocs build booklet $(ARGS)

desk: .venv/ready ## see every printable in the browser while you write (ARGS="--open")
	@$(run) .venv/bin/pharmdocs serve $(ARGS)

test: .venv/ready ## the tests that need nothing but Pango and pip, and no patience
	$(run) .venv/bin/python -m pytest -n $(workers) --dist worksteal -m "not system" $(ARGS)

test-all: .venv/ready-for-system .venv/docs/ready .venv/pdfjs/$(pdfjs).ready ## the tests that need a JDK, poppler, qpdf, CUPS, a browser; installs them
	$(run) .venv/bin/python -m pytest -n $(workers) --dist worksteal -m system $(ARGS)

soak: .venv/ready ## 20,000 damaged files of every kind and 500 whole banks, others each time; takes hours
	@command -v pdftotext >/dev/null || $(call install,$(poppler))
	$(run) .venv/bin/python -m pytest -n auto --hypothesis-profile=soak tests/test_properties.py \
		tests/test_fuzz.py tests/test_whole_banks.py $(ARGS)

lint: .venv/ready ## ruff and mypy
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy

check: lint test test-all ## lint and every test

proofs: .venv/ready ## the booklet's pages as pictures: output/proof/
	@$(run) .venv/bin/pharmdocs proof booklet $(ARGS)

samples: .venv/ready ## docs/samples/, ready to print for somebody who installs nothing
	$(run) .venv/bin/python scripts/make_samples.py
	$(run) .venv/bin/python scripts/make_pictures.py

docs: .venv/docs/ready ## the docs as pages for a browser: build/docs/index.html
	@NO_MKDOCS_2_WARNING=1 PYTHONPATH=.venv/docs .venv/bin/python -m mkdocs build --quiet --strict

bench: .venv/bench/ready ## how fast it is, beside others that do the same; 20 minutes
	$(run) .venv/bin/python -u benchmarks/run.py $(ARGS)

# Hatchling and editables build the package itself, without a download of their own.
lock: .venv/bin/python ## pin every package anew (ARGS=--upgrade for the newest ones)
	.venv/bin/python -m pip install --quiet --upgrade --target .venv/uv uv
	printf '%s\n' 'hatchling>=1.27,<2' 'editables>=0.5,<1' | \
	$(compile) --group dev --output-file requirements.lock $(ARGS) pyproject.toml -
	$(compile) --group system --output-file requirements-system.lock $(ARGS)
	$(compile) --group docs --output-file requirements-docs.lock $(ARGS)
	$(compile) --group bench --output-file benchmarks/requirements.lock $(ARGS)

compile = .venv/uv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# Strict, because a package of which nothing could be asked is not one without a finding.
audit: .venv/bin/python ## ask whether packages of the locks have known holes (needs the network)
	.venv/bin/python -m venv .venv/audit
	.venv/audit/bin/python -m pip install --quiet pip-audit
	@failed=0; for lock in requirements*.lock benchmarks/requirements.lock; do \
		echo "$$lock"; \
		.venv/audit/bin/pip-audit --strict --disable-pip --require-hashes --requirement $$lock \
			$(ARGS) || failed=1; \
	done; exit $$failed

release: .venv/ready ## wheel, source archive and SHA256SUMS of the last commit: dist/
	@.venv/bin/python scripts/release.py $(ARGS)

clean: ## remove .venv, caches and everything that was built
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find output -mindepth 1 ! -name .gitkeep -delete
	find . -type d -name __pycache__ -prune -exec rm -rf {} +

# A checkout that was moved or copied with its .venv: the paths in there are stale, start over.
ifneq ($(shell cat .venv/made-in 2>/dev/null),$(CURDIR))
.PHONY: .venv/bin/python
endif

.venv/bin/python:
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11) ""; do \
		"$$python" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && break; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Please install Python 3.11 or newer, or name yours (make PYTHON=…), then run make again." >&2; \
		exit 1; \
	fi; \
	venv="$$("$$python" -c "import sys; print('python%d.%d-venv' % sys.version_info[:2])")"; \
	"$$python" -c "import ensurepip" 2>/dev/null || $(call install,$$venv) && \
	echo "making .venv with $$("$$python" --version)" && \
	"$$python" -m venv --clear .venv
	@pwd -P > .venv/made-in

.venv/ready: .venv/bin/python requirements.lock pyproject.toml
	@echo "installing Python packages into .venv"
	@.venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	@.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(loads_pango) 2>/dev/null || $(call install,$(pango))
	@$(loads_pango)
	@touch $@

# Loads every library for real; the subset library is optional to WeasyPrint, but not to us,
# whose tests take warnings for errors.
loads_pango = $(run) .venv/bin/python -W error:HarfBuzz-Subset -c "import weasyprint.text.ffi"

.venv/ready-for-system: .venv/ready requirements-system.lock
	@.venv/bin/python -m pip install --quiet --require-hashes -r requirements-system.lock
	@$(run) javac -version >/dev/null 2>&1 || $(call install,$(jdk))
	@command -v pdfinfo >/dev/null || $(call install,$(poppler))
	@command -v qpdf >/dev/null || $(call install,qpdf)
	@{ $(has_cups); } || $(call install,$(cups))
	@{ $(has_browser); } >/dev/null || $(call install,$(chromium))
	@command -v npm >/dev/null || $(call install,$(npm))
	@$(has_locales) || $(call install,$(locales))
	@touch $@

# A print service of its own for tests/test_print_service.py; the daemon lies outside a user's PATH.
has_cups = (PATH="$$PATH:/usr/sbin"; command -v cupsd && command -v lp && command -v ipptool) >/dev/null

# What localedef makes locales of, for tests/test_everywhere.py; a Mac has its locales ready.
has_locales = test -d /usr/share/i18n/locales -o "$$(uname -s)" = Darwin

# The names under which tests/browser.py looks for one.
has_browser = command -v chromium || command -v chromium-browser || command -v google-chrome || \
	test -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

.venv/pdfjs/$(pdfjs).ready: .venv/ready-for-system
	@rm -rf .venv/pdfjs && mkdir -p .venv/pdfjs
	@cd .venv/pdfjs && npm pack --silent $(subst dist-,dist@,$(pdfjs)) >/dev/null
	@.venv/bin/python -c "import hashlib, pathlib, sys; \
		digest = hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest(); \
		sys.exit(None if digest == sys.argv[2] else 'pdf.js is not the one we know')" \
		.venv/pdfjs/$(pdfjs).tgz $(pdfjs_sha256)
	@tar -xzf .venv/pdfjs/$(pdfjs).tgz -C .venv/pdfjs
	@touch $@

# Folders apart: nothing of ours may come to need what lies in them.
.venv/docs/ready: requirements-docs.lock | .venv/bin/python
	@echo "installing MkDocs into .venv/docs"
	@rm -rf .venv/docs
	@.venv/bin/python -m pip install --quiet --require-hashes --target .venv/docs \
		-r requirements-docs.lock
	@touch $@

.venv/bench/ready: benchmarks/requirements.lock | .venv/ready
	@rm -rf .venv/bench
	@.venv/bin/python -m pip install --quiet --require-hashes --target .venv/bench \
		-r benchmarks/requirements.lock
	@touch $@
