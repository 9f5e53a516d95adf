"""Process that renders one template: a JSON object on standard input, the text or the error on standard output.

It has no environment, opens no file and starts no process, and the kernel limits its time and memory.
"""

import json
import sys
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from plugin.text.escape import code_block, escape_markdown, inline_code, link
from plugin.text.log_line import printable_log_line
from plugin.text.shorten import single_line, visible

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 5
LARGEST = 256 * 1024
"""Characters of the text."""
_NAME = "<template>"
_LONGEST_REASON = 300


class _Safe(str):
    """Text that is Markdown already."""

    __slots__ = ()


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 8),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (most, most) if hard == resource.RLIM_INFINITY else (min(most, hard), hard))


def _code(value: object) -> _Safe:
    return _Safe(inline_code(str(value)))


def _link(text: object, url: object) -> _Safe:
    return _Safe(link(escape_markdown(str(text)), str(url)))


def _code_block(value: object) -> _Safe:
    """Return a code block of a text, or of lines of the report with their numbers."""
    if isinstance(value, str):
        return _Safe(code_block("\n".join(map(printable_log_line, value.split("\n")))))
    lines: Iterable[Mapping[str, object]] = value if isinstance(value, list) else []
    return _Safe(code_block("\n".join(f"{one['number']:>5} │ {printable_log_line(str(one['text']))}" for one in lines)))


def _escaped(value: object) -> object:
    if isinstance(value, _Safe) or value is None or isinstance(value, bool | int | float):
        return value
    return _Safe(escape_markdown(str(value)))


def _plain(value: object) -> object:
    return single_line(str(value)) if isinstance(value, str) else value


def render(template: str, report: Mapping[str, object], syntax: str) -> str:
    """Return the text of the template. Raise an error of Jinja, or whatever the template causes."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,  # the text is no HTML; `finalize` escapes Markdown
        undefined=StrictUndefined,
        finalize=_escaped if syntax == "markdown" else _plain,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(code=_code, link=_link, code_block=_code_block)
    code = environment.compile(template, name=_NAME, filename=_NAME)
    compiled = environment.template_class.from_code(environment, code, environment.make_globals(None))
    pieces: list[str] = []
    room = LARGEST
    for piece in compiled.generate(report):
        room -= len(piece)
        if room < 0:
            raise ValueError(f"the text has more than {LARGEST // 1024} Ki characters")
        pieces.append(piece)
    return visible("".join(pieces))


def _line(error: BaseException) -> int:
    """Return the line of the template in which the error arose, or 0."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _NAME]
    return lines[-1] or 0 if lines else 0


def _answer(question: Mapping[str, object]) -> dict[str, object]:
    template, report, syntax = question["template"], question["report"], question["syntax"]
    try:
        return {"text": render(str(template), report if isinstance(report, dict) else {}, str(syntax))}
    except MemoryError:
        return {"error": "it needs more memory than it may use", "line": 0}
    except Exception as error:  # noqa: BLE001 — a template can cause any error
        reason = str(error) if isinstance(error, TemplateError | ValueError) else f"{type(error).__name__}: {error}"
        return {"error": single_line(reason, _LONGEST_REASON), "line": _line(error)}


if __name__ == "__main__":
    _question = json.load(sys.stdin)
    _limit()
    json.dump(_answer(_question), sys.stdout)
