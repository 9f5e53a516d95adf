"""Send a message to a channel, again where that may help, within the time that the run has left."""

from collections.abc import Callable
from functools import partial

from tenacity import RetryCallState, Retrying, retry_if_exception

from plugin.deliver.notify.channel import NotifyError, OpenChannel
from plugin.errors import OutOfTime
from plugin.http.deadline import Deadline
from plugin.http.retry import backoff, within_deadline
from plugin.model.message import Message
from plugin.model.notify import Channel, ChatFormat

_ATTEMPTS = 3
Draw = Callable[[ChatFormat], tuple[str, str]]
"""Returns title and body of the message, formatted for the channel."""


def send(channel: Channel, draw: Draw, deadline: Deadline, *, failed: bool, verify: bool | str) -> str:
    """Send the message and return the name of the service. Raise PluginError that quotes no URL.

    An attempt is repeated only if the message was certainly not delivered.
    """
    opened = within_deadline(partial(OpenChannel, channel, verify=verify), deadline)
    title, body = draw(opened.form)
    retrying = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, NotifyError) and error.temporary),
        wait=_pause,
        stop=lambda state: state.attempt_number >= _ATTEMPTS or state.upcoming_sleep >= deadline.remaining(),
        sleep=deadline.sleep,
        reraise=True,
    )
    try:
        retrying(within_deadline, partial(opened.send, title, body, failed=failed), deadline)
    except OutOfTime:
        raise NotifyError(Message("{source}: {problem}", source=opened.service_name, problem=deadline.reason)) from None
    return opened.service_name


def _pause(state: RetryCallState) -> float:
    return backoff(state.attempt_number, None)
