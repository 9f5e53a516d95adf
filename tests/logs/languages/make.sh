#!/bin/bash
# Red and green logs of Zig, Nim, Pascal, Fortran, Protocol Buffers, Solidity and Elm compilers.
# Needs: ziglang from PyPI (folder in TOOLS), Debian's nim, fp-compiler, gfortran and protobuf-compiler, npx for solc.
set -u
. "$(dirname "$0")/../step.sh"
export PATH="${TOOLS:-/tmp/tools/bin}:$PATH" HOME="$WORK/home"
mkdir -p "$HOME"

zig_cases() {
    project zig
    cat >cart.zig <<'E'
const std = @import("std");

pub fn total(prices: []const u32) u32 {
    var sum: u32 = 0;
    for (prices) |price| sum += price;
    return sum;
}

test "empty" {
    try std.testing.expectEqual(@as(u32, 0), total(&.{}));
}
E
    step zig-test.green <<'E'
python-zig test cart.zig
E
    printf '\ntest "sums every price" {\n    try std.testing.expectEqual(@as(u32, 7), total(&.{ 1, 2, 3 }));\n}\n' >>cart.zig
    step zig-test-failure <<'E'
python-zig test cart.zig
E
    sed -i 's/sum += price;/sum += prce;/' cart.zig
    step zig-compile-error <<'E'
python-zig test cart.zig
E
}

nim_cases() {
    project nim
    printf 'proc total(prices: seq[int]): int =\n  for price in prices:\n    result += price\n\necho total(@[1, 2, 3])\n' >cart.nim
    step nim.green <<'E'
nim compile --run --hints:off cart.nim
E
    printf 'import unittest\n\nsuite "cart":\n  test "empty":\n    check 0 == 0\n  test "sums every price":\n    check 1 + 2 + 3 == 7\n' >tcart.nim
    step nim-test-failure <<'E'
nim compile --run --hints:off tcart.nim
E
    printf '\nlet name: string = total(@[1])\n' >>cart.nim
    step nim-compile-error <<'E'
nim compile --hints:off cart.nim
E
}

pascal_fortran() {
    project pascal
    printf 'program Shop;\nvar Total: Integer;\nbegin\n  Total := "three";\n  WriteLn(Totl);\nend.\n' >shop.pas
    step fpc-compile-error <<'E'
fpc shop.pas
E
    printf 'program shop\n  implicit none\n  integer :: total\n  total = "three"\n  print *, totl\nend program shop\n' >shop.f90
    step gfortran-compile-error <<'E'
gfortran -Wall -o shop shop.f90
E
}

protobuf() {
    project protobuf
    mkdir out
    printf 'syntax = "proto3";\npackage shop;\nimport "money.proto";\nmessage Cart {\n  repeated Item items = 1;\n  int32 total = 1;\n}\n' >cart.proto
    step protoc-error <<'E'
protoc --cpp_out=out cart.proto
E
    printf 'syntax = "proto3";\npackage shop;\nmessage Item { string error_text = 1; }\n' >item.proto
    step protoc.green <<'E'
protoc --cpp_out=out item.proto
E
}

solidity() {
    project solidity
    printf '// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\n\ncontract Cart {\n    uint256 public total;\n\n    function add(uint256 price) external {\n        total += prce;\n    }\n}\n' >Cart.sol
    step solc-error <<'E'
npx --yes solc@0.8.26 --bin Cart.sol
E
}

CASES='zig_cases nim_cases pascal_fortran protobuf solidity'
for case in ${@:-$CASES}; do "$case"; done
