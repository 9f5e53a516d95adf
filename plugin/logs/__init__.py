"""Raw bytes of a log to clean, redacted text with the same lines."""
