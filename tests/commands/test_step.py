"""What the README promises of a run in a pipeline, against servers with the real ones' bad manners."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from plugin.commands.step import PluginStep
from plugin.logs.readable import LazyLog
from plugin.model.excerpt import Excerpt, Line
from tests.fakes.forges import FAKES as FORGES
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers import FAKES
from tests.fakes.servers.drone08 import Drone08Fake
from tests.fakes.servers.harness import HarnessFake
from tests.fakes.servers.server import FakeServer, Fault, Reply
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, build, green, job

FLAKE8 = "+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n"
KILLED = "+ node build.js\nbundling\nKilled\n"
PULL = 7


@dataclass
class Run:
    """One run of the plugin, and what it left behind."""

    code: int
    printed: str
    complaints: str
    workspace: Path

    @property
    def summary(self) -> str:
        return (self.workspace / "failure-summary.md").read_text("utf-8")

    def report(self, name: str = "report.json") -> dict[str, object]:
        found: dict[str, object] = json.loads((self.workspace / name).read_text("utf-8"))
        return found


def run(server: FakeServer, workspace: Path, forge: GiteaFake | None = None, **settings: str) -> Run:
    environ = {**server.environ(), "CI_WORKSPACE": str(workspace), "DRONE_WORKSPACE": str(workspace)}
    given = {"TOKEN": "ci-token-of-a-reader", "BASELINE": "off", "WAIT": "0", **settings}
    if forge:
        given = {"FORGE": "gitea", "FORGE_URL": forge.url, "FORGE_TOKEN": forge.token, **given}
    return run_in({**environ, **{f"PLUGIN_{name}": text for name, text in given.items()}}, workspace)


def run_in(environ: Mapping[str, str], workspace: Path) -> Run:
    printed, complaints = io.BytesIO(), io.StringIO()
    code = PluginStep(environ, printed, complaints).run()
    return Run(code, printed.getvalue().decode(), complaints.getvalue(), workspace)


def red(number: int = 42, **more: object) -> TrueBuild:
    steps = (TrueStep("lint", code=1, log=FLAKE8), TrueStep("bundle", code=137, log=KILLED))
    return build(*steps, number=number, event="pull_request", pull=PULL, source="fix", **more)


def fixed(number: int) -> TrueBuild:
    return build(TrueStep("lint"), number=number, event="pull_request", pull=PULL, source="fix")


@pytest.fixture
def forge() -> Iterator[GiteaFake]:
    with GiteaFake() as fake:
        yield fake


# The report


def test_failed_build_is_reported_in_file_log_and_comment(tmp_path: Path, forge: GiteaFake) -> None:
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, forge)
    (comment,) = forge.texts(PULL)
    for text in (done.summary, done.printed, comment):
        assert "src/app.py:10" in text
        assert "F401" in text
        assert "lint" in text
        assert "bundle" in text
        assert "137" in text
    assert (done.code, done.complaints) == (0, "")
    assert "comment created" in done.printed


def test_green_build_gets_a_short_green_report_and_no_comment(tmp_path: Path, forge: GiteaFake) -> None:
    with Drone08Fake(fixed(42)) as server:
        done = run(server, tmp_path, forge)
    assert done.code == 0
    assert "passed" in done.summary
    assert len(done.summary.splitlines()) < 6
    assert forge.comments(PULL) == []


def test_the_comment_is_edited_and_turns_green(tmp_path: Path, forge: GiteaFake) -> None:
    for one in (red(42), fixed(43)):
        with Drone08Fake(one) as server:
            run(server, tmp_path, forge)
    (text,) = forge.texts(PULL)
    assert "✅" in text
    assert "❌" not in text


def test_pipelines_of_harness_which_count_by_themselves_have_a_comment_each(tmp_path: Path) -> None:
    with FORGES["harness"]() as forge:
        told = {"PLUGIN_FORGE_URL": forge.url, "PLUGIN_FORGE_TOKEN": forge.token, "DRONE_WORKSPACE": str(tmp_path)}
        for pipeline, number in (("build-and-test", 40), ("deploy", 3)):
            with HarnessFake(red(number)) as server:
                server.pipelines = {pipeline: server.builds}
                settings = {"PLUGIN_TOKEN": server.token, "PLUGIN_SERVER": server.url, "PLUGIN_BASELINE": "off", **told}
                run_in({**server.environ(), **settings}, tmp_path)
        assert [("Build 40" in text, "Build 3" in text) for text in forge.texts(PULL)] == [(True, False), (False, True)]


def test_the_same_again_writes_nothing(tmp_path: Path, forge: GiteaFake) -> None:
    with Drone08Fake(red()) as server:
        run(server, tmp_path, forge)
        run(server, tmp_path, forge)
    assert forge.writes() == ["POST"]


def test_report_for_programs_fits_its_schema(tmp_path: Path) -> None:
    schema = json.loads((files("plugin.render") / "report.schema.json").read_text("utf-8"))
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, OUTPUT="report.json,a/b/report.html,report.sarif,report.xml,report.txt")
    Draft202012Validator(schema).validate(done.report())
    assert {path.name for path in tmp_path.rglob("report.*")} == {
        "report.json",
        "report.html",
        "report.sarif",
        "report.xml",
        "report.txt",
    }


def test_what_the_green_build_printed_too_is_not_the_cause(tmp_path: Path) -> None:
    noise = "error: cannot read the cache, going on without\n"
    steps = (TrueStep("test", log=f"+ make\n{noise}fine\n"),)
    failing = TrueStep("test", code=1, log=f"+ make\n{noise}error: no rule for the moon\n")
    with Drone08Fake(build(failing, number=42), green(41, *steps)) as server:
        run(server, tmp_path, OUTPUT="report.json", BASELINE="true")
    failures = json.loads((tmp_path / "report.json").read_text("utf-8"))["failures"]
    assert failures[0]["title"] == "error: no rule for the moon"


@pytest.mark.parametrize("generation", list(FAKES))
def test_failure_is_said_to_be_new_after_a_green_build(generation: str, tmp_path: Path) -> None:
    now = build(TrueStep("test", code=1, log="+ make\nerror: no rule for the moon\n"), number=42)
    with FAKES[generation](now, green(41, TrueStep("test"), commit="1" * 40)) as server:
        environ = {**server.environ(), "CI_WORKSPACE": str(tmp_path), "DRONE_WORKSPACE": str(tmp_path)}
        done = run_in({**environ, "PLUGIN_TOKEN": server.token, "PLUGIN_SERVER": server.url}, tmp_path)
    assert "new in this build, passed in [build 41](" in done.summary


# Nothing is lost


def test_two_logs_are_reported_when_the_third_cannot_be_read(tmp_path: Path) -> None:
    steps = (TrueStep("a", code=1), TrueStep("b", code=1), TrueStep("c", code=1))
    with Drone08Fake(build(*steps)) as server:
        server.fault(r"/logs/42/4$", Reply(403), times=99)
        done = run(server, tmp_path)
    assert done.code == 0
    assert "+ a" in done.summary
    assert "+ c" in done.summary
    assert "403" in done.summary


def test_server_that_cannot_be_reached_leaves_a_report_that_says_so(tmp_path: Path, forge: GiteaFake) -> None:
    with Drone08Fake(red()) as server:
        server.fault(r"/api/repos/.*", Reply(403), times=99)
        done = run(server, tmp_path, forge)
    assert done.code == 0
    assert "could not be read" in done.summary
    assert "give that user read access" in done.complaints
    (comment,) = forge.texts(PULL)
    assert "failed" in comment
    assert "cause unknown: the build could not be read" in comment


def test_fail_on_error_lets_the_step_fail(tmp_path: Path) -> None:
    with Drone08Fake(red()) as server:
        server.fault(r"/api/repos/.*", Reply(403), times=99)
        assert run(server, tmp_path, FAIL_ON_ERROR="true").code == 1


def test_fail_on_error_has_no_effect_when_all_went_well(tmp_path: Path) -> None:
    with Drone08Fake(red()) as server:
        assert run(server, tmp_path, FAIL_ON_ERROR="true").code == 0


def test_forge_that_refuses_is_a_note_in_the_file_and_the_log(tmp_path: Path, forge: GiteaFake) -> None:
    forge.refuses, _ = GiteaFake.refusals["no scope"]
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, forge)
    assert "write:issue" in done.complaints
    assert "write:issue" in done.summary
    assert done.code == 0


def test_workspace_that_cannot_be_written_costs_no_comment(tmp_path: Path, forge: GiteaFake) -> None:
    (tmp_path / "failure-summary.md").mkdir()
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, forge)
    assert "there is a folder of that name" in done.complaints
    assert len(forge.comments(PULL)) == 1
    assert done.code == 0


def test_file_that_cannot_be_written_is_a_note_in_the_one_that_can(tmp_path: Path) -> None:
    (tmp_path / "second.md").mkdir()
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, OUTPUT="first.md,second.md")
    assert "there is a folder of that name" in (tmp_path / "first.md").read_text("utf-8")
    assert done.complaints.count("there is a folder of that name") == 1


def test_build_that_could_not_start_is_reported_with_the_server_s_words(tmp_path: Path) -> None:
    with Drone08Fake(build(number=42, error="yaml: line 3: mapping values are not allowed")) as server:
        done = run(server, tmp_path)
    assert "yaml: line 3" in done.summary


@pytest.mark.parametrize("generation", ["drone-0.8", "drone-2", "woodpecker-1.0", "woodpecker-3.17"])
def test_an_answer_with_another_build_is_not_reported(generation: str, tmp_path: Path) -> None:
    with FAKES[generation](red(), red(41)) as server:
        builds = "repos/17/pipelines" if server.kind == "woodpecker" else f"repos/{server.repo}/builds"
        server.fault("/42$", server.answer_to(f"/api/{builds}/41"), times=9)
        done = run(server, tmp_path)
    assert "answered with build 41 instead of 42" in done.summary
    assert "F401" not in done.summary


OCI = "Error response from daemon: OCI runtime create failed: runc create failed: unable to start container process"


@pytest.mark.parametrize("generation", ["woodpecker-3.13", "woodpecker-3.17", "drone-2"])
@pytest.mark.parametrize(
    ("why", "title"),
    [
        (f'{OCI}: exec: "/no/such": stat /no/such: no such file or directory', "failed to start"),
        ('Error response from daemon: Get "https://registry.invalid/v2/": no such host', "Image not available"),
    ],
)
def test_container_that_cannot_start_has_a_readable_title_and_a_hint(
    why: str, title: str, generation: str, tmp_path: Path
) -> None:
    with FAKES[generation](build(TrueStep("test", fate=Fate.NO_START, why=why))) as server:
        run(server, tmp_path, OUTPUT="report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    (failure,) = report["failures"]
    assert title in failure["title"]
    assert failure["category"] in ("configuration", "infrastructure")
    assert failure["hint"]


@pytest.mark.parametrize("generation", [name for name in FAKES if name != "harness"])
@pytest.mark.parametrize("steps", [1, 2])
def test_build_that_fails_like_the_three_before_is_not_called_new(steps: int, generation: str, tmp_path: Path) -> None:
    failed = [TrueStep(f"test{number}", code=1, log=FLAKE8) for number in range(steps)]
    past = [
        green(38, *(TrueStep(step.name) for step in failed), commit="c38"),
        *(
            TrueBuild(number, (job(*failed, current=False, fate=Fate.ENDED),), commit=f"c{number}")
            for number in (39, 40, 41)
        ),
    ]
    with FAKES[generation](build(*failed), *past) as server:
        done = run(server, tmp_path, BASELINE="on", OUTPUT="failure-summary.md")
    assert "the same failure since [build 39](" in done.summary
    assert "new in this build" not in done.summary


def test_other_running_job_is_reported_as_running(tmp_path: Path) -> None:
    jobs = (job(TrueStep("lint", code=1, log=FLAKE8)), job(TrueStep("slow", fate=Fate.RUNNING), current=False))
    with Drone08Fake(TrueBuild(jobs=jobs)) as server:
        done = run(server, tmp_path)
    assert "is still running" in done.summary


def test_a_bug_in_the_analysis_of_one_log_costs_only_that_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def analyze(log: LazyLog, **_: object) -> Excerpt:
        if b"+ a" in log.raw:
            raise ZeroDivisionError
        return Excerpt((1,), (Line(1, "the cause of b", "cause"),), "the cause of b", total_lines=1)

    monkeypatch.setattr("plugin.extract.analyze.analyze", analyze)
    with Drone08Fake(build(TrueStep("a", code=1), TrueStep("b", code=1))) as server:
        done = run(server, tmp_path)
    assert "could not be analyzed because of a bug in this plugin" in done.summary
    assert "the cause of b" in done.summary
    assert done.code == 0


def test_a_bug_in_one_stage_costs_no_other(tmp_path: Path, forge: GiteaFake, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*_: object, **__: object) -> Path:
        raise ZeroDivisionError

    monkeypatch.setattr("plugin.deliver.file.write", write)
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, forge, FAIL_ON_ERROR="true")
    assert "internal error of the plugin (ZeroDivisionError)" in done.complaints
    assert len(forge.comments(PULL)) == 1
    assert done.code == 1


# Settings


def test_unknown_setting_exits_with_2_and_writes_a_report_but_no_comment(tmp_path: Path, forge: GiteaFake) -> None:
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, forge, OUTPOT="x.md")
    assert done.code == 2
    assert "setting `outpot` (value 'x.md') is unknown; did you mean `output`?" in done.complaints
    assert "F401" in done.summary
    assert forge.comments(PULL) == []


NOT_MEANT = ("report.pdf", "report", "../x.md", "out/", "~/x.md", "$HOME/x.md", "${DIR}/x.md", "a\\x.md", ",", "[]")


@pytest.mark.parametrize("output", NOT_MEANT)
def test_unusable_output_exits_with_2_and_writes_the_default_file(output: str, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    with Drone08Fake(red()) as server:
        done = run(server, workspace, OUTPUT=output)
    assert done.code == 2
    assert "setting `output`" in done.complaints
    assert "F401" in done.summary
    assert "setting `output`" in done.summary
    assert [path.name for path in tmp_path.rglob("*")] == ["workspace", "failure-summary.md"]


def test_usable_output_is_written_beside_an_unusable_one(tmp_path: Path) -> None:
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, OUTPUT="report.txt,report.pdf")
    assert done.code == 2
    assert {path.name for path in tmp_path.iterdir()} == {"report.txt", "failure-summary.md"}


def test_a_default_file_that_was_named_is_written_once(tmp_path: Path) -> None:
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, OUTPUT="report.pdf,failure-summary.md")
    assert done.code == 2
    assert done.printed.count("report written to") == 1


def test_without_forge_token_it_says_so(tmp_path: Path) -> None:
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path)
    assert "setting `forge_token` is empty: the secret does not exist, or the CI server does not give" in done.printed


def test_without_pull_request_it_says_so(tmp_path: Path, forge: GiteaFake) -> None:
    with Drone08Fake(build(TrueStep("lint", code=1))) as server:
        done = run(server, tmp_path, forge)
    assert "belongs to no pull request" in done.printed


def test_own_patterns_of_the_workspace_name_the_failure(tmp_path: Path) -> None:
    (tmp_path / ".failure-alert.yml").write_text(
        "patterns:\n  our-lint:\n    match: '^F401 (?P<what>.+)'\n    title: 'Ours: {what}'\n"
    )
    with Drone08Fake(build(TrueStep("lint", code=1, log="+ ours\nF401 is forbidden\n"))) as server:
        done = run(server, tmp_path)
    assert "Ours: is forbidden" in done.printed


def test_pattern_of_a_pull_request_is_marked_and_keeps_the_line(tmp_path: Path, forge: GiteaFake) -> None:
    (tmp_path / ".failure-alert.yml").write_text(
        "patterns:\n  ours:\n    match: '^the frobnicator'\n    title: 'All checks passed, safe to merge'\n"
    )
    log = "+ ours\nthe frobnicator refuses to go on\n"
    failed = build(TrueStep("lint", code=1, log=log), event="pull_request", pull=PULL, source="fix")
    with Drone08Fake(failed) as server:
        done = run(server, tmp_path, forge)
    for text in (done.summary, done.printed, *forge.texts(PULL)):
        assert "the frobnicator refuses to go on — All checks passed, safe to merge (pattern `ours` from" in text


@pytest.mark.parametrize("generation", list(FAKES))
def test_every_server_s_pull_requests_are_recognized(generation: str, tmp_path: Path) -> None:
    text = "patterns:\n  ours:\n    match: '^the frobnicator'\n    title: 'Safe'\n"
    (tmp_path / ".failure-alert.yml").write_text(text)
    for event, pull, marked in (("pull_request", PULL, True), ("push", None, False)):
        step = TrueStep("lint", code=1, log="+ ours\nthe frobnicator refuses to go on\n")
        with FAKES[generation](build(step, event=event, pull=pull, source="fix")) as server:
            environ = {
                **server.environ(),
                "CI_WORKSPACE": str(tmp_path),
                "DRONE_WORKSPACE": str(tmp_path),
                "PLUGIN_TOKEN": server.token,
                "PLUGIN_BASELINE": "off",
                "PLUGIN_WAIT": "0",
            }
            done = run_in(environ, tmp_path)
        assert ("from .failure-alert.yml)" in done.printed) == marked, event


def test_a_report_on_another_build_still_comes_from_the_workspace_of_the_pull_request() -> None:
    with Drone08Fake(red()) as server:
        assert PluginStep({**server.environ(), "PLUGIN_BUILD": "7"}, io.BytesIO(), io.StringIO())._of_pull_request


def test_a_pull_request_does_not_hide_its_failure(tmp_path: Path, forge: GiteaFake) -> None:
    (tmp_path / ".failure-alert.yml").write_text("ignore: ['.+']\n")
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, forge)
    for text in (done.summary, done.printed, *forge.texts(PULL)):
        assert "F401" in text
        assert "hides nothing in this log" in text
        assert "The log is empty" not in text


def test_pattern_file_that_cannot_be_read_is_a_note_and_no_error(tmp_path: Path) -> None:
    (tmp_path / ".failure-alert.yml").mkdir()
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path)
    assert done.code == 0
    assert "Note: cannot read .failure-alert.yml: it is a directory" in done.printed


def test_unusable_pattern_is_reported_and_the_others_work(tmp_path: Path) -> None:
    patterns = {"bad": {"match": "(", "title": "x"}, "good": {"match": "^F401", "title": "Good one"}}
    with Drone08Fake(build(TrueStep("lint", code=1, log="+ ours\nF401 is forbidden\n"))) as server:
        done = run(server, tmp_path, PATTERNS=json.dumps(patterns))
    assert "Good one" in done.printed
    assert "bad" in done.complaints


# Secrets


def test_no_token_arrives_anywhere(tmp_path: Path, forge: GiteaFake) -> None:
    secret = "hunter2-of-the-deploy-key"
    log = f"+ deploy\nerror: login with {secret} failed, ci-token-of-a-reader, {forge.token}\n"
    with Drone08Fake(build(TrueStep("deploy", code=1, log=log), event="pull_request", pull=PULL)) as server:
        environ = {
            **server.environ(),
            "DEPLOY_KEY": secret,
            "CI_WORKSPACE": str(tmp_path),
            "DRONE_WORKSPACE": str(tmp_path),
            "PLUGIN_TOKEN": "ci-token-of-a-reader",
            "PLUGIN_FORGE": "gitea",
            "PLUGIN_FORGE_URL": forge.url,
            "PLUGIN_FORGE_TOKEN": forge.token,
            "PLUGIN_LOG_LEVEL": "debug",
            "PLUGIN_OUTPUT": "failure-summary.md,report.json,report.html",
        }
        done = run_in(environ, tmp_path)
    texts = [done.printed, done.complaints, *forge.texts(PULL), *(path.read_text() for path in tmp_path.iterdir())]
    assert len(forge.texts(PULL)) == 1
    for hidden in (secret, "ci-token-of-a-reader", forge.token):
        assert not any(hidden in text for text in texts), hidden


def test_colours_are_printed_only_when_asked_for(tmp_path: Path) -> None:
    with Drone08Fake(red()) as server:
        assert "\x1b[" not in run(server, tmp_path).printed
        assert "\x1b[" in run(server, tmp_path, COLOUR="true").printed


def test_broken_output_does_not_change_the_exit_code(tmp_path: Path) -> None:
    class Closed(io.BytesIO):
        def write(self, _: object) -> int:
            raise BrokenPipeError

    with Drone08Fake(red()) as server:
        environ = {**server.environ(), "CI_WORKSPACE": str(tmp_path), "DRONE_WORKSPACE": str(tmp_path)}
        code = PluginStep({**environ, "PLUGIN_TOKEN": "ci-token-of-a-reader"}, Closed(), io.StringIO()).run()
    assert code == 0
    assert (tmp_path / "failure-summary.md").exists()


def test_transient_server_error_is_retried(tmp_path: Path) -> None:
    with Drone08Fake(red()) as server:
        server.fault(r"/builds/42$", Fault.RESET)
        assert "F401" in run(server, tmp_path).summary
