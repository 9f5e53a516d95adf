"""Set the status of the commit that was built, with the cause of its failure as the description."""

from collections.abc import Callable, Mapping

from plugin.deliver.comment.plain_characters import has_wide, narrow
from plugin.errors import ForgeError
from plugin.forges import FORGES
from plugin.forges.interface import FindsPullRequests, SetsStatus
from plugin.frozen import replace
from plugin.http.client import ApiClient
from plugin.model.comment import CommentFacts, CommentTarget, CommitStatus, Outcome
from plugin.model.message import Message
from plugin.text.language import N_, _
from plugin.text.shorten import single_line

STATUS_NAME = "failure-alert"


def set_status(
    outcome: Outcome,
    facts: CommentFacts,
    target: CommentTarget,
    token: str,
    client_factory: Callable[[str, Mapping[str, str]], ApiClient],
    key: str = "",
    *,
    unless_found: bool = False,
) -> str:
    """Set the status and return one line on what was done. Raise ForgeError.

    `client_factory` makes a client from the API's base address and headers. `key` distinguishes several pipelines.
    With `unless_found`, nothing is set if the forge knows an open pull request of the commit or branch.
    """
    kind = FORGES[target.forge]
    client = client_factory(kind.api(target.address), kind.headers(token))
    forge = kind(client, target.repo, target.address)
    if not isinstance(forge, SetsStatus):
        raise ForgeError(Message("{forge} has no commit status; set `status` to never", forge=target.forge))
    if unless_found and isinstance(forge, FindsPullRequests):
        number = forge.find_pull_request(facts.commit, facts.branch)
        if number is not None:
            return f"no commit status, the build belongs to pull request {number}"
    title = single_line(facts.title) or _(_OUTCOMES[outcome])
    status = CommitStatus(f"{STATUS_NAME}/{key}" if key else STATUS_NAME, outcome, title, facts.url)
    if outcome == "unknown" and not forge.has_status(facts.commit, status):
        return "no commit status: the result is unknown and this build has not set one"
    try:
        forge.set_status(facts.commit, status)
    except ForgeError as error:
        if error.status != 500 or not (forge.comment_format.narrow_database and has_wide(title)):
            raise
        forge.set_status(facts.commit, replace(status, title=narrow(title)))
    return f"status of commit {facts.commit[:10]} set to {outcome}"


_OUTCOMES: Mapping[Outcome, str] = {
    "red": N_("failed"),
    "green": N_("passed"),
    "running": N_("nothing failed so far"),
    "unknown": N_("the result is unknown"),
    "canceled": N_("canceled"),
    "declined": N_("declined"),
    "blocked": N_("waits for an approval"),
    "skipped": N_("skipped"),
}
