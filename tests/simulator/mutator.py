"""Vary a log as the next run of the same failure would: times, durations, ports, paths, identifiers, order.

The expressions are written here on purpose, and share nothing with `plugin/fingerprint/masks.yaml`.
"""

import random
import re
import string
from collections.abc import Callable

_CLOCK = re.compile(rb"(?<![\d.:])([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d+)?(?!\d)")
_DAY = re.compile(rb"\b(20[12]\d)-(0[1-9]|1[0-2])-([0-2]\d|3[01])\b")
_DURATION = re.compile(rb"(?<![\w.])(\d{1,5})(\.\d{1,6})?( ?)(ms|s|seconds|secs|sec)\b")
_PORT = re.compile(rb"(?<=[\w\]]):([3-6]\d{4})\b")
_TEMPORARY = re.compile(rb"/tmp/[\w.+-]+")
_HOME = re.compile(rb"/(home|Users)/([\w.-]+)/")
_IDENTIFIER = re.compile(rb"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\b")
_ADDRESS = re.compile(rb"\b0x[0-9a-f]{6,16}\b")
_PROCESS = re.compile(rb"(?<=pid[ =])\d{2,7}\b|(?<=PID[ =])\d{2,7}\b")
_PROGRESS = re.compile(
    rb"^\s*(?:(?:ok|PASS|Downloading|Downloaded|Compiling|Checking|Collecting|Fetching|Get:\d+)\b"
    rb"|\S+ \.\.\. ok$|\xe2\x9c\x93 )"
)
_NOISE = (
    "Cloning into '/drone/src'...",
    "HEAD is now at {hex} a change",
    "Unable to find image 'registry.example.com/ci/build:{small}' locally",
    "cache restored in {number} ms from /cache/{hex}",
    "{clock} starting worker {small} (pid {number})",
    "using proxy 10.{small}.{small}.{small}:{number}",
)


def vary(log: bytes, chance: random.Random) -> bytes:
    """Return another run of the log."""
    lines = log.split(b"\n")
    text = b"\n".join([*lines[:1], *_noise(chance), *_reordered(lines[1:], chance)])
    for expression, changed in (
        (_CLOCK, _clock),
        (_DAY, _day),
        (_DURATION, _duration),
        (_PORT, _port),
        (_PROCESS, _number),
        (_TEMPORARY, _temporary),
        (_HOME, _home),
        (_ADDRESS, _hex),
        (_IDENTIFIER, _hex),
    ):
        text = _changed(text, expression, changed, chance)
    return text


_Change = Callable[[re.Match[bytes], random.Random], bytes]


def _changed(text: bytes, expression: re.Pattern[bytes], change: _Change, chance: random.Random) -> bytes:
    """Return the text with each match replaced; equal matches stay equal, as one run repeats its identifiers."""
    known: dict[bytes, bytes] = {}

    def replaced(match: re.Match[bytes]) -> bytes:
        if match[0] not in known:
            known[match[0]] = change(match, chance)
        return known[match[0]]

    return expression.sub(replaced, text)


def _clock(match: re.Match[bytes], chance: random.Random) -> bytes:
    fraction = b"." + _digits(len(match[4]) - 1, chance) if match[4] else b""
    return b"%02d:%02d:%02d" % (chance.randrange(24), chance.randrange(60), chance.randrange(60)) + fraction


def _day(match: re.Match[bytes], chance: random.Random) -> bytes:
    return b"%s-%02d-%02d" % (match[1], chance.randrange(1, 13), chance.randrange(1, 29))


def _duration(match: re.Match[bytes], chance: random.Random) -> bytes:
    whole = b"%d" % max(0, round(int(match[1]) * chance.uniform(0.5, 2)))
    fraction = b"." + _digits(len(match[2]) - 1, chance) if match[2] else b""
    return whole + fraction + match[3] + match[4]


def _port(match: re.Match[bytes], chance: random.Random) -> bytes:
    return b":%d" % chance.randrange(30_000, 65_000)


def _number(match: re.Match[bytes], chance: random.Random) -> bytes:
    return b"%d" % chance.randrange(10 ** (len(match[0]) - 1), 10 ** len(match[0]))


def _temporary(match: re.Match[bytes], chance: random.Random) -> bytes:
    return b"/tmp/" + "".join(chance.choices(string.ascii_lowercase + string.digits, k=9)).encode()


def _home(match: re.Match[bytes], chance: random.Random) -> bytes:
    return b"/%s/%s/" % (
        match[1],
        chance.choice((b"runner", b"jenkins", b"builder", b"worker-%d" % chance.randrange(9))),
    )


def _hex(match: re.Match[bytes], chance: random.Random) -> bytes:
    start = b"0x" if match[0].startswith(b"0x") else b""
    length = len(match[0]) - len(start)
    return start + b"a" + f"{chance.getrandbits(4 * (length - 1)):0{length - 1}x}".encode()


def _digits(count: int, chance: random.Random) -> bytes:
    return "".join(chance.choices(string.digits, k=count)).encode()


def _noise(chance: random.Random) -> list[bytes]:
    """Return lines that a runner or a cache prints before the tool."""
    return [
        line.format(
            hex=f"{chance.getrandbits(28) | 1 << 27:07x}",
            number=chance.randrange(1_000, 60_000),
            small=chance.randrange(1, 250),
            clock=f"{chance.randrange(10, 24)}:{chance.randrange(10, 60)}:{chance.randrange(10, 60)}",
        ).encode()
        for line in chance.sample(_NOISE, chance.randrange(len(_NOISE)))
    ]


def _reordered(lines: list[bytes], chance: random.Random) -> list[bytes]:
    """Return the lines with runs of progress in another order, as parallel workers print them."""
    ordered: list[bytes] = []
    run: list[bytes] = []
    for line in [*lines, b""]:
        if _PROGRESS.match(line):
            run.append(line)
            continue
        chance.shuffle(run)
        ordered += [*run, line]
        run = []
    return ordered[:-1]
