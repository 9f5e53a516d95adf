"""Speaks HTTP with one server: takes paths, gives answers; bounded in time and size, repeated only where safe."""

from plugin.rest.answer import Answer
from plugin.rest.budget import Budget
from plugin.rest.client import Params, Rest
from plugin.rest.connection import Tls
from plugin.rest.retry import in_time

__all__ = ["Answer", "Budget", "Params", "Rest", "Tls", "in_time"]
