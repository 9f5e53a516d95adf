"""A simulator: histories of builds with known causes, played through the fake servers, and the verdicts judged."""
