"""The pattern file may come from an untrusted pull request."""

import errno
import os
from pathlib import Path

import pytest

from plugin.errors import SettingsError
from plugin.workspace import folder, pattern_file

NAME = ".failure-alert.yml"


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("patterns: {}\n")
    assert pattern_file(str(tmp_path)) == "patterns: {}\n"


def test_a_missing_file_is_none(tmp_path: Path) -> None:
    assert pattern_file(str(tmp_path)) is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("token")
    (tmp_path / NAME).symlink_to(tmp_path / "secrets")
    with pytest.raises(SettingsError, match="symbolic link"):
        pattern_file(str(tmp_path))


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    with pytest.raises(SettingsError, match="it is a pipe"):
        pattern_file(str(tmp_path))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(SettingsError, match="it is a directory"):
        pattern_file(str(tmp_path))


def test_an_unreadable_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    (tmp_path / NAME).write_text("patterns: {}\n")
    monkeypatch.setattr("plugin.workspace.os.open", refuse)
    with pytest.raises(SettingsError, match=f"cannot read {NAME}: Permission denied"):
        pattern_file(str(tmp_path))


def test_a_link_that_replaces_the_file_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of the pull request may replace the file between the check of its kind and its opening."""
    (tmp_path / "secrets").write_text("token")
    (tmp_path / NAME).symlink_to(tmp_path / "secrets")
    monkeypatch.setattr(Path, "lstat", Path.stat)
    with pytest.raises(SettingsError, match="symbolic link"):
        pattern_file(str(tmp_path))


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / NAME).open("wb") as file:
        file.truncate(10 * 1024**3)
    with pytest.raises(SettingsError, match="256 KiB"):
        pattern_file(str(tmp_path))


def test_bytes_that_are_not_text_become_replacement_characters(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xff\xfe: x")
    assert pattern_file(str(tmp_path)) == "\ufffd\ufffd: x"


@pytest.mark.parametrize("named", ["", "/no/such/folder"])
def test_without_the_configured_workspace_the_current_folder_is_used(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert folder(named) == str(tmp_path)
