"""HTTP client for one server: limits on time and size, retries only where they are safe."""
