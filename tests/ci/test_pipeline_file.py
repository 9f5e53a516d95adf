"""Commands of steps from the definitions of pipelines, whatever form these have and whoever wrote them."""

from pathlib import Path

import pytest

from plugin.ci.pipeline_file import commands_of_steps
from plugin.workspace import pipeline_files

DRONE = """
kind: pipeline
name: amd64
steps:
  - name: build
    image: golang
    commands: [go build ./..., go vet ./...]
  - name: notify
    image: plugins/slack
---
kind: pipeline
name: arm64
steps:
  - name: build
    commands:
      - make
---
kind: secret
name: token
"""


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        pytest.param(DRONE, {"build": {"go build ./...", "go vet ./...", "make"}}, id="Drone, several documents"),
        pytest.param("steps: {test: {commands: [make test]}}", {"test": {"make test"}}, id="Woodpecker, by name"),
        pytest.param("steps: [{name: test, commands: make test}]", {"test": {"make test"}}, id="a single command"),
        pytest.param("pipeline: {test: {commands: [make test]}}", {"test": {"make test"}}, id="Drone 0.8"),
        pytest.param("steps: [{name: test, commands: [[x], {a: b}]}]", {"test": set()}, id="no texts"),
        pytest.param("steps: [1, {name: [x], commands: [a]}, {commands: [b]}]", {}, id="no names"),
        pytest.param("steps: 7\npipeline: [x]", {}, id="no steps"),
        pytest.param("a: [b", {}, id="no YAML"),
        pytest.param("", {}, id="empty"),
    ],
)
def test_commands_by_the_name_of_the_step(text: str, commands: dict[str, set[str]]) -> None:
    assert commands_of_steps([text]) == commands


def test_a_definition_that_cannot_be_read_does_not_hide_another() -> None:
    assert commands_of_steps(["a: [b\n---\n" + "x" * 300_000, DRONE])["build"]


def test_all_definitions_in_the_workspace_are_read(tmp_path: Path) -> None:
    (tmp_path / ".woodpecker").mkdir()
    (tmp_path / ".drone.yml").write_text("one")
    (tmp_path / ".woodpecker" / "a.yaml").write_text("two")
    (tmp_path / ".woodpecker" / "b.yml").write_text("three")
    (tmp_path / ".woodpecker" / "notes.txt").write_text("no")
    assert list(pipeline_files(str(tmp_path))) == ["one", "two", "three"]


def test_links_and_large_files_are_left_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.yml").write_text("secret")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / ".drone.yml").symlink_to(outside / "a.yml")
    (workspace / ".woodpecker").symlink_to(outside)
    (workspace / ".woodpecker.yml").write_text("x" * (256 * 1024 + 1))
    assert list(pipeline_files(str(workspace))) == []


def test_a_workspace_that_does_not_exist_has_no_definitions() -> None:
    assert list(pipeline_files("/does/not/exist")) == []
