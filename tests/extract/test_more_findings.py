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
