"""Decisions about notifications: what a build means, which rules apply, which of several copies sends. All pure."""
