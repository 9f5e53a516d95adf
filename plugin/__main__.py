"""The program: the only place that reads the environment, catches everything and sets the exit code."""

import sys

if __name__ == "__main__":  # before anything else: from here on, a signal is held until somebody can handle it
    try:
        import _signal  # type: ignore[import-not-found]  # the interpreter has loaded it; `signal` would take 4 ms

        _signal.pthread_sigmask(_signal.SIG_BLOCK, (_signal.SIGHUP, _signal.SIGINT, _signal.SIGTERM))
    except (ImportError, AttributeError):  # not POSIX
        pass

import gc
import os
from contextlib import suppress
from typing import NoReturn

_FOR_OUTPUT = 10.0
"""Seconds that a slow reader of the step's output has at the end."""


def run() -> NoReturn:
    """Runs the command line and ends the process. As a step of a pipeline it never costs a build its colour."""
    gc.set_threshold(100_000)  # a short run leaves hardly any cycles, but collections cost it 8 % of its time
    try:
        code = _command() if len(sys.argv) > 1 else _step()
    except KeyboardInterrupt:
        code = 130
    os._exit(code)  # nobody waits for threads that were left behind, nor tidies up memory that is given back anyway


def _step() -> int:
    """Run as a step. Whatever happens, each delivery is tried, and no mistake of this program fails the build."""
    code = 0
    outputs = []
    try:
        from plugin import signals
        from plugin.bounded_output import BoundedWriter

        signals.hold()
        outputs = [BoundedWriter(stream.fileno() if stream else None) for stream in (sys.stdout, sys.stderr)]
        sys.stdout, sys.stderr = (output.text for output in outputs)  # also for what libraries print
        from plugin.commands.step import (
            PluginStep,  # each way imports what it needs: the step starts sooner without the other's
        )

        story = PluginStep(os.environ, sys.stdout.buffer, sys.stderr)
        signals.watch(story.cancel)
        code = story.run()
    except BaseException as error:  # noqa: BLE001 — the build is not to suffer
        _last_resort(error)
    for output in outputs:
        with suppress(BaseException):
            output.text.flush()
            output.finish(_FOR_OUTPUT)
    return code


def _last_resort(error: BaseException) -> None:
    """There is no report at all. Say so in the file and in the log."""
    from plugin.commands import last_resort

    content = last_resort.text(os.environ, error)
    with suppress(BaseException):
        last_resort.write(content, os.environ)
    with suppress(BaseException):
        print(content, flush=True)


def _command() -> int:
    from plugin import signals

    signals.release()
    from plugin.errors import PluginError, SettingsError

    out = sys.stdout.buffer if sys.stdout else open(os.devnull, "wb")  # noqa: PTH123, SIM115
    code = 0
    try:
        from plugin import cli

        cli.run(sys.argv[1:], os.environ, out)
    except PluginError as error:
        _complain(str(error))
        code = 2 if isinstance(error, SettingsError) else 1
    except BrokenPipeError:  # whoever read the output has seen enough
        pass
    except OSError as error:
        _complain(f"stopped by the system: {error}")
        code = 2
    _let_go_of_outputs()
    return code


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
