"""What developers run: benchmarks, quality figures, fuzzing, the image."""
