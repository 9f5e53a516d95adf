"""The error of a report that cannot be used."""


class UnusableReportError(ValueError):
    """A report cannot be used. `str(error)` is the reason, without the file's name."""
