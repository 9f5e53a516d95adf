"""The title of a failed test has its name, and what it expected and found."""

import pytest

from plugin import analyze_log

PYTEST = """\
______________________________ test_gross[50-60] _______________________________

    def test_gross(net, gross):
>       assert price(net) == gross
E       assert 59 == 60

test_price.py:5: AssertionError
=========================== short test summary info ============================
FAILED test_price.py::test_gross[50-60] - assert 59 == 60
1 failed, 1 passed in 0.13s
"""
MOCHA = """\
  26 passing (5ms)
  1 failing

  1) Cart
       discount
         is ten percent:

      AssertionError: expected 8100 to equal 810
      at Context.<anonymous> (test/cart.test.js:9:65)
"""
RSPEC = """\
Failures:

  1) Cart#total counts each quantity
     Failure/Error: expect(cart.total).to eq(700)

       expected: 700
            got: 750
     # ./spec/cart_spec.rb:17:in `block (3 levels) in <top (required)>'

Failed examples:

rspec ./spec/cart_spec.rb:15 # Cart#total counts each quantity
"""
JEST = """\
  ● Cart › ten percent off

    expect(received).toBe(expected) // Object.is equality

    Expected: 810
    Received: 8100

      at Object.toBe (test/cart.test.js:4:28)
"""


@pytest.mark.parametrize(
    ("log", "title"),
    [
        (PYTEST, "test_gross[50-60] failed: assert 59 == 60"),
        (PYTEST.partition("=====")[0], "test_gross[50-60] failed: assert 59 == 60"),
        (MOCHA, "Cart discount is ten percent failed: AssertionError: expected 8100 to equal 810"),
        (RSPEC, "Cart#total counts each quantity failed: expected: 700, got: 750"),
        (JEST, "Cart › ten percent off failed: Expected: 810, Received: 8100"),
    ],
    ids=["pytest", "pytest without a summary", "Mocha", "RSpec", "Jest"],
)
def test_title_has_test_and_reason(log: str, title: str) -> None:
    assert analyze_log(log, exit_code=1).title == title


def test_section_of_a_report_is_no_test() -> None:
    log = "_______ coverage: platform linux _______\nFAIL Required coverage of 95% not reached. Total coverage: 86%\n"
    assert "coverage: platform" not in analyze_log(log, exit_code=1).title
