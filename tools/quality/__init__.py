"""Measures how well the lines that explain a failure are found, and trains what finds them. Not part of the program."""
