"""The errors that this program raises on purpose; each message names the cause and the remedy."""


class PluginError(Exception):
    """Something outside this program stopped it; `str(error)` is one line fit for a person."""

    status: int = 0
    """The HTTP status that a server answered with, 0 where the error is of another sort."""
    temporary: bool = False
    """Another attempt may succeed."""
    retry_after: float | None = None
    """Seconds that the server asked to wait before another attempt."""
    after_write: bool = False
    """A comment was written before this."""


class SettingsError(PluginError):
    """A setting or an argument cannot be used as given; the program ends with exit code 2."""


class ServerError(PluginError):
    """The CI server could not be reached or gave an answer that cannot be used."""


class ForgeError(PluginError):
    """The forge refused, could not be reached, or gave an answer that cannot be used."""


class InternalError(PluginError):
    """A mistake of this program, which costs no more than one delivery."""

    def __init__(self, mistake: BaseException) -> None:
        self.mistake = mistake
        super().__init__(
            f"a mistake of this program ({type(mistake).__name__}); `log_level: debug` shows where, please report it"
        )


class OutOfTime(ServerError, ForgeError):
    """The time budget of the run (setting `timeout`) is spent."""
