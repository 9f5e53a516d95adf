"""HTTP with one server: bounded in time and size, repeated only where that is safe."""
