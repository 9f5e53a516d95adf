"""The program: the only place that reads the environment, catches everything and sets the exit code."""

import io
import os
import sys
from contextlib import suppress
from typing import BinaryIO

from plugin import canceled
from plugin.errors import PluginError, SettingsError


def run() -> None:
    """Runs the command line and ends the process. As a step of a pipeline it never costs a build its colour."""
    code = _code()
    _let_go_of_outputs()
    os._exit(code)  # nobody waits for threads that were left behind, nor tidies up memory that is given back anyway


def _code() -> int:
    as_step = len(sys.argv) == 1
    out = sys.stdout.buffer if sys.stdout else io.BytesIO()
    try:
        return _step(out) if as_step else _command(out)
    except PluginError as error:
        _complain(str(error))
        return 2 if isinstance(error, SettingsError) else 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # whoever read the output has seen enough
            return 0
        _complain(f"stopped by the system: {error}")
        return 0 if as_step else 2
    except Exception as error:  # a mistake of ours must not fail a build
        if not as_step:
            raise
        _complain(f"stopped by a mistake of its own, {type(error).__name__}; please report it with the step's version")
        return 0


def _step(out: BinaryIO) -> int:
    canceled.hold()
    from plugin.story import Story  # each way imports what it needs: the step starts sooner without the other's

    story = Story(os.environ, out)
    canceled.watch(story.cancel)
    return story.run()


def _command(out: BinaryIO) -> int:
    from plugin import cli

    cli.run(sys.argv[1:], os.environ, out)
    return 0


def _let_go_of_outputs() -> None:
    """What is left in a buffer and cannot be written would make Python end with a code of its own."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _complain(message: str) -> None:
    with suppress(OSError):  # a full disk behind the log is nobody's red build
        print(f"failure-alert: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    run()
