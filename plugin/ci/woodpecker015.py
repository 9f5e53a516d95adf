"""Woodpecker 0.15: still the API of Drone 0.8."""

from typing import ClassVar

from plugin.ci.procs import Procs


class Woodpecker015(Procs):
    """A build of Woodpecker 0.15."""

    page_path: ClassVar[str] = "build/"
