"""Secrets planted in logs, names and messages of a build: whole runs, and none arrives anywhere."""

import base64
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from plugin.commands.step import PluginStep
from plugin.deliver.comment.state import parse
from plugin.logs.redact.matcher import Shape, places, shapes
from tests.fakes.forges import FAKES as FORGES
from tests.fakes.servers import FAKES as SERVERS
from tests.fakes.servers.truth import Fate, TrueStep, build
from tests.log_cleaning.secrets_made import filled, made

PULL = 7
SHAPES = tuple(shapes())
OUTPUT = "report.md,report.txt,report.json,report.html,report.xml,report.sarif"
SETTINGS = {
    "PLUGIN_TOKEN": "ci-token-of-a-reader",
    "PLUGIN_BASELINE": "off",
    "PLUGIN_WAIT": "0",
    "PLUGIN_LOG_LEVEL": "debug",
    "PLUGIN_MAX_LINES": "200",
}


def coloured(text: str) -> str:
    return "".join(f"\x1b[1;3{at % 8}m{sign}\x1b[0m" if sign != "\n" else sign for at, sign in enumerate(text))


def wrapped(text: str) -> str:
    """A terminal's line ends in the middle of the secret."""
    middle = middle_of(text)
    return f"{text[:middle]}\n{text[middle:]}"


def middle_of(text: str) -> int:
    place = places(text.encode())[0]
    return (place.start + place.end) // 2


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def is_token(shape: Shape) -> bool:
    """It is known by its own letters, not by the name before it."""
    return shape.wraps and "(?P<" not in shape.match


def begins_so(shape: Shape) -> bool:
    return any(shape.example.startswith(begin) and len(begin) >= 4 for begin in shape.begins)


def traces(dress: str, shape: Shape) -> list[str]:
    """What would be seen of the secret if it came through."""
    text = filled(shape.example)
    if dress == "base64":
        return [encoded(text)[8:24]]
    if dress == "wrapped":
        return [text[middle_of(text) - 8 : middle_of(text)], text[middle_of(text) :][:8]]
    return made(shape.example)


DRESSES: Mapping[str, tuple[Callable[[str], str], Callable[[Shape], bool]]] = {
    "plain": (str, lambda _: True),
    "coloured": (coloured, lambda _: True),
    "URL-encoded": (quote, is_token),
    "base64": (encoded, begins_so),
    "wrapped": (wrapped, is_token),
}
"""How it is written, and for which kinds this can be known."""


def everywhere(
    logs: Iterable[str], folder: Path, environ: Mapping[str, str], *, name: str = "deploy"
) -> Iterator[tuple[str, str]]:
    """All that a run on a red build with these logs leaves behind, by the place where it is."""
    steps = [TrueStep(f"{name}-{at}", code=1, log=log) for at, log in enumerate(logs)]
    broken = TrueStep(f"{name}-start", fate=Fate.NO_START, why=f"cannot start: {next(iter(environ.values()))}")
    whole = build(*steps, broken, event="pull_request", pull=PULL, source="fix")
    out, err = io.BytesIO(), io.StringIO()
    with SERVERS["drone-2"](whole) as server, FORGES["gitea"]() as forge:
        told = {"PLUGIN_FORGE": "gitea", "PLUGIN_FORGE_URL": forge.url, "PLUGIN_FORGE_TOKEN": forge.token}
        card = folder / "card.json"
        place = {"DRONE_WORKSPACE": str(folder), "DRONE_CARD_PATH": str(card), "PLUGIN_OUTPUT": OUTPUT}
        PluginStep({**server.environ(), **SETTINGS, **told, **place, **environ}, out, err).run()
        (comment,) = forge.texts(PULL)
    yield "comment", comment
    yield "the comment's hidden line", str(parse(comment))
    yield "log", out.getvalue().decode()
    yield "complaints", err.getvalue()
    for file in (*sorted(folder.glob("report.*")), card):
        yield file.name, file.read_text("utf-8")


def in_logs(lines: Iterable[str], wear: Callable[[str], str] = str) -> list[str]:
    """Ten a step, each in an error that is worth showing; what is a line of its own stays one."""
    told = [f"error: failed with{chr(10) if line[0] == ' ' else ' '}{wear(line)}\n" for line in lines]
    return [f"+ ./deploy.sh\n{''.join(told[at : at + 10])}" for at in range(0, len(told), 10)]


@pytest.mark.parametrize("dress", DRESSES)
def test_no_secret_of_a_known_kind_arrives(dress: str, tmp_path: Path) -> None:
    wear, suits = DRESSES[dress]
    planted = [shape for shape in SHAPES if suits(shape)]
    assert len(planted) >= 40
    left = dict(everywhere(in_logs((filled(shape.example) for shape in planted), wear), tmp_path, {"X": "y"}))
    for place, text in left.items():
        found = [shape.id for shape in planted for trace in traces(dress, shape) if trace in text]
        assert found == [], place
    assert left["report.md"].count("[redacted:") >= 0.9 * len(planted)


VALUES = {
    "DB_PASSWORD": "correct-horse/battery+staple",
    "DEPLOY_TOKEN": "9sKq7xZ2mVb4Tn",
    "SOME_API_KEY": "q8W-e7R-t6Z-u5I",
    "AWS_SECRET_ACCESS_KEY": "Zx81Qm/72Lp+Rk34Vn09",
    "DATABASE_URL": "postgres://app:hunter2hunter3@db.example.com/shop",
    "SIGNING_KEY": "line-one-of-a-key-77\nline-two-of-a-key-88",
}
SAID = [
    "correct-horse",
    "9sKq7xZ2mVb4Tn",
    "q8W-e7R-t6Z-u5I",
    "Zx81Qm/72Lp",
    "hunter2hunter3",
    "one-of-a-key-77",
    "two-of-a-key-88",
]
VALUE_DRESSES: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "coloured": coloured,
    "URL-encoded": lambda text: quote(text, safe=""),
    "base64": encoded,
    "wrapped": lambda text: f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}",
}


@pytest.mark.parametrize("dress", VALUE_DRESSES)
def test_no_secret_of_the_environment_arrives(dress: str, tmp_path: Path) -> None:
    wear = VALUE_DRESSES[dress]
    secret = [value for name, value in VALUES.items() if name != "DATABASE_URL"]
    lines = [wear(line) for value in (*secret, "hunter2hunter3") for line in value.split("\n")]
    left = dict(everywhere(in_logs(lines), tmp_path, {**VALUES}, name="9sKq7xZ2mVb4Tn"))
    seen = [*SAID, *(wear(value)[4:-4] for value in SAID), *(wear(value).split("\n")[0][2:] for value in SAID)]
    for place, text in left.items():
        assert [trace for trace in seen if trace in text] == [], place
    assert left["report.md"].count("[redacted]") >= len(lines)


def test_what_is_no_secret_arrives(tmp_path: Path) -> None:
    ordinary = [
        "3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "123e4567-e89b-42d3-a456-556642440000",
        "src/token/TokenAuthenticationProviderTest.java",
    ]
    left = dict(everywhere(in_logs(ordinary), tmp_path, {"PLAIN": "the engine's words"}))
    assert [place for place, text in left.items() if "redacted" in text] == []
    wanted = ("comment", "log", "report.json", "report.md", "report.html")
    assert [(place, text) for place in wanted for text in ordinary if text not in left[place]] == []
