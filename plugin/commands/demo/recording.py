"""Recordings of a real Drone 0.8: a step's environment and the server's answers."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from plugin.frozen import frozen

_COMMIT = "cccc000000000000000000000000000000000003"
_NEXT_COMMIT = "dddd000000000000000000000000000000000004"


@frozen
class Recording:
    """The environment of a build's last step, and the server's answers at that time."""

    environ: Mapping[str, str]
    answers: Mapping[str, str]
    """Bodies by `GET /path?query`; everything else is answered with 404."""


def recording(name: str) -> Recording:
    """Return `during-build-3-job-1` or `-2`, with the pages of builds that were recorded later."""
    recorded = _load(name)
    later = {request: answer for request, answer in _load("finished").items() if "builds?page=" in request}
    bodies = {request: answer["body"] for request, answer in {**later, **recorded["http"]}.items()}
    return Recording(recorded["env"], bodies)


def fixed(red: Recording) -> Recording:
    """Return the recording changed into that of the next build, with a commit on which no step fails."""
    answers = {_next(request): _green(body) for request, body in red.answers.items()}
    numbers = {"DRONE_BUILD_NUMBER": "4", "CI_BUILD_NUMBER": "4", "DRONE_BUILD_STATUS": "success"}
    return Recording({name: _next(text) for name, text in {**red.environ, **numbers}.items()}, answers)


def _green(body: str) -> str:
    for failed in ("failure", "killed"):
        body = body.replace(f'"state":"{failed}"', '"state":"success"')
    return _next(body).replace('"number":3', '"number":4')


def _next(text: str) -> str:
    return text.replace("/builds/3", "/builds/4").replace("/demo/3", "/demo/4").replace(_COMMIT, _NEXT_COMMIT)


def _load(name: str) -> Any:
    return json.loads((files("plugin.commands.demo") / "recorded" / f"{name}.json").read_text("utf-8"))
