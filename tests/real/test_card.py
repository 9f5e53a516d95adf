"""The card on a real Drone: the Docker runner cuts it out of the step's output and uploads it to the server.

It needs the image `drone-failure-alert:local` in the engine of `DOCKER_HOST` (`make image`), and
`REAL_DRONE_RUNNER_DOCKER` beside the programs of `test_builds.py`.
"""

import tempfile
from pathlib import Path

from tests.real import binaries
from tests.real.drone_server import DroneServer
from tests.real.gitea_server import GiteaServer

REPO = "octo/shop"
PIPELINE = Path(__file__).with_name("pipelines") / "drone-docker.yaml"


def test_the_runner_takes_the_card_out_of_the_log_and_the_server_stores_it() -> None:
    programs = binaries.named("REAL_DRONE_SERVER"), binaries.named("REAL_DRONE_RUNNER_DOCKER")
    gitea_program = binaries.gitea()
    with tempfile.TemporaryDirectory(prefix="trial-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Gitea runs under another account
        folder.joinpath("gitea").mkdir()
        with GiteaServer(gitea_program, folder / "gitea") as gitea:
            owner, bot = gitea.account("octo", admin=True), gitea.account("ci-bot")
            with DroneServer(programs, gitea, owner, folder) as ci:
                gitea.repository(owner, "shop", bot)
                ci.activate(REPO, {"ci_token": ci.api_token})
                commit = gitea.commit(owner, REPO, "main", {".drone.yml": PIPELINE.read_text("utf-8")})
                build = ci.finished(REPO, commit, "push")
                printed = ci.log(REPO, build.number, 1, 2)
                card = ci.card(REPO, build.number, 1, 2)
    assert [(step, code) for _, step, code in build.steps] == [("check", 1), ("report", 0)], build
    assert card["headline"] == f"Build {build.number} failed in 1 step", printed
    assert [one["step"] for one in card["failures"]] == ["check"]
    assert "F401" in card["failures"][0]["log"]
    assert "F401" in printed
    assert "1338;" not in printed
