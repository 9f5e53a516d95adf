"""The settings: their fields and documentation, how they are read, their reference."""
