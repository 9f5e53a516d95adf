"""How many requests a run sends to each forge, counted with the fakes."""

from plugin.forges import FORGES
from tests.deliver.comment.test_budget import run_of_builds
from tests.fakes.forges import FAKES
from tests.forges.test_budget import requests_for_changed_lines, requests_for_known_issues


def chapter() -> str:
    """Return a table with one row for each forge."""
    rows = "\n".join(f"| `{kind}` | {' | '.join(_counted(kind))} |" for kind in FORGES)
    return f"""## Requests to the forge

A forge limits requests: a GitHub token has 5,000 an hour for all builds of an organization. This is what the
comment costs on a pull request with up to 100 comments, for a build with one job, and what a red build reads beside it:

| Forge | Green, no comment | First red | Unchanged red | Changed red | Red to green | Changed lines | Known issues |
|---|---|---|---|---|---|---|---|
{rows}

The first red build reads the comments, asks for the token's account, creates the comment and reads again. Data
Center names the account in every answer. Later builds know the comment by the [proof in its hidden
data](forges.md#how-the-comment-is-found). A build with other unfinished jobs costs up to two requests more,
because other copies of the plugin may write at the same moment. A token whose account the forge refuses to name
costs one edit more, once. Asserted in `tests/deliver/comment/test_budget.py`.

The [changed lines](changed-lines.md) are requested only by a red build of a pull request whose cause names a place in a
file; Bitbucket Cloud redirects that request once, and Gogs has no such request. The [known
issues](known-issues.md#entries-that-a-pull-request-adds) of the target branch are requested only by a red build of a
pull request that matches an entry in the file of its workspace. Asserted in `tests/forges/test_budget.py`,
`tests/commands/test_changed_lines.py` and `tests/commands/test_known_issues.py`.
"""


def _counted(kind: str) -> list[str]:
    with FAKES[kind]() as forge:
        comment = run_of_builds(forge)
    return [*map(str, comment), requests_for_changed_lines(kind) or "–", requests_for_known_issues(kind)]
