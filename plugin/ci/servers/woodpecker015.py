"""Woodpecker 0.15: still the API of Drone 0.8."""

from typing import ClassVar

from plugin.ci.servers._procs_api import ProcsApi


class Woodpecker015(ProcsApi):
    """A build on Woodpecker 0.15."""

    page_path: ClassVar[str] = "build/"
