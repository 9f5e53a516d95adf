"""Setting `ca_bundle` is checked before it is used, and the error names what is wrong with it."""

import io
from pathlib import Path

import pytest
import trustme

from plugin.commands.step import PluginStep
from plugin.settings.parse import read_settings

AUTHORITY = trustme.CA()


def ca_bundle(text: str) -> tuple[str, str]:
    """Return the value and the error."""
    settings, problems = read_settings({"PLUGIN_CA_BUNDLE": text})
    return settings.ca_bundle, "".join(map(str, problems))


def test_file_of_certificates_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    assert ca_bundle(str(path)) == (str(path), "")


def test_folder_with_hashed_links_is_accepted(tmp_path: Path) -> None:
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "0123abcd.0"))
    assert ca_bundle(str(tmp_path)) == (str(tmp_path), "")


def test_missing_file_is_an_error() -> None:
    assert ca_bundle("/none.pem") == (
        "",
        "setting `ca_bundle` is '/none.pem', and cannot be read: No such file or directory",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "contains none"),
        (b"no certificate", "contains none"),
        (AUTHORITY.private_key_pem.bytes(), "contains none"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "contains none"),
        (None, "`openssl rehash`"),
    ],
    ids=["empty", "text", "key", "broken", "folder"],
)
def test_file_without_certificates_is_an_error(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    value, error = ca_bundle(str(path))
    assert value == ""
    assert str(path)[:60] in error
    assert message in error


@pytest.mark.parametrize("text", [AUTHORITY.cert_pem.bytes(), AUTHORITY.private_key_pem.bytes()], ids=["cert", "key"])
def test_pem_text_is_an_error_that_does_not_show_it(text: bytes) -> None:
    value, error = ca_bundle(text.decode())
    assert value == ""
    assert error == "setting `ca_bundle` must be the path of a PEM file, not its text"
    assert text.decode().splitlines()[2] not in error
    assert text.decode().splitlines()[1][:20] not in error


def test_unusable_ca_bundle_ends_the_step_with_exit_code_2(tmp_path: Path) -> None:
    out, err = io.BytesIO(), io.StringIO()
    environ = {"PLUGIN_CA_BUNDLE": "/none.pem", "PLUGIN_REPO": "octo/app", "CI_WORKSPACE": str(tmp_path)}
    assert PluginStep(environ, out, err).run() == 2
    assert "'/none.pem', and cannot be read" in err.getvalue()
