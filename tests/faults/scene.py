"""A red build with two failed steps on a fake server, its pull request on a fake forge, and a run between."""

import io
import re
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from unittest.mock import patch

from plugin.commands.step import PluginStep
from plugin.http.deadline import Deadline
from tests.fakes.forges import FAKES as FORGES
from tests.fakes.forges import FakeForge
from tests.fakes.rude import Behaviour, Line
from tests.fakes.servers import FAKES as SERVERS
from tests.fakes.servers.server import TOKEN, FakeServer
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, build, green, job
from tests.faults.front import Endpoint, Front, Misfortune

PULL = 7
LINT = "+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n"
BUNDLE = "+ make bundle\nmake: *** No rule to make target 'moon', needed by 'bundle'.  Stop.\n"
_SOON = 0.3
_MAX_BYTES, _FEW_BYTES = "plugin.http.transport.MAX_BYTES", 4 * 1024**2
"""tests/http shows that the true limit holds; here a smaller one saves time."""
CAUSES = ("F401", "No rule to make target")
INTERNAL_ERROR = re.compile("mistake of this program|internal error|bug in this plugin")
"""Words in a report or the step's log that a bug in the plugin leaves, beside a traceback."""


def red() -> TrueBuild:
    steps = (TrueStep("lint", code=1, log=LINT), TrueStep("bundle", code=2, log=BUNDLE))
    return build(*steps, number=42, event="pull_request", pull=PULL, source="fix")


def before() -> TrueBuild:
    steps = (TrueStep("lint", log="+ flake8 src\n"), TrueStep("bundle", log="+ make bundle\nbundled\n"))
    return green(41, *steps, event="pull_request", pull=PULL, source="fix")


def of_target_branch() -> TrueBuild:
    """Return an earlier build of the target branch with one of the failures, which the verdict compares."""
    steps = (TrueStep("lint", code=1, log=LINT), TrueStep("bundle"), TrueStep("summary", kind="plugin"))
    return TrueBuild(40, (job(*steps, current=False, fate=Fate.ENDED),))


@dataclass(frozen=True)
class Run:
    """What one run left behind."""

    code: int
    printed: str
    complaints: str
    files: tuple[str, ...]
    comments: tuple[str, ...]
    seconds: float
    server: tuple[Endpoint, ...]
    forge: tuple[Endpoint, ...]

    @property
    def all_texts(self) -> str:
        return "\n".join((self.printed, self.complaints, *self.files, *self.comments))


class Counted:
    """Pauses that take no time but count."""

    def __init__(self) -> None:
        self.slept = 0.0

    def deadline(self, seconds: float) -> Deadline:
        return Deadline(seconds, lambda: time.monotonic() + self.slept, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds


class Hurried:
    """A run whose time is over soon after the fault began, so that a fault of time needs little of ours."""

    def __init__(self, fault: Behaviour, *, at_forge: bool) -> None:
        self._fault = fault
        self._at_forge = at_forge

    def deadline(self, seconds: float) -> Deadline:
        self._whole = _Parted(seconds)
        return self._whole

    def hit(self, line: Line) -> None:
        Timer(_SOON, self._end).start()
        self._fault(line)

    def _end(self) -> None:
        for deadline in [self._whole] if self._at_forge else self._whole.parts:
            deadline.stop("the time for this run is spent")


class _Parted(Deadline):
    """Knows what was cut off it for the server."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.parts: list[Deadline] = []

    def reserve(self, seconds: float) -> Deadline:
        self.parts.append(super().reserve(seconds))
        return self.parts[-1]


def run(
    workspace: Path,
    *,
    server: str = "drone-2",
    forge: str = "gitea",
    at_server: Misfortune | None = None,
    at_forge: Misfortune | None = None,
    server_tls: ssl.SSLContext | None = None,
    forge_tls: ssl.SSLContext | None = None,
    known: bool = False,
    deadline: Callable[[float], Deadline] | None = None,
    **settings: str,
) -> Run:
    """`known`: an earlier build already left its comment."""
    with ExitStack() as stack:
        host = stack.enter_context(FORGES[forge]())
        host.repo = host.repo.replace(" ", "-")
        ci = stack.enter_context(SERVERS[server](red(), before(), of_target_branch(), repo=host.repo))
        if known:
            _tell_of_earlier_build(workspace, host)
        near = stack.enter_context(Front(ci.url, at_server, server_tls))
        far = stack.enter_context(Front(host.url, at_forge, forge_tls))
        given = {f"PLUGIN_{name}": text for name, text in settings.items()}
        environ = {**environ_of(ci, near.url, host, far.url, workspace), **given}
        out, err = io.BytesIO(), io.StringIO()
        start = time.monotonic()
        with patch("plugin.commands.step.Deadline", deadline or Counted().deadline), patch(_MAX_BYTES, _FEW_BYTES):
            code = PluginStep(environ, out, err).run()
        seconds = time.monotonic() - start
        comments = tuple(text for thread in host.threads.values() for text in (one.text for one in thread))
        asked = tuple(near.endpoints()), tuple(far.endpoints())
    files = tuple(path.read_text() for path in sorted(workspace.glob("failure-summary.*")) if path.is_file())
    return Run(code, out.getvalue().decode(), err.getvalue(), files, comments, seconds, *asked)


@contextmanager
def step(server: str, forge: str) -> Iterator[Mapping[str, str]]:
    """Yield the variables of a step that stands beside a comment of an earlier build."""
    with FORGES[forge]() as host, tempfile.TemporaryDirectory() as workspace:
        host.repo = host.repo.replace(" ", "-")
        with SERVERS[server](red(), before(), repo=host.repo) as ci:
            _tell_of_earlier_build(Path(workspace), host)
            yield environ_of(ci, ci.url, host, host.url, Path(workspace))


def run_step(environ: Mapping[str, str]) -> None:
    """Run the program as that step."""
    with patch("plugin.commands.step.Deadline", Counted().deadline):
        PluginStep(environ, io.BytesIO(), io.StringIO()).run()


def _tell_of_earlier_build(workspace: Path, host: FakeForge) -> None:
    """By the real code, as build 40 of an older commit."""
    older = build(TrueStep("lint", code=1), number=40, event="pull_request", pull=PULL, commit="0" * 40)
    with SERVERS["drone-2"](older, repo=host.repo) as ci:
        environ = environ_of(ci, ci.url, host, host.url, workspace)
        with patch("plugin.commands.step.Deadline", Counted().deadline):
            PluginStep({**environ, "PLUGIN_BASELINE": "off"}, io.BytesIO(), io.StringIO()).run()


def environ_of(ci: FakeServer, near: str, host: FakeForge, far: str, workspace: Path) -> dict[str, str]:
    return {
        **{name: text.replace(ci.url, near) for name, text in ci.environ().items()},
        "CI_WORKSPACE": str(workspace),
        "DRONE_WORKSPACE": str(workspace),
        "PLUGIN_SERVER": near,
        "PLUGIN_TOKEN": TOKEN,
        "PLUGIN_FORGE": host.kind,
        "PLUGIN_FORGE_URL": far,
        "PLUGIN_FORGE_TOKEN": host.token,
        "PLUGIN_LOG_LEVEL": "debug",
    }
