"""Several diagnostics are reported as several: the title says how many more there are, and in how many files."""

from plugin import analyze_log

ERRORS = [f"src/{name}.c:{line}:5: error: ‘{name}{line}’ undeclared" for name in ("cart", "rates") for line in (3, 7)]


def _title(*lines: str) -> str:
    return analyze_log("\n".join(("+ make", *lines, ""))).title


def test_title_counts_other_errors_and_their_files() -> None:
    assert _title(*ERRORS) == "src/cart.c:3:5: ‘cart3’ undeclared (and 3 more in 2 files)"


def test_title_counts_errors_of_one_file_without_naming_a_number_of_files() -> None:
    assert _title(*ERRORS[:2]) == "src/cart.c:3:5: ‘cart3’ undeclared (and 1 more)"


def test_warnings_and_summaries_are_not_counted_beside_an_error() -> None:
    warning = "src/cart.c:1:1: warning: unused variable ‘a’"
    assert _title(warning, ERRORS[0], "1 error generated.") == "src/cart.c:3:5: ‘cart3’ undeclared"


def test_same_error_printed_twice_counts_once() -> None:
    assert _title(ERRORS[0], ERRORS[0]) == "src/cart.c:3:5: ‘cart3’ undeclared"


def test_first_error_names_the_failure_and_not_a_warning_above_it() -> None:
    title = _title(
        "src/cart.js", "  1:7  warning  'a' is never used  no-unused-vars", "  2:5  error  'b' is not defined  no-undef"
    )
    assert title == "src/cart.js:2:5: 'b' is not defined (no-undef)"


def test_warnings_count_where_nothing_worse_was_found() -> None:
    warnings = [f"Dockerfile:{line} DL3008 warning: Pin versions in apt get install" for line in (3, 9)]
    title = analyze_log("\n".join(("+ hadolint Dockerfile", *warnings, "")), exit_code=1).title
    assert title == "Dockerfile:3: DL3008 warning: Pin versions in apt get install (and 1 more)"


def test_files_that_a_formatter_would_change_are_counted() -> None:
    log = "+ gofmt -l .\ncart.go\nrates.go\ncmd/shop.go\n"
    assert analyze_log(log, exit_code=1).title == "cart.go is not formatted (and 2 more in 2 files)"


def test_best_line_is_the_first_error_of_a_list() -> None:
    assert analyze_log("\n".join(("+ make", "src/a.c:1:1: warning: unused variable ‘a’", *ERRORS, ""))).ranked[0] == 3


def test_title_counts_other_failed_tests() -> None:
    log = "+ go test ./...\n" + "".join(
        f"--- FAIL: {test} (0.00s)\n    cart_test.go:{line}: got 1, want 2\n"
        for line, test in enumerate(("TestTotal", "TestRates", "TestRates/chf"), 3)
    )
    title = analyze_log(f"{log}FAIL\nexit status 1\n", exit_code=1).title
    assert title == "TestTotal failed: cart_test.go:3: got 1, want 2 (and 1 more test)"


def test_other_spellings_of_a_test_s_name_do_not_count() -> None:
    log = """\
[ERROR] shop.PriceTest.rounding -- Time elapsed: 0.003 s <<< FAILURE!
org.opentest4j.AssertionFailedError: expected: <1251> but was: <1250>
\tat shop.PriceTest.rounding(PriceTest.java:10)

[ERROR] Failures:
[ERROR]   PriceTest.rounding:10 expected: <1251> but was: <1250>
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0
"""
    title = analyze_log(log, exit_code=1).title
    assert title.startswith("shop.PriceTest.rounding failed: ")
    assert not title.endswith(")")
