"""Files in the workspace: written atomically, readable by all, and never through a planted link."""

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from plugin.deliver import file
from plugin.errors import PluginError, SettingsError
from plugin.model.report import Report
from plugin.render import FORMATS, render_for
from tests.render.samples import SAMPLES

REPORT = SAMPLES["matrix"]


def write(report: Report, output: str, *, workspace: str) -> Path:
    return file.write(render_for(report, output), output, workspace=workspace)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


def test_the_suffix_selects_the_format(workspace: Path) -> None:
    written = write(REPORT, "failure-summary.md", workspace=str(workspace))
    assert written == workspace / "failure-summary.md"
    assert written.read_text("utf-8") == FORMATS["markdown"](REPORT)
    assert json.loads(write(REPORT, "report.json", workspace=str(workspace)).read_bytes())["schema_version"] == 1


def test_missing_folders_are_created(workspace: Path) -> None:
    assert write(REPORT, "a/b/c/report.html", workspace=str(workspace)) == workspace / "a/b/c/report.html"
    assert (workspace / "a/b/c/report.html").is_file()


def test_everybody_can_read_it_whatever_the_umask(workspace: Path) -> None:
    before = os.umask(0o077)
    try:
        written = write(REPORT, "report.txt", workspace=str(workspace))
    finally:
        os.umask(before)
    assert stat.S_IMODE(written.stat().st_mode) == 0o644


def test_an_older_file_is_replaced_and_no_other_file_is_left(workspace: Path) -> None:
    (workspace / "report.txt").write_text("old" * 100_000)
    write(REPORT, "report.txt", workspace=str(workspace))
    assert (workspace / "report.txt").read_text("utf-8") == FORMATS["text"](REPORT)
    assert [path.name for path in workspace.iterdir()] == ["report.txt"]


def test_an_absolute_path_may_be_anywhere(workspace: Path, outside: Path) -> None:
    assert write(REPORT, f"{outside}/x/report.md", workspace=str(workspace)) == outside / "x/report.md"
    assert (outside / "x/report.md").is_file()


@pytest.mark.parametrize("form", ["{}", "{workspace}/{}"])
def test_a_link_in_place_of_the_file_is_replaced(workspace: Path, outside: Path, form: str) -> None:
    target = outside / "secret.md"
    target.write_text("untouched")
    (workspace / "report.md").symlink_to(target)
    write(REPORT, form.format("report.md", workspace=workspace), workspace=str(workspace))
    assert target.read_text() == "untouched"
    assert not (workspace / "report.md").is_symlink()
    assert (workspace / "report.md").read_text("utf-8") == FORMATS["markdown"](REPORT)


@pytest.mark.parametrize("form", ["{}", "{workspace}/{}"])
def test_a_link_in_place_of_a_folder_is_refused(workspace: Path, outside: Path, form: str) -> None:
    (workspace / "reports").symlink_to(outside)
    with pytest.raises(PluginError, match=r"cannot write .*reports/a/report.md: .*symbolic link.*`output`"):
        write(REPORT, form.format("reports/a/report.md", workspace=workspace), workspace=str(workspace))
    assert list(outside.iterdir()) == []


def test_a_hard_link_is_replaced(workspace: Path, outside: Path) -> None:
    target = outside / "secret.md"
    target.write_text("untouched")
    (workspace / "report.md").hardlink_to(target)
    write(REPORT, "report.md", workspace=str(workspace))
    assert target.read_text() == "untouched"


def test_a_pipe_in_place_of_the_file_is_replaced(workspace: Path) -> None:
    os.mkfifo(workspace / "report.md")
    assert write(REPORT, "report.md", workspace=str(workspace)).is_file()


@pytest.mark.parametrize(
    "output",
    [
        "../report.md",
        "a/../../report.md",
        "a/../report.md",
        "/tmp/../report.md",
        "a\nb.md",
        "a\0.md",
        "~/report.md",
        "~root/report.md",
        "$HOME/report.md",
        "/tmp/${DRONE_BUILD_NUMBER}.md",
        "reports\\report.md",
    ],
)
def test_a_path_that_is_not_plain_is_refused(workspace: Path, output: str) -> None:
    with pytest.raises(SettingsError, match=r"setting `output`: .*write the plain path"):
        write(REPORT, output, workspace=str(workspace))
    assert list(workspace.iterdir()) == []


def test_without_a_working_folder_only_absolute_paths_work(outside: Path) -> None:
    with pytest.raises(PluginError, match=r"cannot write report\.md: the working folder is gone"):
        write(REPORT, "report.md", workspace="")
    assert write(REPORT, f"{outside}/report.md", workspace="").is_file()


@pytest.mark.parametrize("output", ["", "report", "report.pdf", "a/", "."])
def test_a_path_without_a_format_is_refused(workspace: Path, output: str) -> None:
    with pytest.raises(SettingsError, match=r"use one of .*\.md.*\.sarif"):
        write(REPORT, output, workspace=str(workspace))


def test_a_folder_in_place_of_the_file_is_an_error(workspace: Path) -> None:
    (workspace / "report.md").mkdir()
    with pytest.raises(PluginError, match="there is a folder of that name"):
        write(REPORT, "report.md", workspace=str(workspace))
    assert [path.name for path in workspace.iterdir()] == ["report.md"]


def test_a_file_in_place_of_a_folder_is_an_error(workspace: Path) -> None:
    (workspace / "a").write_text("x")
    with pytest.raises(PluginError, match="name real folders"):
        write(REPORT, "a/report.md", workspace=str(workspace))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EROFS, "read-only"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "permission denied"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_an_error_of_the_disk_is_reported_with_a_remedy(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(PluginError, match=f"cannot write report.md: .*{words}.*`output`"):
        write(REPORT, "report.md", workspace=str(workspace))
    assert list(workspace.iterdir()) == []


def test_a_name_that_is_too_long_is_an_error(workspace: Path) -> None:
    with pytest.raises(PluginError, match="too long"):
        write(REPORT, f"{'x' * 300}.md", workspace=str(workspace))
