"""All that a reader may be told of a build: takes a build and the excerpts of its failed steps, gives a Report."""

from dataclasses import dataclass

from plugin.ci.build import State
from plugin.extract.excerpt import Excerpt

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What is known of the log that an excerpt was taken from."""

    lines: int
    bytes: int
    complete: bool
    reason: str
    """Why the log is missing or cut; empty when it is whole."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed step, or a unit or build that failed before it had one (then `step` is empty)."""

    unit: str
    """The unit as a person reads it: its name, else its matrix values, else `#2`."""
    unit_number: int
    """0 for a failure of the build itself."""
    axes: tuple[tuple[str, str], ...]
    step: str
    state: State
    exit_code: int | None
    error: str
    """The server's own words, redacted."""
    seconds: int | None
    """How long the step ran."""
    url: str
    excerpt: Excerpt | None
    """None where no log could be read."""
    log: LogFacts
    title: str
    """One line that names the cause: the excerpt's title, else what is known without a log."""


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit, failed or not, for the comment's sections and the green report."""

    number: int
    name: str
    state: State
    own: bool
    steps: int
    settled: int
    """How many of its steps had ended (own step left out)."""
    url: str


@dataclass(frozen=True, slots=True)
class Report:
    """The product of everything before rendering."""

    server: str
    repo: str
    number: int
    state: State
    """failure as soon as a step failed, whatever the server still says; success when all that ended did well."""
    event: str
    commit: str
    branch: str
    pull_request: int | None
    url: str
    source_url: str
    """Address of a file in the forge at this commit with `{path}` and `{line}` to fill in, or empty."""
    started: int
    units: tuple[UnitFacts, ...]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    """What could not be done and why, redacted."""
