"""Every claim in the docs on security, forks and reliability names existing tests that show it."""

import pytest

from tests.docs.claims import IMAGE_CASES, claims, problems
from tests.docs.examples import ROOT

PAGES = {"docs/security.md": 45, "docs/reliability.md": 15, "docs/forks.md": 4}
"""The pages of claims, and how many claims each has at least, so that a table is not overlooked."""

HERE = "tests/docs/test_claims.py::test_every_claim_of_the_page_has_a_test"
TABLE = f"| Claim | Test |\n|---|---|\n| no token is printed | `{HERE}` |\n"


@pytest.mark.parametrize("page", PAGES)
def test_every_claim_of_the_page_has_a_test(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert problems(text) == []
    assert len(claims(text)) >= PAGES[page]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TABLE, id="a claim with its test"),
        pytest.param(TABLE.replace(HERE, f"{IMAGE_CASES}::it_is_small_and_labeled"), id="a case of the image"),
        pytest.param(f"# Title\n\n## Section\n\n{TABLE}\n", id="headings"),
        pytest.param("<!-- background -->\nServers differ.\n", id="background"),
        pytest.param("<!-- background -->\n| Who | Writes |\n|---|---|\n| all | logs |\n", id="a table of background"),
        pytest.param("<!-- matrix -->\n| fault | log |\n|---|---|\n\nText\n<!-- /matrix -->\n", id="generated"),
        pytest.param("```yaml\na: 1\n\nb: 2\n```\n", id="an example"),
    ],
)
def test_page_without_problems(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("| Claim | Test |\n|---|---|\n| all is well | |\n", "line 3: the claim names no test", id="none"),
        pytest.param(TABLE.replace("`", ""), "line 3: the claim names no test", id="not as code"),
        pytest.param(
            "| Claim | Test |\n|---|---|\n| `tests/docs/test_claims.py::test_problem_is_reported` holds | by hand |\n",
            "line 3: the claim names no test",
            id="in the wrong column",
        ),
        pytest.param(TABLE.replace("has_a_test", "is_true"), "line 3: there is no test tests/docs/", id="no function"),
        pytest.param(TABLE.replace("test_claims.py", "gone.py"), "line 3: there is no test tests/docs/", id="no file"),
        pytest.param(
            TABLE.replace("test_claims.py::test_every_claim_of_the_page_has_a_test", "claims.py::problems"),
            "line 3: there is no test tests/docs/claims.py::problems",
            id="a function that is no test",
        ),
        pytest.param(
            TABLE.replace(HERE, f"{IMAGE_CASES}::explained"), "line 3: there is no test", id="a case never run"
        ),
        pytest.param("# T\n\nNo token is printed.\n", "line 3: a claim outside of the tables", id="a paragraph"),
        pytest.param("- exit code 0\n", "line 1: a claim outside of the tables", id="a list"),
        pytest.param("| Attack | Effect |\n|---|---|\n| link | none |\n", "line 1: a claim outside", id="a table"),
        pytest.param(
            f"<!-- background -->\nServers differ.\n\nNo token is printed.\n\n{TABLE}",
            "line 4: a claim outside of the tables",
            id="after background",
        ),
    ],
)
def test_problem_is_reported(text: str, problem: str) -> None:
    (message,) = problems(text)
    assert message.startswith(problem)
