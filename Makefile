.DEFAULT_GOAL := help
GO ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

build: ## build bin/changbei
	$(GO) build -o bin/changbei ./cmd/changbei

run: build ## build and serve the demo district on the embedded database
	./bin/changbei serve --demo

lint: ## gofmt, vet, staticcheck
	@bad=$$(gofmt -l cmd internal sql templates); test -z "$$bad" || { echo "not gofmt'ed:"; echo "$$bad"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

# The race detector makes the pure-Go SQLite about thirty times slower and does
# not allow the memory assertions of sheet, so the suites run plain first and
# again under -race in their short forms.
test: lint ## everything: installs what it needs, both engines, race detector
	$(GO) test -timeout 15m ./...
	$(GO) test -race -timeout 15m ./...

.PHONY: help build run lint test
