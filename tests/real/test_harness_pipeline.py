"""A pipeline on a real Harness Open Source: containers run the step, and its comment is read back from the server.

It needs the image `drone-failure-alert:local` in the engine of `DOCKER_HOST` (`make image`), whose containers reach
this machine as `host.docker.internal` (`dockerd --host-gateway-ip`). An engine older than 27 needs the variable
`DOCKER_API_VERSION` with the version that `docker version` names.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real import binaries
from tests.real.harness_server import HarnessServer

DEFINITION = Path(__file__).with_name("pipelines") / "harness.yaml"
PIPELINE = "shop"
IMAGE = "drone-failure-alert:local"


def require_image() -> None:
    """Skip the test if there is no engine with the image."""
    if "DOCKER_HOST" not in os.environ:
        pytest.skip("no container engine: set DOCKER_HOST")
    if subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False).returncode:
        pytest.skip(f"no image {IMAGE} in the engine of DOCKER_HOST: make image")


@pytest.fixture
def harness() -> Iterator[HarnessServer]:
    """Start a server with a pipeline that fails, and runs for pull requests."""
    program = binaries.named("REAL_HARNESS")
    require_image()
    with tempfile.TemporaryDirectory(prefix="harness-") as folder, HarnessServer(program, Path(folder)) as server:
        definition = DEFINITION.read_text("utf-8").replace("@url@", server.url_in_containers)
        server.pipeline(PIPELINE, definition, {"harness_token": server.token})
        yield server


def test_failed_push_to_the_branch_of_a_pull_request_gets_its_comment(harness: HarnessServer) -> None:
    """The step finds the pull request itself."""
    harness.build_pushes(PIPELINE)
    number, _ = harness.pull_request("change")
    harness.commit("change", "second.txt", "second")

    execution = harness.finished(PIPELINE, 1)

    steps = [(step["name"], step["status"], step["exit_code"]) for step in execution["stages"][0]["steps"]]
    printed = harness.log(PIPELINE, 1, 2)
    assert steps == [("check", "failure", 1), ("report", "success", 0)], printed
    (text,) = harness.comments(number)
    assert "F401" in text
    assert "check" in text.partition("\n\n")[2]
    assert f"{harness.url}/octo/shop/pipelines/{PIPELINE}/execution/1" in text
    assert "host.docker.internal" not in text, "links are for people, not for containers"


def test_build_of_a_pull_request_has_no_secret_and_the_step_says_so(harness: HarnessServer) -> None:
    """The repository is private, so the build cannot be read either."""
    number, _ = harness.pull_request("change")

    harness.finished(PIPELINE, 1)

    printed = harness.log(PIPELINE, 1, 2)
    assert "setting `forge_token` is empty: the secret does not exist, or the CI server does not give it" in printed
    assert "answered 403" in printed
    assert "host.docker.internal" in printed
    assert harness.comments(number) == []
