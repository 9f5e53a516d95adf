"""Text functions that renderers and forges share: escaping, shortening, words for states and exit codes."""
