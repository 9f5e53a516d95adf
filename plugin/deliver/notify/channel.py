"""One channel, opened with Apprise, and one attempt to send a message to it.

Apprise reports errors through its logger only, so a handler collects what it says about an attempt; nothing of that is
printed, because it contains the texts of messages at level DEBUG.
"""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from plugin.deliver.notify.services import apprise_format, chat_format
from plugin.errors import PluginError
from plugin.model.message import Message
from plugin.model.notify import Channel, ChatFormat

_TO_CONNECT = 8.0
_TO_ANSWER = 8.0
_TRANSIENT = (429, 502, 503, 504)
"""HTTP statuses after which the same request may succeed; the message was not delivered."""
_UNSENT = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolutionError|Tunnel connection failed|Connection refused"
    r"|Name or service not known"
)
"""Of exceptions before anything was sent."""


class NotifyError(PluginError):
    """A message could not be sent."""


class OpenChannel:
    """A channel whose URL is valid."""

    def __init__(self, channel: Channel, *, verify: bool | str = True) -> None:
        """Open the channel; `verify` is as for requests. Raise NotifyError that quotes no URL."""
        self._service = _service(channel)
        self._service.redirects = False
        self._service.verify_certificate = verify
        self._service.request_rate_per_sec = 0
        self._service.socket_connect_timeout = _TO_CONNECT
        self._service.socket_read_timeout = _TO_ANSWER
        self._service.e2ee = False  # Matrix: it would create a device with keys in every run
        self._service.dialect_convert = _as_it_is
        self.service_name = str(self._service.service_name)
        self.form: ChatFormat = chat_format(
            _schema(channel.url),
            (str(form.value) for form in self._service._formats()),  # noqa: SLF001 — no public name
            longest=self._service.body_maxlen,
            longest_title=self._service.title_maxlen,
        )

    def send(self, title: str, body: str, *, failed: bool) -> None:
        """Make one attempt. Raise NotifyError."""
        from apprise import NotifyType

        kind = NotifyType.FAILURE if failed else NotifyType.SUCCESS
        with _records() as records:
            try:
                form = apprise_format(self.form.markup)
                if self._service.notify(title=title, body=body, notify_type=kind, body_format=form):
                    return
            except Exception as error:  # noqa: BLE001 — of 190 services, of which some raise what they do not document
                records.append(type(error).__name__)
        raise _error(records)


def _as_it_is(body: str, *_: object, **__: object) -> str:
    """Return the body: it is formatted for the service already."""
    return body


def _schema(url: str) -> str:
    return url.partition("://")[0].lower()


def _service(channel: Channel) -> Any:
    """Return Apprise's object for the channel. Raise NotifyError."""
    schema = _schema(channel.url)
    name = (
        Message("channel `{name}`", name=channel.name)
        if channel.name
        else Message("a channel `{schema}://`", schema=schema)
    )
    try:
        from apprise import Apprise
        from apprise.apprise import N_MGR
    except ImportError:
        raise NotifyError(
            Message("notifications need Apprise, which the image contains: `pip install 'drone-failure-alert[notify]'`")
        ) from None
    with _records():
        if schema not in N_MGR:
            raise NotifyError(
                Message("{name} of `notify_urls`: Apprise knows no service `{schema}`", name=name, schema=schema)
            )
        service = Apprise.instantiate(channel.url, asset=_asset())
    if not service:
        raise NotifyError(
            Message(
                "{name} of `notify_urls` is no valid URL of this service, or the service needs a package that is "
                "not installed; compare it with docs/notifications.md and Apprise's documentation",
                name=name,
            )
        )
    return service


@cache
def _asset() -> Any:
    from apprise import AppriseAsset

    return AppriseAsset(
        async_mode=False,
        storage_mode="memory",
        secure_logging=True,
        allow_templates=False,
        http_redirects=False,
        app_id="drone-failure-alert",
        app_desc="drone-failure-alert",
        image_url_mask="",
        image_path_mask="",
        image_url_logo="",
    )


class _Collector(logging.Handler):
    """Collects what Apprise says in the thread of one attempt, without the texts of messages."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._thread = threading.get_ident()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep messages from INFO on, and those about exceptions."""
        if record.thread != self._thread:
            return
        message = record.getMessage()
        if record.levelno >= logging.INFO or "Exception:" in message:
            self.messages.append(message)


@contextmanager
def _records() -> Iterator[list[str]]:
    """Collect the messages of Apprise's logger, which prints nothing meanwhile."""
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    collector = _Collector()
    logger.addHandler(collector)
    try:
        yield collector.messages
    finally:
        logger.removeHandler(collector)


def _error(messages: list[str]) -> NotifyError:
    """Return the error of a failed attempt; it quotes no message, as these may contain tokens."""
    text = "\n".join(messages)
    status = re.search(r"\berror=(\d{3})\b", text)
    error = NotifyError(_reason(text, int(status[1]) if status else 0))
    error.status = int(status[1]) if status else 0
    delivered = re.search(r"^Sent ", text, re.MULTILINE)
    error.temporary = not delivered and bool(error.status in _TRANSIENT or _UNSENT.search(text))
    return error


def _reason(text: str, status: int) -> str:
    if status in (401, 403, 404, 410):
        return Message(
            "the service answers {status}: the URL, its token or its room is not valid (any more)", status=status
        )
    if 300 <= status < 400:
        return Message(
            "the service answers with a redirect ({status}), which is not followed: correct the URL", status=status
        )
    if status:
        return Message("the service answers {status}", status=status)
    if "certificate verify failed" in text.lower():
        return Message("its certificate is not trusted; set `ca_bundle`, or for mail the variable SSL_CERT_FILE")
    if _UNSENT.search(text):
        return Message("the service cannot be reached; check host and port in its URL, and the network of the build")
    if "timed out" in text.lower():
        return Message("the service did not answer in time; the message may have been sent")
    if "authentication" in text.lower():
        return Message("the service refuses user and password")
    return Message("the service did not accept the message")
