"""How many requests the comment costs on each forge, counted with the fakes."""

from plugin.forges import FORGES
from tests.deliver.comment.test_budget import run_of_builds
from tests.fakes.forges import FAKES


def chapter() -> str:
    """Return a table with one row for each forge."""
    rows = "\n".join(f"| `{kind}` | {' | '.join(map(str, _counted(kind)))} |" for kind in FORGES)
    return f"""## Requests to the forge

A forge limits requests: a GitHub token has 5,000 an hour for all builds of an organization. This is what the
comment costs on a pull request with up to 100 comments, for a build with one job:

| Forge | Green without a comment | First red | Unchanged red | Changed red | Red to green |
|---|---|---|---|---|---|
{rows}

The first red build reads the comments, asks for the token's account, creates the comment and reads again. Data
Center names the account in every answer. Later builds know the comment by the [proof in its hidden
data](forges.md#how-the-comment-is-found). A build with other unfinished jobs costs up to two requests more,
because other copies of the plugin may write at the same moment. A token whose account the forge refuses to name
costs one edit more, once. Asserted in `tests/deliver/comment/test_budget.py`.
"""


def _counted(kind: str) -> list[int]:
    with FAKES[kind]() as forge:
        return run_of_builds(forge)
