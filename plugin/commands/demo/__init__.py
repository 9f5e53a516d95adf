"""The `demo` command: replays a recorded failed build through the real client, report and comment code."""

import io
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from plugin.commands.demo.recording import Recording, fixed, recording
from plugin.commands.demo.replay import Replay, replay

Step = Callable[[Mapping[str, str], BinaryIO], object]
"""A function that runs the plugin as a step with an environment and writes the step's log to a stream."""


def show(step: Step) -> str:
    """Return what three runs print, write and post: a failed one, a second that adds to it, and a green one."""
    os.environ["NO_PROXY"] = "127.0.0.1"  # a proxy could not reach it
    with replay() as server, TemporaryDirectory() as workspace:
        return "\n".join(_acts(step, server, Path(workspace)))


def _acts(step: Step, server: Replay, workspace: Path) -> Iterator[str]:
    first, second = recording("during-build-3-job-1"), recording("during-build-3-job-2")
    yield _title("Build 3, first matrix job: two steps failed. The plugin's step prints:")
    yield _run(step, first, server, workspace)
    yield _title("The summary file that it wrote, failure-summary.md:")
    yield (workspace / "failure-summary.md").read_text("utf-8")
    yield _title("The comment that it posted on pull request 42:")
    yield server.comment()
    yield _title("Build 3, second matrix job: the same comment is edited. The step prints:")
    yield _run(step, second, server, workspace)
    yield _title("The comment now:")
    yield server.comment()
    yield _title("Build 4, after the fix (derived from the recording, with every step green). The step prints:")
    yield _run(step, fixed(second), server, workspace)
    yield _title(f"The comment, still the only one of {server.posted()}:")
    yield server.comment()


def _run(step: Step, recorded: Recording, server: Replay, workspace: Path) -> str:
    printed = io.BytesIO()
    server.answers = recorded.answers
    step(_environ(recorded, server.url, workspace), printed)
    return printed.getvalue().decode().replace(str(workspace), "/workspace")


def _environ(recorded: Recording, url: str, workspace: Path) -> Mapping[str, str]:
    """Return the recorded environment with the settings that a user would write."""
    kept = {name: text for name, text in recorded.environ.items() if not name.startswith("PLUGIN_")}
    return {
        **kept,
        "CI_WORKSPACE": str(workspace),
        "DRONE_WORKSPACE": str(workspace),
        "PLUGIN_SERVER": url,
        "PLUGIN_TOKEN": "DRONE-TOKEN",
        "PLUGIN_FORGE": "gitea",
        "PLUGIN_FORGE_URL": url,
        "PLUGIN_FORGE_TOKEN": "FORGE-TOKEN",
    }


def _title(text: str) -> str:
    return f"\n{'═' * 120}\n{text}\n{'═' * 120}\n"
