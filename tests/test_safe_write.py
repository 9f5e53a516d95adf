"""A file is written where its path says, or not at all: no link that a pull request planted leads elsewhere."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plugin import safe_write
from plugin.deliver.file import write as write_report
from plugin.errors import PluginError

WORKSPACE = ("drone", "src")
"""Below the folder that stands for the volume, as Drone has it."""
BELOW = ("drone/src", "drone/src/reports", "drone/src/reports/a", "drone/out", "drone/out/a", "cache", "cache/a/b")
SEPARATORS = ("/", "//", "///", "/./", "/.//./")
REPORT = "a report"


class Volume:
    """A workspace with the volume around it, all of it at the mercy of a pull request, and a folder outside."""

    def __init__(self, base: Path) -> None:
        self.base = base / "volume"
        self.workspace = self.base.joinpath(*WORKSPACE)
        self.workspace.mkdir(parents=True)
        self.outside = base / "outside"
        self.outside.mkdir()

    def plant(self, folder: str, level: int, *, relative: bool) -> None:
        """Put a link to the outside in place of the folder's component."""
        names = folder.split("/")[: level + 1]
        link = self.base.joinpath(*names)
        link.parent.mkdir(parents=True, exist_ok=True)
        if link.is_dir():
            link.rename(link.with_name("moved-away"))
        link.symlink_to(os.path.relpath(self.outside, link.parent) if relative else self.outside)


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return Volume(tmp_path)


def spelled(path: str, separators: list[str]) -> str:
    return "".join(
        f"{separator}{name}" for separator, name in zip(separators, path.strip("/").split("/"), strict=False)
    )


separators = st.lists(st.sampled_from(SEPARATORS), min_size=40, max_size=40)


@given(folder=st.sampled_from(BELOW), separators=separators)
def test_every_spelling_of_an_absolute_path_names_the_same_file(folder: str, separators: list[str]) -> None:
    with tempfile.TemporaryDirectory() as base:
        volume = Volume(Path(base).resolve())
        meant = volume.base / folder / "report.md"
        written = write_report(REPORT, spelled(str(meant), separators), workspace=str(volume.workspace))
        assert written == meant
        assert meant.is_file()


@given(
    folder=st.sampled_from(BELOW),
    separators=separators,
    level=st.integers(0, 4),
    relative=st.booleans(),
    data=st.data(),
)
def test_no_spelling_leads_through_a_planted_link(
    folder: str,
    separators: list[str],
    level: int,
    relative: bool,  # noqa: FBT001
    data: st.DataObject,
) -> None:
    assume(level < len(folder.split("/")))
    with tempfile.TemporaryDirectory() as base:
        volume = Volume(Path(base).resolve())
        volume.plant(folder, level, relative=relative)
        path = f"{volume.base}/{folder}/report.md"
        if folder.startswith("drone/src/") and data.draw(st.booleans(), "relative to the workspace"):
            path = spelled(path.removeprefix(f"{volume.workspace}/"), separators).lstrip("./")
        else:
            path = spelled(path, separators)
        with pytest.raises(PluginError, match="symbolic link"):
            write_report(REPORT, path, workspace=str(volume.workspace))
        assert list(volume.outside.iterdir()) == []


@pytest.mark.parametrize("spelling", ["{}/out/report.md", "/{}//out/report.md", "{}/src/../out/report.md"])
def test_the_volume_beside_the_workspace(volume: Volume, spelling: str) -> None:
    """What was written outside of the workspace in version 0.1."""
    volume.plant("drone/out", 1, relative=False)
    with pytest.raises(PluginError):
        write_report(REPORT, spelling.format(volume.base / "drone"), workspace=str(volume.workspace))
    assert list(volume.outside.iterdir()) == []


def test_a_workspace_that_was_replaced_by_a_link(volume: Volume) -> None:
    volume.plant("drone/src", 1, relative=False)
    with pytest.raises(PluginError, match="symbolic link"):
        write_report(REPORT, "report.md", workspace=str(volume.workspace))
    assert list(volume.outside.iterdir()) == []


def test_a_folder_that_turns_into_a_link_while_we_write(volume: Volume) -> None:
    folder, over = volume.workspace / "reports", Event()

    def swap() -> None:
        while not over.is_set():
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):
                folder.symlink_to(volume.outside)
                folder.unlink()
                folder.mkdir()

    swapping = Thread(target=swap)
    swapping.start()
    try:
        for number in range(1500):
            with suppress(OSError):
                safe_write.write(f"{folder}/{number}.md", b"report")
    finally:
        over.set()
        swapping.join()
    assert list(volume.outside.iterdir()) == []


# Links of the system


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every directory passes for one of the system."""
    monkeypatch.setattr(safe_write, "_only_the_system_writes", lambda _: True)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("relative", [False, True])
def test_a_link_of_the_system_is_followed(volume: Volume, relative: bool) -> None:  # noqa: FBT001
    volume.plant("drone/out", 1, relative=relative)
    safe_write.write(f"{volume.base}/drone/out/a/report.md", b"report")
    assert (volume.outside / "a/report.md").read_bytes() == b"report"


@pytest.mark.usefixtures("trusted")
def test_links_of_the_system_in_a_circle_end(volume: Volume) -> None:
    (volume.base / "a").symlink_to("b")
    (volume.base / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        safe_write.write(f"{volume.base}/a/report.md", b"report")


@pytest.mark.skipif(not Path("/var/run").is_symlink(), reason="this system has no /var/run that is a link")
@pytest.mark.skipif(Path("/var").stat().st_uid != 0, reason="/var does not belong to root here")
def test_the_real_var_run_is_one() -> None:
    with safe_write._opened(["var", "run"]) as directory:
        assert os.path.samestat(os.fstat(directory), Path("/run").stat())


def test_no_place_that_others_can_write_is_of_the_system(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path.parent, Path("/tmp"), Path("/proc/self"), Path("/dev/shm")):
        if path.is_dir():
            directory = os.open(path, safe_write._DIRECTORY & ~os.O_NOFOLLOW)
            try:
                assert not safe_write._only_the_system_writes(directory), path
            finally:
                os.close(directory)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not list open descriptors")
def test_no_descriptor_is_left_open(volume: Volume) -> None:
    volume.plant("drone/out", 1, relative=False)
    opened = Path("/proc/self/fd")
    before = len([*opened.iterdir()])
    safe_write.write(f"{volume.workspace}/a/b/report.md", b"report")
    with pytest.raises(OSError, match="irectory"):
        safe_write.write(f"{volume.base}/drone/out/report.md", b"report")
    assert len([*opened.iterdir()]) == before
