"""Stable keys of failures: what varies from run to run is masked, what distinguishes failures is kept."""
