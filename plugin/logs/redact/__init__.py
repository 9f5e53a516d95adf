"""Masks secrets: known values, and well-known shapes of tokens and keys."""
