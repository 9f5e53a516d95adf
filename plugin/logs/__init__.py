"""Turns the raw bytes of a log into clean, redacted text with the same lines."""
