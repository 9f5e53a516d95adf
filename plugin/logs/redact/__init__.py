"""Redaction of secrets: known values, and tokens and keys of well-known formats."""
