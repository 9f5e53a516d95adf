"""Drone 0.8."""

from typing import ClassVar

from plugin.ci.servers._procs_api import ProcsApi


class Drone08(ProcsApi):
    """A build on Drone 0.8."""

    page_path: ClassVar[str] = ""
