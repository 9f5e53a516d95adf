"""Messages of a run in a pipeline, on several generations of servers."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from plugin.commands.step import PluginStep
from plugin.http.deadline import Deadline
from tests.fakes.chats import Chats
from tests.fakes.servers import FAKES, FakeServer, Fault
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit, green, job

GENERATIONS = ["drone-0.8", "drone-1", "drone-2", "woodpecker-0.15", "woodpecker-2.6", "woodpecker-3.17", "harness"]
LINT = TrueStep("lint", code=1, log="+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n")
TEST = TrueStep("test", code=1, log="+ pytest\nE   AssertionError: assert 1 == 2\nFAILED test_a.py::test_b\n")
FINE = TrueStep("lint", log="+ flake8 src\n")


@dataclass
class Ran:
    code: int
    printed: str
    complaints: str


@pytest.fixture
def chat() -> Iterator[Chats]:
    with Chats() as services:
        yield services


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take no time."""
    monkeypatch.setattr(Deadline, "sleep", lambda *_: None)


def hook(chat: Chats, path: str = "hook") -> str:
    return f"json://{chat.url.removeprefix('http://')}/{path}"


def run(
    server: FakeServer, workspace: Path, number: int = 1, variables: Mapping[str, str] | None = None, **settings: str
) -> Ran:
    """Run the step of that job."""
    given = {"TOKEN": server.token, "COMMENT_ON": "never", "WAIT": "0", "BASELINE": "off", **settings}
    environ = {
        **server.environ(number),
        "CI_WORKSPACE": str(workspace),
        "DRONE_WORKSPACE": str(workspace),
        **{f"PLUGIN_{name}": text for name, text in given.items()},
        **(variables or {}),
    }
    printed, complaints = io.BytesIO(), io.StringIO()
    code = PluginStep(environ, printed, complaints).run()
    return Ran(code, printed.getvalue().decode(), complaints.getvalue())


def titles(chat: Chats) -> list[str]:
    return [request.payload["title"] for request in chat.sent]


def now(*steps: TrueStep, number: int = 42, **more: object) -> TrueBuild:
    return TrueBuild(number=number, jobs=(job(*steps),), **more)  # type: ignore[arg-type]


def red(number: int, *steps: TrueStep, **more: object) -> TrueBuild:
    done = job(*steps, TrueStep("summary", kind="plugin"), current=False, fate=Fate.ENDED)
    return TrueBuild(number=number, jobs=(done,), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_first_failure_is_announced(generation: str, tmp_path: Path, chat: Chats) -> None:
    with FAKES[generation](now(LINT), green(41, FINE)) as server:
        ran = run(server, tmp_path, NOTIFY_URLS=hook(chat))
    (title,) = titles(chat)
    assert title.startswith(f"❌ {server.repo} main: lint failed: ")
    assert "F401" in str(chat.sent[0].payload["message"])
    assert "notification sent to json (JSON)" in ran.printed
    assert ran.code == 0


@pytest.mark.parametrize("generation", GENERATIONS)
def test_fixed_build_is_announced_once(generation: str, tmp_path: Path, chat: Chats) -> None:
    with FAKES[generation](now(FINE), red(41, LINT), red(40, LINT), green(39, FINE)) as server:
        run(server, tmp_path, NOTIFY_URLS=hook(chat))
    (title,) = titles(chat)
    assert title.startswith(f"✅ {server.repo} main: fixed")
    assert "Failing since build 40 (2 failed builds); fixed by commit 9fceb02d0a" in chat.sent[0].payload["message"]

    with FAKES[generation](now(FINE, number=43), green(42, FINE), red(41, LINT)) as server:
        ran = run(server, tmp_path, NOTIFY_URLS=hook(chat))
    assert len(chat.sent) == 1
    assert "no notification: no rule of `notify` wants one for this result" in ran.printed


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("requests", ["12", "0"], ids=["compared", "not compared"])
def test_red_build_after_a_red_one_is_not_announced_again(
    generation: str, requests: str, tmp_path: Path, chat: Chats
) -> None:
    with FAKES[generation](now(LINT), red(41, LINT), green(40, FINE)) as server:
        ran = run(server, tmp_path, NOTIFY_URLS=hook(chat), HISTORY_REQUESTS=requests)
    assert titles(chat) == []
    assert "no notification: no rule of `notify` wants one for this result" in ran.printed


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_different_failure_is_announced(generation: str, tmp_path: Path, chat: Chats) -> None:
    other = TrueStep("lint", code=1, log="+ flake8 src\nsrc/b.py:7:1: E999 SyntaxError: invalid syntax\n")
    before = green(40, FINE, commit="1" * 40)
    with FAKES[generation](now(LINT, commit="3" * 40), red(41, other, commit="2" * 40), before) as server:
        run(server, tmp_path, NOTIFY_URLS=hook(chat))
    assert "main: lint fails for another reason: " in titles(chat)[0]


def test_pull_requests_are_silent_unless_a_rule_names_them(tmp_path: Path, chat: Chats) -> None:
    pull = now(LINT, event="pull_request", pull=7, source="fix")
    with FAKES["drone-2"](pull) as server:
        run(server, tmp_path, NOTIFY_URLS=hook(chat))
        assert titles(chat) == []
        rule = {"pulls": {"events": ["pull_request"]}}
        run(server, tmp_path, NOTIFY_URLS=hook(chat), NOTIFY=json.dumps(rule))
    assert titles(chat)[0].startswith("❌ octo/demo #7: lint failed: ")


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(("step", "requests"), [(LINT, 0), (FINE, 1)], ids=["red", "green"])
def test_notification_costs_one_request_for_a_green_build_and_none_for_a_red_one(
    generation: str, step: TrueStep, requests: int, tmp_path: Path, chat: Chats
) -> None:
    """The verdict on a red build reads the list of builds as well."""
    with FAKES[generation](now(step), green(41, FINE)) as server:
        run(server, tmp_path)
        without = len(server.requests)
        run(server, tmp_path, NOTIFY_URLS=hook(chat))
    assert len(server.requests) - without == without + requests


def test_superseded_build_is_silent(tmp_path: Path, chat: Chats) -> None:
    with FAKES["drone-2"](now(LINT), now(FINE, number=43)) as server:
        ran = run(server, tmp_path, NOTIFY_URLS=hook(chat))
    assert titles(chat) == []
    assert "no notification: build 43 is newer" in ran.printed


def test_canceled_build_is_silent(tmp_path: Path, chat: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends the step with a signal; the rest of the run has time enough here."""
    monkeypatch.setattr("plugin.commands.step.time.sleep", lambda _: None)
    monkeypatch.setattr(Deadline, "stop", lambda *_: None)
    with FAKES["woodpecker-3.17"](now(LINT), green(41, FINE)) as server:
        environ = {**server.environ(), "PLUGIN_NOTIFY_URLS": hook(chat), "PLUGIN_TOKEN": server.token}
        step = PluginStep({**environ, "CI_WORKSPACE": str(tmp_path)}, io.BytesIO(), io.StringIO())
        step.cancel()
        step.run()
    assert "F401" in tmp_path.joinpath("failure-summary.md").read_text("utf-8")
    assert titles(chat) == []


def test_unknown_state_is_announced_only_to_rules_with_always(tmp_path: Path, chat: Chats) -> None:
    with FAKES["woodpecker-3.13"](now(FINE)) as server:
        server.fault("pipelines/42", Fault.RESET, times=99)
        run(server, tmp_path, NOTIFY_URLS=hook(chat), TIMEOUT="4")
        assert titles(chat) == []
        run(server, tmp_path, NOTIFY_URLS=hook(chat), NOTIFY='{"a": {"on": "always"}}', TIMEOUT="4")
    assert "unknown result" in titles(chat)[0]


def test_rules_choose_channels_lines_and_mentions(tmp_path: Path, chat: Chats) -> None:
    urls = {"team": hook(chat, "team"), "ops": hook(chat, "ops"), "quiet": hook(chat, "quiet")}
    rules = {
        "team": {"to": "team", "mention": {"amy@example.com": "@amy"}},
        "ops": {"to": ["ops", "team"], "on": "failure", "lines": 0},
        "fixed": {"to": "quiet", "on": "fixed"},
    }
    with FAKES["drone-2"](now(LINT), green(41, FINE)) as server:
        run(
            server,
            tmp_path,
            variables={"DRONE_COMMIT_AUTHOR_EMAIL": "Amy@example.com", "DRONE_COMMIT_AUTHOR_NAME": "Amy Pond"},
            NOTIFY_URLS=json.dumps(urls),
            NOTIFY=json.dumps(rules),
        )
    sent = {request.url.rpartition("/")[2]: request.payload for request in chat.sent}
    assert set(sent) == {"team", "ops"}
    assert "F401" in sent["team"]["message"]
    assert "by Amy Pond" in sent["team"]["message"]
    assert sent["team"]["message"].endswith("@amy")
    assert "F401" not in str(sent["ops"]), "not a character of the log"
    assert "amy@example.com" not in str(sent).lower()


@pytest.mark.parametrize(
    ("generation", "event"),
    [("drone-0.8", "deployment"), ("drone-2", "promote"), ("drone-2", "rollback"), ("woodpecker-3.17", "deployment")],
)
def test_deployment_is_compared_with_the_last_one_of_its_environment(
    generation: str, event: str, tmp_path: Path, chat: Chats
) -> None:
    def deployed(build: TrueBuild, environment: str = "production") -> TrueBuild:
        return replace(build, event=event, environment=environment)

    before = (red(41, LINT), deployed(red(40, LINT), "staging"), deployed(green(39, FINE)))
    with FAKES[generation](deployed(now(LINT)), *before) as server:
        run(server, tmp_path, NOTIFY_URLS=hook(chat))
    (title,) = titles(chat)
    heading = f"❌ {server.repo} → production (9fceb02d0a; last good: 9fceb02d0a in build 39): lint failed"
    assert title.startswith(heading)


# Failing channels


def test_failing_channel_costs_one_line_and_a_note_and_nothing_else(tmp_path: Path, chat: Chats) -> None:
    chat.instead.append((404, ""))
    with FAKES["drone-2"](now(LINT), green(41, FINE)) as server:
        ran = run(server, tmp_path, NOTIFY_URLS=f'{{"bad": "{hook(chat)}", "good": "{hook(chat, "good")}"}}')
    complaints = [line for line in ran.complaints.splitlines() if "notification" in line]
    assert len(complaints) == 1
    assert "no notification to `" in complaints[0]
    assert "its token or its room is not valid" in complaints[0]
    assert ran.code == 0
    summary = tmp_path.joinpath("failure-summary.md").read_text("utf-8")
    assert "F401" in summary
    assert "no notification to" in summary


def test_silent_channel_ends_with_the_time_of_the_run(tmp_path: Path, chat: Chats) -> None:
    import time

    chat.instead.append(lambda: time.sleep(8))
    before = time.monotonic()
    with FAKES["drone-2"](now(LINT), green(41, FINE)) as server:
        ran = run(server, tmp_path, NOTIFY_URLS=hook(chat), TIMEOUT="3")
    assert time.monotonic() - before < 6
    assert "no notification to json: " in ran.complaints
    assert "the time limit of the run is reached" in ran.complaints


def test_no_log_level_prints_messages_or_urls(tmp_path: Path, chat: Chats) -> None:
    url = hook(chat, "secret-path-1234567")
    with FAKES["drone-2"](now(LINT), green(41, FINE)) as server:
        ran = run(server, tmp_path, NOTIFY_URLS=url, LOG_LEVEL="debug")
    assert chat.sent
    assert "secret-path-1234567" not in ran.printed + ran.complaints
    assert "Payload" not in ran.complaints
    assert "F401" not in ran.complaints


def test_url_is_masked_where_a_log_prints_it(tmp_path: Path, chat: Chats) -> None:
    url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    leaks = TrueStep(
        "test", code=1, log=f"+ make\nError: cannot post to {url}\nError: token TIiajkdnlazkcOXrIdevi7FQ\n"
    )
    with FAKES["drone-2"](now(leaks, event="pull_request", pull=7)) as server:
        ran = run(server, tmp_path, NOTIFY_URLS=url)
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in ran.printed + tmp_path.joinpath("failure-summary.md").read_text("utf-8")


@pytest.mark.parametrize("value", ["slack://T1/secret-token-1", "secret-token-1", "chat: [secret-token-1"])
def test_invalid_urls_are_masked_and_nothing_is_sent(value: str, tmp_path: Path) -> None:
    leaks = TrueStep("test", code=1, log=f"+ make\nError: {value}\n")
    with FAKES["drone-2"](now(leaks)) as server:
        ran = run(server, tmp_path, NOTIFY_URLS=value)
    summary = tmp_path.joinpath("failure-summary.md").read_text("utf-8")
    assert "secret-token-1" not in ran.printed + ran.complaints + summary


def test_files_of_the_workspace_cannot_set_channels(tmp_path: Path, chat: Chats) -> None:
    tmp_path.joinpath(".failure-alert.yml").write_text(f"notify_urls: {hook(chat)}\nnotify: {{a: {{on: always}}}}\n")
    with FAKES["drone-2"](now(LINT), green(41, FINE)) as server:
        run(server, tmp_path)
    assert chat.requests == []


# Parallel jobs


def matrix_job(step: TrueStep, go: str, *, current: bool = True, fate: Fate = Fate.RUNNING) -> TrueUnit:
    return job(step, current=current, axes={"GO": go}, fate=fate)


@pytest.mark.parametrize("generation", ["drone-0.8", "woodpecker-2.6", "woodpecker-3.17"])
def test_one_of_the_copies_in_matrix_jobs_sends(generation: str, tmp_path: Path, chat: Chats) -> None:
    jobs = (matrix_job(FINE, "1.20"), matrix_job(LINT, "1.21"), matrix_job(LINT, "1.22"))
    with FAKES[generation](TrueBuild(number=42, jobs=jobs), green(41, FINE)) as server:
        printed = [run(server, tmp_path, number, NOTIFY_URLS=hook(chat)).printed for number in (1, 2, 3)]
    assert len(titles(chat)) == 1
    assert ["notification sent" in text for text in printed] == [False, True, False]
    assert "no notification: the copy of this step in another job sends it" in printed[0]


@pytest.mark.usefixtures("pauses")
def test_green_copy_waits_for_the_other_jobs_and_reports_their_failure(tmp_path: Path, chat: Chats) -> None:
    """The other job has no copy of the step."""

    def at(step: TrueStep, fate: Fate) -> TrueBuild:
        return TrueBuild(number=42, jobs=(job(FINE, name="here"), job(step, name="there", current=False, fate=fate)))

    with FAKES["drone-2"](at(TrueStep("test", fate=Fate.RUNNING), Fate.RUNNING), green(41, FINE)) as server:
        looked = server.answer

        def answer(request: object) -> object:
            reply = looked(request)  # type: ignore[arg-type]
            server.happens(at(TEST, Fate.ENDED))
            return reply

        server.answer = answer  # type: ignore[method-assign,assignment]
        run(server, tmp_path, NOTIFY_URLS=hook(chat), WAIT="5")
    assert "test (there) failed: " in titles(chat)[0]


@pytest.mark.parametrize("generation", ["drone-0.8", "drone-2", "woodpecker-3.17"])
def test_reporter_job_sends(generation: str, tmp_path: Path, chat: Chats) -> None:
    jobs = (job(LINT, name="checks", current=False, fate=Fate.ENDED), job(name="reporter"))
    with FAKES[generation](TrueBuild(number=42, jobs=jobs), green(41, FINE)) as server:
        run(server, tmp_path, 2, NOTIFY_URLS=hook(chat))
    assert len(titles(chat)) == 1


# Runs without notifications

_MODULES = """
import io, os, sys
from plugin.commands.step import PluginStep
assert PluginStep(os.environ, io.BytesIO(), io.StringIO()).run() == 0
print(*(name for name in sys.modules if name.startswith(("apprise", "plugin.commands.notify", "plugin.deliver.notify",
    "plugin.notify", "plugin.render.chat", "markdown", "smtplib"))))
"""


@pytest.mark.parametrize(
    ("settings", "loaded"), [({}, False), ({"PLUGIN_NOTIFY_URLS": "json://127.0.0.1:9"}, True)], ids=["without", "with"]
)
def test_run_without_notifications_loads_nothing_of_them(
    settings: dict[str, str], tmp_path: Path, *, loaded: bool
) -> None:
    with FAKES["drone-2"](now(LINT), green(41, FINE)) as server:
        environ = {**server.environ(), "PLUGIN_TOKEN": server.token, "DRONE_WORKSPACE": str(tmp_path), **settings}
        ended = subprocess.run(
            [sys.executable, "-c", _MODULES], env=environ, capture_output=True, text=True, check=True
        )
    assert bool(ended.stdout.strip()) is loaded
    assert ("apprise" in ended.stdout.split()) is loaded
