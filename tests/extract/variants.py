"""Variants of logs: what runners, container engines, supervisors and consoles do to the lines of a program."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

PREFIXES = {
    "ISO 8601, nanoseconds": "2026-01-31T09:59:{s:02}.{n:09}Z ",
    "ISO 8601, microseconds": "2026-01-31T09:59:{s:02}.123456Z ",
    "ISO 8601, offset": "2026-01-31T09:59:{s:02}+01:00 ",
    "ISO 8601, fraction and offset": "2026-01-31T09:59:{s:02}.123+0100 ",
    "ISO 8601, tab": "2026-01-31T09:59:{s:02}.123Z\t",
    "ISO 8601, basic": "20260131T0959{s:02}Z ",
    "date and time": "2026-01-31 09:59:{s:02} ",
    "date, time, comma": "2026-01-31 09:59:{s:02},123 ",
    "date, time, slashes": "2026/01/31 09:59:{s:02} ",
    "date, time, dash": "2026-01-31 09:59:{s:02} - ",
    "date, time, bar": "2026-01-31 09:59:{s:02}.123456 | ",
    "date, time, colon": "2026-01-31 09:59:{s:02}: ",
    "date in brackets": "[2026-01-31 09:59:{s:02}] ",
    "ISO 8601 in brackets": "[2026-01-31T09:59:{s:02}.123Z] ",
    "day first": "31.01.2026 09:59:{s:02} ",
    "day and month name": "31 Jan 2026 09:59:{s:02} ",
    "month name": "Jan 31 09:59:{s:02} ",
    "weekday": "Sat Jan 31 09:59:{s:02} 2026 ",
    "weekday in brackets": "[Sat Jan 31 09:59:{s:02} UTC 2026] ",
    "CRI, stdout": "2026-01-31T09:59:{s:02}.123456789Z stdout F ",
    "CRI, stderr": "2026-01-31T09:59:{s:02}.123456789+01:00 stderr F ",
    "GitLab": "2026-01-31T09:59:{s:02}.123456Z 00O ",
    "GitLab, stderr": "2026-01-31T09:59:{s:02}.123456Z 01E ",
    "gh run view": "build\tRun make\t2026-01-31T09:59:{s:02}.1234567Z ",
    "clock": "12:00:{s:02} ",
    "clock, comma": "12:00:{s:02},345 ",
    "clock, fraction": "12:00:{s:02}.345 ",
    "clock, two spaces": "12:00:{s:02}  ",
    "clock, tab": "12:00:{s:02}\t",
    "clock, bar": "12:00:{s:02} | ",
    "clock, angle": "12:00:{s:02} > ",
    "clock, colon": "12:00:{s:02}: ",
    "clock in brackets": "[12:00:{s:02}] ",
    "clock with fraction in brackets": "[12:00:{s:02}.345] ",
    "clock in parentheses": "(12:00:{s:02}) ",
    "clock, 12 hours": "9:59:{s:02} AM ",
    "minutes": "[09:{s:02}] ",
    "colored clock": "\x1b[90m12:00:{s:02}\x1b[0m ",
    "colored clock in brackets": "\x1b[2m[12:00:{s:02}.345]\x1b[22m ",
    "syslog": "Nov 21 11:00:{s:02} host x[7]: ",
    "syslog without pid": "Nov 21 11:00:{s:02} runner-7 build: ",
    "journal": "Nov 21 11:00:{s:02}.123456 host build.sh[4711]: ",
    "RFC 5424": "<13>1 2026-01-31T09:59:{s:02}.1Z host build 7 - - ",
    "Unix time": "1769850{s:03}.123 ",
    "Unix time, seconds": "1769850{s:03} ",
    "Unix time in brackets": "[1769850{s:03}.123456] ",
    "kernel": "[    {s}.123456] ",
    "seconds since start": "[   {s}s] ",
    "seconds, short": "[{s}s] ",
    "seconds, fraction": "[{s}.34s] ",
    "minutes and seconds since start": "[0m{s}s] ",
    "duration": "+{s}.345s ",
    "milliseconds": "[+{s}345 ms] ",
    "Woodpecker": "[build:L{i}:{s}s] ",
    "Drone": "[build:{i}] ",
    "BuildKit": "#12 {s}.345 ",
    "BuildKit without time": "#12 ",
    "line numbers": "[{i}] ",
    "cat -n": "{i:6}\t",
    "nl": "{i:6}  ",
    "grep -n": "{i}:",
    "Compose": "app-1  | ",
    "Compose, one space": "app-1 | ",
    "Compose, old": "app_1   | ",
    "colored Compose": "\x1b[36mapp-1  | \x1b[0m",
    "Compose with time": "app-1  | 2026-01-31T09:59:{s:02}.123456789Z ",
    "Foreman": "12:00:{s:02} web.1  | ",
    "Overmind": "web  | ",
    "pm2": "0|web  | ",
    "Tilt": "web │ ",
    "concurrently": "[0] ",
    "concurrently, names": "[web] ",
    "task in parentheses": "(web) ",
    "Earthly": "+build | ",
    "Turborepo": "web:build: ",
    "Turborepo, scope": "@shop/web:build: ",
    "Lerna": "@shop/web: ",
    "pnpm": "packages/web build: ",
    "Yarn": "[@shop/web]: ",
    "moon": "web:build | ",
    "kubectl": "[pod/web-0/app] ",
    "stern": "web-0 app ",
    "parallel": "host1\t",
    "pssh": "[host1] out: ",
    "Fabric": "[10.0.0.5] ",
    "Zuul": "2026-01-31 09:59:{s:02}.123456 | ubuntu-noble | ",
    "Taskcluster": "[task 2026-01-31T09:59:{s:02}.123Z] ",
    "TeamCity": "[09:59:{s:02}] : \t [Step 1/2] ",
    "OBS": "[   {s:2}s] ",
    "Buildkite": "\x1b_bk;t=1769850{s:03}123\x07",
    "runit": "2026-01-31_09:59:{s:02}.12345 ",
    "Dagger": "12: [{s}.34s] ",
    "git hook": "remote: ",
    "stderr": "stderr: ",
    "stderr in brackets": "[stderr] ",
    "quoted": "> ",
    "bar": "| ",
    "box": "│ ",
    "indented": "    ",
    "npm, old": "npm ERR! ",
    "npm": "npm error ",
    "pytest": "E   ",
    "Python's logging": "INFO:build:",
    "level": "INFO  ",
    "level in brackets": "[INFO] ",
    "time and level": "2026-01-31 09:59:{s:02},123 INFO ",
    "time, level and logger": "2026-01-31 09:59:{s:02},123 - build - INFO - ",
    "logrus": "INFO[{s:04}] ",
    "two prefixes": "2026-01-31T09:59:{s:02}.123Z app-1  | ",
}
"""Text before each line: `s` is the second, `n` a nanosecond, `i` the number of the line."""


def prefixed(prefix: str, log: str) -> str:
    """Return the log with the prefix before each line."""
    lines = log.rstrip("\n").split("\n")
    return "".join(
        prefix.format(s=row % 60, n=row * 7_654_321 % 10**9, i=row + 1) + line + "\n" for row, line in enumerate(lines)
    )


def _output_prefixed(prefix: str, log: str) -> str:
    command, output = log.split("\n", 1)
    return f"{command}\n{prefixed(prefix, output)}"


def _interleaved(own: str, other: str, log: str) -> str:
    lines: list[str] = []
    for row, line in enumerate(log.rstrip("\n").split("\n")):
        lines += (f"{own}{line}", f"{other}checkpoint {row} complete", f"{other}wrote {row * 3} buffers")
    return "\n".join(lines) + "\n"


def _json_lines(log: str) -> str:
    return "".join(
        json.dumps(
            {"log": f"{line}\n", "stream": "stdout", "time": f"2026-01-31T09:59:{row % 60:02}.1Z"},
            separators=(",", ":"),
        )
        + "\n"
        for row, line in enumerate(log.rstrip("\n").split("\n"))
    )


def _mixed_utf16(log: str) -> bytes:
    command, output = log.split("\n", 1)
    return command.encode() + b"\n" + output.replace("\n", "\r\n").encode("utf-16-le")


STREAMS: Mapping[str, Callable[[str], str | bytes]] = {
    "Compose": lambda log: _interleaved("app-1  | ", "db-1   | ", log),
    "Turborepo": lambda log: _interleaved("web:build: ", "api:build: ", log),
    "concurrently": lambda log: _interleaved("[0] ", "[1] ", log),
    "kubectl": lambda log: _interleaved("[pod/web-0/app] ", "[pod/db-0/postgres] ", log),
    "pnpm": lambda log: _interleaved("packages/web build: ", "packages/api build: ", log),
    "BuildKit": lambda log: _interleaved("#12 0.345 ", "#9 1.200 ", log),
    "Foreman": lambda log: _interleaved("12:00:42 web.1  | ", "12:00:42 db.1   | ", log),
    "Lerna": lambda log: _interleaved("@shop/web: ", "@shop/api: ", log),
}
TEXTS: Mapping[str, Callable[[str], str | bytes]] = {
    "CRLF": lambda log: log.replace("\n", "\r\n"),
    "colored": lambda log: "".join(f"\x1b[31m{line}\x1b[0m\n" for line in log.rstrip("\n").split("\n")),
    "colored words": lambda log: log.replace("error", "\x1b[1;31merror\x1b[0m").replace("Error", "\x1b[1mError\x1b[m"),
    "erased progress": lambda log: log.replace("\n", "\n 10%\r 50%\r100%\r\x1b[K", 2),
    "GitLab's sections": lambda log: (
        "section_start:1769850000:step_script\r\x1b[0K$ make\n"
        f"{log}section_end:1769850003:step_script\r\x1b[0K\n\x1b[31;1mERROR: Job failed: exit code 1\n\x1b[0;m"
    ),
    "GitHub's groups": lambda log: (
        "##[group]Run make\nmake\nshell: /usr/bin/bash -e {0}\n##[endgroup]\n"
        f"{log}##[error]Process completed with exit code 1.\n"
    ),
    "Docker's JSON": _json_lines,
    "UTF-16, little endian": lambda log: b"\xff\xfe" + log.encode("utf-16-le"),
    "UTF-16, little endian, no mark": lambda log: log.encode("utf-16-le"),
    "UTF-16, big endian": lambda log: b"\xfe\xff" + log.encode("utf-16-be"),
    "UTF-16 below a command in UTF-8": _mixed_utf16,
    "UTF-8 with mark": lambda log: b"\xef\xbb\xbf" + log.encode(),
    "blank lines at the end": lambda log: log + "\n" * 3000,
}
TONGUES = {
    "GB18030": ("gb18030", "正在编译购物车模块……完成"),
    "Big5": ("big5", "正在編譯購物車模組完成了"),
    "Shift JIS": ("cp932", "買い物かごをコンパイルしています"),
    "EUC-JP": ("euc_jp", "買い物かごをコンパイルしています"),
    "EUC-KR": ("cp949", "장바구니 모듈을 컴파일하는 중입니다"),
    "Windows-1250": ("cp1250", "Kompilowanie modułu koszyka zakończone pomyślnie, ścieżka źródłowa"),
    "Windows-1251": ("cp1251", "Сборка модуля корзины завершена успешно"),
    "Windows-1252": ("cp1252", "Übersetzung des Moduls „Körbe“ läuft für größere Mengen"),
    "Windows-1254": ("cp1254", "Sepet modülü derleniyor, başarıyla güncelleştirildi, işlem için ışık"),
    "CP850": ("cp850", "Übersetzung der Körbe für größere Mengen läuft"),
    "CP866": ("cp866", "Сборка модуля корзины завершена успешно"),
    "KOI8-R": ("koi8_r", "Сборка модуля корзины завершена успешно"),
    "Latin-1": ("latin-1", "Compilation terminée, modèle généré à l'étape précédente"),
}
"""Code pages, each with a line in a language that uses it."""


def in_code_page(name: str, log: str) -> bytes:
    """Return the log with lines of another language between its own, in the code page."""
    codec, text = TONGUES[name]
    command, output = log.split("\n", 1)
    return f"{command}\n{text}\n{text} 2\n{output}{text}\n".encode(codec, "replace")


def variants() -> Iterator[tuple[str, Callable[[str], str | bytes]]]:
    """Yield all variants, each as a function of a log."""
    for name, prefix in PREFIXES.items():
        yield f"prefix: {name}", partial(prefixed, prefix)
        yield f"prefix of the output: {name}", partial(_output_prefixed, prefix)
    for name, change in STREAMS.items():
        yield f"stream: {name}", change
    for name, change in TEXTS.items():
        yield f"text: {name}", change
    for name in TONGUES:
        yield f"code page: {name}", partial(in_code_page, name)
