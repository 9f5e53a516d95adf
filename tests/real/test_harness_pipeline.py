"""A pipeline on a real Harness Open Source: containers run the step, and its comment is read back from the server.

It needs the image `drone-failure-alert:local` in the engine of `DOCKER_HOST` (`make image`), whose containers reach
this machine as `host.docker.internal` (`dockerd --host-gateway-ip`). An engine older than 27 needs the variable
`DOCKER_API_VERSION` with the version that `docker version` names.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.real import binaries
from tests.real.harness_server import HarnessServer

DEFINITION = Path(__file__).with_name("pipelines") / "harness.yaml"
IMAGE = "drone-failure-alert:local"


def require_image() -> None:
    """Skip the test if there is no engine with the image."""
    if "DOCKER_HOST" not in os.environ:
        pytest.skip("no container engine: set DOCKER_HOST")
    if subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False).returncode:
        pytest.skip(f"no image {IMAGE} in the engine of DOCKER_HOST: make image")


def test_failed_push_to_the_branch_of_a_pull_request_gets_its_comment() -> None:
    """Harness gives secrets to builds of pushes only, so the step finds the pull request itself."""
    program = binaries.named("REAL_HARNESS")
    require_image()
    with tempfile.TemporaryDirectory(prefix="harness-") as folder, HarnessServer(program, Path(folder)) as harness:
        definition = DEFINITION.read_text("utf-8").replace("@url@", harness.url_in_containers)
        harness.pipeline("shop", definition, {"harness_token": harness.token})
        number, _ = harness.pull_request("change")
        harness.commit("change", "second.txt", "second")
        execution = harness.finished("shop", 1)
        printed = harness.log("shop", 1, 2)
        texts = harness.comments(number)
    steps = [(step["name"], step["status"], step["exit_code"]) for step in execution["stages"][0]["steps"]]
    assert steps == [("check", "failure", 1), ("report", "success", 0)], printed
    (text,) = texts
    assert "F401" in text
    assert "check" in text.partition("\n\n")[2]
