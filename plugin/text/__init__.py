"""Text tools that renderers and forges share."""
