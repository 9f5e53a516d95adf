"""Pass a card to Drone's runner, which shows it on the step's page (server 2.6 and later).

The runner examines each write of the step's output: one that begins with the prefix is a card up to the suffix and is
cut out of the log. https://github.com/drone/runner-go/blob/master/livelog/extractor/writer.go
"""

import os
from base64 import b64encode
from typing import BinaryIO

from plugin import safe_write
from plugin.errors import PluginError
from plugin.model.message import Message

_STREAMS = ("/dev/stdout", "/dev/stderr")
_PREFIX, _SUFFIX = b"\x1b]1338;", b"\x1b]0m\n"


def write(card: str, path: str, stream: BinaryIO) -> bool:
    """Write the card to `path`, the value of DRONE_CARD_PATH. Return False where the runner takes no card.

    `stream` is the step's output, used where the path names that. Raise PluginError.
    """
    if not path:
        return False
    content = card.encode("ascii")
    try:
        if path in _STREAMS:
            _print(content, stream)
        else:
            safe_write.write(os.path.abspath(path), content)  # noqa: PTH100 — resolves no links
    except OSError as error:
        raise PluginError(
            Message(
                "cannot write the card to {path}: {reason}; set `card: false` to do without",
                path=path,
                reason=error.strerror,
            )
        ) from error
    return True


def _print(content: bytes, stream: BinaryIO) -> None:
    """Print the card in a single write, after everything that was printed before."""
    stream.flush()
    stream.write(_PREFIX + b64encode(content) + _SUFFIX)
    stream.flush()
