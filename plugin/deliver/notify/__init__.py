"""Delivery of messages through Apprise."""
