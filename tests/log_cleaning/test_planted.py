"""Whole runs on builds with secrets in logs, names and messages: no output contains one."""

import base64
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from plugin.commands.step import PluginStep
from plugin.deliver.comment.hidden_data import parse
from plugin.logs.redact.entries import SecretPattern, secret_patterns
from plugin.logs.redact.matcher import find_secrets
from tests.fakes.forges import FAKES as FORGES
from tests.fakes.servers import FAKES as SERVERS
from tests.fakes.servers.truth import Fate, TrueStep, build
from tests.log_cleaning.secrets_made import filled, made

PULL = 7
PATTERNS = tuple(secret_patterns())
OUTPUT = "report.md,report.txt,report.json,report.html,report.xml,report.sarif"
SETTINGS = {
    "PLUGIN_TOKEN": "ci-token-of-a-reader",
    "PLUGIN_BASELINE": "off",
    "PLUGIN_WAIT": "0",
    "PLUGIN_LOG_LEVEL": "debug",
    "PLUGIN_MAX_LINES": "200",
}


def colored(text: str) -> str:
    return "".join(f"\x1b[1;3{at % 8}m{char}\x1b[0m" if char != "\n" else char for at, char in enumerate(text))


def wrapped(text: str) -> str:
    """Return the text with a line end in the middle of the secret, as a terminal wraps it."""
    middle = middle_of(text)
    return f"{text[:middle]}\n{text[middle:]}"


def middle_of(text: str) -> int:
    secret = find_secrets(text.encode())[0]
    return (secret.start + secret.end) // 2


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def is_token(pattern: SecretPattern) -> bool:
    """Return whether the secret is recognized by itself, not by the name before it."""
    return pattern.wraps and "(?P<" not in pattern.match


def has_a_long_prefix(pattern: SecretPattern) -> bool:
    return any(pattern.example.startswith(begin) and len(begin) >= 4 for begin in pattern.begins)


def traces(dress: str, pattern: SecretPattern) -> list[str]:
    """Return the parts of the secret that an output would contain if the secret was not masked."""
    text = filled(pattern.example)
    if dress == "base64":
        return [encoded(text)[8:24]]
    if dress == "wrapped":
        return [text[middle_of(text) - 8 : middle_of(text)], text[middle_of(text) :][:8]]
    return made(pattern.example)


DRESSES: Mapping[str, tuple[Callable[[str], str], Callable[[SecretPattern], bool]]] = {
    "plain": (str, lambda _: True),
    "colored": (colored, lambda _: True),
    "URL-encoded": (quote, is_token),
    "base64": (encoded, has_a_long_prefix),
    "wrapped": (wrapped, is_token),
}
"""Ways to print a secret, and the kinds of secrets that are recognized so."""


def outputs(
    logs: Iterable[str], folder: Path, environ: Mapping[str, str], *, name: str = "deploy"
) -> Iterator[tuple[str, str]]:
    """Yield every output of a run on a failed build with these logs, with its name."""
    steps = [TrueStep(f"{name}-{at}", code=1, log=log) for at, log in enumerate(logs)]
    broken = TrueStep(f"{name}-start", fate=Fate.NO_START, why=f"cannot start: {next(iter(environ.values()))}")
    whole = build(*steps, broken, event="pull_request", pull=PULL, source="fix")
    out, err = io.BytesIO(), io.StringIO()
    with SERVERS["drone-2"](whole) as server, FORGES["gitea"]() as forge:
        forge_settings = {"PLUGIN_FORGE": "gitea", "PLUGIN_FORGE_URL": forge.url, "PLUGIN_FORGE_TOKEN": forge.token}
        card = folder / "card.json"
        paths = {"DRONE_WORKSPACE": str(folder), "DRONE_CARD_PATH": str(card), "PLUGIN_OUTPUT": OUTPUT}
        PluginStep({**server.environ(), **SETTINGS, **forge_settings, **paths, **environ}, out, err).run()
        (comment,) = forge.texts(PULL)
    yield "comment", comment
    yield "the comment's hidden line", str(parse(comment))
    yield "log", out.getvalue().decode()
    yield "standard error", err.getvalue()
    for file in (*sorted(folder.glob("report.*")), card):
        yield file.name, file.read_text("utf-8")


def in_logs(lines: Iterable[str], wear: Callable[[str], str] = str) -> list[str]:
    """Return logs of steps with ten errors each, one for each line. An indented line follows its error."""
    errors = [f"error: failed with{chr(10) if line[0] == ' ' else ' '}{wear(line)}\n" for line in lines]
    return [f"+ ./deploy.sh\n{''.join(errors[at : at + 10])}" for at in range(0, len(errors), 10)]


@pytest.mark.parametrize("dress", DRESSES)
def test_no_secret_of_a_known_kind_is_reported(dress: str, tmp_path: Path) -> None:
    wear, suits = DRESSES[dress]
    planted = [pattern for pattern in PATTERNS if suits(pattern)]
    assert len(planted) >= 40
    texts = dict(outputs(in_logs((filled(pattern.example) for pattern in planted), wear), tmp_path, {"X": "y"}))
    for name, text in texts.items():
        leaked = [pattern.id for pattern in planted for trace in traces(dress, pattern) if trace in text]
        assert leaked == [], name
    assert texts["report.md"].count("[redacted:") >= 0.9 * len(planted)


VALUES = {
    "DB_PASSWORD": "correct-horse/battery+staple",
    "DEPLOY_TOKEN": "9sKq7xZ2mVb4Tn",
    "SOME_API_KEY": "q8W-e7R-t6Z-u5I",
    "AWS_SECRET_ACCESS_KEY": "Zx81Qm/72Lp+Rk34Vn09",
    "DATABASE_URL": "postgres://app:hunter2hunter3@db.example.com/shop",
    "SIGNING_KEY": "line-one-of-a-key-77\nline-two-of-a-key-88",
}
PARTS = [
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
    "colored": colored,
    "URL-encoded": lambda text: quote(text, safe=""),
    "base64": encoded,
    "wrapped": lambda text: f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}",
}


@pytest.mark.parametrize("dress", VALUE_DRESSES)
def test_no_secret_of_the_environment_is_reported(dress: str, tmp_path: Path) -> None:
    wear = VALUE_DRESSES[dress]
    secret = [value for name, value in VALUES.items() if name != "DATABASE_URL"]
    lines = [wear(line) for value in (*secret, "hunter2hunter3") for line in value.split("\n")]
    texts = dict(outputs(in_logs(lines), tmp_path, {**VALUES}, name="9sKq7xZ2mVb4Tn"))
    traces = [*PARTS, *(wear(value)[4:-4] for value in PARTS), *(wear(value).split("\n")[0][2:] for value in PARTS)]
    for name, text in texts.items():
        assert [trace for trace in traces if trace in text] == [], name
    assert texts["report.md"].count("[redacted]") >= len(lines)


def test_text_that_is_no_secret_is_reported(tmp_path: Path) -> None:
    ordinary = [
        "3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "123e4567-e89b-42d3-a456-556642440000",
        "src/token/TokenAuthenticationProviderTest.java",
    ]
    texts = dict(outputs(in_logs(ordinary), tmp_path, {"PLAIN": "the engine's message"}))
    assert [name for name, text in texts.items() if "redacted" in text] == []
    complete = ("comment", "log", "report.json", "report.md", "report.html")
    assert [(name, text) for name in complete for text in ordinary if text not in texts[name]] == []
