"""Harness Open Source: the traps of section 5 of what is known about servers."""

import pytest

from plugin.errors import ServerError
from plugin.model.build import State, culprits
from tests.ci.conftest import Start
from tests.ci.reach import reach, step
from tests.fakes.servers import Reply
from tests.fakes.servers.harness import HarnessFake
from tests.fakes.servers.truth import START, TrueBuild, TrueStep, build, job

TEST = TrueStep("test", code=2)


def old_yaml(start: Start, *builds: TrueBuild) -> HarnessFake:
    """Start a server whose environment does not name the pipeline."""
    fake = start("harness", *builds)
    assert isinstance(fake, HarnessFake)
    fake.yaml = 0
    return fake


def test_times_are_milliseconds(start: Start) -> None:
    fake = start("harness", build(TEST))

    found = reach(fake).build()

    assert (
        b'"started":1700000000901'
        in fake.answer_to("/api/v1/repos/space/sub/demo/+/pipelines/build-and-test/executions/42").body
    )
    assert found.started == START
    assert step(found, "test")[1].finished - step(found, "test")[1].started == 10


def test_paths_hold_the_whole_reference(start: Start) -> None:
    fake = start("harness", build(TEST))

    reach(fake).log("test")

    base = "/api/v1/repos/space/sub/demo/+/pipelines/build-and-test/executions/42"
    assert fake.asked("") == [base, f"{base}/logs/1/2"]


def test_silent_step_is_an_empty_list(start: Start) -> None:
    fake = start("harness", build(TrueStep("test", code=1, log=b"")))

    log = reach(fake).log("test")

    assert (log.data, log.complete, log.reason) == (b"", True, "")


def test_known_user_without_rights_is_403(start: Start) -> None:
    fake = start("harness", build(TEST))

    with pytest.raises(ServerError, match=r"403.*may not read space/sub/demo; set `token`, or give"):
        reach(fake, token=HarnessFake.stranger).build()


def test_wrong_token_is_refused_even_where_none_is_needed(start: Start) -> None:
    fake = start("harness", build(TEST), private=False)

    assert [one.name for _, one in culprits(reach(fake, token="").build())] == ["test"]
    with pytest.raises(ServerError, match="401"):
        reach(fake, token="wrong").build()


def test_address_keeps_the_port_that_the_host_lost(start: Start) -> None:
    fake = start("harness", build(TEST))

    assert ":" not in fake.environ()["DRONE_SYSTEM_HOST"]
    assert reach(fake).build().url.startswith(fake.url)


def test_kind_follows_from_the_version_in_plain_text(start: Start) -> None:
    """`/version` is the web page there."""
    fake = start("harness", build(TEST))

    found = reach(fake, environ={}, server=fake.url, repo=fake.repo, build=42, pipeline="build-and-test").build()

    assert found.state is State.RUNNING


class TestPipelineThatNothingNames:
    def test_is_searched(self, start: Start) -> None:
        fake = old_yaml(start, build(TEST))
        client = reach(fake)

        found = client.build()

        assert found.url == f"{fake.url}/space/sub/demo/pipelines/build-and-test/execution/42"
        assert client.log("test", found).data == TEST.text

    def test_is_recognized_by_the_commit(self, start: Start) -> None:
        """Numbers count in each pipeline by itself."""
        fake = old_yaml(start, build(TEST))
        other = build(TrueStep("other", code=1), commit="0" * 40)
        fake.pipelines = {"nightly": {42: other}, "young": {1: TrueBuild(number=1)}, **fake.pipelines}

        assert [one.name for _, one in culprits(reach(fake).build())] == ["test"]
        assert fake.asked("young/") == []

    def test_is_recognized_by_the_name_of_the_stage(self, start: Start) -> None:
        """Started by the same push."""
        fake = old_yaml(start, TrueBuild(jobs=(job(TEST, name="tests"),)))
        fake.pipelines = {"docs": {42: TrueBuild(jobs=(job(name="docs"),))}, **fake.pipelines}

        assert [one.name for _, one in culprits(reach(fake).build())] == ["test"]

    def test_is_asked_for_when_two_fit(self, start: Start) -> None:
        fake = old_yaml(start, build(TEST))
        fake.pipelines = {"twin": {42: build(TEST)}, **fake.pipelines}

        with pytest.raises(ServerError, match=r"several have one: twin, build-and-test\); set `pipeline`"):
            reach(fake).build()

    def test_is_asked_for_when_none_fits(self, start: Start) -> None:
        fake = old_yaml(start, build(TEST))
        fake.pipelines = {"young": {1: TrueBuild(number=1)}}

        with pytest.raises(ServerError, match=r"\(none has one\); set `pipeline` to its identifier"):
            reach(fake).build()

    def test_is_not_one_without_that_execution(self, start: Start) -> None:
        fake = old_yaml(start, build(TEST))
        fake.pipelines = {"pruned": {50: TrueBuild(number=50)}, "unused": {}, **fake.pipelines}

        assert [one.name for _, one in culprits(reach(fake).build())] == ["test"]

    def test_is_no_other_one_that_happens_to_have_that_number(self, start: Start) -> None:
        fake = old_yaml(start, build(TEST))
        fake.pipelines = {"nightly": {42: build(TEST, commit="0" * 40)}}

        with pytest.raises(ServerError, match=r"\(none has one\); set `pipeline`"):
            reach(fake).build()

    def test_search_does_not_hide_errors(self, start: Start) -> None:
        fake = old_yaml(start, build(TEST))
        fake.fault("executions/42", Reply(403))

        with pytest.raises(ServerError, match="403"):
            reach(fake).build()

    def test_named_by_a_setting_costs_no_search(self, start: Start) -> None:
        fake = old_yaml(start, build(TEST))

        reach(fake, pipeline="build-and-test").build()

        assert len(fake.requests) == 1

    def test_odd_names_are_quoted(self, start: Start) -> None:
        fake = old_yaml(start, build(TEST))
        fake.pipelines = {"a b/c": fake.builds}

        assert [one.name for _, one in culprits(reach(fake, pipeline="a b/c").build())] == ["test"]


def test_pages_are_at_the_address_that_the_server_names(start: Start) -> None:
    """That of containers, or of the setting `server`, is of no use to people."""
    fake = start("harness", build(TEST))
    assert isinstance(fake, HarnessFake)
    fake.yaml = 0
    fake.web = "https://ci.example.com:8443"

    found = reach(fake).build()

    assert found.url == "https://ci.example.com:8443/space/sub/demo/pipelines/build-and-test/execution/42"
    assert culprits(found)[0][1].url.startswith(found.url)
