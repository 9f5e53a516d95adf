"""Tests of the colors that a report takes from a log."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.logs.colors import colors_of
from plugin.logs.readable import LazyLog
from plugin.logs.redact.redactor import Redactor
from plugin.model.excerpt import Line

LOGS = Path(__file__).parent.parent / "logs"


def colored(raw: bytes, redact: Redactor | None = None) -> list[list[tuple[str, str]]]:
    """Return the colored parts of each line with their styles."""
    log = LazyLog(raw, redact or Redactor())
    lines = [Line(number, text.decode(), "context") for number, text in enumerate(log.readable().split(b"\n"), 1)]
    spans = colors_of(log.raw, lines)
    return [[(line.text[one.start : one.end], one.style) for one in spans.get(line.number, ())] for line in lines]


def test_a_log_without_escape_sequences_has_no_colors() -> None:
    assert colored(b"plain\ntext\n") == [[], [], []]


def test_colors_of_a_compiler_are_those_of_its_message() -> None:
    assert colored(b"main.c:3: \x1b[1;31merror: \x1b[0mno \x1b[32mx\x1b[m") == [
        [("error: ", "bold red"), ("x", "green")]
    ]


def test_a_color_stays_on_the_next_lines_until_it_is_reset() -> None:
    assert colored(b"\x1b[31mone\ntwo\x1b[39m!\nthree") == [[("one", "red")], [("two", "red")], []]


@pytest.mark.parametrize(
    ("codes", "style"),
    [
        ("1", "bold"),
        ("2;4", "dim underline"),
        ("3;23", ""),
        ("94", "bright-blue"),
        ("41;97", "bright-white on-red"),
        ("38;5;9", "bright-red"),
        ("38;5;208", "yellow"),
        ("38;5;244", "bright-black"),
        ("38;2;200;30;40", "red"),
        ("38:2:30:40:200", "blue"),
        ("31;0", ""),
        ("7", ""),
        ("38;5", ""),
        ("99999999999", ""),
    ],
)
def test_codes_have_names(codes: str, style: str) -> None:
    assert colored(f"\x1b[{codes}mtext\x1b[0m".encode()) == [[("text", style)] if style else []]


def test_colors_of_a_masked_secret_are_those_around_it() -> None:
    raw = b"\x1b[32mlogin\x1b[0m token=hunter2hunter2 \x1b[31mfailed\x1b[0m"
    (spans,) = colored(raw, Redactor(("hunter2hunter2",)))
    assert spans == [("login", "green"), ("failed", "red")]


def test_the_last_layer_of_an_overwritten_line_has_its_colors() -> None:
    assert colored(b"\x1b[33m 10 %\r\x1b[32m100 %\x1b[0m done") == [[("100 %", "green")]]


def test_a_prefix_of_the_ci_server_shifts_no_color() -> None:
    (spans,) = colored(b"2024-05-01T10:00:00.1234567Z \x1b[31merror\x1b[0m: x")
    assert spans == [("error", "red")]


def test_lines_far_from_the_start_are_found() -> None:
    raw = b"".join(b"line %d of a long log\n" % number for number in range(20_000)) + b"\x1b[31mlast\x1b[0m\n"
    assert colors_of(raw, [Line(20_001, "last", "cause")])[20_001][0].style == "red"


def test_a_line_of_many_colors_keeps_a_bounded_number_of_parts() -> None:
    raw = b"".join(b"\x1b[%dmx" % (31 + number % 2) for number in range(3_000))
    assert len(colored(raw)[0]) == 100


CODES = ("", "0", "1;31", "41", "38;5;300", "38;2;1", "48;2;300;0;9", "39;49", ";;;")
OTHERS = (
    "\x1b[",
    "\x1b]8;;http://x\x07",
    "\x1b[2K",
    "\r",
    "\b",
    "\n",
    "\t",
    " ",
    "é",
    "測",
    "e\u0301",
    "token=hunter2hunter2",
)
PIECES = st.sampled_from([*(f"\x1b[{codes}m" for codes in CODES), *OTHERS])


@settings(max_examples=150)
@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=30).map("".join))
def test_any_log_has_spans_inside_its_lines_and_in_order(text: str) -> None:
    log = LazyLog(text.encode("utf-8", "surrogatepass"), Redactor(("hunter2hunter2",)))
    lines = [Line(n, one.decode(), "context") for n, one in enumerate(log.readable().split(b"\n"), 1)]
    for number, spans in colors_of(log.raw, lines).items():
        edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(lines[number - 1].text)]
        assert edges == sorted(edges)
        assert all(span.style for span in spans)


@pytest.mark.parametrize("path", sorted(LOGS.rglob("*.log")), ids=lambda path: path.stem)
def test_every_span_is_inside_its_line(path: Path) -> None:
    log = LazyLog(path.read_bytes(), Redactor())
    if b"\x1b[" not in log.raw:
        return
    lines = [Line(n, text.decode(), "context") for n, text in enumerate(log.readable().split(b"\n"), 1)]
    for number, spans in colors_of(log.raw, lines).items():
        ends = [0, *(edge for span in spans for edge in (span.start, span.end)), len(lines[number - 1].text)]
        assert ends == sorted(ends)
