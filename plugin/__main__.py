"""Entry point: the only place that reads the environment, catches every error and sets the exit code."""

import sys

if __name__ == "__main__":  # before anything else: block signals until there is a handler
    try:
        import _signal  # type: ignore[import-not-found]  # already loaded by the interpreter; `signal` would take 4 ms

        _signal.pthread_sigmask(_signal.SIG_BLOCK, (_signal.SIGHUP, _signal.SIGINT, _signal.SIGTERM))
    except (ImportError, AttributeError):  # not POSIX
        pass

import os
from contextlib import suppress
from typing import NoReturn

_FLUSH_SECONDS = 10.0
"""Time limit for writing the rest of the step's output to a slow reader."""


def run() -> NoReturn:
    """Run the command line and end the process. As a pipeline step, an internal error never fails the build."""
    try:
        code = _command() if len(sys.argv) > 1 else _step()
    except KeyboardInterrupt:
        code = 130
    os._exit(code)  # do not wait for abandoned threads or free memory that the system frees anyway


def _step() -> int:
    """Run as a pipeline step and return the exit code. Every delivery is attempted, and no bug fails the build."""
    code = 0
    outputs = []
    try:
        from plugin import signals
        from plugin.bounded_output import BoundedWriter

        signals.block()
        outputs = [BoundedWriter(stream.fileno() if stream else None) for stream in (sys.stdout, sys.stderr)]
        sys.stdout, sys.stderr = (output.text for output in outputs)  # also for what libraries print
        from plugin.commands.step import PluginStep  # late: the step starts faster without the imports of the commands

        step = PluginStep(os.environ, sys.stdout.buffer, sys.stderr)
        signals.watch(step.cancel)
        code = step.run()
    except BaseException as error:  # noqa: BLE001 — a bug must not fail the build
        _last_resort(error)
    for output in outputs:
        with suppress(BaseException):
            output.text.flush()
            output.finish(_FLUSH_SECONDS)
    return code


def _last_resort(error: BaseException) -> None:
    """Write to the file and to the log that there is no report."""
    from plugin.commands import last_resort

    content = last_resort.text(os.environ, error)
    with suppress(BaseException):
        last_resort.write(content, os.environ)
    with suppress(BaseException):
        print(content, flush=True)


def _command() -> int:
    from plugin import signals

    signals.unblock()
    from plugin.errors import PluginError, SettingsError

    out = sys.stdout.buffer if sys.stdout else open(os.devnull, "wb")  # noqa: PTH123, SIM115
    code = 0
    try:
        from plugin import cli

        cli.run(sys.argv[1:], os.environ, out)
    except PluginError as error:
        _print_error(str(error))
        code = 2 if isinstance(error, SettingsError) else 1
    except BrokenPipeError:  # the reader closed its end
        pass
    except OSError as error:
        _print_error(f"stopped by the system: {error}")
        code = 2
    _flush_outputs()
    return code


def _flush_outputs() -> None:
    """Flush both streams; what cannot be written is dropped, or Python would end with an exit code of its own."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _print_error(message: str) -> None:
    with suppress(OSError):  # a full disk behind the log must not change the exit code
        print(f"failure-alert: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    run()
