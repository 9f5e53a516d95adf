"""The stage that compares a failed build with earlier ones."""
