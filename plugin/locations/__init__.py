"""Locations in the source that a failure names, resolved to files that the repository has."""
