"""The frozen dataclasses and enums that the stages exchange; imports no other package of the project."""
