"""Clients that read builds and logs from CI servers."""
