"""Render a template in a process of its own, with limits on time, memory and size."""

import json
import subprocess  # nosec B404 — only this program's own module is started, without a shell
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from plugin.errors import PluginError
from plugin.model.message import Message

LARGEST = 64 * 1024
"""Characters of a template."""
_WORKER = Path(__file__).with_name("worker.py")
_SECONDS = 5.0

Syntax = Literal["markdown", "plain"]


class TemplateError(PluginError):
    """A template cannot be used; `str(error)` is the reason on one line, with the line of the template."""


def render(template: str, report: Mapping[str, object], syntax: Syntax, seconds: float = _SECONDS) -> str:
    """Return the text. `report` is the JSON report. Raise TemplateError.

    In Markdown, what the template takes from the report is escaped.
    """
    if len(template) > LARGEST:
        raise TemplateError(Message("more than {most} KiB are not read", most=LARGEST // 1024))
    question = json.dumps({"template": template, "report": report, "syntax": syntax}).encode()
    try:
        done = subprocess.run(  # noqa: S603 — no argument is from outside # nosec B603
            [sys.executable, "-I", "-B", str(_WORKER)],
            input=question,
            capture_output=True,
            env={},
            timeout=min(seconds, _SECONDS),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TemplateError(
            Message("it is not rendered after {seconds:.0f} s; simplify its loops", seconds=min(seconds, _SECONDS))
        ) from None
    except OSError as error:
        raise TemplateError(Message("it cannot be rendered here: {reason}", reason=error.strerror)) from error
    return _answer(done)


def _answer(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the text that the process wrote. One that hit a limit wrote nothing."""
    try:
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except ValueError:
        answer = {}
    if isinstance(answer, dict) and isinstance(text := answer.get("text"), str):
        return text
    reason, line = (
        answer.get("error", Message("it needs more time or memory than it may use; simplify it")),
        answer.get("line"),
    )
    raise TemplateError(Message("line {line}: {problem}", line=line, problem=reason) if line else str(reason))
