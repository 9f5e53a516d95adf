"""Writes the rendered report where people look: file, card, comment."""
