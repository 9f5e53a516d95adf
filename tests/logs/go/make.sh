#!/bin/bash
# Red and green logs of Go tools. Needs: Go 1.26, network (the module proxy), gcc for the race detector.
set -u
. "$(dirname "$0")/../step.sh"

export GOFLAGS=-mod=mod GOTOOLCHAIN=local GOBIN=${GOBIN:-/opt/gobin}
export PATH=$GOBIN:$PATH
command -v gotestsum >/dev/null || go install gotest.tools/gotestsum@latest
command -v staticcheck >/dev/null || go install honnef.co/go/tools/cmd/staticcheck@latest
command -v golangci-lint >/dev/null || go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@latest

shop() {
    printf 'module example.com/shop\n\ngo 1.22\n' >go.mod
    mkdir -p cart rates
    cat >cart/cart.go <<'E'
// Package cart holds what a customer is about to buy.
package cart

import (
	"errors"
	"log"
)

// ErrEmpty says that there is nothing to pay.
var ErrEmpty = errors.New("cart: empty")

// Line is one row of a cart.
type Line struct {
	Name  string
	Price int
	Count int
}

// Cart is a list of lines.
type Cart struct{ Lines []Line }

// Total adds up all lines.
func (c *Cart) Total() (sum int) {
	for _, line := range c.Lines {
		sum += line.Price * line.Count
	}
	return sum
}

// Discounted is the total less percent.
func (c *Cart) Discounted(percent int) int {
	log.Printf("error margin of discount: 0 (%d percent)", percent)
	return c.Total() * (100 - percent) / 10
}

// Checkout gives the total, or ErrEmpty.
func (c *Cart) Checkout() (int, error) {
	if len(c.Lines) == 0 {
		return 0, ErrEmpty
	}
	return c.Total(), nil
}
E
    cat >cart/errors_test.go <<'E'
package cart

import (
	"errors"
	"fmt"
	"testing"
)

func TestCheckoutError(t *testing.T) {
	if _, err := (&Cart{}).Checkout(); !errors.Is(err, ErrEmpty) {
		t.Fatalf("want ErrEmpty, got %v", err)
	}
}

func TestTotalNoFailure(t *testing.T) {
	for count := range 40 {
		t.Run(fmt.Sprintf("failed_payments_%d", count), func(t *testing.T) {
			t.Logf("error budget: %d", count)
			cart := Cart{[]Line{{"pear", 300, count}}}
			if got := cart.Total(); got != 300*count {
				t.Errorf("got %d", got)
			}
		})
	}
}
E
    printf 'package rates\n\n// Of gives the rate of a currency.\nfunc Of(currency string) int { return len(currency) }\n' >rates/rates.go
}

discount_test() {
    cat >cart/cart_test.go <<'E'
package cart

import "testing"

func TestDiscount(t *testing.T) {
	for _, tt := range []struct {
		name          string
		percent, want int
	}{
		{"none", 0, 900},
		{"ten percent", 10, 810},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cart := Cart{[]Line{{"pear", 300, 3}}}
			if got := cart.Discounted(tt.percent); got != tt.want {
				t.Errorf("Discounted(%d) = %d, want %d", tt.percent, got, tt.want)
			}
		})
	}
}
E
}

test_cases() {
    project tests; shop
    step go-test.green <<'E'
go vet ./...
go test -v ./...
E
    discount_test
    step go-test <<'E'
go build ./...
go test ./...
E
    step go-test-verbose <<'E'
go test -v -cover ./...
E
    mkdir -p worker
    printf 'package worker\n\n// Retries is how often a job is tried.\nconst Retries = 3\n' >worker/worker.go
    cat >worker/worker_test.go <<'E'
package worker

import (
	"context"
	"errors"
	"log"
	"testing"
	"time"
)

func TestTimeout(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	<-ctx.Done()
	t.Logf("job 1 timed out as expected: %v", ctx.Err())
	log.Printf("ERROR: job 1 failed: %v", ctx.Err())
	t.Log("FAILED jobs: 1")
}

func TestPanicIsCaught(t *testing.T) {
	for _, name := range []string{"nil map", "out of range"} {
		t.Run(name, func(t *testing.T) {
			defer func() { t.Logf("recovered: panic: %v", recover()) }()
			panic(errors.New("runtime error: " + name))
		})
	}
}

func TestParallel(t *testing.T) {
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Logf("error: worker %s is gone, retry 1 of 3", name)
		})
	}
}
E
    step go-test-noisy <<'E'
go test -v ./...
E
    step go-test-json <<'E'
go test -json ./cart
E
    step gotestsum <<'E'
gotestsum --format testname -- -count=1 ./...
E
    step gotestsum-dots <<'E'
gotestsum --format dots-v2 -- -count=1 ./...
E
    step gotestsum.green <<'E'
gotestsum --format pkgname -- -run Error ./...
E

    project testify; shop
    cat >cart/require_test.go <<'E'
package cart

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckout(t *testing.T) {
	cart := Cart{[]Line{{"pear", 300, 3}}}
	total, err := cart.Checkout()
	require.NoError(t, err)
	assert.Equal(t, 810, total, "ten percent off")
	assert.Equal(t, []Line{{"pear", 300, 2}}, cart.Lines)
}
E
    step go-testify <<'E'
go get github.com/stretchr/testify@v1.9.0
go test -v ./cart
E

    project panics; shop
    cat >rates/rates.go <<'E'
package rates

import "fmt"

type Table struct{ rates map[string]int }

func (t *Table) Of(currency string) int { return t.rates[currency] }

func (t *Table) Set(currency string, rate int) {
	fmt.Println("setting", currency, "no error so far")
	t.rates[currency] = rate
}
E
    printf 'package rates\n\nimport "testing"\n\nfunc TestSet(t *testing.T) {\n\tvar table Table\n\ttable.Set("CHF", 95)\n}\n\nfunc TestOf(t *testing.T) {\n\tvar table *Table\n\tt.Log(table.Of("CHF"))\n}\n' >rates/rates_test.go
    step go-test-panic <<'E'
go test -v ./...
E
    mkdir -p cmd/serve && printf 'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc main() {\n\tfmt.Println("listening on port", os.Args[1])\n\tfmt.Println([]string{"a"}[len(os.Args)])\n}\n' >cmd/serve/main.go
    step go-panic <<'E'
go run ./cmd/serve 8080
E
    printf 'package main\n\nimport (\n\t"log"\n\t"os"\n)\n\nfunc main() {\n\tlog.Println("reading configuration, errors go to stderr")\n\tif _, err := os.ReadFile("config/production.toml"); err != nil {\n\t\tlog.Fatalf("cannot start: %%v", err)\n\t}\n}\n' >cmd/serve/main.go
    step go-log-fatal <<'E'
go run ./cmd/serve
E
    printf 'package main\n\nimport "sync"\n\nfunc main() {\n\tvar wait sync.WaitGroup\n\twait.Add(1)\n\twait.Wait()\n}\n' >cmd/serve/main.go
    step go-deadlock <<'E'
go run ./cmd/serve
E

    project race; shop
    printf 'package rates\n\nimport (\n\t"sync"\n\t"testing"\n)\n\nfunc TestCountConcurrently(t *testing.T) {\n\tvar wait sync.WaitGroup\n\tcount := 0\n\tfor range 2 {\n\t\twait.Add(1)\n\t\tgo func() {\n\t\t\tdefer wait.Done()\n\t\t\tcount++\n\t\t}()\n\t}\n\twait.Wait()\n\tt.Log(count)\n}\n' >rates/rates_test.go
    step go-race <<'E'
CGO_ENABLED=1 go test -race ./...
E
    printf 'package rates\n\nimport "testing"\n\nfunc TestNeverEnds(t *testing.T) {\n\tt.Log("waiting for rates")\n\tselect {}\n}\n\nfunc TestWaits(t *testing.T) {\n\t<-make(chan int)\n}\n' >rates/rates_test.go
    step go-test-timeout <<'E'
go test -timeout 2s ./...
E

    project examples; shop
    printf 'package rates\n\nimport "fmt"\n\nfunc ExampleOf() {\n\tfmt.Println(Of("EUR"))\n\t// Output: 4\n}\n' >rates/rates_test.go
    step go-example <<'E'
go test ./rates
E
    printf 'package rates\n\nimport (\n\t"fmt"\n\t"os"\n\t"testing"\n)\n\nfunc TestMain(m *testing.M) {\n\tfmt.Fprintln(os.Stderr, "no database: set SHOP_DATABASE")\n\tos.Exit(3)\n}\n' >rates/rates_test.go
    step go-testmain-exit <<'E'
go test ./...
E
}

build_cases() {
    project build; shop
    printf 'package rates\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc Of(currency string) int {\n\ttotal := currency + 1\n\treturn lookup(currency)\n}\n\ntype Source interface{ Rate(string) (int, error) }\n\ntype fixed struct{}\n\nvar _ Source = fixed{}\n' >rates/rates.go
    step go-build <<'E'
go build ./...
E
    step go-test-build-failed <<'E'
go test ./...
E
    step go-vet-types <<'E'
go vet ./...
E
    printf 'package rates\n\nfunc Of(currency string) int {\n\tif currency == "EUR" \n\t{\n\t\treturn 1\n\t}\n\treturn 0\n' >rates/rates.go
    step go-syntax <<'E'
go build -v ./...
E
    step gofmt-syntax <<'E'
gofmt -l .
E
    printf 'package rates\n\nimport "fmt"\n\nfunc Of(currency string) int {\n\tfmt.Printf("%%d\\n", currency)\n\treturn len(currency)\n\tfmt.Println("never")\n}\n' >rates/rates.go
    step go-vet <<'E'
go build ./...
go vet ./...
E
    step go-test-vet <<'E'
printf 'package rates\nimport "testing"\nfunc TestOf(t *testing.T) { t.Fatalf("%%d", "x") }\n' >rates/rates_test.go
go test ./...
E
    rm rates/rates_test.go
    step staticcheck <<'E'
staticcheck ./...
E
    printf 'package rates\n\nimport "os"\n\nfunc Of(currency string) int {\n\tos.Remove(currency)\n\tvar unusedRate = 3\n\tunusedRate = 4\n\treturn len(currency)\n}\n\nfunc helper() {}\n' >rates/rates.go
    step golangci-lint <<'E'
golangci-lint run --color=never ./...
E
    printf 'package rates\n\nfunc Of(currency string) int { return len(currency) }\n' >rates/rates.go
    step golangci-lint.green <<'E'
golangci-lint run ./...
gofmt -l .
E
    printf 'package rates\nfunc Of(currency string) int {return len(currency)}\n' >rates/rates.go
    step gofmt-diff <<'E'
gofmt -d rates
test -z "$(gofmt -l .)"
E
    mkdir -p a b && printf 'package a\n\nimport _ "example.com/shop/b"\n' >a/a.go && printf 'package b\n\nimport _ "example.com/shop/a"\n' >b/b.go
    step go-import-cycle <<'E'
go build ./...
E
    rm -r a b
    printf '//go:build cgo\n\npackage rates\n\n// #include <libpq-fe.h>\nimport "C"\n\nfunc Of(currency string) int { return len(currency) }\n' >rates/rates.go
    step go-cgo <<'E'
CGO_ENABLED=1 go build ./...
E
}

module_cases() {
    project modules; shop
    printf 'package rates\n\nimport "github.com/pkg/errors"\n\nfunc Of(currency string) error { return errors.New(currency) }\n' >rates/rates.go
    step go-module-not-required <<'E'
GOFLAGS=-mod=readonly go build ./...
E
    printf 'module example.com/shop\n\ngo 1.22\n\nrequire github.com/pkg/errors v0.9.1\n' >go.mod
    step go-sum-missing <<'E'
GOFLAGS=-mod=readonly go build ./...
E
    printf 'github.com/pkg/errors v0.9.1 h1:AAAAhUd4MbwtUq0d3zQcbUHGaZ2yqZbKVqVmuCqS7nE=\n' >go.sum
    step go-sum-mismatch <<'E'
go build ./...
E
    rm go.sum; printf 'module example.com/shop\n\ngo 1.22\n\nrequire github.com/pkg/errors v0.99.1\n' >go.mod
    step go-unknown-revision <<'E'
go mod download
E
    printf 'module example.com/shop\n\ngo 1.99\n' >go.mod
    step go-toolchain <<'E'
go build ./...
E
    printf 'module example.com/shop\n\nrequires github.com/pkg/errors v0.9.1\n' >go.mod
    step go-mod-syntax <<'E'
go build ./...
E
    printf 'module example.com/shop\n\ngo 1.22\n\nrequire github.com/pkg/errors v0.9.1\n' >go.mod
    mkdir -p vendor
    step go-vendor <<'E'
GOFLAGS= go build -mod=vendor ./...
E
    rm -r vendor
    step go-std-missing <<'E'
printf 'package rates\nimport _ "shop/prices"\n' >rates/prices.go
go build ./...
E
    rm rates/prices.go
    step go-modules.green <<'E'
go mod tidy
go build ./...
E
    step go-proxy-refused <<'E'
GOPROXY=http://127.0.0.1:18444 GOSUMDB=off GOFLAGS=-mod=mod go get github.com/pkg/errors@v0.8.0
E
    rm -f go.mod
    step go-no-module <<'E'
go test ./...
E
}

CASES='test_cases build_cases module_cases'
for case in ${*:-$CASES}; do $case; done
