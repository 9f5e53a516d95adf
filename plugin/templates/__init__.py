"""Texts by the user's own templates, rendered in a process with limits."""
