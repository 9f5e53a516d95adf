"""Trials against real servers: `make try-real` builds what the registries serve and runs these tests.

A server that cannot be built from a registry is named by an environment variable, see `binaries`.
"""
