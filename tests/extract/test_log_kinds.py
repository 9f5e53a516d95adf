"""Logs in every shape that CIs and tools give them: the right line first, its raw number, clean text, no crash."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from plugin import analyze_log
from plugin.model.excerpt import Excerpt

GCC = "src/cart.c:12:5: error: expected ';' before '}' token"
NOISE = [f"cc -O2 -Wall -Werror -c -o build/error_{n}.o src/error_{n}.c" for n in range(30)]
MAKE = ["make: *** [Makefile:5: build/cart.o] Error 1"]


@dataclass(frozen=True, slots=True)
class Shape:
    log: str | bytes
    says: str
    """Part of the line that has to come first…"""
    pattern: str | None = None
    """…and the entry that names it, where the catalogue has one."""


def _text(*lines: str, end: str = "\n") -> str:
    return end.join(lines) + end


def _timed(lines: list[str], normalized: str) -> list[str]:
    return [normalized.format(second=n % 60, minute=n // 60 % 60) + line for n, line in enumerate(lines)]


DRONE = _text(
    "+ apt-get install -y gcc",
    "Reading package lists...",
    "+ make -j2",
    *NOISE,
    GCC,
    "   12 |   return sum",
    "      |             ^",
    *MAKE,
)
TOLERATED = _text(
    "+ apt-get install -y gcc || apt-get install -y clang",
    "E: Unable to locate package gcc-99",
    "+ ./scripts/wait-for-it.sh db:5432 || true",
    "wait-for-it.sh: timeout occurred after waiting 15 seconds for db:5432",
    *DRONE.removesuffix("\n").split("\n")[2:],
)
TRAVIS = _text(
    "travis_fold:start:git.checkout\r\x1b[0Ktravis_time:start:0a1b2c3d\r\x1b[0K$ git clone --depth=50 https://git.example.com/shop.git",
    "Cloning into 'shop'...",
    "travis_time:end:0a1b2c3d:start=1,finish=2,duration=1\r\x1b[0Ktravis_fold:end:git.checkout\r\x1b[0K",
    "\x1b[33;1mSetting environment variables from repository settings\x1b[0m",
    "travis_time:start:1a2b3c4d\r\x1b[0K$ make",
    *NOISE,
    f"\x1b[01m\x1b[Ksrc/cart.c:12:5:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[K{GCC.split('error: ')[1]}",
    "   12 |   return sum",
    *MAKE,
    "travis_time:end:1a2b3c4d:start=3,finish=4,duration=1\r\x1b[0K",
    '\x1b[31;1mThe command "make" exited with 2.\x1b[0m',
    "travis_fold:start:after_failure\r\x1b[0K$ cat build.log",
    "cat: build.log: No such file or directory",
    "travis_fold:end:after_failure\r\x1b[0K",
    "",
    "Done. Your build exited with 1.",
)
GITHUB = _text(
    *_timed(
        [
            "##[group]Run actions/checkout@v4",
            "with:",
            "  token: ***",
            "##[endgroup]",
            "##[group]Run make",
            "\x1b[36;1mmake\x1b[0m",
            "shell: /usr/bin/bash -e {0}",
            "##[endgroup]",
            *NOISE,
            GCC,
            *MAKE,
            "##[error]Process completed with exit code 2.",
            "Post job cleanup.",
            "[command]/usr/bin/git version",
            "git version 2.47.1",
            "Cleaning up orphan processes",
        ],
        "2026-11-24T09:{minute:02}:{second:02}.1234567Z ",
    )
)
GITLAB = _text(
    "Running with gitlab-runner 17.5.3 (12030cf4)",
    'section_start:1732438800:prepare_executor\r\x1b[0KPreparing the "docker" executor',
    "section_end:1732438801:prepare_executor\r\x1b[0K",
    'section_start:1732438802:step_script\r\x1b[0KExecuting "step_script" stage of the job script',
    "\x1b[32;1m$ make\x1b[0;m",
    *NOISE,
    GCC,
    *MAKE,
    "section_end:1732438803:step_script\r\x1b[0K",
    "section_start:1732438804:cleanup_file_variables\r\x1b[0KCleaning up project directory and file based variables",
    "section_end:1732438805:cleanup_file_variables\r\x1b[0K",
    "\x1b[31;1mERROR: Job failed: exit code 2",
    "\x1b[0;m",
)
JENKINS = _text(
    "Started by user Ada",
    "[Pipeline] Start of Pipeline",
    "[Pipeline] sh",
    "[2026-11-24T09:00:00.123Z] + make",
    *_timed([*NOISE, GCC, *MAKE], "[2026-11-24T09:{minute:02}:{second:02}.456Z] "),
    "[Pipeline] }",
    "[Pipeline] // stage",
    "[Pipeline] End of Pipeline",
    "ERROR: script returned exit code 2",
    "Finished: FAILURE",
)
AZURE = _text(
    *_timed(
        [
            "##[section]Starting: Build",
            "==============================================================================",
            "Task         : Command line",
            "##[command]/usr/bin/bash --noprofile --norc /agent/_temp/a.sh",
            *NOISE,
            GCC,
            *MAKE,
            "##[error]Bash exited with code '2'.",
            "##[section]Finishing: Build",
        ],
        "2026-11-24T09:{minute:02}:{second:02}.7654321Z ",
    )
)
COMPOSE = _text(
    *[
        line
        for n in range(25)
        for line in (
            f"\x1b[36mdb_1   |\x1b[0m LOG:  checkpoint complete: wrote {n} buffers",
            f"\x1b[33mweb_1  |\x1b[0m GET /orders/{n} 200 in {n} ms",
        )
    ],
    "\x1b[32mtest_1 |\x1b[0m Traceback (most recent call last):",
    "\x1b[36mdb_1   |\x1b[0m LOG:  checkpoint starting: time",
    '\x1b[32mtest_1 |\x1b[0m   File "/drone/src/tests/run.py", line 12, in <module>',
    "\x1b[32mtest_1 |\x1b[0m KeyError: 'price'",
    "\x1b[33mweb_1  |\x1b[0m GET /health 200 in 1 ms",
    "\x1b[32mtest_1 exited with code 1\x1b[0m",
    "Aborting on container exit...",
    "\x1b[36mdb_1   |\x1b[0m LOG:  received fast shutdown request",
)
PARALLEL_MAKE = _text(
    "+ make -j8 -k",
    *NOISE[:15],
    "src/voucher.c:3:1: warning: unused variable 'rate' [-Wunused-variable]",
    GCC,
    NOISE[15],
    NOISE[16],
    "   12 |   return sum",
    *NOISE[17:],
    *MAKE,
    "make: Target 'all' not remade because of errors.",
)
WORKSPACES = _text(
    "+ npx turbo run build",
    *[f"@shop/ui:build: compiled page {n} in {n} ms" for n in range(30)],
    "@shop/api:build: src/report.ts(5,9): error TS2322: Type 'number' is not assignable to type 'string'.",
    *[f"@shop/ui:build: wrote dist/page{n}.html" for n in range(10)],
    "@shop/api:build: ERROR: command finished with error: command (/drone/src/api) npm run build exited (2)",
    " Tasks:    3 successful, 4 total",
)
PROGRESS = _text(
    "+ curl -fSLO https://downloads.example.com/tool.tar.gz",
    "  % Total    % Received % Xferd  Average Speed",
    "\r".join(f" {n}  100M   {n} {n}M    0     0  9000k      0 --:--:-- --:--:--" for n in range(100)),
    "curl: (18) transfer closed with 99996 bytes remaining to read",
)
OVERWRITTEN = _text(
    "+ npm run build",
    "\r".join(f"[{n}/90] building modules" for n in range(90))
    + "\r\x1b[K"
    + "Error: Cannot find module './rates.json'",
    "Require stack:",
)
JSON_LINES = _text(
    "+ ./shop migrate",
    *[
        json.dumps(
            {"time": f"2026-11-24T09:00:{n:02}Z", "level": "info", "msg": f"applied migration {n}", "error": None}
        )
        for n in range(30)
    ],
    json.dumps(
        {"time": "2026-11-24T09:00:30Z", "level": "fatal", "msg": "migration 31 failed", "error": "duplicate key"}
    ),
    json.dumps({"time": "2026-11-24T09:00:31Z", "level": "info", "msg": "closing 4 connections"}),
)
WINDOWS = _text(
    "PS C:\\drone\\src> dotnet build",
    "  Determining projects to restore...",
    *[f"  Shop.Part{n} -> C:\\drone\\src\\part{n}\\bin\\Debug\\net8.0\\Shop.Part{n}.dll" for n in range(20)],
    "C:\\drone\\src\\Cart.cs(12,5): error CS1002: ; expected [C:\\drone\\src\\Shop.csproj]",
    "",
    "Build FAILED.",
    "    0 Warning(s)",
    "    1 Error(s)",
    end="\r\n",
)
CHINESE = _text(
    "+ make",
    *[f"正在编译 模块{n} …… 完成" for n in range(20)],
    "src/购物车.c:12:5: error: 缺少分号 ';'",
    "   12 |   返回 总计",
    "make: *** [Makefile:5：购物车.o] 错误 1",
)
HEBREW = _text(
    "+ ./בדיקות",
    *[f"בדיקה {n} עברה בהצלחה" for n in range(20)],
    "Error: המחיר שגוי: ציפינו ל-810 וקיבלנו 8100",
    "+ exit 1",
)
LONG = _text(
    "+ make check",
    *(f"test {n:06} of the price list ... ok ({n % 97} ms)" for n in range(199_900)),
    GCC,
    *MAKE,
)
HUGE_LINE = _text("+ make", "x" * 2_000_000, GCC, *MAKE)
HUGE_LAST_LINE = "+ make\n" + GCC + "\n" + "x" * 2_000_000

SHAPES = {
    "Drone: a trace of commands": Shape(DRONE, GCC, "c-compile-error"),
    "Drone: failures that the step went on after": Shape(TOLERATED, GCC, "c-compile-error"),
    "Travis: folds, timings, colours": Shape(TRAVIS, GCC, "c-compile-error"),
    "GitHub Actions: times, groups, error mark": Shape(GITHUB, GCC, "c-compile-error"),
    "GitLab: sections": Shape(GITLAB, GCC, "c-compile-error"),
    "Jenkins: pipeline marks, times": Shape(JENKINS, GCC, "c-compile-error"),
    "Azure: times, sections": Shape(AZURE, GCC, "c-compile-error"),
    "Compose: services interleaved": Shape(COMPOSE, "KeyError: 'price'"),
    "make -j: output interleaved": Shape(PARALLEL_MAKE, GCC, "c-compile-error"),
    "workspaces: output prefixed": Shape(WORKSPACES, "error TS2322"),
    "carriage returns: progress": Shape(PROGRESS, "curl: (18) transfer closed", "curl-error"),
    "carriage returns: the error over the progress": Shape(OVERWRITTEN, "Cannot find module", "node-module-missing"),
    "JSON lines": Shape(JSON_LINES, "migration 31 failed"),
    "Windows: paths and CRLF": Shape(WINDOWS, "error CS1002", "csharp-compile-error"),
    "CRLF in a Unix log": Shape(DRONE.replace("\n", "\r\n"), GCC, "c-compile-error"),
    "UTF-16, little endian, BOM": Shape(
        b"\xff\xfe" + WINDOWS.encode("utf-16-le"), "error CS1002", "csharp-compile-error"
    ),
    "UTF-16, big endian, BOM": Shape(b"\xfe\xff" + WINDOWS.encode("utf-16-be"), "error CS1002", "csharp-compile-error"),
    "UTF-16, little endian, no BOM": Shape(WINDOWS.encode("utf-16-le"), "error CS1002", "csharp-compile-error"),
    "UTF-16, big endian, no BOM": Shape(WINDOWS.encode("utf-16-be"), "error CS1002", "csharp-compile-error"),
    "UTF-8, BOM": Shape(b"\xef\xbb\xbf" + DRONE.encode(), GCC, "c-compile-error"),
    "wide characters": Shape(CHINESE, "缺少分号", "c-compile-error"),
    "wide characters as GB 18030": Shape(CHINESE.encode("gb18030"), ".c:12:5: error: "),
    "right to left": Shape(HEBREW, "המחיר שגוי", "generic-error"),
    "head cut within a line": Shape(DRONE.encode()[300:], GCC, "c-compile-error"),
    "head cut within a character": Shape(CHINESE.encode()[10:], "缺少分号", "c-compile-error"),
    "tail cut within a line": Shape(DRONE[: DRONE.index("make: ***") + 6], GCC, "c-compile-error"),
    "tail cut within a character": Shape(CHINESE.encode()[:-7], "缺少分号", "c-compile-error"),
    "no newline at the end": Shape("+ make\n" + GCC, GCC, "c-compile-error"),
    "one line without newline": Shape(GCC, GCC, "c-compile-error"),
    "200,000 lines": Shape(LONG, GCC, "c-compile-error"),
    "a line of 2 MB before it": Shape(HUGE_LINE, GCC, "c-compile-error"),
    "a line of 2 MB after it": Shape(HUGE_LAST_LINE, GCC, "c-compile-error"),
    "NULs between": Shape(DRONE.replace("cc -O2", "\0\0cc -O2"), GCC, "c-compile-error"),
}


def _raw_lines(log: str | bytes) -> list[str]:
    if isinstance(log, bytes):
        for mark, encoding in (
            (b"\xff\xfe", "utf-16"),
            (b"\xfe\xff", "utf-16"),
            (b"P\0", "utf-16-le"),
            (b"\0P", "utf-16-be"),
        ):
            if log.startswith(mark):
                return log.decode(encoding).split("\n")
        return log.decode("utf-8", "replace").split("\n")
    return log.split("\n")


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_right_line_is_first_and_has_its_raw_number(shape: Shape) -> None:
    found = analyze_log(shape.log)
    raw = _raw_lines(shape.log)
    text = {line.number: line.text for line in found.lines}
    assert shape.says in text[found.ranked[0]], [text[number] for number in found.ranked[:3]]
    tail = shape.says[-8:]
    assert tail in raw[found.ranked[0] - 1] or "\ufffd" in raw[found.ranked[0] - 1]
    assert found.pattern == shape.pattern or shape.pattern is None, found.title
    assert found.total_lines == len(raw) - (raw[-1] == "")


ODD = {
    "empty": b"",
    "a newline": b"\n",
    "many newlines": b"\n" * 5000,
    "spaces": b"   \n\t\n",
    "escape codes only": b"\x1b[31m\x1b[0m\r\x1b[K\n" * 100,
    "a NUL": b"\0",
    "a lone byte of UTF-16": b"\xff\xfe\x00",
    "a binary blob": random.Random(1).randbytes(300_000),  # noqa: S311 the same noise every time
    "a gzip head and noise": b"\x1f\x8b\x08" + random.Random(2).randbytes(5000),  # noqa: S311
    "halves of characters": b"\xe7\xbc\n\xf0\x9f\n\xc3\n" * 50,
    "carriage returns only": b"\r" * 10_000,
    "backspaces": b"error\b\b\b\b\b" * 2000,
    "brackets": b"[" * 100_000 + b"\n" + b"(" * 100_000,
    "a long line of error": b"error: " * 50_000,
    "many lines of error": b"error: x\n" * 30_000,
    "line separators that are no line ends": "a\u2028error: x\u2029b\x85c\x0bd\x0ce\n".encode() * 3,
}


@pytest.mark.parametrize("log", ODD.values(), ids=ODD)
def test_odd_logs_have_an_excerpt(log: bytes) -> None:
    found = analyze_log(log)
    assert found.title
    assert set(found.ranked) == {line.number for line in found.lines}


def _excerpts() -> Iterator[tuple[str, Excerpt]]:
    for name, shape in SHAPES.items():
        yield name, analyze_log(shape.log)
    for name, log in ODD.items():
        yield name, analyze_log(log)


def test_every_shown_line_is_clean_and_in_order() -> None:
    for name, found in _excerpts():
        numbers = [line.number for line in found.lines]
        assert numbers == sorted(set(numbers)), name
        assert all(1 <= number <= found.total_lines for number in numbers), name
        for line in found.lines:
            assert not {char for char in line.text if ord(char) < 32 and char != "\t"}, (name, line.number)
            assert "\x7f" not in line.text
            assert len(line.text) <= 4000, name
        assert "\n" not in found.title
