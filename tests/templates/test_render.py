"""Tests of templates: what they may use, what they get, and what they cannot do."""

import json
import os
import time
from collections.abc import Mapping

import pytest

from plugin.render import json as json_format
from plugin.templates.render import LARGEST, TemplateError, render
from tests.render.samples import SAMPLES

REPORT: Mapping[str, object] = json.loads(json_format.render(SAMPLES["one"]))
FAILURE = {
    "title": "@everyone <b>x</b> [a](http://evil.example) `code` #1",
    "lines": [{"number": 3, "text": "```\n@all"}],
}


def markdown(template: str, **report: object) -> str:
    return render(template, report or REPORT, "markdown")


def refusal(template: str, **report: object) -> str:
    with pytest.raises(TemplateError) as error:
        markdown(template, **report)
    return str(error.value)


def test_template_has_the_keys_of_the_json_report() -> None:
    text = markdown("{{ build.number }} {{ failures[0].step }}\n{% for note in notes %}{{ note }}{% endfor %}")
    assert text.split() == [str(SAMPLES["one"].number), SAMPLES["one"].failures[0].step]


def test_values_are_escaped_and_the_template_is_not() -> None:
    text = markdown("**{{ title }}** <details>", **FAILURE)
    assert text.startswith("**")
    assert text.endswith("** <details>")
    assert "`@everyone`" in text
    assert "<b>" not in text
    assert "[a](" not in text


@pytest.mark.parametrize(
    "expression",
    [
        "title ~ ''",
        "title | upper",
        "[title] | join",
        "'%s' | format(title)",
        "title | e",
        "title | safe",
        "title[:40]",
    ],
)
def test_values_stay_escaped_after_filters_and_operators(expression: str) -> None:
    text = markdown(f"{{{{ {expression} }}}}", **FAILURE).lower()
    assert "`@everyone`" in text
    assert "<b>" not in text


def test_filters_make_code_blocks_and_links() -> None:
    text = markdown(
        "{{ lines | code_block }}\n{{ title | code }}\n{{ 'log' | link('https://ci.example.com/1') }}", **FAILURE
    )
    assert text.startswith("````\n    3 │ ```␊@all\n````\n")
    assert text.endswith("[log](https://ci.example.com/1)")


def test_link_to_another_scheme_is_text() -> None:
    assert markdown("{{ 'log' | link('javascript:alert(1)') }}", **FAILURE) == "log"


def test_plain_text_has_no_markup_and_no_control_characters() -> None:
    assert render("a\n{{ title }}", {"title": "<b>\x1b[31m\nx"}, "plain") == "a\n<b>␛[31m x"


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ("a\n{% if %}", 2, "Expected an expression"),
        ("a\nb\n{{ missing }}", 3, "'missing' is undefined"),
        ("a\n{{ build.nothing }}", 2, "has no attribute 'nothing'"),
        ("{{ 1 / 0 }}", 1, "ZeroDivisionError"),
        ("\n{{ build.number.__class__ }}", 2, "unsafe"),
        ("{% include 'x' %}", 1, "no loader"),
        ("\n\n{{ 'a' | nofilter }}", 3, "No filter named 'nofilter'"),
    ],
)
def test_error_has_its_line(template: str, line: int, reason: str) -> None:
    message = refusal(template)
    assert message.startswith(f"line {line}: ")
    assert reason in message


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 10**10 }}",
        "{{ 'a'.center(10**10) }}",
        "{{ '%10000000000d' | format(1) }}",
        "{{ 9 ** (9 ** 9) }}",
        "{% for a in range(99999) %}{{ 'a' * 9999 }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% set x = namespace(v='a') %}{% for i in range(99) %}{% set x.v = x.v ~ x.v %}{% endfor %}{{ x.v | length }}",
    ],
)
def test_template_without_end_or_with_too_much_memory_is_refused_in_time(template: str) -> None:
    start = time.monotonic()
    assert refusal(template)
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ build.items.__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ lipsum.__globals__['os'].environ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ build.update({'number': 1}) }}",
        "{{ '{0.__class__}'.format(1) }}",
    ],
)
def test_sandbox_has_no_way_out(template: str) -> None:
    assert refusal(template)


def test_process_has_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUGIN_TOKEN", "secret-of-the-server")
    assert "secret-of-the-server" in os.environ["PLUGIN_TOKEN"]
    from plugin.templates import worker

    assert "environ" not in vars(worker)
    assert markdown("{{ build.repo }}") == "octo/app"


def test_large_template_is_not_read() -> None:
    assert "64 KiB" in refusal("a" * (LARGEST + 1))


def test_slow_template_is_stopped_at_the_deadline() -> None:
    start = time.monotonic()
    with pytest.raises(TemplateError, match="simplify"):
        render(
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", REPORT, "markdown", 0.5
        )
    assert time.monotonic() - start < 3
