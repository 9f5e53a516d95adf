"""Whatever breaks in this program or around it: file, log, card and comment are delivered, each without the others."""

import io
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from plugin.commands.step import PluginStep
from tests.fakes.forges import FakeForge
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers.drone import DroneFake
from tests.fakes.servers.server import FakeServer
from tests.faults.scene import CAUSES, INTERNAL_ERROR, before, environ_of, red

SUMMARY = "failure-summary.md"
CARD = "\x1b]1338;"


@dataclass(frozen=True)
class Delivered:
    """What a run left behind."""

    code: int
    file: str
    log: str
    complaints: str
    comments: tuple[str, ...]

    @property
    def whole(self) -> set[str]:
        """The deliveries that tell both causes, and the card."""
        texts = {"file": self.file, "log": self.log, "comment": "".join(self.comments)}
        told = {name for name, text in texts.items() if all(cause in text for cause in CAUSES)}
        return told | ({"card"} if CARD in self.log else set())


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with DroneFake(red(), before()) as fake:
        yield fake


@pytest.fixture
def forge() -> Iterator[FakeForge]:
    with GiteaFake() as fake:
        yield fake


@pytest.fixture
def environ(server: FakeServer, forge: FakeForge, tmp_path: Path) -> dict[str, str]:
    given = environ_of(server, server.url, forge, forge.url, tmp_path)
    return {**given, "DRONE_CARD_PATH": "/dev/stdout", "NO_PROXY": "127.0.0.1", "PLUGIN_LOG_LEVEL": "warning"}


# A mistake in one stage

ALL = {"file", "log", "card", "comment"}
STAGES = {
    "plugin.commands.collect.collect": ALL,
    "plugin.commands.collect.wait_for_jobs": ALL,
    "plugin.extract.user_patterns.with_user_patterns": set(),
    "plugin.extract.analyze.analyze": {"file", "log", "comment"},
    "plugin.commands.read_history.wanted": set(),
    "plugin.commands.read_history.judge": set(),
    "plugin.commands.collect.concluded": set(),
    "plugin.report.compose": ALL,
    "plugin.commands.step.source_url_of": ALL,
    "plugin.forges.detect.detect_forge": {"comment"},
    "plugin.deliver.file.write": {"file"},
    "plugin.safe_write.write": {"file"},
    "plugin.render.markdown.render": {"file"},
    "plugin.render.text.render": {"log"},
    "plugin.render.card.render": {"card"},
    "plugin.deliver.card.write": {"card"},
    "plugin.render.comment.sections": {"comment"},
    "plugin.deliver.comment.post.post": {"comment"},
}
"""What cannot be whole any more if the stage breaks; all else has to be."""
MISTAKES = (MemoryError(), RuntimeError("can't start new thread"), ImportError("no"), RecursionError())


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: type(mistake).__name__)
@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_that_breaks_costs_only_its_own_delivery(
    stage: str, mistake: BaseException, environ: dict[str, str], forge: FakeForge, tmp_path: Path
) -> None:
    out, err = io.BytesIO(), io.StringIO()
    with patch(stage, side_effect=mistake):
        code = PluginStep(environ, out, err).run()
    file = tmp_path / SUMMARY
    done = Delivered(
        code,
        file.read_text("utf-8") if file.is_file() else "",
        out.getvalue().decode(),
        err.getvalue(),
        tuple(forge.texts()),
    )
    assert code == 0
    assert done.whole >= ALL - STAGES[stage]
    assert "Build 42" in done.log
    if stage != "plugin.safe_write.write":
        assert "Build 42" in done.file
    if stage != "plugin.forges.detect.detect_forge":
        assert type(mistake).__name__ in done.complaints or INTERNAL_ERROR.search(done.file)


def test_a_bad_setting_counts_where_the_log_cannot_be_rendered(environ: dict[str, str], tmp_path: Path) -> None:
    with patch("plugin.render.text.render", side_effect=MemoryError()):
        code = PluginStep({**environ, "PLUGIN_OUTPUT": "report.pdf"}, io.BytesIO(), io.StringIO()).run()
    assert code == 2
    assert CAUSES[0] in (tmp_path / SUMMARY).read_text("utf-8")


# The program as a process, with something broken before it starts

BROKEN_MODULE = """
class Broken:
    def find_spec(self, name, path=None, target=None):
        if name == {!r}:
            raise ImportError("broken", name=name)
sys.meta_path.insert(0, Broken())
"""
NO_THREAD = """
import threading
start, left = threading.Thread.start, [{}]
def limited(self):
    left[0] -= 1
    if left[0] < 0:
        raise RuntimeError("can't start new thread")
    start(self)
threading.Thread.start = limited
"""
BROKEN_CALL = """
from unittest.mock import patch
patch({!r}, side_effect={}).start()
"""
RUN = "import runpy, sys\n{}\nsys.argv = ['plugin']\nrunpy.run_module('plugin', run_name='__main__', alter_sys=True)\n"


def started(environ: dict[str, str], folder: Path, sabotage: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", RUN.format(sabotage)],
        env=environ,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process: "subprocess.Popen[bytes]", workspace: Path, forge: FakeForge) -> Delivered:
    out, err = process.communicate(timeout=60)
    file = workspace / SUMMARY
    text = file.read_text("utf-8") if file.is_file() else ""
    return Delivered(process.returncode, text, out.decode(), err.decode(), tuple(forge.texts()))


@pytest.mark.parametrize(
    ("module", "lost"),
    {
        "requests": ALL,
        "re2": ALL,
        "plugin.commands.step": ALL,
        "plugin.bounded_output": ALL,
        "plugin.settings.schema": ALL,
        "plugin.ci.servers.woodpecker": ALL,
        "plugin.extract.user_patterns": set(),
        "plugin.extract.analyze": {"file", "log", "comment"},
        "plugin.render.markdown": {"file"},
        "plugin.deliver.file": {"file"},
        "plugin.deliver.card": {"card"},
        "plugin.forges.gogs": {"comment"},
        "plugin.commands.last_resort": set(),
    }.items(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_module_that_cannot_be_imported(
    module: str, lost: set[str], environ: dict[str, str], forge: FakeForge, tmp_path: Path
) -> None:
    done = ended(started(environ, tmp_path, BROKEN_MODULE.format(module)), tmp_path, forge)
    assert done.code == 0
    assert done.whole >= ALL - lost, done.log
    assert "Build 42" in done.file
    assert "Build 42" in done.log
    assert "✅" not in done.file + done.log


@pytest.mark.parametrize(
    "call",
    [
        "plugin.settings.parse.read_settings",
        "plugin.context.read_context",
        "plugin.logs.redact.redactor.Redactor.__init__",
    ],
)
@pytest.mark.parametrize("mistake", ["MemoryError", "KeyError('the-secret')", "SystemExit(3)", "KeyboardInterrupt"])
def test_a_bug_before_the_run(
    call: str, mistake: str, environ: dict[str, str], forge: FakeForge, tmp_path: Path
) -> None:
    done = ended(started(environ, tmp_path, BROKEN_CALL.format(call, mistake)), tmp_path, forge)
    assert (done.code, done.comments) == (0, ())
    for text in (done.file, done.log):
        assert "Build 42 could not be examined" in text
        assert mistake.partition("(")[0] in text
        assert "the-secret" not in text


@pytest.mark.parametrize("threads", [*range(8), 12, 16])
def test_threads_that_cannot_be_started(
    threads: int, environ: dict[str, str], forge: FakeForge, tmp_path: Path
) -> None:
    """A limit on processes is reached after so many."""
    done = ended(started(environ, tmp_path, NO_THREAD.format(threads)), tmp_path, forge)
    assert (done.code, done.complaints) == (0, "")
    assert done.whole == ALL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_where_no_thread_can_be_started(
    number: signal.Signals, environ: dict[str, str], server: FakeServer, forge: FakeForge, tmp_path: Path
) -> None:
    waiting = {**environ, "PLUGIN_LOG_LEVEL": "debug", "PLUGIN_TIMEOUT": "600"}
    process = started(waiting, tmp_path, NO_THREAD.format(0))
    assert process.stderr
    next(line for line in process.stderr if b"analyzing the log" in line)
    process.send_signal(number)
    done = ended(process, tmp_path, forge)
    assert done.code == 0
    assert "Build 42" in done.file
    assert "Build 42" in done.log
    assert len(done.comments) == 1


@pytest.mark.parametrize(
    "delivery", ["plugin.deliver.file.write", "plugin.render.text.render", "plugin.commands.step.make_client_factory"]
)
def test_a_delivery_that_a_signal_interrupts_is_made_again(
    delivery: str, environ: dict[str, str], forge: FakeForge, tmp_path: Path
) -> None:
    """Where no thread can be started, a signal is an exception in the main thread; later ones are ignored."""
    interrupted = f"""
from unittest.mock import patch
import importlib, os, signal
module, _, name = {delivery!r}.rpartition(".")
real, left = getattr(importlib.import_module(module), name), [0 if "factory" not in name else 1]
def call(*given, **named):
    left[0] -= 1
    if left[0] == -1:
        os.kill(os.getpid(), signal.SIGTERM)
    return real(*given, **named)
patch({delivery!r}, call).start()
"""
    done = ended(started(environ, tmp_path, NO_THREAD.format(0) + interrupted), tmp_path, forge)
    assert done.code == 0
    assert done.whole == ALL


# The working folder


def test_a_working_folder_that_is_gone_before_the_start(
    environ: dict[str, str], forge: FakeForge, tmp_path: Path
) -> None:
    """The CI names a workspace that is still there."""
    folder = tmp_path / "gone"
    folder.mkdir()
    done = ended(started(environ, folder, f"import os; os.rmdir({str(folder)!r})"), tmp_path, forge)
    assert (done.code, done.complaints) == (0, "")
    assert done.whole == ALL


def test_a_workspace_that_is_gone_before_the_start(environ: dict[str, str], forge: FakeForge, tmp_path: Path) -> None:
    """It is made again: whoever looks for the file looks there."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    named = {**environ, "DRONE_WORKSPACE": str(workspace), "CI_WORKSPACE": str(workspace)}
    done = ended(started(named, workspace, f"import os; os.rmdir({str(workspace)!r})"), workspace, forge)
    assert (done.code, done.complaints) == (0, "")
    assert done.whole == ALL


def test_no_folder_at_all_costs_only_the_file(environ: dict[str, str], forge: FakeForge, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    bare = {name: text for name, text in environ.items() if name not in ("DRONE_WORKSPACE", "CI_WORKSPACE")}
    done = ended(started(bare, folder, f"import os; os.rmdir({str(folder)!r})"), folder, forge)
    assert done.code == 0
    assert done.whole == ALL - {"file"}
    assert "the working folder is gone; name an absolute path in `output`" in done.complaints


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.5, 0.8])
def test_a_workspace_that_goes_in_the_first_second(
    seconds: float, environ: dict[str, str], forge: FakeForge, tmp_path: Path
) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    named = {**environ, "DRONE_WORKSPACE": str(workspace), "CI_WORKSPACE": str(workspace)}
    process = started(named, workspace, "")
    time.sleep(seconds)
    there_already = (workspace / SUMMARY).is_file()
    shutil.rmtree(workspace)
    done = ended(process, workspace, forge)
    assert (done.code, done.complaints) == (0, "")
    assert done.whole >= (ALL - {"file"} if there_already else ALL)
