"""Stable keys of failures: what varies from run to run is masked, what tells failures apart is kept."""
