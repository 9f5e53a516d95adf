"""Forms of log records: what logging libraries and services print for a level, a message and an error."""

import json
from collections.abc import Callable, Mapping
from typing import Any

Record = Callable[[str, str, str], str]
"""A function of a level, a message and an error (empty if there is none)."""


def _json(**names: Any) -> Record:
    """Return a form of JSON: `level`, `message` and `error` are the names of the fields, the rest are other fields."""
    levels = names.pop("levels", {})
    keys = {key: names.pop(key) for key in ("level", "message", "error")}

    def record(level: str, message: str, error: str) -> str:
        fields = {keys["level"]: levels.get(level, level), **names, keys["message"]: message}
        return json.dumps(fields | ({keys["error"]: error} if error else {}), separators=(",", ":"))

    return record


def _text(form: str, levels: Mapping[str, str], error: str = ": {error}") -> Record:
    def record(level: str, message: str, detail: str) -> str:
        return form.format(level=levels[level], message=message + (error.format(error=detail) if detail else ""))

    return record


_UPPER = {"info": "INFO", "error": "ERROR"}
_LOWER = {"info": "info", "error": "error"}
_SHORT = {"info": "INF", "error": "ERR"}
_LETTER = {"info": "I", "error": "E"}
_FOUR = {"info": "INFO", "error": "ERRO"}
FORMS: Mapping[str, Record] = {
    "zap": _json(level="level", message="msg", error="error", ts=1769850000.1, caller="db/up.go:40"),
    "logrus": _json(level="level", message="msg", error="error", time="2026-01-31T09:00:00Z"),
    "slog": _json(level="level", message="msg", error="err", levels=_UPPER, time="2026-01-31T09:00:00Z"),
    "zerolog": _json(level="level", message="message", error="error", time="2026-01-31T09:00:00Z"),
    "pino": _json(level="level", message="msg", error="err", levels={"info": 30, "error": 50}, pid=7, time=1),
    "bunyan": _json(level="level", message="msg", error="err", levels={"info": 30, "error": 60}, name="shop", v=0),
    "winston": _json(level="level", message="message", error="error", service="shop"),
    "structlog": _json(level="level", message="event", error="error", timestamp="2026-01-31T09:00:00Z"),
    "Google Cloud": _json(level="severity", message="message", error="error", levels=_UPPER),
    "Serilog": _json(level="@l", message="@m", error="@x", levels={"info": "Information", "error": "Error"}),
    "Serilog, template": _json(level="@l", message="@mt", error="@x", levels={"info": "Information", "error": "Error"}),
    "ECS": _json(level="log.level", message="message", error="error.message"),
    "Logstash": _json(level="level", message="message", error="exception", levels=_UPPER, logger_name="shop"),
    "GELF": _json(
        level="level", message="short_message", error="_error", levels={"info": 6, "error": 3}, version="1.1"
    ),
    "OpenTelemetry": _json(level="severityText", message="body", error="error", levels=_UPPER),
    "Microsoft": _json(
        level="LogLevel", message="Message", error="Exception", levels={"info": "Information", "error": "Error"}
    ),
    "python-json-logger": _json(level="levelname", message="message", error="exc_info", levels=_UPPER),
    "loguru": _json(level="level", message="message", error="exception", levels=_UPPER),
    "monolog": _json(level="level_name", message="message", error="error", levels=_UPPER, channel="app"),
    "hclog": _json(level="@level", message="@message", error="error", **{"@module": "shop"}),
    "Terraform": _json(level="@level", message="@message", error="error", type="diagnostic"),
    "spaced JSON": lambda level, message, error: json.dumps({"level": level, "msg": message, "error": error}),
    "JSON behind a word": lambda level, message, error: "app " + FORMS["zap"](level, message, error),
    "logfmt": lambda level, message, error: f'level={level} msg="{message}"' + (f' err="{error}"' if error else ""),
    "logfmt with time": lambda level, message, error: (
        f'time="2026-01-31T09:00:00Z" level={level} msg="{message}"' + (f' error="{error}"' if error else "")
    ),
    "logfmt, severity": lambda level, message, error: (
        f'ts=1 severity={level.upper()} message="{message}"' + (f' error="{error}"' if error else "")
    ),
    "logfmt, lvl": lambda level, message, error: (
        f't=1 lvl={level} msg="{message}"' + (f' err="{error}"' if error else "")
    ),
    "klog": _text("{level}0131 09:00:00.100000       7 main.go:40] {message}", _LETTER),
    "klog, structured": lambda level, message, error: (
        f'{_LETTER[level]}0131 09:00:00.100000       7 main.go:40] "{message}"' + (f' err="{error}"' if error else "")
    ),
    "glog": _text("{level}20260131 09:00:00.100000     7 rates.cc:12] {message}", _LETTER),
    "zerolog console": _text("9:00AM {level} {message}", _SHORT, ' error="{error}"'),
    "logrus text": _text("{level}[0001] {message}", _FOUR, '  error="{error}"'),
    "zap console": _text(
        "2026-01-31T09:00:00.123Z\t{level}\tdb/up.go:40\t{message}", _UPPER, '\t{{"error": "{error}"}}'
    ),
    "log4j": _text("2026-01-31 09:00:00,100 {level:5} [main] c.s.Db - {message}", _UPPER),
    "logback": _text("09:00:00.100 [main] {level:5} com.shop.Db -- {message}", _UPPER),
    "Spring Boot": _text("2026-01-31T09:00:00.100Z {level:>5} 7 --- [shop] [main] com.shop.Db : {message}", _UPPER),
    "Python": _text("2026-01-31 09:00:00,100 - shop.db - {level} - {message}", _UPPER),
    "Python, basic": _text("{level}:shop.db:{message}", _UPPER),
    "loguru text": _text("2026-01-31 09:00:00.100 | {level:8} | shop.db:up:40 - {message}", _UPPER),
    "Rails": _text("{level}, [2026-01-31T09:00:00.100 #7]  INFO -- : {message}".replace("INFO", "{level}"), _UPPER),
    "Rust, tracing": _text("2026-01-31T09:00:00.100000Z {level:>5} shop::db: {message}", _UPPER, " error={error}"),
    "Rust, env_logger": _text("[2026-01-31T09:00:00Z {level:5} shop::db] {message}", _UPPER),
    "Elixir": _text("09:00:00.100 [{level}] {message}", _LOWER),
    "Laravel": _text("[2026-01-31 09:00:00] production.{level}: {message}", _UPPER),
    "nginx": _text("2026/01/31 09:00:00 [{level}] 7#7: *1 {message}", _LOWER),
    "Serilog console": _text("[09:00:00 {level}] {message}", _SHORT),
    ".NET console": _text("{level}: Shop.Db[0]\n      {message}", {"info": "info", "error": "fail"}),
    "Go, slog text": lambda level, message, error: (
        f'time=2026-01-31T09:00:00.000Z level={level.upper()} msg="{message}"' + (f' err="{error}"' if error else "")
    ),
    "Go, charm": _text("2026/01/31 09:00:00 {level} {message}", _FOUR, ' err="{error}"'),
    "bracketed": _text("[{level}] {message}", _UPPER),
    "bracketed, lower case": _text("[{level}] {message}", _LOWER),
    "time and brackets": _text("2026-01-31 09:00:00 [{level}] {message}", _UPPER),
    "syslog": _text("Jan 31 09:00:00 ci shop[7]: {level} {message}", _UPPER),
    "Ansible": lambda level, message, error: (
        f'ok: [web1] => {{"msg": "{message}"}}'
        if level == "info"
        else f'fatal: [web1]: FAILED! => {{"changed": false, "msg": "{message}: {error}"}}'
    ),
    "Ansible, one line": lambda level, message, error: (
        f'web1 | SUCCESS => {{"msg": "{message}"}}'
        if level == "info"
        else f'web1 | FAILED! => {{"changed": false,"msg": "{message}: {error}"}}'
    ),
    "Ansible, command": lambda level, message, error: (
        f"web1 | CHANGED | rc=0 | (stdout) {message}"
        if level == "info"
        else f"web1 | FAILED | rc=1 | (stdout) {message}: {error}"
    ),
    "problem": lambda level, message, error: (
        json.dumps({"status": "ok", "detail": message})
        if level == "info"
        else json.dumps({"file": "a.sql", "problem": f"{message}: {error}", "columnNumber": 1})
    ),
    "pretty JSON": lambda level, message, error: json.dumps(
        {"level": level, "message": message, "error": error}, indent=2
    ),
}
"""Forms by name."""
