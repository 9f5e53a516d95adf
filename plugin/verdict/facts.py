"""What is known of a failed build and of earlier ones, and what can be read next."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from plugin.frozen import field, frozen, replace
from plugin.model.build import Build, EarlierBuild
from plugin.model.excerpt import FailureIdentity
from plugin.verdict.past import Past

FailureId = tuple[int, int]
"""Job number and step number; 0 where a job or the build failed without a failed step."""


@frozen
class FailureFacts:
    """What a log shows of a failure, for comparisons."""

    key: str = ""
    """Empty where the cause is generic or unknown; such a failure is equal to no other."""
    identity: FailureIdentity | None = None
    pattern: str = ""
    complete: bool = True
    """The log is whole. A missing part could show another failure."""


@frozen
class ReadList:
    """Read the newest builds of the repository."""


@frozen
class ReadComment:
    """Read the keys of the previous build from the comment on the pull request."""


@frozen
class ReadBuild:
    """Read the jobs and steps of a build."""

    number: int


@frozen
class ReadLog:
    """Read the log of a failed step of a build that has been read."""

    number: int
    job: int
    step: int


Read = ReadList | ReadComment | ReadBuild | ReadLog
"""Something that costs one request."""


@frozen
class Known:
    """Everything that is known when the next read is chosen, or when the verdict is made."""

    build: Build
    failures: Mapping[FailureId, FailureFacts]
    """The failures of this build."""
    default_branch: str = ""
    analyzed: bool = True
    """The logs of this build have been analyzed; before that, no other log is worth reading."""
    seen: Sequence[EarlierBuild] = ()
    """Builds that are known without a request."""
    listed: Sequence[EarlierBuild] | None = None
    """None while the list has not been read."""
    has_comment: bool = False
    """There may be a comment on the pull request that can be read."""
    commented: Mapping[int, frozenset[str]] | None = None
    """Keys of the failures of a build by its number, from the comment; None while it has not been read."""
    builds: Mapping[int, Build | None] = field(default_factory=lambda: MappingProxyType({}))
    """The earlier builds that have been read; None for one that could not be read."""
    logs: Mapping[tuple[int, int, int], FailureFacts | None] = field(default_factory=lambda: MappingProxyType({}))
    """By numbers of build, job and step; None for a log that could not be read."""
    most: int = 10
    """How many earlier builds may be read."""
    past: Past = field(init=False, repr=False, compare=False)
    """The earlier builds as far as they are listed or seen."""

    def __post_init__(self) -> None:
        """Prepare what follows from the lists of builds."""
        object.__setattr__(self, "past", Past(self.build, self.default_branch, self.seen, self.listed))

    def with_failures(self, failures: Mapping[FailureId, FailureFacts], seen: Sequence[EarlierBuild]) -> "Known":
        """Return what is known after the own logs have been analyzed; `seen` are builds seen meanwhile."""
        return replace(self, failures={**self.failures, **failures}, seen=seen, analyzed=True)

    def with_read(self, read: Read, found: object) -> "Known":
        """Return what is known after a read; `found` is None if it failed."""
        match read:
            case ReadList():
                return replace(self, listed=found or ())  # type: ignore[arg-type]
            case ReadComment():
                return replace(self, commented=found or {})  # type: ignore[arg-type]
            case ReadBuild(number):
                return replace(self, builds={**self.builds, number: found})  # type: ignore[dict-item]
            case ReadLog(number, job, step):
                return replace(self, logs={**self.logs, (number, job, step): found})  # type: ignore[dict-item]
