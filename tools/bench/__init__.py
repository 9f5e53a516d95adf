"""Measurements of speed, memory and size as ratios within one run. A module is a chapter of docs/performance.md."""
