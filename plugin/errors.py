"""Exceptions of the plugin; each message names the cause and the remedy."""

from plugin.model.message import Message


class PluginError(Exception):
    """Base class of all expected errors; `str(error)` is a one-line message for users."""

    status: int = 0
    """HTTP status of the response, 0 where the error has another cause."""
    temporary: bool = False
    """Whether another attempt may succeed."""
    retry_after: float | None = None
    """Seconds that the server asked to wait before another attempt."""
    after_write: bool = False
    """A comment was written before this."""


class SettingsError(PluginError):
    """A setting or an argument is invalid; the program ends with exit code 2."""


class ServerError(PluginError):
    """The CI server could not be reached, refused the request, or sent an unusable response."""


class ForgeError(PluginError):
    """The forge could not be reached, refused the request, or sent an unusable response."""


class InternalError(PluginError):
    """A bug of the plugin, which costs no more than one delivery."""

    def __init__(self, cause: BaseException) -> None:
        self.cause = cause
        super().__init__(
            Message(
                "internal error of the plugin ({name}); please report it with the traceback that `log_level: "
                "debug` prints",
                name=type(cause).__name__,
            )
        )


class OutOfTime(ServerError, ForgeError):
    """The time limit of the run (setting `timeout`) is reached."""
