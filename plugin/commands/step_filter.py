"""Leave steps out of the report, by the settings `steps` and `ignore_steps`.

A step that is left out counts as one with `failure: ignore`, which some servers do not have.
"""

import re
from collections.abc import Sequence

from plugin.frozen import frozen, replace
from plugin.model.build import Build, Job, State, culprits, failed_left_out, failure_counts, unfinished_jobs
from plugin.model.build_state import failed_without_step
from plugin.model.message import Message


@frozen
class StepFilter:
    """Names of steps, in which `*` matches any text."""

    steps: Sequence[str] = ()
    """Only these steps are reported; all if empty."""
    ignore_steps: Sequence[str] = ()
    """These steps are not reported, even if `steps` names them."""

    def apply(self, build: Build) -> Build:
        """Return the build with the left-out steps ignored, and so the failures that only they caused."""
        if not (self.steps or self.ignore_steps):
            return build
        filtered = replace(build, jobs=tuple(map(self._applied, build.jobs)))
        others = build.errors or culprits(filtered) or failed_without_step(filtered)
        if build.state.failed and failed_left_out(filtered) and not others:
            return replace(filtered, state=State.RUNNING if unfinished_jobs(filtered) else State.SUCCESS)
        return filtered

    def notes(self, build: Build) -> tuple[str, ...]:
        """Return what readers must know of the filtered build: failures that are left out, and names of no step."""
        failed = ", ".join(dict.fromkeys(step.name for step in failed_left_out(build)))
        unmatched = ", ".join(self._unmatched(build))
        return tuple(
            note
            for names, note in (
                (
                    failed,
                    Message("failed, but left out by the setting `steps` or `ignore_steps`: {failed}", failed=failed),
                ),
                (
                    unmatched,
                    Message(
                        "no step of this build has a name in the setting `steps` or `ignore_steps`: {unmatched}",
                        unmatched=unmatched,
                    ),
                ),
            )
            if names
        )

    def _unmatched(self, build: Build) -> list[str]:
        if not all(job.steps for job in build.jobs):
            return []  # a job that has not started may list no steps
        names = [step.name for job in build.jobs for step in job.steps]
        return [
            pattern
            for pattern in (*self.steps, *self.ignore_steps)
            if not any(_matches(name, (pattern,)) for name in names)
        ]

    def _applied(self, job: Job) -> Job:
        steps = tuple(
            replace(step, ignored=True, left_out=True) if not step.current and self._leaves_out(step.name) else step
            for step in job.steps
        )
        only_left_out = any(step.left_out and step.failed for step in steps) and not any(map(failure_counts, steps))
        return replace(job, steps=steps, ignored=job.ignored or (only_left_out and not job.error))

    def _leaves_out(self, name: str) -> bool:
        return (bool(self.steps) and not _matches(name, self.steps)) or _matches(name, self.ignore_steps)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) for pattern in patterns)
