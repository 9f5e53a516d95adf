"""Detection of the forge, its address and its API."""

import pytest

from plugin.errors import ForgeError
from plugin.forges import FORGES
from plugin.forges.detect import detect_forge


@pytest.mark.parametrize(
    ("forge", "forge_url", "repo_url", "kind", "address"),
    [
        pytest.param("gitea", "https://git.example.com", "", "gitea", "https://git.example.com", id="CI_FORGE_TYPE"),
        pytest.param("bitbucket_dc", "https://x.example.com/", "", "bitbucket_dc", "https://x.example.com", id="slash"),
        pytest.param(
            "forgejo",
            "",
            "https://x.example.com/octo/demo",
            "forgejo",
            "https://x.example.com",
            id="setting forge, repo link",
        ),
        pytest.param("", "", "https://github.com/octo/demo", "github", "https://github.com", id="github.com"),
        pytest.param("", "", "https://github.com/octo/demo.git", "github", "https://github.com", id="clone address"),
        pytest.param("", "", "https://www.github.com/octo/demo", "github", "https://www.github.com", id="www"),
        pytest.param("", "", "https://gitlab.com/octo/demo", "gitlab", "https://gitlab.com", id="gitlab.com"),
        pytest.param("", "", "https://codeberg.org/octo/demo", "forgejo", "https://codeberg.org", id="codeberg"),
        pytest.param("", "", "https://bitbucket.org/octo/demo", "bitbucket", "https://bitbucket.org", id="bitbucket"),
        pytest.param("", "", "https://octo.ghe.com/octo/demo", "github", "https://octo.ghe.com", id="GitHub tenant"),
        pytest.param(
            "", "", "https://gitea.example.com/octo/demo", "gitea", "https://gitea.example.com", id="host's name"
        ),
        pytest.param(
            "",
            "",
            "https://u:p@gitlab.example.com:8443/octo/demo",
            "gitlab",
            "https://gitlab.example.com:8443",
            id="user",
        ),
        pytest.param(
            "",
            "",
            "https://example.com/git/octo/demo",
            "",
            "",
            id="nothing says which",
        ),
        pytest.param(
            "gitea",
            "",
            "https://example.com/git/octo/demo",
            "gitea",
            "https://example.com/git",
            id="sub-path of a link",
        ),
        pytest.param(
            "", "https://gitea.example.com/sub/path/", "", "gitea", "https://gitea.example.com/sub/path", id="sub-path"
        ),
        pytest.param(
            "",
            "",
            "https://git.example.com/projects/OCTO/repos/demo/browse",
            "bitbucket_dc",
            "https://git.example.com",
            id="Data Center's page",
        ),
        pytest.param(
            "",
            "",
            "https://stash.example.com/ctx/scm/octo/demo.git",
            "bitbucket_dc",
            "https://stash.example.com/ctx",
            id="Data Center's clone address",
        ),
        pytest.param(
            "gogs",
            "http://10.0.0.1:3000",
            "https://github.com/octo/demo",
            "gogs",
            "http://10.0.0.1:3000",
            id="overruled",
        ),
        pytest.param("", "", "git@github.com:octo/demo.git", "", "", id="ssh says no address"),
        pytest.param("", "", "https://[::1/octo/demo", "", "", id="unreadable"),
        pytest.param("github", "", "", "", "", id="no address"),
        pytest.param("", "https://[::1", "", "", "", id="unreadable setting"),
    ],
)
def test_forge_and_address_are_detected(forge: str, forge_url: str, repo_url: str, kind: str, address: str) -> None:
    if kind:
        assert detect_forge(forge=forge, forge_url=forge_url, repo_url=repo_url, repo="octo/demo") == (kind, address)
        return
    with pytest.raises(ForgeError, match="set `forge") as caught:
        detect_forge(forge=forge, forge_url=forge_url, repo_url=repo_url, repo="octo/demo")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "address", "api"),
    [
        ("github", "https://github.com", "https://api.github.com"),
        ("github", "https://www.github.com", "https://api.github.com"),
        ("github", "https://api.github.com", "https://api.github.com"),
        ("github", "https://octo.ghe.com", "https://api.octo.ghe.com"),
        ("github", "https://api.octo.ghe.com", "https://api.octo.ghe.com"),
        ("github", "https://ghe.example.com", "https://ghe.example.com/api/v3"),
        ("github", "https://ghe.example.com/api/v3", "https://ghe.example.com/api/v3"),
        ("github", "https://example.com/hub", "https://example.com/hub/api/v3"),
        ("gitea", "https://git.example.com/sub", "https://git.example.com/sub/api/v1"),
        ("gitea", "https://git.example.com/sub/api/v1", "https://git.example.com/sub/api/v1"),
        ("forgejo", "https://codeberg.org", "https://codeberg.org/api/v1"),
        ("gogs", "http://gogs.example.com:3000", "http://gogs.example.com:3000/api/v1"),
        ("gitlab", "https://gitlab.com", "https://gitlab.com/api/v4"),
        ("gitlab", "https://example.com/gitlab/api/v4", "https://example.com/gitlab/api/v4"),
        ("bitbucket", "https://bitbucket.org", "https://api.bitbucket.org/2.0"),
        ("bitbucket", "https://api.bitbucket.org/2.0", "https://api.bitbucket.org/2.0"),
        ("bitbucket_dc", "https://example.com/bitbucket", "https://example.com/bitbucket"),
        ("bitbucket_dc", "https://example.com/bitbucket/rest/api/1.0", "https://example.com/bitbucket"),
        ("harness", "https://harness.example.com", "https://harness.example.com/api/v1"),
        ("harness", "https://example.com/harness/api/v1", "https://example.com/harness/api/v1"),
    ],
)
def test_the_address_of_the_api_is_derived(kind: str, address: str, api: str) -> None:
    assert FORGES[kind].api(address) == api


@pytest.mark.parametrize("kind", FORGES)
def test_the_token_is_in_a_header_only(kind: str) -> None:
    headers = FORGES[kind].headers("some-token-of-ours")
    assert any(value.endswith("some-token-of-ours") for value in headers.values())
