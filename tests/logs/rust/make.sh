#!/bin/bash
# Red and green logs of Rust tools. Needs: cargo 1.95 with clippy and rustfmt, network (crates.io), gcc.
set -u
. "$(dirname "$0")/../step.sh"
export CARGO_TERM_PROGRESS_WHEN=never RUST_BACKTRACE=0
unset CARGO_TARGET_DIR

shop() {
    printf '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\n%s\n' "${1:-}" >Cargo.toml
    mkdir -p src tests
    cat >src/lib.rs <<'E'
//! What a customer is about to buy.

/// One row of a cart.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub name: String,
    pub price: u32,
    pub count: u32,
}

#[derive(Debug, Default)]
pub struct Cart {
    pub lines: Vec<Line>,
}

#[derive(Debug, PartialEq)]
pub enum CheckoutError {
    Empty,
}

impl Cart {
    pub fn add(&mut self, name: &str, price: u32, count: u32) {
        self.lines.push(Line { name: name.to_string(), price, count });
    }

    /// ```
    /// assert_eq!(shop::Cart::default().total(), 0);
    /// ```
    pub fn total(&self) -> u32 {
        self.lines.iter().map(|line| line.price * line.count).sum()
    }

    pub fn discounted(&self, percent: u32) -> u32 {
        self.total() * (100 - percent) / 10
    }

    pub fn checkout(&self) -> Result<u32, CheckoutError> {
        if self.lines.is_empty() {
            return Err(CheckoutError::Empty);
        }
        Ok(self.total())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_when_empty() {
        assert_eq!(Cart::default().checkout(), Err(CheckoutError::Empty));
    }

    #[test]
    #[should_panic(expected = "overflow")]
    fn panics_on_overflow() {
        let mut cart = Cart::default();
        cart.add("yacht", u32::MAX, 2);
        cart.total();
    }
}
E
}

test_cases() {
    project tests; shop 'itoa = "1.0.11"'
    for n in $(seq 1 60); do printf '#[test]\nfn failed_payment_error_%d() {\n    assert!(shop::Cart::default().total() < %d);\n}\n\n' "$n" "$n"; done >tests/errors.rs
    step cargo-test.green <<'E'
cargo build
cargo test
E
    cat >tests/cart.rs <<'E'
use shop::{Cart, Line};

fn cart() -> Cart {
    let mut cart = Cart::default();
    cart.add("pear", 300, 3);
    cart
}

#[test]
fn total() {
    assert_eq!(cart().total(), 900);
}

#[test]
fn discount() {
    println!("checking discount, error margin 0");
    assert_eq!(cart().discounted(10), 810, "ten percent off");
}

#[test]
fn lines() {
    let expected = vec![Line { name: "apple".into(), price: 300, count: 3 }];
    assert_eq!(cart().lines, expected);
}

#[test]
fn first_line() {
    let lines: Vec<Line> = Vec::new();
    assert_eq!(lines.first().unwrap().name, "pear");
}

#[test]
fn parses() -> Result<(), std::num::ParseIntError> {
    "3,00".parse::<u32>().map(|_| ())
}
E
    step cargo-test <<'E'
cargo test
E
    step cargo-test-backtrace <<'E'
RUST_BACKTRACE=1 cargo test --test cart -- --test-threads=1 discount
E
    step cargo-test-quiet-color <<'E'
cargo test -q --color=always --no-fail-fast
E
    sed -i 's#assert_eq!(shop::Cart::default().total(), 0);#assert_eq!(shop::Cart::default().total(), 1);#' src/lib.rs
    step cargo-doctest <<'E'
cargo test --doc
E
    mkdir -p src/bin && printf 'fn main() {\n    println!("reading rates, 0 errors");\n    let rates: Option<u32> = std::env::args().nth(1).and_then(|text| text.parse().ok());\n    println!("{}", rates.expect("a rate as first argument"));\n}\n' >src/bin/rates.rs
    step rust-panic <<'E'
cargo run -q --bin rates
E
    printf 'fn main() -> Result<(), Box<dyn std::error::Error>> {\n    println!("reading config");\n    std::fs::read_to_string("config/production.toml")?;\n    Ok(())\n}\n' >src/bin/rates.rs
    step rust-main-error <<'E'
cargo run --bin rates
E
    printf 'fn main() {\n    unsafe { std::ptr::null_mut::<u32>().write_volatile(3) };\n}\n' >src/bin/rates.rs
    step cargo-run-signal <<'E'
cargo run --release --bin rates
E
}

build_cases() {
    project build; shop 'itoa = "1.0.11"'
    cat >src/prices.rs <<'E'
use std::collections::HashMap;
use serde::Deserialize;

pub fn price(prices: &HashMap<String, u32>, name: &str) -> u32 {
    let found: u32 = prices.get(name);
    let unused = 3;
    found
}

pub fn longest(a: &str, b: &str) -> &str {
    if a.len() > b.len() { a } else { b }
}

pub fn twice(names: Vec<String>) -> usize {
    let moved = names;
    moved.len() + names.len()
}
E
    sed -i '1a pub mod prices;' src/lib.rs
    step cargo-build-errors <<'E'
cargo build
E
    sed -i '/serde/d; /longest/,/^}/d' src/prices.rs
    step cargo-check-color <<'E'
cargo check --color=always --message-format=human
E
    step cargo-build-short <<'E'
cargo build --message-format=short
E
    printf 'pub fn price(cents: u32 -> u32 {\n    cents * 2;\n}\n' >src/prices.rs
    step cargo-syntax <<'E'
cargo build
E
    printf 'pub fn price(cents: u32) -> u32 {\n    let text = format!("{}", "x");\n    if cents == 0 { return 0; }\n    return cents.clone() + text.len() as u32;\n}\n\nfn unused(values: &Vec<u32>) -> bool {\n    values.len() == 0\n}\n' >src/prices.rs
    step cargo-clippy <<'E'
cargo clippy --all-targets -- -D warnings
E
    step cargo-fmt <<'E'
cargo fmt -- --check
E
    step cargo-deny-warnings <<'E'
RUSTFLAGS="-D warnings" cargo build
E
    printf '#[link(name = "shop_prices")]\nextern "C" {\n    fn apply_voucher(cents: u32) -> u32;\n}\n\nfn main() {\n    println!("{}", unsafe { apply_voucher(3) });\n}\n' >src/main.rs
    printf 'pub fn price(cents: u32) -> u32 {\n    cents\n}\n' >src/prices.rs
    step cargo-link <<'E'
cargo build
E
    rm src/main.rs
    printf 'fn main() {\n    println!("cargo:rerun-if-changed=build.rs");\n    println!("looking for libshop_prices, no errors yet");\n    panic!("libshop_prices 2.0 not found: install libshop-prices-dev");\n}\n' >build.rs
    step cargo-build-script <<'E'
cargo build
E
    rm build.rs
    step cargo.green <<'E'
cargo build --release
cargo clippy
E
}

cargo_cases() {
    project manifest; shop 'itoa = "99"'
    step cargo-version-missing <<'E'
cargo build
E
    shop 'shop_prices_internal_2026 = "1"'
    step cargo-crate-missing <<'E'
cargo build
E
    shop 'itoa = "1.0.11"'; cargo generate-lockfile -q; shop 'itoa = "1.0.11"
ryu = "1"'
    step cargo-locked <<'E'
cargo build --locked
E
    step cargo-offline <<'E'
CARGO_HOME=$PWD/home cargo build --offline
E
    shop 'pricing = { path = "../pricing" }'
    step cargo-path-missing <<'E'
cargo build
E
    shop 'itoa = { version = "1", features = ["fast"] }'
    step cargo-feature-missing <<'E'
cargo build
E
    shop 'itoa = '
    step cargo-manifest <<'E'
cargo build
E
    shop 'cc = "1"'; sed -i 's/edition = "2021"/edition = "2021"\nrust-version = "1.99"/' Cargo.toml
    step cargo-rust-version <<'E'
cargo build
E
    step cargo-no-bin <<'E'
cargo build --bin server
E
    step cargo-no-command <<'E'
cargo nextest run
E
    step cargo-toolchain <<'E'
cargo +nightly-1999-01-01 build
E
    shop 'libz-sys = { version = "=1.1.16", default-features = false, features = ["static"] }'
    step cargo-native-build <<'E'
CC=/usr/bin/missing-cc cargo build
E
}

CASES='test_cases build_cases cargo_cases'
for case in ${*:-$CASES}; do $case; done
