"""Keeps one comment on the pull request up to date."""
