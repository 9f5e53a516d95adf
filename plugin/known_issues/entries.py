"""Entries of known issues from `.failure-alert.yml` and the setting `known_issues`, and the problems found in them.

The author of a pull request may have written them, so their number and size are bounded and nothing raises.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from plugin.fingerprint.fingerprint import VERSION
from plugin.frozen import frozen
from plugin.model.message import Message
from plugin.model.verdict import KnownIssue
from plugin.text.problems import problem_lines
from plugin.text.shorten import single_line

SECTION = "known_issues"
"""Key of the list in the file."""
SETTING = Message("setting `known_issues`")
ACTIONS = ("retry", "wait", "ask")
FIELDS = ("match", "text", "link", "owner", "until", "action")

_MIDNIGHT = "T00:00:00Z"
"""What servers add to a date without quotes when they pass a setting on."""
_KEY = re.compile(r"v\d+:[0-9a-f]{16}")
_MOST = 200
_LONGEST = 1_000
"""Characters of a field; an expression has a limit of its own."""

CheckExpression = Callable[[str], None]
"""Function that raises ValueError for an expression that is invalid, too large, or matches almost every failure."""


@frozen
class Entry:
    """One known issue and what it matches."""

    match: str
    """A regular expression, or a key."""
    issue: KnownIssue
    source: str
    """The file or setting that defines it."""
    number: int
    """1-based position there."""

    @property
    def is_key(self) -> bool:
        """Whether it matches the key of a failure, not its lines."""
        return is_key(self.match)

    @property
    def name(self) -> str:
        """Return the name of the entry in messages."""
        return Message(
            "{source}, known issue {number} ({text})",
            source=self.source,
            number=self.number,
            text=single_line(self.issue.text, 80),
        )


class EntryError(ValueError):
    """An entry cannot be used; `str(error)` is the reason."""


def is_key(match: str) -> bool:
    """Return whether the text has the form of a failure's key, of any version."""
    return _KEY.fullmatch(match) is not None


def read_entries(
    text: str, source: str, check: CheckExpression, today: date
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Return the valid entries of a document, and one line for each problem.

    The document is YAML or JSON: a mapping with `known_issues`, which may hold other keys, or only the list.
    """
    if not text.strip():
        return (), ()
    from plugin.untrusted_yaml import UnusableYamlError, load_plain  # late: most runs read no YAML

    try:
        document, problems = load_plain(text)
    except UnusableYamlError as error:
        return (), (Message("{source}: {problem}", source=source, problem=error),)
    found = list(problems) if isinstance(document, list) else []  # those of a mapping are reported with its patterns
    entries = tuple(_entries(_listed(document, source, found), source, check, today, found))
    return entries, problem_lines(found)


def _listed(document: object, source: str, problems: list[str]) -> Sequence[object]:
    listed = document.get(SECTION) if isinstance(document, Mapping) else document
    if listed is None:
        return ()
    if not isinstance(listed, list):
        problems.append(Message("{source}: {section} must be a list of entries", source=source, section=SECTION))
        return ()
    if len(listed) > _MOST:
        problems.append(
            Message(
                "{source}: {number} known issues are too many; only the first {most} are used",
                source=source,
                number=len(listed),
                most=_MOST,
            )
        )
    return listed[:_MOST]


def _entries(
    listed: Sequence[object], source: str, check: CheckExpression, today: date, problems: list[str]
) -> Iterator[Entry]:
    for number, fields in enumerate(listed, 1):
        try:
            yield _entry(fields, source, number, check, today)
        except ValueError as error:
            problems.append(
                Message("{source}, known issue {number}: {error}", source=source, number=number, error=error)
            )


def _entry(fields: object, source: str, number: int, check: CheckExpression, today: date) -> Entry:
    if not isinstance(fields, Mapping):
        raise EntryError(Message("a mapping of {names} is expected", names=", ".join(FIELDS)))
    if unknown := fields.keys() - set(FIELDS):
        raise EntryError(
            Message(
                "unknown field {name}; known are {names}",
                name=repr(single_line(min(map(str, unknown)), 40)),
                names=", ".join(FIELDS),
            )
        )
    texts = {name: _text(fields.get(name), name) for name in FIELDS}
    for name in ("match", "text"):
        if not texts[name]:
            raise EntryError(Message("{name} is missing", name=name))
    _check_match(texts["match"], check)
    if texts["action"] not in ("", *ACTIONS):
        raise EntryError(
            Message(
                "action must be one of {names}, not {action}",
                names=", ".join(ACTIONS),
                action=repr(single_line(texts["action"], 40)),
            )
        )
    if texts["link"] and not texts["link"].startswith(("http://", "https://")):
        raise EntryError(Message("link must be an http or https URL"))
    text, link, owner, until, action = (texts[name] for name in FIELDS[1:])
    until = until.removesuffix(_MIDNIGHT)
    issue = KnownIssue(text, link, owner, until, action, expired=_expired(until, today))
    return Entry(texts["match"], issue, source, number)


def _text(value: object, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise EntryError(Message("{name} must be text", name=name))
    return value.strip() if name == "match" else " ".join(value[: 2 * _LONGEST].split())[:_LONGEST]


def _check_match(match: str, check: CheckExpression) -> None:
    if not is_key(match):
        check(match)
    elif not match.startswith(f"{VERSION}:"):
        raise EntryError(
            Message(
                "the key {match} is of another version of this plugin and matches nothing; {version} is used",
                match=match,
                version=VERSION,
            )
        )


def _expired(until: str, today: date) -> bool:
    """Return whether the date is over; the entry counts on that day itself."""
    try:
        return bool(until) and date.fromisoformat(until) < today
    except ValueError:
        raise EntryError(
            Message("until must be a date such as 2027-01-31, not {date}", date=repr(single_line(until, 40)))
        ) from None
