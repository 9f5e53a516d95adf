"""The step's output: the report on standard output, problems and log records on standard error."""

import logging
from contextlib import suppress
from typing import BinaryIO, TextIO

from plugin.logs.redact.redactor import Redactor


class StepOutput:
    """The step's own log. A broken pipe or a full disk must not change the build."""

    def __init__(self, out: BinaryIO, err: TextIO, redact: Redactor) -> None:
        self.out = out
        self._err = err
        self._redact = redact

    def say(self, text: str) -> None:
        """Print a text from which secrets have been removed."""
        with suppress(OSError, ValueError):
            self.out.write(text.encode("utf-8", "replace"))
            self.out.flush()

    def complain(self, problem: object) -> None:
        """Print a problem as one line on standard error, redacted."""
        line = " ".join(self._redact.text(str(problem)).split())
        with suppress(OSError, ValueError):
            print(f"failure-alert: {line}", file=self._err, flush=True)

    def take_records(self, level: str) -> None:
        """Print the log records of this program's modules from `level` on."""
        handler = logging.StreamHandler(self._err)
        handler.setFormatter(_Redacting(self._redact))
        logger = logging.getLogger("plugin")
        logger.handlers[:] = [handler]
        logger.propagate = False
        logger.setLevel(level.upper())


_LONGEST_RECORD = 10_000
"""Maximum length of a log record in characters: a server's answer may contain names of megabytes."""


class _Redacting(logging.Formatter):
    """Formatter that redacts and shortens a record, including its traceback."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__("failure-alert %(levelname)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line = self._redact.text(super().format(record))
        return line if len(line) <= _LONGEST_RECORD else f"{line[:_LONGEST_RECORD]}…"
