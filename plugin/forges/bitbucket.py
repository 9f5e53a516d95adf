"""Bitbucket Cloud. https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import partial

from plugin.forges.comments import CommentList
from plugin.forges.diffs import Diff, text_diff
from plugin.forges.files import raw_file
from plugin.forges.interface import (
    CommentThread,
    PullRequest,
    account_of,
    delete_if_there,
    escape_segment,
    matching_pull_request,
    of_this_build,
    repository_path,
    status_words,
    with_api_path,
)
from plugin.forges.pagination import by_next_address, json_value
from plugin.http.client import ApiClient, Remedies
from plugin.http.json_fields import Record, integer, record, text
from plugin.model.annotation import AnnotationReport
from plugin.model.comment import CommentFormat, CommitStatus, MarkdownSupport, PostedComment, SizeLimit
from plugin.model.message import Message
from plugin.text.shorten import shorten

_REMEDIES = {
    401: Message(
        "the token is wrong or has expired; setting `forge_token` takes an access token, or `account:password`"
    ),
    403: Message("the token needs scope `pullrequest:write`, an API token `write:pullrequest:bitbucket` and its like"),
    404: Message("there is no such pull request, or the token does not see this repository"),
    409: Message("the pull request cannot be written to now"),
    429: Message("the account has used up its rate limit; give the plugin one of its own"),
}
_COMMIT_REMEDIES = {**_REMEDIES, 403: Message("to comment on a commit, the token needs scope `repository:write`")}
_STATUS_REMEDIES = {**_REMEDIES, 403: Message("to set a commit's status, the token needs scope `repository:write`")}
_STATES = status_words(red="FAILED", green="SUCCESSFUL", running="INPROGRESS", stopped="STOPPED")
_INSIGHTS_REMEDIES = {**_REMEDIES, 403: Message("for Code Insights, the token needs scope `repository:write`")}
_REPORT_TITLE = 450
_REPORT_DETAILS = 2000
_SUMMARY = 450
_ANNOTATIONS = 100
"""The most in one request."""
_KEY = 40
_DESCRIPTION = 255


class Bitbucket:
    """One repository. The size limit is not documented; 32,768 characters is what others found safe."""

    comment_format = CommentFormat(
        SizeLimit(32_000, "characters"), MarkdownSupport(folds=False, comments=False, names_accounts=False)
    )

    def __init__(self, client: ApiClient, repo: str, web: str) -> None:
        self._client = client
        self._repo = f"repositories/{repository_path(repo)}"
        self._page = f"{web.removesuffix('/2.0')}/{repository_path(repo)}"

    @staticmethod
    def api(address: str) -> str:
        """Return the base address of the API."""
        return with_api_path(
            re.sub(r"^https?://(?:www\.)?bitbucket\.org$", "https://api.bitbucket.org", address), "/2.0"
        )

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """Return the headers that carry the token."""
        if ":" in token:
            return {"Authorization": f"Basic {b64encode(token.encode()).decode()}"}
        return {"Authorization": f"Bearer {token}"}

    def pull_request(self, number: int) -> CommentThread:
        """Return the comments of a pull request."""
        return self._comments(f"{self._repo}/pullrequests/{number}/comments", _REMEDIES)

    def commit(self, commit: str) -> CommentThread:
        """Return the comments of a commit."""
        return self._comments(f"{self._repo}/commit/{escape_segment(commit)}/comments", _COMMIT_REMEDIES)

    def find_pull_request(self, commit: str, branch: str) -> int | None:
        """Search by branch; a search by commit needs an add-on in the workspace."""
        quoted = branch.replace("\\", "\\\\").replace('"', '\\"')
        query = {"q": f'state = "OPEN" AND source.branch.name = "{quoted}"'}
        pulls = by_next_address(self._client, f"{self._repo}/pullrequests", query, remedies=_REMEDIES)
        return matching_pull_request(map(_candidate, pulls), commit, branch)

    def pull_requests(self) -> Iterator[int]:
        """Yield the numbers of all pull requests, the closed ones included."""
        states = " OR ".join(f'state = "{state}"' for state in ("OPEN", "MERGED", "DECLINED", "SUPERSEDED"))
        path = f"{self._repo}/pullrequests"
        pulls = by_next_address(self._client, path, {"q": states, "pagelen": 50}, remedies=_REMEDIES)
        return (integer(pull.get("id")) for pull in pulls)

    def diff(self, number: int) -> Diff:
        """Return the diff of a pull request. Bitbucket redirects to that of the commits, on the same host."""
        path = f"{self._repo}/pullrequests/{number}/diff"
        return text_diff(self._client.get(path, remedies=_REMEDIES, media_type="text/plain"))

    def file(self, path: str, branch: str) -> bytes | None:
        """Return the content of a file at a branch, None if there is none or the branch has a slash (BCLOUD-9969)."""
        place = f"{self._repo}/src/{escape_segment(branch)}/{repository_path(path)}"
        return raw_file(self._client, place, None)

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Set the commit status."""
        payload = {
            "state": _STATES[status.outcome],
            "key": status.name[:_KEY],
            "name": status.name,
            "description": shorten(status.title, _DESCRIPTION),
            "url": status.url or f"{self._page}/commits/{escape_segment(commit)}",
        }
        path = f"{self._repo}/commit/{escape_segment(commit)}/statuses/build"
        self._client.write("POST", path, payload, remedies=_STATUS_REMEDIES, idempotent=True)

    def has_status(self, commit: str, status: CommitStatus) -> bool:
        """Return whether this build has set the status of this name."""
        path = f"{self._repo}/commit/{escape_segment(commit)}/statuses/build/{escape_segment(status.name[:_KEY])}"
        answer = self._client.get(path, accept_status=(404,), remedies=_STATUS_REMEDIES)
        found = record(json_value(answer)) if answer.status != 404 else {}
        return of_this_build(status, found.get("name"), found.get("url"))

    def annotate(self, commit: str, report: AnnotationReport) -> str:
        """Write a report of Code Insights with its annotations, or delete that of an earlier failed build."""
        path = f"{self._repo}/commit/{escape_segment(commit)}/reports/{escape_segment(report.name)}"
        if report.outcome != "red":
            delete_if_there(self._client, path, _INSIGHTS_REMEDIES)
            return Message("no annotations, this build has no failure to show")
        payload = {
            "title": shorten(report.name, _REPORT_TITLE),
            "details": shorten(report.title, _REPORT_DETAILS),
            "report_type": "TEST",
            "reporter": "drone-failure-alert",
            "result": "FAILED",
        } | ({"link": report.url} if report.url else {})
        self._client.write("PUT", path, payload, remedies=_INSIGHTS_REMEDIES, idempotent=True)
        annotations = [
            {
                "external_id": f"{report.name}-{number}",
                "annotation_type": "BUG",
                "severity": "HIGH",
                "result": "FAILED",
                "summary": shorten(one.message, _SUMMARY),
                "details": shorten(f"{one.title}\n{one.message}", _REPORT_DETAILS),
                "path": one.path,
                "line": one.line,
            }
            for number, one in enumerate(report.annotations[:_ANNOTATIONS], start=1)
        ]
        if annotations:
            self._client.write("POST", f"{path}/annotations", annotations, remedies=_INSIGHTS_REMEDIES, idempotent=True)
        return f"Code Insights report {report.name} written, annotations: {len(annotations)}"

    def _comments(self, path: str, remedies: Remedies) -> CommentThread:
        listed = partial(by_next_address, self._client, path, {"pagelen": 100}, remedies=remedies)
        return CommentList(self._client, path, path, listed, self._posted, _body, remedies, self._account, edit="PUT")

    def _posted(self, comment: Record) -> PostedComment:
        user = record(comment.get("user"))
        deleted, automated = comment.get("deleted") is True, user.get("type") == "app_user"
        return PostedComment(
            integer(comment.get("id")),
            text(record(comment.get("content")).get("raw")),
            "" if deleted else text(user.get("uuid")),
            text(record(record(comment.get("links")).get("html")).get("href")),
            automated=automated and not deleted,
        )

    def _account(self) -> str:
        """Return the account; the access token of a repository or project cannot read its own."""
        return text(account_of(self._client, "user", _REMEDIES).get("uuid"))


def _body(text: str) -> dict[str, dict[str, str]]:
    return {"content": {"raw": text}}


def _candidate(pull: Record) -> PullRequest:
    source, target = record(pull.get("source")), record(pull.get("destination"))
    fork = record(source.get("repository")).get("uuid") != record(target.get("repository")).get("uuid")
    branch, commit = record(source.get("branch")).get("name"), record(source.get("commit")).get("hash")
    return PullRequest(integer(pull.get("id")), text(branch), text(commit), fork=fork)
