"""Secret values in the environment."""

from pathlib import Path

import pytest

from plugin.logs.redact.variables import secrets_of

NAMES_OF_SECRETS = """
    NPM_TOKEN PLUGIN_FORGE_TOKEN githubToken DB_PASSWORD MYSQL_PWD PGPASSWORD SSH_PASSPHRASE
    AWS_SECRET_ACCESS_KEY DEPLOY_KEY SIGNING_KEY_2 API_KEY APIKEY SLACK_WEBHOOK_URL GOOGLE_CREDENTIALS
    DRONE_NETRC_PASSWORD DRONE_NETRC_USERNAME CI_NETRC_PASSWORD PLUGIN_API_KEY BASIC_AUTH SENTRY_DSN
    AZURE_STORAGE_CONNECTION_STRING my-secret GITHUB_PAT COSIGN_PRIVATE"""


@pytest.mark.parametrize(
    "name",
    NAMES_OF_SECRETS.split(),
)
def test_values_of_variables_with_secret_names_are_secrets(name: str) -> None:
    assert secrets_of({name: "9sKq7xZ2mVb4"}) == ("9sKq7xZ2mVb4",)


OTHER_NAMES = """
    PATH PWD OLDPWD SSH_AUTH_SOCK KEYBOARD DEPLOY_PUBLIC_KEY TOKENIZERS_PARALLELISM SECRET_NAME PASSWORD_FILE
    DRONE_NETRC_MACHINE CI_NETRC_MACHINE MONKEY DRONE_COMMIT_AUTHOR CI_COMMIT_MESSAGE
    COMPASS AUTHOR GPG_KEY XAUTHORITY"""


@pytest.mark.parametrize(
    "name",
    OTHER_NAMES.split(),
)
def test_values_of_other_variables_are_no_secrets(name: str) -> None:
    assert secrets_of({name: "9sKq7xZ2mVb4"}) == ()


def test_a_value_that_a_public_variable_has_is_no_secret() -> None:
    environ = {"DRONE_NETRC_USERNAME": "octocat", "DRONE_REPO_OWNER": "octocat", "DRONE_NETRC_PASSWORD": "9sKq7xZ2mVb4"}
    assert secrets_of(environ) == ("9sKq7xZ2mVb4",)


def test_a_value_that_two_secret_variables_have_is_a_secret() -> None:
    assert secrets_of({"CI_FORGE_TOKEN": "9sKq7xZ2mVb4", "NPM_TOKEN": "9sKq7xZ2mVb4"}) == ("9sKq7xZ2mVb4",)


def test_the_path_of_an_existing_file_is_no_secret(tmp_path: Path) -> None:
    existing = tmp_path / "key.pem"
    existing.touch()
    environ = {
        "TLS_KEY": str(existing),
        "OTHER_KEY": "/9sKq7xZ2mVb4",
        "LONG_KEY": "/" + "x" * 5000,
        "NUL_KEY": "/a\0b12345",
    }
    assert secrets_of(environ) == tuple(sorted(["/9sKq7xZ2mVb4", "/" + "x" * 5000, "/a\0b12345"]))


def test_passwords_in_urls_are_secrets_whatever_the_variable() -> None:
    environ = {"DATABASE_URL": "postgres://app:p%40ssw0rd@db:5432/app", "HTTP_PROXY": "http://me:pr0xypass@proxy:3128"}
    assert secrets_of(environ) == ("p%40ssw0rd", "p@ssw0rd", "pr0xypass")


@pytest.mark.parametrize("value", ["http://[broken@", "https://example.org", "git@example.org:a/b", "://@", ""])
def test_urls_without_a_password_have_no_secret(value: str) -> None:
    assert secrets_of({"SOME_URL": value}) == ()


def test_additional_values_are_secrets_unless_blank() -> None:
    assert secrets_of({}, ["9sKq7xZ2mVb4", "", " "]) == ("9sKq7xZ2mVb4",)
