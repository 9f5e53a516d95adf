"""A file is written at its path or not at all: no link that a pull request plants leads elsewhere."""

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
"""Path below the volume, as on Drone."""
BELOW = ("drone/src", "drone/src/reports", "drone/src/reports/a", "drone/out", "drone/out/a", "cache", "cache/a/b")
SEPARATORS = ("/", "//", "///", "/./", "/.//./")
REPORT = "a report"


class Volume:
    """A workspace in a volume, which a pull request controls, and a folder outside of it."""

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
def test_every_spelling_of_an_absolute_path_leads_to_the_same_file(folder: str, separators: list[str]) -> None:
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
def test_planted_link_is_not_followed_in_any_spelling(
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
def test_planted_link_beside_the_workspace_is_not_followed(volume: Volume, spelling: str) -> None:
    """Version 0.1 wrote outside of the workspace in these cases."""
    volume.plant("drone/out", 1, relative=False)
    with pytest.raises(PluginError):
        write_report(REPORT, spelling.format(volume.base / "drone"), workspace=str(volume.workspace))
    assert list(volume.outside.iterdir()) == []


def test_workspace_replaced_by_a_link_is_not_followed(volume: Volume) -> None:
    volume.plant("drone/src", 1, relative=False)
    with pytest.raises(PluginError, match="symbolic link"):
        write_report(REPORT, "report.md", workspace=str(volume.workspace))
    assert list(volume.outside.iterdir()) == []


def test_folder_replaced_by_a_link_during_the_write_is_not_followed(volume: Volume) -> None:
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
    """Treat every directory as one of the system."""
    monkeypatch.setattr(safe_write, "_only_root_writes", lambda _: True)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("relative", [False, True])
def test_system_link_is_followed(volume: Volume, relative: bool) -> None:  # noqa: FBT001
    volume.plant("drone/out", 1, relative=relative)
    safe_write.write(f"{volume.base}/drone/out/a/report.md", b"report")
    assert (volume.outside / "a/report.md").read_bytes() == b"report"


@pytest.mark.usefixtures("trusted")
def test_loop_of_system_links_ends(volume: Volume) -> None:
    (volume.base / "a").symlink_to("b")
    (volume.base / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        safe_write.write(f"{volume.base}/a/report.md", b"report")


@pytest.mark.skipif(not Path("/var/run").is_symlink(), reason="this system has no /var/run that is a link")
@pytest.mark.skipif(Path("/var").stat().st_uid != 0, reason="/var does not belong to root here")
def test_real_var_run_is_a_system_link() -> None:
    with safe_write._opened(["var", "run"]) as directory:
        assert os.path.samestat(os.fstat(directory), Path("/run").stat())


def test_directory_that_others_can_write_is_no_system_directory(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path.parent, Path("/tmp"), Path("/proc/self"), Path("/dev/shm")):
        if path.is_dir():
            directory = os.open(path, safe_write._DIRECTORY & ~os.O_NOFOLLOW)
            try:
                assert not safe_write._only_root_writes(directory), path
            finally:
                os.close(directory)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not list open descriptors")
def test_no_descriptor_stays_open(volume: Volume) -> None:
    volume.plant("drone/out", 1, relative=False)
    opened = Path("/proc/self/fd")
    before = len([*opened.iterdir()])
    safe_write.write(f"{volume.workspace}/a/b/report.md", b"report")
    with pytest.raises(OSError, match="irectory"):
        safe_write.write(f"{volume.base}/drone/out/report.md", b"report")
    assert len([*opened.iterdir()]) == before
