"""Fuzzing of all code that reads untrusted input. Inputs that once failed stay in `corpus/`."""
