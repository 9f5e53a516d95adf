"""The frozen dataclasses and enums that the stages exchange; imports nothing of the project outside this package."""
