"""Drone 0.8."""

from typing import ClassVar

from plugin.ci.procs import Procs


class Drone08(Procs):
    """A build of Drone 0.8."""

    page_path: ClassVar[str] = ""
