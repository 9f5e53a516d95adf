#!/bin/bash
# Red logs of linters, compilers and interpreters on small broken inputs, each a diagnostic in another form. Needs the
# Python tools in $TOOLS, the npm tools in $NODE_MODULES, and compilers of Debian's packages.
set -u
. "$(dirname "$0")/../step.sh"
NODE_MODULES=${NODE_MODULES:-/tmp/tools/node_modules}
export PATH="${TOOLS:-/tmp/tools/bin}:$NODE_MODULES/.bin:$PATH" NO_COLOR=1 LC_ALL=C.UTF-8

python_linters() {
    project python
    printf 'import os\n\ndef total(lines):\n    sum = 0\n    for line in lines:\n        sum += line.price\n    return summ\n' >shop.py
    step flake8 <<<'flake8 shop.py'
    step pylint <<<'pylint --score=n shop.py'
    step pyflakes <<<'python -m pyflakes shop.py'
    step pycodestyle <<<'pycodestyle --max-line-length=20 shop.py'
    step pydocstyle <<<'pydocstyle shop.py'
    step ruff-concise <<<'ruff check --output-format concise shop.py'
    step ruff-github <<<'ruff check --output-format github shop.py'
    step vulture <<<'vulture shop.py'
    printf 'def total(lines: list[int]) -> str:\n    return sum(lines)\n' >typed.py
    printf 'import subprocess\nsubprocess.call("ls " + input(), shell=True)\n' >unsafe.py
    step bandit <<<'bandit -q unsafe.py'
    printf 'def f(:\n' >syntax.py
    printf 'a:   1\nb:\n   - 2\n' >config.yaml
    step yamllint <<<'yamllint config.yaml'
    step yamllint-parsable <<<'yamllint -f parsable config.yaml'
    printf 'SELECT a,b from t where  a=1' >query.sql
    step sqlfluff <<<'sqlfluff lint --dialect ansi query.sql'
    printf 'Title\n===\n\n.. code::\n\n' >readme.rst
    step doc8 <<<'doc8 readme.rst'
    printf 'teh cart recieves an order\n' >notes.txt
    step codespell <<<'codespell notes.txt'
    printf '<div><p>x</div>\n<img src="a">\n' >page.html
    step curlylint <<<'curlylint page.html'
    printf 'add_executable(shop main.c )\nif(A)\nendif(B)\n' >CMakeLists.txt
    step cmakelint <<<'cmakelint CMakeLists.txt'
    printf '#!/bin/sh\ncd $1\nrm -rf $2/*\n' >deploy.sh
    step shellcheck-gcc <<<'shellcheck -f gcc deploy.sh'
}

c_family() {
    project c
    printf '#include <stdio.h>\nint main() {\n  int unused = 3;\n  printf("%%s", 5)\n}\n' >main.c
    step gcc-syntax <<<'gcc -c main.c'
    printf 'int main(void) { int unused = 3; return totl; }\n' >other.c
    step cppcheck <<<'cppcheck -q --error-exitcode=1 --enable=all --suppress=missingIncludeSystem other.c main.c'
    step cpplint <<<'cpplint --quiet main.c'
    step clang-tidy <<<'clang-tidy --quiet --warnings-as-errors=* --checks=bugprone-*,clang-analyzer-* other.c --'
    printf 'section .text\nmov eax, [ebx\n' >boot.asm
    step nasm <<<'nasm -f elf64 boot.asm'
    printf 'expr: expr "+" term | term\nterm NUM;\n%%%%\n' >grammar.y
    step bison <<<'bison grammar.y'
    printf 'all:\n        echo indented with spaces\n' >Makefile
    step make-separator <<<'make'
}

languages() {
    project languages
    printf 'program shop\n  implicit none\n  totl = 3\nend program\n' >shop.f90
    step gfortran <<<'gfortran -c shop.f90'
    printf 'procedure Shop is\nbegin\n   Total := 3;\nend Shop;\n' >shop.adb
    step gnat <<<'gcc -c shop.adb'
    printf 'program shop;\nbegin\n  total := 3\nend.\n' >shop.pas
    step fpc <<<'fpc shop.pas'
    printf 'module Main where\nmain = putStrLn (3 + "x")\ntotal :: Int\ntotal = "3"\n' >Main.hs
    step ghc <<<'ghc -c Main.hs'
    printf 'let total = List.fold_left (+) 0 ["a"]\n' >shop.ml
    step ocamlc <<<'ocamlc -c shop.ml'
    printf '<?php\nfunction total( {\n' >shop.php
    step php-lint <<<'php -l shop.php'
    printf '<?php\nfunction total(int $a): int { return $a; }\ntotal("x");\n' >types.php
    printf 'def total(lines\n  lines.sum\nend\n' >shop.rb
    step ruby-syntax <<<'ruby -c shop.rb'
    printf 'require "nokogirl"\n' >load.rb
    step ruby-load <<<'ruby load.rb'
    printf 'use strict;\nmy $a = 1;\n$b2 = $a + $c;\n' >shop.pl
    step perl-strict <<<'perl -c shop.pl'
    printf 'local total = = 3\n' >shop.lua
    step lua <<<'lua5.4 shop.lua'
    printf 'local unused = 3\nprnt(x)\n' >warn.lua
    step luacheck <<<'luacheck --no-color warn.lua'
    printf 'total <- function(x) {\n  sum(x\n}\n' >shop.R
    printf 'object Shop { val total: Int = "3" }\n' >Shop.scala
    step scalac <<<'scalac Shop.scala'
    printf 'void main() { int total = "3"; }\n' >shop.d
    step ldc <<<'ldc2 -c shop.d'
    printf '(define (total lst) (apply + lst)\n' >shop.scm
    printf 'proc total {a} { return $b }\nputs [total 1]\n' >shop.tcl
    step tclsh <<<'tclsh shop.tcl'
    printf 'BEGIN { print 1 +* 2 }\n' >shop.awk
    step gawk <<<'gawk -f shop.awk'
    printf 'if [ 1 = 1 ]; then\necho open\n' >open.sh
    step bash-syntax <<<'bash -n open.sh'
    step zsh-syntax <<<'zsh -n open.sh'
    printf 'class Shop {\n  int total() { return "3" }\n}\n' >Shop.java
    step javac <<<'javac Shop.java'
    printf '<project default="build"><target name="build"><javac srcdir="." includeantruntime="false"/></target></project>\n' >build.xml
    step ant-javac <<<'ant -q'
    printf 'package main\n\nimport "os"\n\nfunc main() { totl() }\n' >main.go
    step go-build <<<'go build main.go'
    printf 'package main\nfunc main( {\n' >broken.go
    step gofmt <<<'gofmt -l broken.go'
    printf 'fn main() { let x: i32 = "3"; }\n' >main.rs
    step rustc-short <<<'rustc --error-format short main.rs'
    printf '<html><body><p>shop<b></body></html>\n' >page.html
}

web() {
    project web && ln -s "$NODE_MODULES" node_modules && mkdir src
    printf 'const total = (lines) => lines.sum\nif (totl == 3) { var x = 1 }\n' >src/cart.js
    printf 'export default [{ rules: { "no-undef": 2, "no-unused-vars": 1, eqeqeq: 2 } }];\n' >eslint.config.mjs
    step eslint <<<'eslint src'
    step standard <<<'standard src/cart.js'
    step jshint <<<'jshint src/cart.js'
    step prettier <<<'prettier --check src'
    printf 'const = 3\n' >src/broken.js
    step prettier-syntax <<<'prettier --check src/broken.js'
    step node-syntax <<<'node --check src/broken.js'
    step esbuild <<<'esbuild --log-limit=1 src/broken.js'
    step rollup <<<'rollup src/broken.js'
    step webpack <<<'webpack --mode none ./src/broken.js'
    printf 'a { colr: red; color: #FFFFFF }\na {}\n' >src/cart.css
    printf '{"extends": "stylelint-config-standard"}\n' >.stylelintrc.json
    step stylelint <<<'stylelint src/cart.css'
    printf '# Shop\n\n\n* a\n+ b\n#Bad\n' >README.md
    step markdownlint <<<'markdownlint-cli2 README.md'
    printf 'The recieved ordr\n' >text.txt
    step cspell <<<'cspell --no-progress text.txt'
    printf '<img src=a>\n<DIV></div>\n' >page.html
    step htmlhint <<<'htmlhint page.html'
    printf 'const total: number = "3";\nexport const a = totl;\n' >src/cart.ts
    step tsc <<<'tsc --noEmit src/cart.ts'
    step tsc-pretty <<<'tsc --noEmit --pretty src/cart.ts'
    printf '{"a": 1,}\n' >data.json
    step jsonlint <<<'jsonlint data.json'
    printf '@use "colrs";\na { color: $red }\n' >src/cart.scss
    step sass <<<'sass src/cart.scss'
    printf 'a { color: @red }\n' >src/cart.less
    step less <<<'lessc src/cart.less'
    printf 'pragma solidity ^0.8.0;\ncontract Shop { function total() { } }\n' >Shop.sol
    printf '{"extends": "solhint:recommended"}\n' >.solhint.json
    step solhint <<<'solhint Shop.sol'
    printf 'openapi: 3.0.0\npaths: {}\n' >api.yaml
    printf 'extends: ["spectral:oas"]\n' >.spectral.yaml
    step spectral <<<'spectral lint api.yaml'
}

for family in "${@:-python_linters c_family languages web}"; do
    for one in $family; do "$one"; done
done
