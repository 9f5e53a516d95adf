"""Cases for the image: functions that get the image and an empty folder."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from plugin.commands.demo.recording import recording
from plugin.commands.demo.replay import Replay, replay
from tests.fakes.faults import silent
from tests.fakes.rude import Rude
from tests.image.container import Image, Step, docker

MEGABYTE = 1_000_000
FORGE_TOKEN = "-".join(("forge", "token", "of", "the", "image", "check"))
HARDENED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
USER_ID = 12345
OWN_PREFIX = "failure-alert: "


@contextmanager
def servers() -> Iterator[tuple[Replay, Mapping[str, str]]]:
    """Yield the recorded Drone with its Gitea, and the environment of its step with the settings of a user."""
    recorded = recording("during-build-3-job-2")
    with replay() as served:
        served.answers = recorded.answers
        yield served, environ(served.url)


def environ(url: str) -> Mapping[str, str]:
    kept = {
        name: text for name, text in recording("during-build-3-job-2").environ.items() if not name.startswith("PLUGIN_")
    }
    return {
        **kept,
        "PLUGIN_SERVER": url,
        "PLUGIN_DRONE_TOKEN": "DRONE-TOKEN",
        "PLUGIN_FORGE": "gitea",
        "PLUGIN_BASE_URL": url,
        "PLUGIN_GITEA_TOKEN": FORGE_TOKEN,
        "PLUGIN_LOG_LEVEL": "debug",
    }


def own_errors(err: str) -> list[str]:
    return [line for line in err.splitlines() if line.startswith(OWN_PREFIX)]


def assert_explained(text: str) -> None:
    assert "F401" in text
    assert "oom" in text
    assert "killed" in text


def a_step_of_drone_writes_the_file_and_one_comment(image: Image, workspace: Path) -> None:
    with servers() as (served, variables):
        for _ in range(2):
            ended = image.run(Step(variables, workspace))
            assert ended.code == 0, ended.err
            assert own_errors(ended.err) == []
        assert_explained(served.comment())
        assert served.posted() == 1
    summary = workspace / "failure-summary.md"
    assert_explained(summary.read_text())
    assert_explained(ended.out)
    facts = summary.stat()
    assert (facts.st_uid, facts.st_mode & 0o777) == (0, 0o644)
    assert FORGE_TOKEN not in ended.out + ended.err


def hardened_as_any_user_it_works_where_that_user_may_write(image: Image, workspace: Path) -> None:
    workspace.chmod(0o777)
    with servers() as (served, variables):
        ended = image.run(Step(variables, workspace, options=(*HARDENED, "--user", f"{USER_ID}:{USER_ID}")))
        assert (ended.code, own_errors(ended.err)) == (0, []), ended.err
        assert_explained(served.comment())
    assert (workspace / "failure-summary.md").stat().st_uid == USER_ID


def hardened_as_any_user_it_says_what_it_could_not_write(image: Image, workspace: Path) -> None:
    with servers() as (served, variables):
        ended = image.run(Step(variables, workspace, options=(*HARDENED, "--user", f"{USER_ID}:{USER_ID}")))
        assert ended.code == 0, ended.err
        (line,) = own_errors(ended.err)
        assert "cannot write failure-summary.md: permission denied" in line
        assert_explained(served.comment())
    assert list(workspace.iterdir()) == []


def hardened_as_root_without_capabilities_it_works(image: Image, workspace: Path) -> None:
    with servers() as (served, variables):
        ended = image.run(Step(variables, workspace, options=HARDENED))
        assert (ended.code, own_errors(ended.err)) == (0, []), ended.err
        assert_explained(served.comment())
    assert_explained((workspace / "failure-summary.md").read_text())


def a_read_only_workspace_is_reported_and_the_comment_posted(image: Image, workspace: Path) -> None:
    with servers() as (served, variables):
        ended = image.run(Step(variables, workspace, ":ro", HARDENED))
        assert ended.code == 0, ended.err
        (line,) = own_errors(ended.err)
        assert "the file system is read-only" in line
        assert_explained(served.comment())


def a_full_disk_is_reported_and_the_comment_posted(image: Image, workspace: Path) -> None:
    with servers() as (served, variables):
        outputs = "/full/report.html,/full/report.sarif,/full/report.json"
        full = ("--tmpfs", "/full:size=4096")
        ended = image.run(Step({**variables, "PLUGIN_OUTPUT": outputs}, workspace, options=full))
        assert ended.code == 0, ended.err
        assert any("the disk is full" in line for line in own_errors(ended.err)), ended.err
        assert_explained(served.comment())


def nothing_is_imported_from_the_workspace(image: Image, workspace: Path) -> None:
    trap = "open('/drone/trapped', 'w').write('x'); raise SystemExit(9)\n"
    for name in ("requests.py", "plugin.py", "yaml.py", "json.py", "sitecustomize.py", "usercustomize.py"):
        (workspace / name).write_text(trap)
    with servers() as (_, variables):
        ended = image.run(Step({**variables, "PYTHONPATH": ".", "PYTHONSTARTUP": "requests.py"}, workspace))
        assert (ended.code, own_errors(ended.err)) == (0, []), ended.err
    assert_explained((workspace / "failure-summary.md").read_text())


def a_link_where_the_file_belongs_is_replaced(image: Image, workspace: Path) -> None:
    target = workspace / "target"
    target.write_text("kept")
    (workspace / "failure-summary.md").symlink_to(target.name)
    with servers() as (_, variables):
        assert image.run(Step(variables, workspace)).code == 0
    assert target.read_text() == "kept"
    assert not (workspace / "failure-summary.md").is_symlink()


def without_any_server_the_file_says_so(image: Image, workspace: Path) -> None:
    ended = image.run(Step({**environ("http://127.0.0.1:9"), "PLUGIN_TIMEOUT": "2"}, workspace))
    assert ended.code == 0, ended.err
    assert "cannot connect" in ended.err
    assert "could not be read" in (workspace / "failure-summary.md").read_text()


def a_canceled_step_ends_at_once_and_writes_what_it_knows(image: Image, workspace: Path) -> None:
    with Rude(lambda _: silent) as server:
        container = image.start(Step(environ(server.url), workspace))
        try:
            until = time.monotonic() + 30
            while not server.asked and time.monotonic() < until:
                time.sleep(0.05)
            start = time.monotonic()
            docker("stop", "--time", "30", container)
            assert time.monotonic() - start < 9  # a CI kills the container after 10 s
            assert docker("inspect", "--format", "{{.State.ExitCode}}", container) == "0"
        finally:
            docker("rm", "--force", container)
    assert "canceled" in (workspace / "failure-summary.md").read_text()


def a_log_is_explained_from_standard_input(image: Image, workspace: Path) -> None:
    log = b"+ make\nmain.c:3:1: error: unknown type name 'foo'\nmake: *** [all] Error 1\n"
    ended = image.run(Step(arguments=("analyze", "-"), stdin=log, options=HARDENED))
    assert ended.code == 0, ended.err
    assert "unknown type name" in ended.out


def it_contains_apprise(image: Image, workspace: Path) -> None:
    with servers() as (_, variables):
        settings = {
            "PLUGIN_CHECK": "true",
            "PLUGIN_NOTIFY_URLS": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        }
        ended = image.run(Step({**variables, **settings}, workspace, options=HARDENED))
    assert "valid URL of Slack; nothing was sent" in ended.out


def it_is_small_and_labeled(image: Image, workspace: Path) -> None:
    about = json.loads(docker("image", "inspect", image.name))[0]
    labels = about["Config"]["Labels"]
    base = json.loads(docker("image", "inspect", labels["standin.base"]))[0]
    above = (about["Size"] - base["Size"]) / MEGABYTE
    print(f"    {above:.1f} MB above its base of {base['Size'] / MEGABYTE:.0f} MB")
    assert above <= 40
    assert labels["org.opencontainers.image.version"]
    assert labels["org.opencontainers.image.revision"]
    assert about["Config"]["User"] == ""


CASES = (
    a_step_of_drone_writes_the_file_and_one_comment,
    hardened_as_any_user_it_works_where_that_user_may_write,
    hardened_as_any_user_it_says_what_it_could_not_write,
    hardened_as_root_without_capabilities_it_works,
    a_read_only_workspace_is_reported_and_the_comment_posted,
    a_full_disk_is_reported_and_the_comment_posted,
    nothing_is_imported_from_the_workspace,
    a_link_where_the_file_belongs_is_replaced,
    without_any_server_the_file_says_so,
    a_canceled_step_ends_at_once_and_writes_what_it_knows,
    a_log_is_explained_from_standard_input,
    it_contains_apprise,
    it_is_small_and_labeled,
)
