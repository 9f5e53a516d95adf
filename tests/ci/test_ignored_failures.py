"""`failure: ignore` in a Woodpecker pipeline file, in all the forms that a file can have."""

from base64 import b64encode

import pytest

from plugin.ci.ignored_failures import hidden


def config(text: str, name: str = ".woodpecker/test.yaml") -> list[object]:
    return [{"hash": "c0ffee", "name": name, "data": b64encode(text.encode()).decode()}]


FILES = {
    "list": "steps:\n  - name: lint\n    image: a\n    failure: ignore\n  - name: test\n    image: a\n",
    "mapping": "steps:\n  lint:\n    image: a\n    failure: ignore\n  test:\n    image: a\n",
    "under pipeline, up to 1.x": "pipeline:\n  lint:\n    image: a\n    failure: ignore\n",
    "quoted": 'steps:\n  - {name: "lint", "failure": "ignore"}\n',
    "merged": "x: &mild\n  failure: ignore\nsteps:\n  - name: lint\n    <<: *mild\n",
    "merged of several": "x: &a {image: a}\ny: &b {failure: ignore}\nsteps:\n  - name: lint\n    <<: [*a, *b]\n",
    "merged twice": "x: &a {failure: ignore}\ny: &b {<<: *a}\nsteps:\n  - name: lint\n    <<: *b\n",
    "merged into a mapping": "x: &mild {failure: ignore}\nsteps:\n  lint:\n    <<: *mild\n    image: a\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_is_found(text: str) -> None:
    assert hidden(config(text)).ignored == {"test": frozenset({"lint"})}


NONE = {
    "fail": "steps:\n  - name: lint\n    failure: fail\n",
    "cancel, from 3.14": "steps:\n  - name: lint\n    failure: cancel\n",
    "overruled after a merge": "x: &mild {failure: ignore}\nsteps:\n  - name: lint\n    <<: *mild\n    failure: fail\n",
    "in a command": "steps:\n  - name: lint\n    commands: ['failure: ignore']\n",
    "no steps": "steps: 5\n",
    "no mapping": "- a\n- b\n",
    "empty": "",
    "broken": "steps: [\n",
    "a tag that makes objects": "steps: !!python/object/apply:os.system [echo]\n",
}


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_is_not_found(text: str) -> None:
    assert not hidden(config(text)).ignored.get("test", frozenset())


@pytest.mark.parametrize(
    ("name", "workflow"),
    [
        (".woodpecker/test.yaml", "test"),
        (".woodpecker/test.yml", "test"),
        (".woodpecker.yml", "woodpecker"),
        (".woodpecker.yaml", "woodpecker"),
        ("ci/deep/lint.yaml", "lint"),
    ],
)
def test_belongs_to_the_workflow_of_the_file(name: str, workflow: str) -> None:
    assert hidden(config(FILES["list"], name)).ignored == {workflow: frozenset({"lint"})}


@pytest.mark.parametrize("answer", [None, [], [None], {}, [{"name": 1, "data": 2}], [{"data": "!!!"}], "text"])
def test_what_is_no_file_ignores_nothing(answer: object) -> None:
    assert not any(hidden(answer).ignored.values())


def test_large_file_is_not_read() -> None:
    """A stranger wrote it, and reading YAML is slow."""
    assert not any(hidden(config(FILES["list"] + "#" * 300_000)).ignored.values())


def test_merges_that_grow_without_end_are_not_followed() -> None:
    layers = "".join(f"l{n}: &l{n}\n  <<: [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 30))
    bomb = f"l0: &l0 {{image: a}}\n{layers}steps:\n  - name: lint\n    <<: *l29\n"

    assert hidden(config(bomb)).ignored == {"test": frozenset()}


@pytest.mark.parametrize("word", ["true", "True", "yes", "on"])
def test_detached_step_is_found(word: str) -> None:
    steps = f"steps:\n  - name: watcher\n    detach: {word}\n  - name: test\n    detach: false\n"
    assert hidden(config(steps)).detached == {"test": frozenset({"watcher"})}


@pytest.mark.parametrize("commands", ["[make test, make lint]", "\n      - make test\n      - make lint"])
def test_commands_are_read(commands: str) -> None:
    found = hidden(config(f"steps:\n  - name: lint\n    image: a\n    commands: {commands}\n"))
    assert found.commands == {"test": {"lint": frozenset({"make test", "make lint"})}}


def test_one_command_need_not_be_a_list() -> None:
    assert hidden(config("steps:\n  lint: {commands: make lint}\n")).commands["test"]["lint"] == {"make lint"}
