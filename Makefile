.DEFAULT_GOAL := help
GO ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
APT := $(shell command -v apt-get 2>/dev/null)
SUDO := $(shell test "$$(id -u)" = 0 || command -v sudo)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

build: ## build bin/changbei
	$(GO) build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/changbei ./cmd/changbei

run: build ## build and serve the demo district on the embedded database in ./data
	./bin/changbei serve --demo

lint: ## gofmt, vet, staticcheck
	@bad=$$(gofmt -l cmd internal sql templates); test -z "$$bad" || { echo "not gofmt'ed:"; echo "$$bad"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

# What the tests stand on beside Go: a browser with Chinese letters, a MariaDB
# server, and strace to count the syncs. Each is installed from the system's
# packages when missing.
test-deps: ## install Chromium, MariaDB and strace when they are missing
	@command -v strace >/dev/null || $(MAKE) --no-print-directory apt PACKAGES="strace"
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || test -n "$$CHANGBEI_TEST_CHROMIUM" || $(MAKE) --no-print-directory apt PACKAGES="chromium chromium-l10n fonts-noto-cjk"
	@command -v mariadbd >/dev/null || command -v mysqld >/dev/null || test -x /usr/sbin/mariadbd || test -n "$$CHANGBEI_TEST_MYSQL_DSN" || $(MAKE) --no-print-directory apt PACKAGES="mariadb-server-core mariadb-client-core"

apt:
	@test -n "$(APT)" || { echo "please install by hand: $(PACKAGES)"; exit 1; }
	$(SUDO) apt-get update -qq
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES)

# The race detector makes the pure-Go SQLite about thirty times slower and does
# not allow the memory assertions of sheet, so the suites run plain first and
# again under -race in their short forms. Those left out start no goroutine, nor
# do their tests, and it would cost minutes to show nothing; of four of them the
# tests that do run things at once are raced by themselves.
UNRACED = archtest demo dispatching fault formula importing notice order plan planning reading reporting sheet sourcing web
RACED = $$($(GO) list ./... | grep -v $(UNRACED:%=-e /internal/%$$))

# The faults run after the rest: they kill servers and fill both cores, and
# beside them no other suite could tell how long anything takes.
REST = $$($(GO) list ./... | grep -v -e /internal/fault$$)

test: test-deps lint ## everything: both engines, the browser, the race detector
	$(GO) test -timeout 10m $(REST)
	$(GO) -C internal/fault test -timeout 10m
	$(GO) test -race -short -timeout 10m $(RACED)
	$(GO) test -race -short -timeout 10m -run 'AtOnce|Once|While|Progress|WhoApproves' ./internal/importing ./internal/planning ./internal/dispatching ./internal/web

bench: test-deps ## the product over raw SQL of the same run: posting, HTTP, reports beside, the check
	CHANGBEI_BENCH=1 $(GO) -C internal/bench test -count=1 -timeout 60m -run 'Posting|HTTP|Beside|Check'

bench-sheet: ## reading and writing workbooks over inflating, excelize and each other, in CPU time of one run
	$(GO) test -run '^$$' -bench '^Benchmark(Sheet|Template5kLines)$$' -benchtime 1x -timeout 20m ./internal/sheet

bench-import: test-deps ## long ledgers from the upload to the preview and booked, both engines
	CHANGBEI_BENCH=1 $(GO) -C internal/bench test -count=1 -timeout 30m -run Import

bench-plan: test-deps ## a plan of 4,000 lines against stock of any day, and again with twice the entries, both engines
	CHANGBEI_BENCH=1 $(GO) -C internal/bench test -count=1 -timeout 90m -run 'Plan$$'

bench-dispatch: test-deps ## a night's orders by 64 callers over bare postings, and the three plans with their gap to the optimum, both engines
	CHANGBEI_BENCH=1 $(GO) -C internal/bench test -count=1 -timeout 60m -run 'Dispatch'

bench-growth: test-deps ## the same at ten million entries; hours
	CHANGBEI_BENCH=1 CHANGBEI_BENCH_POOL=4G $(GO) -C internal/bench test -count=1 -timeout 4h -run Growth

nightly: test-deps ## longer runs: fuzzing, many more cases, MySQL 9 and a Galera cluster; run it alone
	$(GO) test -race -timeout 60m ./internal/importing ./internal/planning ./internal/reporting ./internal/dispatching ./internal/web
	$(GO) test -run '^$$' -fuzz FuzzParse -fuzztime 60s ./internal/quantity
	$(GO) test -run '^$$' -fuzz FuzzParse -fuzztime 60s ./internal/day
	for f in Read SheetXML UsualCell Format BIFF HTML XML2003 CSV; do $(GO) test -run '^$$' -fuzz "^Fuzz$$f$$" -fuzztime 60s -fuzzminimizetime 5x ./internal/sheet || exit 1; done
	CHANGBEI_TEST_MUTANTS=100000 $(GO) test -timeout 60m -run 'Mutants|Reworked' ./internal/sheet
	$(GO) test -timeout 60m ./internal/ledger -rapid.checks=2000
	CHANGBEI_TEST_FAULTS=nightly $(GO) -C internal/fault test -timeout 6h
	CHANGBEI_TEST_MODEL=nightly $(GO) test -v -timeout 6h -run Random ./internal/inventory ./internal/planning ./internal/dispatching
	CHANGBEI_TEST_ENGINES=sqlite,mysql,mysql9,galera $(GO) test -p 1 -timeout 60m ./internal/store/... ./internal/posting ./internal/directory ./internal/accounts ./internal/inventory ./internal/importing ./internal/planning ./internal/dispatching ./internal/notifying

screenshots: test-deps ## take the pictures of the README and of plans again, from a running demo
	$(GO) run ./internal/manual/shots

dist: ## release builds for the offices' machines
	@for target in linux/amd64 linux/arm64 linux/loong64 windows/amd64; do \
		os=$${target%/*}; arch=$${target#*/}; ext=; test $$os = windows && ext=.exe; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o dist/changbei-$$os-$$arch$$ext ./cmd/changbei || exit 1; done
	@ls -l dist

.PHONY: help build run lint test-deps apt test bench bench-import bench-sheet bench-plan bench-dispatch bench-growth nightly screenshots dist
