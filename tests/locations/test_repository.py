"""Tests of the files of the repository in a workspace that a pull request controls."""

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from plugin import workspace
from plugin.git_index import UnusableIndexError, tracked_files
from plugin.locations.repository import RepositoryFiles

FILES = ("a.py", "src/deep/b.py", "src/deep/c.py", "ünïcode/d e.py", f"{'long/' * 30}f.py")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def repository(folder: Path, *options: str) -> Path:
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q", *options)
    for path in FILES:
        folder.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath(path).write_text("1\n2\n")
    git(folder, "add", "-A")
    return folder


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_index_of_each_version_is_read(version: str, tmp_path: Path) -> None:
    repository(tmp_path)
    git(tmp_path, "update-index", "--index-version", version)
    if version == "3":  # Git writes it only where an entry needs it
        tmp_path.joinpath("later.py").write_text("x\n")
        git(tmp_path, "add", "--intent-to-add", "later.py")
    index = tmp_path.joinpath(".git/index").read_bytes()
    assert index[7] == int(version)
    assert set(tracked_files(index)) == {*FILES, *(("later.py",) if version == "3" else ())}


def test_untracked_files_links_and_submodules_are_not_of_the_repository(tmp_path: Path) -> None:
    repository(tmp_path)
    repository(tmp_path / "sub")
    git(tmp_path / "sub", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x")
    tmp_path.joinpath("link.py").symlink_to("a.py")
    git(tmp_path, "add", "link.py", "sub")
    tmp_path.joinpath("generated.py").write_text("1\n")
    files = RepositoryFiles(str(tmp_path))
    assert "a.py" in files
    assert not {"link.py", "sub", "sub/a.py", "generated.py"} & set(tracked_files(_index(tmp_path)))
    assert "generated.py" not in files


def _index(folder: Path) -> bytes:
    return folder.joinpath(".git/index").read_bytes()


@pytest.mark.parametrize("options", [("--object-format=sha256",)])
def test_index_of_another_form_is_not_read_but_the_folders_are(options: tuple[str, ...], tmp_path: Path) -> None:
    repository(tmp_path, *options)
    tmp_path.joinpath("build").mkdir()
    tmp_path.joinpath("build/x.py").write_text("1\n")
    with pytest.raises(UnusableIndexError):
        tracked_files(_index(tmp_path))
    files = RepositoryFiles(str(tmp_path))
    assert all(path in files for path in FILES if path.count("/") < 12)
    assert "build/x.py" not in files


def test_split_index_is_not_read(tmp_path: Path) -> None:
    repository(tmp_path)
    git(tmp_path, "update-index", "--split-index")
    with pytest.raises(UnusableIndexError):
        tracked_files(_index(tmp_path))


def test_damaged_index_never_raises_another_error(tmp_path: Path) -> None:
    index = _index(repository(tmp_path))
    for cut in range(0, len(index), 7):
        for damaged in (index[:cut], index[:cut] + b"\xff\xff\xff" + index[cut + 3 :]):
            with suppress(UnusableIndexError):
                tracked_files(damaged)


def test_large_index_is_read_in_time(tmp_path: Path) -> None:
    entry = b"\0" * 24 + (0o100644).to_bytes(4) + b"\0" * 32 + (18).to_bytes(2)
    names = [b"folder/%08d.py" % number for number in range(100_000)]
    entries = b"".join(entry + name + b"\0" * (8 - (62 + len(name)) % 8) for name in names)
    start = time.process_time()
    assert len(tracked_files(b"DIRC" + (2).to_bytes(4) + len(names).to_bytes(4) + entries)) == len(names)
    assert time.process_time() - start < 5


def test_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    outside.joinpath("secret.py").write_text("1\n")
    root = tmp_path / "root"
    root.mkdir()
    root.joinpath(".git").mkdir()
    root.joinpath("link").symlink_to(outside)
    root.joinpath("file.py").symlink_to(outside / "secret.py")
    os.mkfifo(root / "pipe.py")
    assert workspace.read(str(root), "link/secret.py", 100) == b""
    assert workspace.read(str(root), "file.py", 100) == b""
    assert workspace.read(str(root), "pipe.py", 100) == b""
    assert workspace.read(str(root), "../outside/secret.py", 100) == b""
    assert workspace.read(str(outside), "secret.py", 100) == b"1\n"
    assert workspace.read(str(outside), "secret.py", 1) == b""
    assert "link/secret.py" not in RepositoryFiles(str(root))


def test_walk_through_the_workspace_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath(".git").mkdir()
    for number in range(30):
        tmp_path.joinpath(f"{number:02}").mkdir()
        tmp_path.joinpath(f"{number:02}/a.py").write_text("1\n")
    monkeypatch.setattr(workspace, "_MOST_ENTRIES", 40)
    files = RepositoryFiles(str(tmp_path))
    assert "00/a.py" in files
    assert "29/a.py" not in files


def test_no_workspace_has_no_files(tmp_path: Path) -> None:
    assert not RepositoryFiles("")
    assert not RepositoryFiles(str(tmp_path / "missing"))


def test_folder_without_git_is_no_checkout(tmp_path: Path) -> None:
    tmp_path.joinpath("failure-summary.md").write_text("# written by an earlier run\n")
    assert not RepositoryFiles(str(tmp_path))


def test_lines_of_a_file_without_a_last_newline(tmp_path: Path) -> None:
    tmp_path.joinpath(".git").mkdir()
    tmp_path.joinpath("a.py").write_text("1\n2")
    tmp_path.joinpath("empty.py").write_text("")
    files = RepositoryFiles(str(tmp_path))
    assert (files.lines("a.py"), files.lines("empty.py"), files.lines("missing.py")) == (2, 0, 0)
