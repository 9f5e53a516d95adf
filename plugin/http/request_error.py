"""The error of a single request."""


class RequestError(Exception):
    """A request that failed."""

    def __init__(
        self,
        cause: str,
        *,
        status: int = 0,
        transient: bool = False,
        unsent: bool = False,
        pause: float | None = None,
        rate_limited: bool = False,
        from_proxy: bool = False,
    ) -> None:
        super().__init__(cause)
        self.status = status
        self.transient = transient
        """A retry may help."""
        self.unsent = unsent
        """Nothing was sent, so even a write is safe to retry. No response proves that: a proxy may have sent it."""
        self.pause = pause
        """Seconds that the server asked to wait."""
        self.rate_limited = rate_limited
        """The account has sent too many requests."""
        self.from_proxy = from_proxy
        """Something in front of the server refused the request, so advice about the server's tokens does not apply."""
