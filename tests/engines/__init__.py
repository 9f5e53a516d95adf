"""Markdown engines that need more than Python, built on demand from this folder."""
