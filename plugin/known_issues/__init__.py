"""The stage that recognizes known issues: failures that somebody has explained before."""
