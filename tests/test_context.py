"""The build context from the variables of every generation, misleading ones included."""

from collections.abc import Mapping

import pytest

from plugin.ci.connect import SERVERS
from plugin.ci.paths import build_page
from plugin.context import is_known_ci, read_context
from plugin.model.build import EarlierBuild, State
from plugin.model.context import BuildContext, CommitFacts
from tests.ci.recordings import RECORDINGS, RecordedServer
from tests.fakes.servers import FAKES
from tests.fakes.servers.recorded import environment
from tests.fakes.servers.truth import TrueBuild, TrueStep, job

PULL = TrueBuild(
    jobs=(job(TrueStep("test", code=1), name="lint"), job(TrueStep("test"), name="test")),
    event="pull_request",
    pull=7,
    source="fix",
)


def environ_of(generation: str, build: TrueBuild = PULL, job: int = 2) -> Mapping[str, str]:
    fake = FAKES[generation](build)
    fake.url = "http://ci.example.com"
    return fake.environ(job)


@pytest.mark.parametrize("generation", RECORDINGS)
def test_author_of_a_recorded_build(generation: str) -> None:
    """Harness names no account, only its display name."""
    known = ("",) if generation == "harness" else ("octo", "contrib")
    assert read_context(RecordedServer(generation).environ()).author_account in known


class TestEveryGeneration:
    def test_is_detected(self, generation: str) -> None:
        found = read_context(environ_of(generation))

        assert found.server_kind == FAKES[generation]().kind
        assert found.server_kind in SERVERS
        assert found.server == "http://ci.example.com"

    def test_build(self, generation: str) -> None:
        found = read_context(environ_of(generation))

        assert (found.repo, found.build, found.event) == (FAKES[generation]().repo, 42, "pull_request")
        assert found.commit == PULL.commit

    def test_pull_request_and_branches(self, generation: str) -> None:
        found = read_context(environ_of(generation))

        assert (found.pull_request, found.branch, found.source_branch) == (7, "main", "fix")
        assert found.default_branch == "main"

    def test_push_has_no_pull_request(self, generation: str) -> None:
        found = read_context(environ_of(generation, TrueBuild(jobs=PULL.jobs, branch="next")))

        assert (found.pull_request, found.branch, found.source_branch) == (None, "next", "next")

    def test_own_job(self, generation: str) -> None:
        assert read_context(environ_of(generation)).job == 2

    def test_page_of_the_build_is_none_of_the_forge(self, generation: str) -> None:
        page = read_context(environ_of(generation)).build_url

        assert page == "" or page.startswith("http://ci.example.com/")

    def test_everything_empty_is_nothing(self, generation: str) -> None:
        assert read_context(dict.fromkeys(environ_of(generation), "")) == BuildContext()


@pytest.fixture(params=FAKES)
def generation(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_recorded_environment() -> None:
    assert read_context(environment("during-build-3-job-2")) == BuildContext(
        server="http://drone.example.com",
        server_kind="drone08",
        repo="octo/demo",
        build=3,
        build_url="http://drone.example.com/octo/demo/3",
        event="pull_request",
        status="failure",
        job=2,
        commit="cccc000000000000000000000000000000000003",
        branch="master",
        source_branch="feature",
        default_branch="master",
        pull_request=42,
        author_account="contrib",
        repo_url="http://git.example.com/octo/demo",
        workspace="/drone/src/git.example.com/octo/demo",
        facts=CommitFacts(author="contrib", message="Add a feature"),
    )


@pytest.mark.parametrize(
    ("variables", "environment"),
    [
        ({"CI": "drone", "DRONE_JOB_NUMBER": "1", "DRONE_DEPLOY_TO": "production"}, "production"),
        ({"DRONE": "true", "DRONE_STAGE_NUMBER": "1", "DRONE_DEPLOY_TO": "production"}, "production"),
        ({"CI": "woodpecker", "CI_BUILD_DEPLOY_TARGET": "production"}, "production"),
        ({"CI": "woodpecker", "CI_PIPELINE_NUMBER": "1", "CI_PIPELINE_DEPLOY_TARGET": "production"}, "production"),
        ({"CI": "woodpecker", "CI_PIPELINE_NUMBER": "1", "DRONE_DEPLOY_TO": "a copy"}, ""),
    ],
)
def test_environment_of_a_deployment(variables: dict[str, str], environment: str) -> None:
    assert read_context(variables).facts.environment == environment


def test_author_is_the_name_where_the_server_sends_one() -> None:
    drone = {"DRONE": "true", "DRONE_STAGE_NUMBER": "1", "DRONE_COMMIT_AUTHOR": "amy"}
    assert read_context(drone).facts.author == "amy"
    assert read_context({**drone, "DRONE_COMMIT_AUTHOR_NAME": "Amy Pond"}).facts.author == "Amy Pond"


class TestWoodpecker:
    @pytest.mark.parametrize("generation", [name for name in FAKES if name.startswith("woodpecker")])
    def test_copied_drone_variables_are_not_read(self, generation: str) -> None:
        lies = {
            "DRONE_BUILD_NUMBER": "1",
            "DRONE_REPO": "o/other",
            "DRONE_BUILD_STATUS": "success",
            "DRONE_STAGE_NUMBER": "9",
        }

        found = read_context({**environ_of(generation), **lies})

        assert (found.repo, found.build, found.job) == ("octo/demo", 42, 2)

    @pytest.mark.parametrize("generation", ["woodpecker-3.13", "woodpecker-3.17"])
    def test_false_success_is_not_used(self, generation: str) -> None:
        environ = {name: value for name, value in environ_of(generation).items() if name != "CI_PIPELINE_STATUS"}

        assert environ["DRONE_BUILD_STATUS"] == "success"
        assert read_context(environ).status == ""

    @pytest.mark.parametrize(
        ("generation", "expected"),
        [("woodpecker-1.0", None), ("woodpecker-2.5", 17), ("woodpecker-3.17", 17)],
    )
    def test_id_of_the_repository_stands_in_the_page_since_2(self, generation: str, expected: int | None) -> None:
        """`CI_REPO_REMOTE_ID` is the forge's own number."""
        environ = environ_of(generation)

        assert environ["CI_REPO_REMOTE_ID"] == "82"
        assert read_context(environ).repo_id == expected

    def test_server_under_a_path(self) -> None:
        variables = {
            "CI": "woodpecker",
            "CI_SYSTEM_URL": "https://ci.example.com/woodpecker/",
            "CI_PIPELINE_URL": "https://ci.example.com/woodpecker/repos/5/pipeline/9",
            "CI_PIPELINE_NUMBER": "9",
        }

        found = read_context(variables)

        assert (found.server, found.repo_id) == ("https://ci.example.com/woodpecker", 5)

    def test_subgroups(self) -> None:
        assert (
            read_context({"CI": "woodpecker", "CI_REPO": "grp/sub/demo", "CI_PIPELINE_NUMBER": "1"}).repo
            == "grp/sub/demo"
        )

    def test_name_of_the_step_is_right_since_3_15(self) -> None:
        assert read_context(environ_of("woodpecker-3.17")).step_name == "summary"
        assert read_context(environ_of("woodpecker-2.6")).step_name == ""

    def test_forge_is_named(self) -> None:
        bitbucket = {**environ_of("woodpecker-3.17"), "CI_FORGE_TYPE": "bitbucket-dc"}

        assert (read_context(bitbucket).forge, read_context(bitbucket).forge_url) == (
            "bitbucket_dc",
            "https://git.example.com",
        )

    def test_previous_build_is_a_fact_of_the_environment(self) -> None:
        variables = {
            "CI_PREV_PIPELINE_NUMBER": "9",
            "CI_PREV_PIPELINE_STATUS": "failure",
            "CI_PREV_PIPELINE_EVENT": "pull_request",
            "CI_PREV_COMMIT_SHA": "c9",
            "CI_PREV_COMMIT_REF": "refs/pull/7/head",
            "CI_PREV_COMMIT_BRANCH": "main",
        }
        context = read_context({**FAKES["woodpecker-3.17"](PULL).environ(), **variables})

        assert context.previous == EarlierBuild(9, State.FAILURE, "main", "pull_request", "c9", "refs/pull/7/head")

    @pytest.mark.parametrize(("number", "status"), [("", ""), ("0", "success"), ("9", "strange"), ("9", "")])
    def test_previous_build_without_number_or_known_status_is_none(self, number: str, status: str) -> None:
        variables = {"CI_PREV_PIPELINE_NUMBER": number, "CI_PREV_PIPELINE_STATUS": status}

        assert read_context({**FAKES["woodpecker-3.17"](PULL).environ(), **variables}).previous is None


class TestDrone:
    def test_is_not_drone_0_8_for_its_ci_variables(self) -> None:
        """`CI_REPO_NAME` is the full name there, and `CI_BUILD_STATUS` is always `running`."""
        found = read_context(environ_of("drone-2", job=1))

        assert (found.server_kind, found.repo, found.status) == ("drone", "octo/demo", "failure")

    def test_own_step(self) -> None:
        found = read_context(environ_of("drone-2"))

        assert (found.step, found.step_name, found.job_name) == (3, "summary", "test")

    def test_own_step_of_the_kube_runner_has_no_number(self) -> None:
        found = read_context(environ_of("drone-2-kube"))

        assert (found.step, found.step_name) == (0, "summary")

    def test_card(self) -> None:
        assert read_context(environ_of("drone-2")).card_path == "/dev/stdout"


class TestDrone08:
    def test_address_comes_from_the_page_where_no_variable_names_it(self) -> None:
        environ = {name: value for name, value in environ_of("drone-0.8").items() if name != "CI_SYSTEM_LINK"}

        assert read_context(environ).server == "http://ci.example.com"

    def test_full_name_is_not_the_bare_one(self) -> None:
        environ = environ_of("drone-0.8")

        assert environ["CI_REPO_NAME"] == "octo/demo"
        assert read_context(environ).repo == "octo/demo"


class TestHarness:
    def test_full_path_of_spaces(self) -> None:
        environ = environ_of("harness")

        assert (environ["DRONE_REPO"], read_context(environ).repo) == ("", "space/sub/demo")

    def test_pipeline_stands_in_the_page(self) -> None:
        found = read_context(environ_of("harness"))

        assert found.pipeline == "build-and-test"
        assert found.build_url.endswith("/space/sub/demo/pipelines/build-and-test/execution/42")

    def test_page_of_old_yaml_is_none(self) -> None:
        found = read_context({**environ_of("harness"), "DRONE_BUILD_LINK": "http://ci.example.com//42"})

        assert (found.pipeline, found.build_url, found.web_url) == ("", "", "http://ci.example.com")

    def test_host_without_port_is_not_the_address(self) -> None:
        git = "http://host.docker.internal:3000/git/space/sub/demo.git"
        environ = {**environ_of("harness"), "DRONE_SYSTEM_HOST": "host.docker.internal", "DRONE_GIT_HTTP_URL": git}

        assert read_context(environ).server == "http://host.docker.internal:3000"

    @pytest.mark.parametrize(
        ("page", "web"),
        [
            ("https://ci.example.com:8443/space/sub/demo/pipelines/p/execution/42", "https://ci.example.com:8443"),
            ("https://ci.example.com//42", "https://ci.example.com"),
            ("http://ci.example.com//42", "http://ci.example.com:3000"),
        ],
    )
    def test_links_lead_to_the_address_for_people_not_to_that_of_containers(self, page: str, web: str) -> None:
        git = "http://host.docker.internal:3000/git/space/sub/demo.git"
        environ = {**environ_of("harness"), "DRONE_GIT_HTTP_URL": git, "DRONE_BUILD_LINK": page}

        for found in (read_context(environ), read_context(environ, server="http://10.0.0.7:3000")):
            assert (found.web_url, found.repo_url) == (web, f"{web}/git/space/sub/demo.git")

    def test_card_is_dropped_by_the_server(self) -> None:
        assert read_context(environ_of("harness")).card_path == ""


class TestPullRequest:
    @pytest.mark.parametrize(
        "ref",
        [
            "refs/pull/7/head",
            "refs/pull/7/merge",
            "refs/pullreq/7/head",
            "refs/merge-requests/7/head",
            "refs/pull-requests/7/from",
        ],
    )
    def test_number_comes_from_the_reference(self, ref: str) -> None:
        environ = {**environ_of("drone-2"), "DRONE_PULL_REQUEST": "", "DRONE_COMMIT_REF": ref}

        assert read_context(environ).pull_request == 7

    @pytest.mark.parametrize("ref", ["refs/heads/refs/pull/7/head", "refs/tags/v7", "refs/pull/x/head", ""])
    def test_other_references_hold_none(self, ref: str) -> None:
        environ = {**environ_of("drone-2"), "DRONE_PULL_REQUEST": "", "DRONE_COMMIT_REF": ref}

        assert read_context(environ).pull_request is None


class TestOverruled:
    def test_settings_win(self) -> None:
        found = read_context(environ_of("drone-2"), server="http://drone:8080/", server_kind="drone08")

        assert (found.server, found.server_kind, found.build) == ("http://drone:8080", "drone08", 42)

    def test_empty_ones_do_not(self) -> None:
        environ = environ_of("drone-2")

        assert read_context(environ, server="", repo="", build=0) == read_context(environ)

    def test_pages_stay_at_the_public_address_when_a_setting_names_an_internal_one(self) -> None:
        fake = FAKES["woodpecker-1.0"](PULL)
        fake.url = "https://ci.example.com"
        context = read_context(fake.environ(), server="http://ci.internal:8000/")

        assert (context.server, context.web_url) == ("http://ci.internal:8000", "https://ci.example.com")
        assert build_page(context, "repos/17/pipeline/42") == "https://ci.example.com/repos/17/pipeline/42"

    def test_another_build_has_another_commit_and_no_own_step(self) -> None:
        found = read_context(environ_of("drone-2"), build=7)

        assert (found.build, found.commit, found.pull_request, found.job, found.build_url) == (7, "", None, 0, "")
        assert found.default_branch == "main"

    def test_another_repository_has_another_id(self) -> None:
        found = read_context(environ_of("woodpecker-3.17"), repo="octo/other")

        assert (found.repo, found.repo_id, found.default_branch, found.repo_url) == ("octo/other", None, "", "")


def test_outside_of_any_server() -> None:
    assert read_context({"HOME": "/root", "CI": "true"}) == BuildContext()


@pytest.mark.parametrize("number", ["-1", "1e3", "x", "٣", "9" * 40])
def test_numbers_that_are_none(number: str) -> None:
    assert read_context({**environ_of("drone-2"), "DRONE_BUILD_NUMBER": number}).build == 0


STATUS = {
    "drone-0.8": "DRONE_BUILD_STATUS",
    "drone-1-agent": "DRONE_BUILD_STATUS",
    "drone-1": "DRONE_BUILD_STATUS",
    "drone-2": "DRONE_BUILD_STATUS",
    "drone-2-kube": "DRONE_BUILD_STATUS",
    "woodpecker-0.15": "CI_BUILD_STATUS",
    "woodpecker-1.0": "CI_PIPELINE_STATUS",
    "woodpecker-2.5": "CI_PIPELINE_STATUS",
    "woodpecker-2.6": "CI_PIPELINE_STATUS",
    "woodpecker-2.8": "CI_PIPELINE_STATUS",
    "woodpecker-3.13": "",
    "woodpecker-3.17": "CI_PIPELINE_STATUS",
    "harness": "DRONE_BUILD_STATUS",
}
"""The variable of each generation that has the status of the build."""
EVERY_STATUS = ("DRONE_BUILD_STATUS", "DRONE_STAGE_STATUS", "DRONE_JOB_STATUS", "CI_BUILD_STATUS", "CI_PIPELINE_STATUS")


@pytest.mark.parametrize("generation", FAKES)
def test_only_the_variable_of_the_generation_has_its_status(generation: str) -> None:
    green = {**environ_of(generation), **dict.fromkeys(EVERY_STATUS, "success")}
    named = STATUS[generation]

    assert read_context(
        {**green, **dict.fromkeys(EVERY_STATUS, "failure"), **({named: "success"} if named else {})}
    ).status in (
        "success",
        "",
    )
    assert read_context({**green, named: "failure"}).status == ("failure" if named else "")


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("3.0.0", ""),
        ("3.14.1", ""),
        ("3.15.0", "failure"),
        ("4.0.0", "failure"),
        ("next-1a2b3c", "failure"),
        ("", "failure"),
    ],
)
def test_status_of_woodpecker_counts_by_version(version: str, status: str) -> None:
    environ = {**environ_of("woodpecker-3.17"), "CI_SYSTEM_VERSION": version, "CI_PIPELINE_STATUS": "failure"}
    assert read_context(environ).status == status


def test_status_belongs_to_no_other_build() -> None:
    assert read_context({**environ_of("drone-2"), "DRONE_BUILD_STATUS": "failure"}, build=41).status == ""


def test_a_step_of_a_known_ci_is_recognized_by_its_variables() -> None:
    assert all(is_known_ci(environ_of(generation)) for generation in FAKES)
    assert not is_known_ci({"PATH": "/bin", "CI": "true", "CI_WORKSPACE": "/w"})
