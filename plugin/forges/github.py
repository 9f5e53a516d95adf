"""GitHub and GitHub Enterprise Server. https://docs.github.com/en/rest/issues/comments (API version 2022-11-28)."""

from collections.abc import Iterator, Mapping
from functools import partial

from plugin.errors import ForgeError, OutOfTime
from plugin.forges.comments import CommentList, body
from plugin.forges.diffs import Diff, bounded, file_diff
from plugin.forges.files import raw_file
from plugin.forges.interface import (
    CommentThread,
    PullRequest,
    account_of,
    escape_segment,
    matching_pull_request,
    of_this_build,
    repository_path,
    status_words,
    with_api_path,
)
from plugin.forges.pagination import by_link, json_value
from plugin.http.client import ApiClient, Remedies
from plugin.http.json_fields import Record, integer, record, records, text
from plugin.model.annotation import AnnotationReport
from plugin.model.comment import CommentFormat, CommitStatus, MarkdownSupport, Outcome, PostedComment, SizeLimit
from plugin.model.message import Message
from plugin.text.shorten import shorten

_REMEDIES: dict[int | str, str] = {
    "more than 2500 comments": Message("GitHub accepts no more comments there; continue in a new pull request"),
    "is locked": Message("unlock the conversation, or use a token whose account has write access"),
    "was archived": Message("nothing can be written there; unarchive the repository, or set `comment_on: never`"),
    401: Message("the token is wrong or has expired; check setting `forge_token`"),
    403: Message(
        "the token needs write access to pull requests (classic scope `repo` or `public_repo`, "
        "fine-grained permission `Pull requests: write`), and neither may the conversation be locked nor "
        "the repository archived"
    ),
    404: Message(
        "there is no such pull request, or the token does not see this repository (a private one needs scope `repo`)"
    ),
    410: Message("the repository has issues and their comments switched off"),
    422: Message("GitHub refused the text; a smaller setting `comment_size` may help"),
    429: Message("the token has used up its rate limit; give the plugin one of its own"),
}
_COMMIT_REMEDIES = {
    **_REMEDIES,
    403: Message("to comment on a commit, the token needs `Contents: write`, classic scope `repo`"),
}
_STATUS_REMEDIES = {
    **_REMEDIES,
    403: Message("the token needs scope `repo:status`, fine-grained `Commit statuses: write`"),
}
_STATES = status_words(red="failure", green="success", running="pending", stopped="error")
_DESCRIPTION = 140
_CHECK_REMEDIES = {
    **_REMEDIES,
    403: Message("for check runs, the App needs the permission `Checks: write` in this repository"),
}
_CONCLUSIONS: Mapping[Outcome, str] = {"red": "failure", "green": "success"}
_CHECK_TITLE = 255
_CHECK_SUMMARY = 60_000
_CHECK_MESSAGE = 10_000
"""Characters; GitHub takes 64 KB."""
_ANNOTATIONS = 50
_FILES = 100
"""Files of a diff that one request returns at most."""


class GitHub:
    """One repository. The limit of a comment is 65,536 characters."""

    comment_format = CommentFormat(SizeLimit(65_000, "characters"), MarkdownSupport())

    def __init__(self, client: ApiClient, repo: str, web: str) -> None:
        self._client = client
        self._graphql = "../graphql" if self.api(web).endswith("/v3") else "graphql"
        self._repo = f"repos/{repository_path(repo)}"
        self._owner = repo.partition("/")[0]

    @staticmethod
    def api(address: str) -> str:
        """Return the API's address: github.com and its tenants have a separate host for it, other servers a path."""
        scheme, _, place = address.replace("://www.github.com", "://github.com").partition("://")
        if place == "github.com" or place.endswith(".ghe.com"):
            return address if place.startswith("api.") else f"{scheme}://api.{place}"
        return address if place.startswith("api.github.com") else with_api_path(address, "/api/v3")

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """Return the headers that carry the token."""
        return {"Authorization": f"Bearer {token}", "X-GitHub-Api-Version": "2022-11-28"}

    def pull_request(self, number: int) -> CommentThread:
        """Return the comments of a pull request."""
        return self._comments(f"{self._repo}/issues/{number}/comments", f"{self._repo}/issues/comments", _REMEDIES)

    def commit(self, commit: str) -> CommentThread:
        """Return the comments of a commit."""
        many = f"{self._repo}/commits/{escape_segment(commit)}/comments"
        return self._comments(many, f"{self._repo}/comments", _COMMIT_REMEDIES)

    def find_pull_request(self, commit: str, branch: str) -> int | None:
        """Search by branch, by commit only where the branch is unknown."""
        if branch:
            query = {"state": "open", "head": f"{self._owner}:{branch}"}
            found = records(self._client.json(f"{self._repo}/pulls", query, remedies=_REMEDIES))
            return matching_pull_request((_candidate(one, branch) for one in found), commit, branch)
        path, unknown = f"{self._repo}/commits/{escape_segment(commit)}/pulls", (422,)
        answer = self._client.get(path, accept_status=unknown, remedies=_REMEDIES)
        found = () if answer.status in unknown else records(json_value(answer))
        opened = (_candidate(one, "") for one in found if one.get("state") == "open")
        return matching_pull_request(opened, commit, branch)

    def pull_requests(self) -> Iterator[int]:
        """Yield the numbers of all pull requests, the closed ones included."""
        pulls = by_link(self._client, f"{self._repo}/pulls", {"state": "all", "per_page": 100}, remedies=_REMEDIES)
        return (integer(pull.get("number")) for pull in pulls)

    def diff(self, number: int) -> Diff:
        """Return the diff of the first 100 files of a pull request."""
        path = f"{self._repo}/pulls/{number}/files"
        files = records(json_value(self._client.get(path, {"per_page": _FILES}, remedies=_REMEDIES)))
        return bounded("".join(map(_file_diff, files)), complete=len(files) < _FILES)

    def file(self, path: str, branch: str) -> bytes | None:
        """Return the content of a file at a branch, None if there is none."""
        place = f"{self._repo}/contents/{repository_path(path)}"
        return raw_file(self._client, place, {"ref": branch}, media_type="application/vnd.github.raw")

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Set the commit status."""
        payload = {
            "state": _STATES[status.outcome],
            "context": status.name,
            "description": shorten(status.title, _DESCRIPTION),
            "target_url": status.url,
        }
        self._client.write(
            "POST",
            f"{self._repo}/statuses/{escape_segment(commit)}",
            payload,
            remedies=_STATUS_REMEDIES,
            idempotent=True,
        )

    def has_status(self, commit: str, status: CommitStatus) -> bool:
        """Return whether this build has set the status of this name."""
        path = f"{self._repo}/commits/{escape_segment(commit)}/statuses"
        listed = by_link(self._client, path, {"per_page": 100}, remedies=_STATUS_REMEDIES)
        return any(of_this_build(status, one.get("context"), one.get("target_url")) for one in listed)

    def annotate(self, commit: str, report: AnnotationReport) -> str:
        """Create a check run. It replaces an earlier one of this name, whose annotations could not be removed."""
        if report.outcome != "red" and not self._is_red(commit, report.name):
            return Message("no annotations, this build has no failure to show")
        annotations = [
            {
                "path": one.path,
                "start_line": one.line,
                "end_line": one.line,
                "annotation_level": "failure",
                "title": shorten(one.title, _CHECK_TITLE),
                "message": shorten(one.message, _CHECK_MESSAGE),
            }
            for one in report.annotations[:_ANNOTATIONS]
        ]
        payload = {
            "name": report.name,
            "head_sha": commit,
            "status": "completed",
            "conclusion": _CONCLUSIONS.get(report.outcome, "neutral"),
            "output": {
                "title": shorten(report.title, _CHECK_TITLE),
                "summary": shorten(report.summary, _CHECK_SUMMARY),
                "annotations": annotations,
            },
        } | ({"details_url": report.url} if report.url else {})
        self._client.write("POST", f"{self._repo}/check-runs", payload, remedies=_CHECK_REMEDIES, idempotent=True)
        return f"check run {report.name} created: {report.outcome}, annotations: {len(annotations)}"

    def _is_red(self, commit: str, name: str) -> bool:
        path = f"{self._repo}/commits/{escape_segment(commit)}/check-runs"
        found = record(self._client.json(path, {"check_name": name, "filter": "latest"}, remedies=_CHECK_REMEDIES))
        return any(one.get("conclusion") == "failure" for one in records(found.get("check_runs")))

    def _comments(self, many: str, one: str, remedies: Remedies) -> CommentThread:
        listed = partial(by_link, self._client, many, {"per_page": 100}, remedies=remedies)
        return CommentList(self._client, many, one, listed, self._posted, body, remedies, self._account)

    def _posted(self, comment: Record) -> PostedComment:
        user = record(comment.get("user"))
        return PostedComment(
            integer(comment.get("id")),
            text(comment.get("body")),
            text(user.get("login")),
            text(comment.get("html_url")),
            automated=user.get("type") == "Bot",
        )

    def _account(self) -> str:
        """Return the token's login. An app's token has no user, but GraphQL knows it."""
        return text(account_of(self._client, "user", _REMEDIES).get("login")) or self._viewer()

    def _viewer(self) -> str:
        try:
            answer = self._client.write("POST", self._graphql, {"query": "query { viewer { login } }"}, idempotent=True)
        except OutOfTime:
            raise
        except ForgeError:
            return ""
        return text(record(record(record(json_value(answer)).get("data")).get("viewer")).get("login"))


def _file_diff(changed: Record) -> str:
    name = text(changed.get("filename"))
    return file_diff(text(changed.get("previous_filename")) or name, name, text(changed.get("patch")))


def _candidate(pull: Record, branch: str) -> PullRequest:
    """`branch` is the one that the search was limited to, in a repository of this owner."""
    head, base = record(pull.get("head")), record(pull.get("base"))
    fork = record(head.get("repo")).get("id") != record(base.get("repo")).get("id")
    return PullRequest(integer(pull.get("number")), text(head.get("ref")) or branch, text(head.get("sha")), fork=fork)
