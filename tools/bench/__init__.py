"""Measures speed and weight as ratios within one run; every module here gives one chapter of docs/performance.md."""
