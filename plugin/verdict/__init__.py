"""What the past says about a failed build."""
