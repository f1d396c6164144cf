# The commands of the project. `make` alone lists them.
# YES=1 installs missing Debian packages without asking.
export YES

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test test-long bench build lint coverage docs screenshots install clean \
  install-run install-test install-bench wasm web python chains contracts beside built unit second tested alone floor

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install-run ## start the service with three trustees and a demonstration election
	@scripts/demonstration

test: install-test lint built tested alone floor ## run everything CI runs: lint, tests, whole elections over the network, coverage floor

test-long: install-test web python ## run what takes long: many more kills and random cases, the browser's field on this machine, fuzzing
	@COMITIA_LONG=1 scripts/swift-tests || { scripts/failures .build/swift-tests.log; exit 1; }
	@COMITIA_LONG=1 scripts/contract-tests
	@COMITIA_LONG=1 scripts/node-tests
	swift test --scratch-path .build/field32 -Xswiftc -DFIELD_32 --filter 'Curve25519Tests|BallotCryptographyTests'
	@if [ -x Fuzz/run ]; then Fuzz/run; fi

bench: install-bench wasm ## measure kernel, elections and service, beside libsodium, Belenios and nginx
	@Benchmarks/run

build: install-run ## build the comitia command for release: .build/release/comitia
	swift build --configuration release --product comitia

lint: ## check format and shell scripts
	@scripts/lint

coverage: install-test python unit floor ## run the tests and print line coverage a module

docs: install-run ## build the reference of the public declarations: .build/docs
	@scripts/docs

screenshots: install-test ## take pictures of every page, on phone and desk: .build/screenshots
	@scripts/screenshots

install: install-test install-bench ## install what all targets need (YES=1: without asking)

clean: ## remove what was built; election records and the demonstration stay
	rm -rf .build

# The steps of the commands above.

install-run:
	@scripts/install run

install-test:
	@scripts/install test

install-bench:
	@scripts/install bench

# What browsers get comes before the tests: some run its modules in Node.js, some have it served.
wasm:
	@scripts/build-wasm

# What the service serves to browsers.
web:
	@scripts/build-web

# What tests use of the Python Package Index.
python:
	@scripts/python-env

# The test chains' own tests.
chains: python
	.build/python/bin/python -m unittest discover -s Tests/Support/chains

# The one debug build, with coverage: nothing is built twice. Modules wait for each other, so that a core is often free for what needs no Swift.
built:
	@mkdir -p .build
	@$(MAKE) --no-print-directory beside >.build/beside.log 2>&1 & beside=$$!; \
	swift build --build-tests --enable-code-coverage; code=$$?; \
	wait $$beside || code=$$?; cat .build/beside.log; exit $$code

beside: web python chains contracts second

# Node.js's wait for processes and servers, with patience that has an end; Swift's fill the time that they leave.
tested:
	@scripts/node-tests --together >.build/node-tests.log 2>&1 & node=$$!; \
	nice -n 5 scripts/swift-tests --skip-build; code=$$?; \
	wait $$node || code=$$?; cat .build/node-tests.log; \
	[ $$code -eq 0 ] || scripts/failures .build/swift-tests.log .build/node-tests.log; exit $$code

# Those that measure.
alone:
	@scripts/node-tests --alone

unit:
	@scripts/swift-tests || { scripts/failures .build/swift-tests.log; exit 1; }

# The contracts on a chain of their own, and the chain.
contracts: python
	@scripts/contract-tests

# The second verifier's own tests, with a prover of its own.
second:
	python3 -m unittest discover -s Tests/second-verifier/tests

floor:
	@scripts/coverage
