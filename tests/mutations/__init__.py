"""Mutation tests: replace each field of each response in turn, and check that the run keeps its promises."""
