"""The key of a failure: equal for the same failure in other runs and builds, different for different failures.

It is a hash of the pattern, the tests that failed or else the step, and the masked lines of the cause. The masked line
alone does not identify a failure: on 4,776 excerpts of one project it joined wrong pairs (precision 0.05).
"""

import re
from collections.abc import Iterable

from plugin.model.build import Job, State, Step
from plugin.model.excerpt import Excerpt

VERSION = "v1"
"""Version of the rules. Keys of different versions are never equal."""
_DIGITS = 16

SIGNALS = (-1, 134, 137, 139, 143)
"""Exit codes of a step that a signal ended, so that the last line that it printed is not the cause."""


def fingerprint(excerpt: Excerpt | None, step: str, axes: Iterable[tuple[str, str]] = ()) -> str:
    """Return the key of a failed step, `v1:` and 16 hexadecimal digits; empty if its cause is unknown or generic.

    `step` is the step's name, `axes` the matrix values of its job: they are left out of the name, so that matrix jobs
    that fail for one reason have one key. Test reports do not count, because earlier builds are compared by their logs:
    `fingerprint_of_tests` is for a failure whose log yields no key.
    """
    identity = excerpt.identity if excerpt else None
    if not excerpt or not identity:
        return ""
    subject = identity.tests or (_without_values(step, axes),)
    return _key(excerpt.pattern or "", subject, (*identity.lines, *identity.symptoms))


def comparable_key(job: Job, step: Step, excerpt: Excerpt | None) -> str:
    """Return the key that a step's log yields, for comparisons with other builds; empty where it yields none.

    A step that was stopped from outside has one only if a pattern names its cause.
    """
    stopped = step.state is State.KILLED or step.exit_code in SIGNALS
    return "" if stopped and not (excerpt and excerpt.pattern) else fingerprint(excerpt, step.name, job.axes.items())


def fingerprint_of_signal(exit_code: int, command: str, step: str, axes: Iterable[tuple[str, str]] = ()) -> str:
    """Return the key of a step of which a signal ended the command, and whose log names no cause; empty without one.

    It is for the jobs of one build: another build may lose the same command to another shortage.
    """
    from plugin.fingerprint.mask import mask_line  # late: reads the masks

    if not command:
        return ""
    return _key("", (_without_values(step, axes),), (f"signal {exit_code}", mask_line(command)))


def fingerprint_of_tests(names: Iterable[str]) -> str:
    """Return the key of a failure that only test reports describe: that of the failed tests; empty without any."""
    from plugin.fingerprint.mask import mask_name  # late: reads the masks

    tests = sorted({mask_name(name) for name in names if name})
    return _key("", tests, ()) if tests else ""


def _key(pattern: str, subject: Iterable[str], lines: Iterable[str]) -> str:
    from hashlib import sha256  # late: OpenSSL takes 2 ms to load, and a log on the terminal needs no key

    parts = (VERSION, pattern, *subject, "", *lines)
    return f"{VERSION}:{sha256(chr(0).join(parts).encode('utf-8', 'replace')).hexdigest()[:_DIGITS]}"


def _without_values(step: str, axes: Iterable[tuple[str, str]]) -> str:
    for _, value in sorted(axes, key=lambda axis: -len(axis[1])):
        if value:
            step = re.sub(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])", "", step)
    return step
