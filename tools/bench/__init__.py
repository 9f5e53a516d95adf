"""Measurements of speed, memory and size as ratios within one run: one module for each chapter of docs/performance.md."""
