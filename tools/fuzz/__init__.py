"""Throws bytes at everything that reads what strangers wrote; what once was found stays in `corpus/`."""
