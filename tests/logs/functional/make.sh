#!/bin/bash
# Red and green logs of Elixir, Erlang, Haskell, OCaml, Lua, R, C#, Lisp, TeX and Ada, from Debian's packages
# (elixir, erlang, rebar3, ghc, cabal-install, hlint, ocaml-dune, lua-busted, lua-check, r-base-core, mono-mcs, emacs-nox, texlive-latex-base).
set -u
. "$(dirname "$0")/../step.sh"
export LANG=C.UTF-8 MIX_ENV=test HEX_OFFLINE=1

mix_project() {
    project "$1"
    mkdir -p lib test
    cat >mix.exs <<'E'
defmodule Shop.MixProject do
  use Mix.Project
  def project, do: [app: :shop, version: "0.1.0", elixir: "~> 1.14", deps: []]
  def application, do: [extra_applications: [:logger]]
end
E
    echo 'ExUnit.start()' >test/test_helper.exs
    cat >lib/cart.ex <<'E'
defmodule Shop.Cart do
  require Logger

  def total(prices), do: Enum.reduce(prices, 0, &(&1 + &2))

  def parse(text) do
    case Integer.parse(text) do
      {number, ""} -> {:ok, number}
      _ ->
        Logger.error("error: could not parse #{inspect(text)}")
        :error
    end
  end
end
E
    cat >test/cart_test.exs <<'E'
defmodule Shop.CartTest do
  use ExUnit.Case
  alias Shop.Cart

  test "sums", do: assert Cart.total([1, 2]) == 3
  test "text that fails to parse is an :error", do: assert Cart.parse("x") == :error
end
E
}

elixir_cases() {
    mix_project mix
    step mix-test.green <<'E'
elixir --version
mix test
E
    cat >test/price_test.exs <<'E'
defmodule Shop.PriceTest do
  use ExUnit.Case
  alias Shop.Cart

  test "keeps the currency" do
    assert %{amount: Cart.total([5, 5]), currency: :eur} == %{amount: 9, currency: :eur}
  end

  test "refuses text" do
    Cart.total([1, "2"])
  end

  test "times out" do
    assert_receive {:paid, _}, 50
  end
end
E
    step mix-test-failure <<'E'
mix test --seed 0
E
    step mix-test-color <<'E'
mix test --seed 0 --color --trace
E
    cat >lib/invoice.ex <<'E'
defmodule Shop.Invoice do
  alias Shop.Tax
  def print(cart) do
    unused = 3
    "Total: #{totl}"
  end
end
E
    step mix-compile-error <<'E'
mix compile --warnings-as-errors
E
    printf 'defmodule Shop.Invoice do\n  def print(cart) do\n    [cart | ]\n  end\nend\n' >lib/invoice.ex
    step mix-syntax-error <<'E'
mix test
E
    printf 'defmodule Shop.Invoice do\n  def print(cart),   do: [cart|[]]\nend\n' >lib/invoice.ex
    step mix-format <<'E'
mix compile
mix format --check-formatted lib/invoice.ex
E
    sed -i 's/deps: \[\]/deps: [{:jason, "~> 1.4"}]/' mix.exs
    step mix-deps-missing <<'E'
mix test
E
}

erlang_cases() {
    project erlang
    mkdir -p src test
    cat >rebar.config <<'E'
{erl_opts, [debug_info, warnings_as_errors]}.
E
    printf '{application, shop, [{description, "shop"}, {vsn, "1"}, {registered, []}, {applications, [kernel, stdlib]}]}.\n' >src/shop.app.src
    printf -- '-module(cart).\n-export([total/1]).\ntotal(P) -> lists:sum(P).\n' >src/cart.erl
    cat >test/cart_tests.erl <<'E'
-module(cart_tests).
-include_lib("eunit/include/eunit.hrl").
empty_test() -> ?assertEqual(0, cart:total([])).
sum_test() -> ?assertEqual(7, cart:total([1, 2, 3])).
atom_test() -> cart:total([1, two]).
error_test() -> ?assertError(badarith, cart:total([x, y])).
E
    step eunit-failure <<'E'
rebar3 eunit
E
    sed -i 's/assertEqual(7/assertEqual(6/; /atom_test/d' test/cart_tests.erl
    rm -rf _build
    step eunit.green <<'E'
rebar3 eunit -v
E
    cat >test/shop_SUITE.erl <<'E'
-module(shop_SUITE).
-compile([export_all, nowarn_export_all]).
all() -> [opens, checks_out].
opens(_) -> ok.
checks_out(_) -> {ok, paid} = pay(3).
pay(N) when N > 2 -> {error, declined};
pay(_) -> {ok, paid}.
E
    step common-test-failure <<'E'
rebar3 ct
E
    printf -- '-module(invoice).\n-export([print/1]).\nprint(C) -> Unused = 1, io:format("~~p~~n", [cart:totl(D)]).\n' >src/invoice.erl
    step erlc-error <<'E'
rebar3 compile
E
}

haskell_cases() {
    project haskell
    mkdir -p src
    cat >src/Cart.hs <<'E'
module Cart (total, describe) where

import qualified Data.Map as Map

total :: Map.Map String Int -> Int
total = sum . Map.elems

describe :: Int -> String
describe n = "Total: " ++ n

discount :: Double -> Double
discount price = price * rate
E
    step ghc-type-error <<'E'
ghc --version
ghc -Wall -isrc -outputdir build src/Cart.hs
E
    printf 'module Main (main) where\n\nmain :: IO ()\nmain = do\n  let xs = [1, 2, 3] :: [Int]\n  putStrLn "importing, 0 errors"\n  print (head (filter (> 5) xs))\n' >src/Main.hs
    step haskell-runtime-error <<'E'
ghc -isrc -outputdir build -o shop src/Main.hs
./shop
E
    printf 'module Main (main) where\n\nimport Test.HUnit\nimport Data.Aeson (encode)\n\nmain :: IO ()\nmain = print (encode ())\n' >src/Spec.hs
    step ghc-module-missing <<'E'
ghc -isrc -outputdir build -o spec src/Spec.hs
E
    cat >shop.cabal <<'E'
cabal-version: 2.4
name: shop
version: 0.1
executable shop
  main-is: Main.hs
  hs-source-dirs: src
  build-depends: base >=4 && <5, containers, aeson >= 2.1
  default-language: Haskell2010
E
    step cabal-unsolvable <<'E'
cabal --http-transport=plain-http build --offline all
E
    cat >src/Style.hs <<'E'
module Style where

names :: [Maybe String] -> [String]
names xs = concat (map toList xs)
  where toList m = if m == Nothing then [] else (maybe [] (\x -> [x]) m)
E
    step hlint <<'E'
hlint --no-exit-code src/Main.hs
hlint src/Style.hs
E
}

ocaml_cases() {
    project ocaml
    mkdir -p bin test
    echo '(lang dune 2.9)' >dune-project
    echo '(executable (name shop))' >bin/dune
    printf 'let total prices = List.fold_left (+) 0 prices\nlet () = print_endline ("Total: " ^ total [1; 2])\n' >bin/shop.ml
    step dune-type-error <<'E'
dune build
E
    sed -i 's/\^ total \[1; 2\]/^ string_of_int (total [1; 2])/' bin/shop.ml
    echo '(test (name test_total))' >test/dune
    printf 'let () =\n  let sum = List.fold_left (+) 0 [1; 2] in\n  print_endline "checking the sum";\n  assert (sum = 4)\n' >test/test_total.ml
    step dune-test-assert <<'E'
dune build
dune test
E
    sed -i 's/sum = 4/sum = 3/' test/test_total.ml
    step dune.green <<'E'
dune build
dune test
E
}

lua_cases() {
    project lua
    mkdir -p spec
    cat >cart.lua <<'E'
local Cart = {}
function Cart.total(prices)
  local sum = 0
  for _, price in ipairs(prices) do sum = sum + price.amount end
  return sum
end
return Cart
E
    cat >spec/cart_spec.lua <<'E'
local cart = require("cart")
describe("cart", function()
  it("is empty", function() assert.are.equal(0, cart.total({})) end)
  it("sums amounts", function() assert.are.equal(8, cart.total({ { amount = 3 }, { amount = 4 } })) end)
  it("accepts numbers", function() assert.are.equal(3, cart.total({ 3 })) end)
  pending("error pages", function() end)
end)
E
    step busted-failure <<'E'
busted --output=plainTerminal
E
    sed -i 's/(8,/(7,/; /accepts numbers/d' spec/cart_spec.lua
    step busted.green <<'E'
busted --output=TAP
E
    printf 'local function total(items)\n  count = 0\n  local unused = 1\n  for _, i in ipairs(items) do print(itm) end\nend\n' >lint.lua
    step luacheck <<'E'
luacheck --no-color lint.lua cart.lua
E
    step lua-error <<'E'
lua5.3 -e 'local cart = require("cart"); print(cart.total({}))' -e 'print(require("cart").total({ 5 }))'
E
}

r_cases() {
    project r
    mkdir -p shop/R shop/tests/testthat
    cat >shop/DESCRIPTION <<'E'
Package: shop
Title: A Shop
Version: 0.1.0
Description: Sums carts and prints them.
Authors@R: person("Ada", "Example", email = "ada@example.com", role = c("aut", "cre"))
License: MIT
Encoding: UTF-8
Suggests: testthat
E
    echo 'export(total)' >shop/NAMESPACE
    printf 'total <- function(prices) {\n  sum(prices) + shipping\n}\n' >shop/R/cart.R
    printf 'library(testthat)\nlibrary(shop)\ntest_check("shop")\n' >shop/tests/testthat.R
    cat >shop/tests/testthat/test-cart.R <<'E'
test_that("an empty cart is free", {
  expect_equal(total(numeric()), 0)
})
test_that("errors are conditions", {
  expect_error(stop("expected error"), "expected")
})
E
    step r-cmd-check <<'E'
R CMD build --no-build-vignettes shop
R CMD check --no-manual --no-build-vignettes shop_0.1.0.tar.gz
E
    sed -i 's/ + shipping//' shop/R/cart.R
    sed -i 's/numeric(), 0/c(1, 2), 4/; s/total(numeric()), 0/total(c(1, 2)), 4/' shop/tests/testthat/test-cart.R
    step r-testthat-failure <<'E'
Rscript -e 'source("shop/R/cart.R"); testthat::test_dir("shop/tests/testthat", stop_on_failure = TRUE)'
E
    step r-package-missing <<'E'
Rscript -e 'message("loading error model"); library(lubridatez); print(1)'
E
}

mono_cases() {
    project mono
    cat >Cart.cs <<'E'
using System;
using System.Collections.Generic;

public class Cart {
    public int Total(List<int> prices) {
        int unused = 1;
        string sum = 0;
        foreach (var p in prices) sum += p;
        return summ;
    }
}
E
    step mcs-compile-error <<'E'
mcs -target:library Cart.cs
E
}

lisp_cases() {
    project lisp
    cat >cart.el <<'E'
;;; cart.el --- A cart -*- lexical-binding: t -*-
(defun cart-total (prices)
  (apply #'+ (cdr prices)))
(provide 'cart)
E
    cat >cart-test.el <<'E'
;;; cart-test.el --- Tests -*- lexical-binding: t -*-
(require 'ert)
(require 'cart)
(ert-deftest cart-empty () (should (= 0 (cart-total nil))))
(ert-deftest cart-sums () (should (= 6 (cart-total '(1 2 3)))))
(ert-deftest cart-error-handled () (should-error (error "Expected error")))
E
    step ert-failure <<'E'
emacs --batch -L . -l cart-test.el -f ert-run-tests-batch-and-exit
E
    sed -i 's/(cdr prices)/prices/' cart.el
    step ert.green <<'E'
emacs --batch -L . -l cart-test.el -f ert-run-tests-batch-and-exit
E
    step emacs-load-error <<'E'
emacs --batch -L . --eval '(progn (message "loading") (require (quote cartography)))'
E
    printf '(defun total (prices)\n  (reduce #'"'"'+ prices)\n(print (total (list 1 2)))\n' >broken.lisp
    step sbcl-read-error <<'E'
sbcl --non-interactive --load broken.lisp
E
}

tex_cases() {
    project tex
    printf '\\documentclass{article}\n\\begin{document}\n\\section{Prices}\nSee \\ref{tab}. The total is \\totall{5}.\n\n%s\n\\end{document}\n' "$(yes 'Some words of text.' | head -40)" >paper.tex
    step pdflatex-undefined <<'E'
pdflatex -interaction=nonstopmode -halt-on-error paper.tex
E
    sed -i 's/\\totall{5}/5/' paper.tex
    step pdflatex.green <<'E'
pdflatex -interaction=nonstopmode -halt-on-error paper.tex
E
    sed -i 's/\\begin{document}/\\usepackage{shopstyle}\n&/' paper.tex
    step pdflatex-package-missing <<'E'
pdflatex -interaction=nonstopmode -file-line-error paper.tex
E
}

ada_cases() {
    project ada
    printf 'with Ada.Text_IO;\nprocedure Shop is\n   Total : Integer := "three";\nbegin\n   Ada.Text_IO.Put_Line (Totl);\nend Shop;\n' >shop.adb
    step gnat-compile-error <<'E'
gnatmake -q shop.adb
E
}

CASES='elixir_cases erlang_cases haskell_cases ocaml_cases lua_cases r_cases mono_cases lisp_cases tex_cases ada_cases'
for case in ${@:-$CASES}; do "$case"; done
