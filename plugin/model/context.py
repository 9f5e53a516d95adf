"""The place where this program runs and the build that it reports on."""

from plugin.frozen import field, frozen
from plugin.model.build import EarlierBuild


@frozen
class CommitFacts:
    """Facts about the commit and its deployment that only the environment has, for messages."""

    author: str = ""
    author_email: str = ""
    message: str = ""
    """Its first line."""
    tag: str = ""
    environment: str = ""
    """The target of a promotion, rollback or deployment."""


@frozen
class BuildContext:
    """One build of one repository on one server, and this program's own job and step in it. Empty or 0 is unknown."""

    server: str = ""
    """Base URL of the CI server's API, without a trailing slash."""
    server_kind: str | None = None
    """A key of `plugin.ci.connect.SERVERS`."""
    server_version: str = ""
    repo: str = ""
    """Full name: `owner/name`, or more parts."""
    repo_id: int | None = None
    """Woodpecker's own number of the repository."""
    pipeline: str = ""
    """Harness: the identifier of the pipeline."""
    build: int = 0
    build_url: str = ""
    """The build's web page, as the server itself names it."""
    event: str = ""
    status: str = ""
    """The build's status so far by the environment; empty where no variable counts (Woodpecker 3.0 to 3.14)."""
    job: int = 0
    """Number of our own job: Drone 0.8 job, Drone stage, Woodpecker workflow."""
    job_name: str = ""
    step: int = 0
    """Number of our own step."""
    step_name: str = ""
    commit: str = ""
    branch: str = ""
    """The branch built; for a pull request the target branch."""
    source_branch: str = ""
    """The branch that the commit is on; for a push the same as `branch`."""
    default_branch: str = ""
    pull_request: int | None = None
    changed_files: tuple[str, ...] = ()
    """All files that the pull request changes, where the environment names them (Woodpecker)."""
    facts: CommitFacts = field(default_factory=CommitFacts)
    author_account: str = ""
    """The forge's name of the account that the build is of: the author of the commit or pull request."""
    previous: EarlierBuild | None = None
    """The previous build of the branch, for a pull request that of its target branch (Woodpecker)."""
    forge: str = ""
    """The kind of the forge, as the environment names it."""
    forge_url: str = ""
    repo_url: str = ""
    """The repository's web page or clone URL in the forge."""
    workspace: str = ""
    card_path: str = ""
    web_url: str = ""
    """Base URL of the CI server's web pages, where it differs from `server`."""
