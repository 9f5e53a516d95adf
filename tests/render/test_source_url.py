"""Tests of the URL of a line of a file at a commit, which differs between forges."""

import pytest

from plugin.render.source_links import source_url

SHA = "c0ffee"


@pytest.mark.parametrize(
    ("forge", "page", "address"),
    [
        ("github", "https://github.com/o/r", "https://github.com/o/r/blob/c0ffee/src/a.py#L10"),
        ("gitlab", "https://gitlab.com/g/s/r/", "https://gitlab.com/g/s/r/-/blob/c0ffee/src/a.py#L10"),
        ("gitea", "https://git.x/o/r.git", "https://git.x/o/r/src/commit/c0ffee/src/a.py#L10"),
        ("forgejo", "https://codeberg.org/o/r", "https://codeberg.org/o/r/src/commit/c0ffee/src/a.py#L10"),
        ("gogs", "https://git.x/o/r", "https://git.x/o/r/src/c0ffee/src/a.py#L10"),
        ("bitbucket", "https://bitbucket.org/o/r", "https://bitbucket.org/o/r/src/c0ffee/src/a.py#lines-10"),
        ("bitbucket_dc", "https://b/projects/K/repos/r", "https://b/projects/K/repos/r/browse/src/a.py?at=c0ffee#10"),
        ("harness", "https://h/s/r", "https://h/s/r/files/c0ffee/~/src/a.py#L10"),
    ],
)
def test_url_of_a_line(forge: str, page: str, address: str) -> None:
    assert source_url(forge, page, SHA).format(path="src/a.py", line=10) == address


@pytest.mark.parametrize(
    ("forge", "page", "commit"),
    [
        ("", "https://git.x/o/r", SHA),
        ("github", "", SHA),
        ("github", "javascript:alert(1)", SHA),
        ("github", "https://git.x/o/r", ""),
        ("github", "https://git.x/o/r", "main#{0}"),
    ],
)
def test_no_url_if_a_part_is_unknown_or_invalid(forge: str, page: str, commit: str) -> None:
    assert source_url(forge, page, commit) == ""


def test_braces_in_the_repository_url_are_not_placeholders() -> None:
    assert "{0}" not in source_url("github", "https://git.x/{0}/r", SHA)
