# Everything here works from a fresh clone. Progress goes to stderr; stdout holds only what was asked for.

# The Python to make .venv with, where the newest supported one on PATH is not wanted.
PYTHON ?=
UV_VERSION := 0.13.9

python := .venv/bin/python

.PHONY: help up down test test-pythons test-faults test-languages bench test-live fuzz performance-page docs docs-pages emulator-coverage emulator-screenshot terminal-picture check sandbox-env pulumi-path lock runtime development oldest bench-packages s3 package release-packages release-fixtures

help:
	@echo 'make up                   bring up the sandbox: stack "sandbox" on an emulated'
	@echo '                          AI Core on this machine'
	@echo 'make down                 take it down, with everything in it'
	@echo 'make sandbox-env          print export lines for working on the sandbox:'
	@echo '                          eval "$$(make -s sandbox-env)"'
	@echo 'make pulumi-path          print the path of the Pulumi CLI in use'
	@echo
	@echo 'make test                 all tests without an engine, and a sample of those on'
	@echo '                          the real engine and its processes (some, whole:'
	@echo '                          ARGS="-k switch"; those of an earlier run:'
	@echo '                          ARGS="--engine-share 30 --seed N")'
	@echo 'make test-pythons         a sample of the tests without an engine, with the'
	@echo '                          oldest and the newest Python here (N=300)'
	@echo 'make test-faults          every fault, kill and Ctrl-C, twenty stacks, fifty'
	@echo '                          tenants; takes some hours (some: ARGS="-k switch")'
	@echo 'make test-languages       the programs of examples/languages in YAML, Python,'
	@echo '                          TypeScript and Go; needs Node.js and Go'
	@echo 'make test-live            check the rules of the emulator against the tenant of'
	@echo '                          your AICORE_* variables'
	@echo 'make fuzz                 send the emulator many made up requests (N=200 of each'
	@echo '                          kind; those of an earlier run: ARGS="--seed N")'
	@echo 'make check                formatting, lint, types, layers, and the documentation'
	@echo '                          site: pages, links, anchors'
	@echo
	@echo 'make bench                measure; print tables, write benchmarks/results/*.json'
	@echo '                          (some: ARGS=emulator, ARGS="scale --deployments 1 10";'
	@echo '                          all options: ARGS=--help)'
	@echo 'make performance-page     bring docs/performance.md and its plots up to'
	@echo '                          benchmarks/results/'
	@echo
	@echo 'make docs                 show the documentation site on this machine; prints'
	@echo '                          its address'
	@echo 'make docs-pages           write the generated pages and pictures of docs/'
	@echo 'make emulator-coverage    bring docs/emulator-coverage.md up to the routes of'
	@echo '                          the emulator'
	@echo 'make emulator-screenshot  take docs/emulator.png anew, with Chromium'
	@echo 'make terminal-picture     take docs/pictures/terminal.svg anew, from a sandbox'
	@echo
	@echo 'make package              build and check source archive, wheel and list of what'
	@echo '                          they need, in dist/'
	@echo 'make release-fixtures     write states, schema and names of this version, which'
	@echo '                          later ones are tested with'
	@echo 'make lock                 bring the requirement files up to pyproject.toml'
	@echo '                          (UPGRADE=1: to the newest versions)'
	@echo 'make oldest               .venv-oldest, with the oldest versions of what the'
	@echo '                          package needs'
	@echo 'make s3                   .venv-s3, with an S3 server for the test of a state'
	@echo '                          that is kept there'

up: runtime
	@$(python) -m sandbox up

# A clone without a sandbox needs nothing installed to take none down.
down: $(if $(wildcard .sandbox),runtime)
	@if [ -d .sandbox ]; then exec $(python) -m sandbox down; else echo 'There is no sandbox here; nothing to take down.' >&2; fi

# The tests would get the CLI and language hosts themselves, but pytest would hide the minutes that a build takes.
test: development oldest s3
	@$(python) -m sandbox.languages yaml python >/dev/null
	$(python) -m pytest -n auto --dist load --maxschedchunk 1 $(or $(ARGS),--engine-share 30)

# With .venv-oldest, since tests of the engine bridge run with both ends of the range of SDKs.
test-pythons: development oldest
	@for python in $$(sh sandbox/pythons.sh); do \
	    environment=.venv-$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	    VENV=$$environment sh sandbox/venv.sh requirements-dev.txt "$$python" && \
	    $$environment/bin/python -m pytest -n auto --dist worksteal -m 'not engine' --sample $(or $(N),300) $(ARGS) || exit; \
	done

# Two at a time: more would only slow each other down, and every case waits for real processes.
test-faults: development
	@$(python) -m sandbox.languages yaml python typescript go >/dev/null
	$(python) -m pytest -n 2 tests/faults tests/engine tests/providers tests/packaging --every-case $(ARGS)

test-languages: development
	@$(python) -m sandbox.languages yaml python typescript go >/dev/null
	$(python) -m pytest tests/engine/test_languages.py tests/engine/test_examples_of_pages.py --every-case $(ARGS)

# Some: make bench ARGS=emulator
bench: development bench-packages
	@$(python) -m benchmarks $(ARGS)

fuzz: development
	$(python) -m pytest tests/emulator/test_properties.py --fuzz $(or $(N),200) -n 2 -rs $(ARGS)

test-live: development
	$(python) -m pytest tests/live --live -p no:cacheprovider $(ARGS)

emulator-screenshot: development
	$(python) -m tests.emulator.screenshot

terminal-picture: development
	$(python) -m tests.engine.terminal_picture

performance-page: bench-packages
	@.venv-bench/bin/python -m benchmarks.page

emulator-coverage: development
	$(python) -m tests.emulator.coverage > docs/emulator-coverage.md

# The theme tells of its successor in every build. (And no --quiet below: with it, warnings fail no build.)
docs check: export NO_MKDOCS_2_WARNING = 1

docs: development
	$(python) -m mkdocs serve $(ARGS)

docs-pages: emulator-coverage
	$(python) -m documentation

check: development
	$(python) -m ruff format --check
	$(python) -m ruff check
	$(python) -m mypy
	.venv/bin/lint-imports
	$(python) -m mkdocs build

# The commit's own time, so that the same commit gives the same bytes.
package: release-packages
	@rm -rf dist
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) && export SOURCE_DATE_EPOCH && \
	.venv-release/bin/python -m release.archives dist && \
	.venv-release/bin/python -m twine check --strict dist/* >&2 && \
	.venv-release/bin/python -m release.bill_of_materials dist/*.whl

release-fixtures: development
	$(python) -m tests.program.released_names
	$(python) -m tests.plugin.released_schema
	$(python) -m tests.engine.release_states

sandbox-env: runtime
	@$(python) -m sandbox env

pulumi-path: runtime
	@$(python) -m sandbox pulumi-path

# `make up` installs the project itself with its build tools from these lists, without fetching others; so they are in both.
# The project as an input of the second list is what the dev group's reference to it means.
lock:
	@tool=$$(mktemp -d) && trap 'rm -rf "$$tool"' EXIT && \
	$(or $(PYTHON),python3) -m venv "$$tool" && \
	"$$tool/bin/pip" install --quiet --disable-pip-version-check uv==$(UV_VERSION) && \
	export UV_CUSTOM_COMPILE_COMMAND='make lock' && \
	compile() { "$$tool/bin/uv" pip compile --quiet --universal --python-version 3.10 --generate-hashes \
	    --no-emit-index-url --no-emit-package aicore-provider $(if $(UPGRADE),--upgrade) "$$@" -; } && \
	build='hatchling>=1.27\neditables>=0.5\n' && \
	printf "$$build" | compile --extra cli --extra emulator --group sandbox --output-file requirements.txt pyproject.toml && \
	printf "$$build" | compile --resolution lowest-direct --output-file requirements-oldest.txt pyproject.toml && \
	compile --no-generate-hashes --constraints requirements.txt --output-file plugin/constraints.txt pyproject.toml \
	    </dev/null && \
	printf "$$build" | compile --group pyproject.toml:s3 --output-file requirements-s3.txt && \
	printf "$$build" | compile --group pyproject.toml:release --output-file requirements-release.txt && \
	printf -- "-e .[cli,emulator,policy]\n$$build" | \
	    compile --group dev --constraints requirements.txt --output-file requirements-dev.txt pyproject.toml && \
	printf "$$build" | compile --group bench --constraints requirements-dev.txt --output-file requirements-bench.txt \
	    pyproject.toml

runtime:
	@sh sandbox/venv.sh requirements.txt $(PYTHON)

development:
	@sh sandbox/venv.sh requirements-dev.txt $(PYTHON)

# The oldest supported versions of what the package needs, Pulumi's SDK above all: the engine bridge is tested with both.
oldest: development
	@VENV=.venv-oldest sh sandbox/venv.sh requirements-oldest.txt .venv/bin/python

# What benchmarks need and the package does not: SAP's SDK to compare with, and a library that draws.
bench-packages: development
	@VENV=.venv-bench sh sandbox/venv.sh requirements-bench.txt .venv/bin/python

s3: development
	@VENV=.venv-s3 sh sandbox/venv.sh requirements-s3.txt .venv/bin/python

# Apart from what the tests need, since it brings what logs in at a package index.
release-packages: development
	@VENV=.venv-release sh sandbox/venv.sh requirements-release.txt .venv/bin/python
