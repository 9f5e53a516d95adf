"""Finds the lines of a log that explain the failure."""
