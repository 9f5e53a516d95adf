"""A Report in every form that people and programs read; each `as_<format>` is a pure function of it."""
