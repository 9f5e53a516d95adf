"""Finds the lines that explain why a build of the Drone family failed, and tells people where they look."""

__version__ = "0.1.0"
