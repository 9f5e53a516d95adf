"""Output of passed tests does not lead, whatever it contains."""

import pytest

from plugin.extract.analyze import analyze
from plugin.extract.passed_tests import lines_of_passed_tests
from tests.extract.test_labels import LOGS


def rows(text: str) -> list[int]:
    return sorted(lines_of_passed_tests(text.encode().split(b"\n")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("=== RUN   TestA\n    a_test.go:1: error: 1\n--- PASS: TestA (0.00s)\nFAIL", [0, 1, 2], id="go"),
        pytest.param("=== RUN   TestA\n    error: 1\n--- SKIP: TestA (0.00s)", [0, 1, 2], id="go, skipped"),
        pytest.param("=== RUN   TestA\n    a_test.go:1: error: 1\n--- FAIL: TestA (0.00s)", [], id="go, failed"),
        pytest.param(
            "=== RUN   TestA\n=== RUN   TestA/x\n    error: 1\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/x (0.00s)",
            [0, 1, 2, 3, 4],
            id="go, a test within a test",
        ),
        pytest.param(
            "=== RUN   TestA\n=== PAUSE TestA\n=== RUN   TestB\n    error: 1\n--- PASS: TestA (0.00s)\n--- FAIL: TestB",
            [],
            id="go, two at the same time",
        ),
        pytest.param("=== RUN   TestA\nerror: 1\n--- PASS: TestAB (0.00s)", [], id="go, another test"),
        pytest.param("--- PASS: TestA (0.00s)\n    error: 1", [], id="go, the start is not in sight"),
        pytest.param(
            "[ RUN      ] Cart.Adds\nerror: 1\n[       OK ] Cart.Adds (0 ms)\n[ RUN      ] Cart.Sells\nerror: 2\n"
            "[  FAILED  ] Cart.Sells (0 ms)",
            [0, 1, 2],
            id="GoogleTest",
        ),
        pytest.param(
            "Test Case '-[Shop.CartTests testAdds]' started.\nerror: 1\n"
            "Test Case '-[Shop.CartTests testAdds]' passed (0.1 seconds).",
            [0, 1, 2],
            id="XCTest",
        ),
        pytest.param("PASS src/a.test.js\n  ● Console\n\n    Error: 1\n\nError: 2", [0, 1, 2, 3, 4], id="Jest"),
        pytest.param("FAIL src/a.test.js\n  ● Console\n\n    Error: 1", [], id="Jest, failed"),
        pytest.param("PASS\nok  \texample.com/shop\t0.1s\nFAIL\texample.com/cart\t0.1s", [1], id="go, packages"),
        pytest.param("?   \texample.com/shop/errors\t[no test files]", [0], id="go, a package without tests"),
        pytest.param(
            "[ RUN      ] bufnr() returns -1 when not found: 5.45 ms OK\n[ RUN      ] bufnr() works: 2 ms FAIL",
            [0],
            id="busted",
        ),
    ],
)
def test_rows_of_a_test_that_passed(text: str, expected: list[int]) -> None:
    assert rows(text) == expected


def test_many_tests_within_one_stay_fast() -> None:
    lines = ["=== RUN   TestA", *(f"=== RUN   TestA/{n}\n--- PASS: TestA/{n} (0.00s)" for n in range(3000))]
    found = rows("\n".join([*lines, "--- PASS: TestA (0.00s)"]))
    assert found == list(range(1, 6001))


@pytest.mark.parametrize(
    ("log", "noise"), [("go/go-test-noisy.log", "worker_test.go:"), ("javascript/jest-console.log", "rates.test.js")]
)
def test_output_of_a_passed_test_does_not_lead(log: str, noise: str) -> None:
    excerpt = analyze((LOGS / log).read_bytes(), max_lines=12)
    assert [line.text for line in excerpt.lines if noise in line.text] == []
