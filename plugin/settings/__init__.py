"""Settings: fields and their documentation, parsing, generated reference."""
