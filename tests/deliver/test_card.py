"""The card in the format that Drone's runner reads."""

import io
import json
import os
from base64 import b64decode
from pathlib import Path

import pytest

from plugin.deliver.card import write
from plugin.errors import PluginError
from plugin.render import card as card_format
from tests.render.samples import SAMPLES

CARD = card_format.render(SAMPLES["matrix"])


class Frames(io.RawIOBase):
    """The output of a step as the runner sees it: one entry for each write."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        frame = bytes(data)  # type: ignore[call-overload]
        self.seen.append(frame)
        return len(frame)


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/stderr"])
def test_the_card_is_one_write_of_its_own(path: str) -> None:
    frames = Frames()
    stream = io.BufferedWriter(frames)
    stream.write(b"printed before\n")
    assert write(CARD, path, stream)
    before, card = frames.seen
    assert before == b"printed before\n"
    assert card.startswith(b"\x1b]1338;")
    assert card.endswith(b"\x1b]0m\n")
    assert json.loads(b64decode(card[7:-5], validate=True)) == json.loads(CARD)


def test_another_path_gets_the_plain_json(tmp_path: Path) -> None:
    stream = io.BytesIO()
    assert write(CARD, str(tmp_path / "card.json"), stream)
    assert (tmp_path / "card.json").read_text("ascii") == CARD
    assert stream.getvalue() == b""


def test_without_a_path_nothing_is_written() -> None:
    stream = io.BytesIO()
    assert not write(CARD, "", stream)
    assert stream.getvalue() == b""


def test_a_path_that_cannot_be_written_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PluginError, match=r"cannot write the card to .*: Not a directory; set `card: false`"):
        write(CARD, str(tmp_path / "file" / "card.json"), io.BytesIO())


def test_no_link_and_no_pipe_in_place_of_the_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "target.json")
    os.mkfifo(tmp_path / "pipe.json")
    for name in ("link.json", "pipe.json"):
        assert write(CARD, str(tmp_path / name), io.BytesIO())
        assert (tmp_path / name).read_text("ascii") == CARD
    assert not (tmp_path / "target.json").exists()
