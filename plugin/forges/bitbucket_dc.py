"""Bitbucket Server and Data Center. https://developer.atlassian.com/server/bitbucket/rest/ (API 1.0)."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from plugin.forges.comments import posted_in
from plugin.forges.diffs import Diff, bounded, file_diff
from plugin.forges.files import raw_file
from plugin.forges.interface import (
    ACCOUNT_REFUSED,
    CommentThread,
    PullRequest,
    delete_if_there,
    escape_segment,
    matching_pull_request,
    of_this_build,
    repository_path,
    status_words,
)
from plugin.forges.pagination import by_start
from plugin.frozen import frozen
from plugin.http.client import ApiClient
from plugin.http.json_fields import Record, integer, record, records
from plugin.http.json_fields import text as text_field
from plugin.http.response import Response
from plugin.model.annotation import AnnotationReport
from plugin.model.comment import CommentFormat, CommitStatus, MarkdownSupport, PostedComment, SizeLimit
from plugin.model.message import Message
from plugin.text.shorten import shorten

_API = "rest/api/1.0"
_REMEDIES = {
    400: Message("Bitbucket refused the text; a smaller setting `comment_size` may help"),
    401: Message("the token is wrong, has expired, or lacks `Repository read`; check setting `forge_token`"),
    403: Message("the token's account needs read access to the repository"),
    404: Message("there is no such pull request, or the token's account does not see this repository"),
    409: Message("the comment was changed meanwhile, or has answers and cannot be deleted"),
    429: Message("the account has used up its rate limit; ask the administrator to exempt it"),
}
_STATES = status_words(red="FAILED", green="SUCCESSFUL", running="INPROGRESS", stopped="FAILED")
"""Servers before 7.4 have three states only, so what is neither passed nor in progress is failed."""
_DESCRIPTION = 255
_INSIGHTS = "rest/insights/1.0"
_REPORT_TITLE = 450
_REPORT_DETAILS = 2000


class BitbucketDC:
    """One repository. The limit of a comment is 32,768 characters."""

    comment_format = CommentFormat(
        SizeLimit(32_000, "characters"), MarkdownSupport(folds=False, comments=False), narrow_database=True
    )

    def __init__(self, client: ApiClient, repo: str, web: str) -> None:
        project, _, name = repo.rpartition("/")
        self._client = client
        self._account = ""
        self._repo = f"projects/{escape_segment(project)}/repos/{escape_segment(name)}"
        self._page = f"{self.api(web)}/{self._repo}"

    @staticmethod
    def api(address: str) -> str:
        """Return the address that the APIs for comments and statuses share."""
        return address.removesuffix(f"/{_API}")

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """Return the headers that carry the token."""
        if ":" in token:
            return {"Authorization": f"Basic {b64encode(token.encode()).decode()}"}
        return {"Authorization": f"Bearer {token}"}

    def pull_request(self, number: int) -> CommentThread:
        """Return the comments of a pull request."""
        pull = f"pull-requests/{number}"
        return _Comments(self._client, f"{_API}/{self._repo}/{pull}", f"{self._page}/{pull}", self)

    def find_pull_request(self, commit: str, branch: str) -> int | None:
        """Search by commit."""
        path = f"{_API}/{self._repo}/commits/{escape_segment(commit)}/pull-requests"
        found = by_start(self._client, path, remedies=_REMEDIES)
        opened = (_candidate(one) for one in found if one.get("state") == "OPEN")
        return matching_pull_request(opened, commit, branch)

    def pull_requests(self) -> Iterator[int]:
        """Yield the numbers of all pull requests, the closed ones included."""
        path = f"{_API}/{self._repo}/pull-requests"
        return (integer(pull.get("id")) for pull in by_start(self._client, path, {"state": "ALL"}, remedies=_REMEDIES))

    def diff(self, number: int) -> Diff:
        """Return the diff of a pull request, which the server answers as JSON."""
        path = f"{_API}/{self._repo}/pull-requests/{number}/diff"
        found = record(self._client.json(path, {"contextLines": 0, "withComments": "false"}, remedies=_REMEDIES))
        files = records(found.get("diffs"))
        return bounded("".join(map(_file_diff, files)), complete=found.get("truncated") is not True)

    def file(self, path: str, branch: str) -> bytes | None:
        """Return the content of a file at a branch, None if there is none."""
        place = f"{_API}/{self._repo}/raw/{repository_path(path)}"
        return raw_file(self._client, place, {"at": f"refs/heads/{branch}"})

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Set the commit status."""
        payload = {
            "state": _STATES[status.outcome],
            "key": status.name,
            "name": status.name,
            "description": shorten(status.title, _DESCRIPTION),
            "url": status.url or f"{self._page}/commits/{escape_segment(commit)}",
        }
        self._client.write(
            "POST",
            f"rest/build-status/1.0/commits/{escape_segment(commit)}",
            payload,
            remedies=_REMEDIES,
            idempotent=True,
        )

    def has_status(self, commit: str, status: CommitStatus) -> bool:
        """Return whether this build has set the status of this name."""
        path = f"rest/build-status/1.0/commits/{escape_segment(commit)}"
        listed = by_start(self._client, path, remedies=_REMEDIES)
        return any(of_this_build(status, one.get("key"), one.get("url")) for one in listed)

    def annotate(self, commit: str, report: AnnotationReport) -> str:
        """Write a report of Code Insights with its annotations, or delete that of an earlier failed build."""
        path = f"{_INSIGHTS}/{self._repo}/commits/{escape_segment(commit)}/reports/{escape_segment(report.name)}"
        if report.outcome != "red":
            delete_if_there(self._client, path, _REMEDIES)
            return Message("no annotations, this build has no failure to show")
        payload = {
            "title": shorten(report.name, _REPORT_TITLE),
            "details": shorten(report.title, _REPORT_DETAILS),
            "reporter": "drone-failure-alert",
            "result": "FAIL",
        } | ({"link": report.url} if report.url else {})
        self._client.write("PUT", path, payload, remedies=_REMEDIES, idempotent=True)
        annotations = [
            {
                "externalId": f"{report.name}-{number}",
                "type": "BUG",
                "severity": "HIGH",
                "message": shorten(f"{one.title}: {one.message}", _REPORT_DETAILS),
                "path": one.path,
                "line": one.line,
            }
            for number, one in enumerate(report.annotations, start=1)
        ]
        if annotations:
            body = {"annotations": annotations}
            self._client.write("POST", f"{path}/annotations", body, remedies=_REMEDIES, idempotent=True)
        return f"Code Insights report {report.name} written, annotations: {len(annotations)}"

    def account(self) -> str:
        """Return the account. Every answer has its name in a header, and no resource has it."""
        if not self._account:
            answer = self._client.get(
                f"{_API}/application-properties", accept_status=ACCOUNT_REFUSED, remedies=_REMEDIES
            )
            self.see(answer)
        return self._account

    def see(self, answer: Response) -> None:
        """Take the account's name from the header of an answer."""
        self._account = unquote(answer.headers.get("X-AUSERNAME", "")).casefold() or self._account


@frozen
class _Comments:
    """A pull request's comments. They are listed as activities and written with the version that was read."""

    client: ApiClient
    pull: str
    page: str
    forge: BitbucketDC

    def comments(self) -> Iterable[PostedComment]:
        """Yield all comments."""
        path = f"{self.pull}/activities"
        for activity in by_start(self.client, path, remedies=_REMEDIES, answered=self.forge.see):
            if activity.get("action") == "COMMENTED" and activity.get("commentAction") == "ADDED":
                yield self._posted(record(activity.get("comment")))

    def account(self) -> str:
        """Return the id of the token's account, empty if the forge does not name it."""
        return self.forge.account()

    def create(self, text: str) -> PostedComment | None:
        """Post a new comment and return it as the forge answered."""
        answer = self.client.write("POST", f"{self.pull}/comments", {"text": text}, remedies=_REMEDIES)
        return posted_in(answer, self._posted)

    def update(self, posted: PostedComment, text: str) -> PostedComment | None:
        """Replace the text of a comment and return it as the forge answered."""
        payload = {"text": text, "version": posted.version}
        answer = self.client.write("PUT", f"{self.pull}/comments/{posted.id}", payload, remedies=_REMEDIES)
        return posted_in(answer, self._posted)

    def delete(self, posted: PostedComment) -> None:
        """Delete a comment."""
        path = f"{self.pull}/comments/{posted.id}?version={posted.version}"
        self.client.write("DELETE", path, remedies=_REMEDIES)

    def _posted(self, comment: Record) -> PostedComment:
        number = integer(comment.get("id"))
        return PostedComment(
            number,
            text_field(comment.get("text")),
            text_field(record(comment.get("author")).get("name")).casefold(),
            url=f"{self.page}/overview?commentId={number}",
            version=integer(comment.get("version")),
        )


def _file_diff(changed: Record) -> str:
    source, target = (text_field(record(changed.get(name)).get("toString")) for name in ("source", "destination"))
    return file_diff(source or target, target or source, "".join(map(_hunk, records(changed.get("hunks")))))


def _hunk(hunk: Record) -> str:
    old, new = (f"{integer(hunk.get(f'{side}Line'))},{integer(hunk.get(f'{side}Span'))}" for side in _SIDES)
    lines = (
        f"{_MARKS.get(text_field(segment.get('type')), ' ')}{text_field(line.get('line'))}\n"
        for segment in records(hunk.get("segments"))
        for line in records(segment.get("lines"))
    )
    return f"@@ -{old} +{new} @@\n{''.join(lines)}"


_SIDES = ("source", "destination")
_MARKS = {"ADDED": "+", "REMOVED": "-"}


def _candidate(pull: Record) -> PullRequest:
    """Return a pull request of a list. Without a source, which no real answer lacks, its branch is unknown."""
    source, target = record(pull.get("fromRef")), record(pull.get("toRef"))
    fork = record(source.get("repository")).get("id") != record(target.get("repository")).get("id")
    return PullRequest(integer(pull.get("id")), text_field(source.get("displayId")), "", fork=fork)
