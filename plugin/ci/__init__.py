"""Reads builds and logs from CI servers."""
