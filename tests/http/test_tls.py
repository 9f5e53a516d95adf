"""Certificates are verified, errors contain the remedy, and settings name a CA bundle or disable verification."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from plugin.errors import ServerError
from tests.fakes.rude import Rude, answer
from tests.http.clients import client

LONG_AGO = datetime.now(UTC) - timedelta(days=400)
PAST = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def server(certificate: trustme.LeafCert) -> Rude:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return Rude(lambda _: answer(200, {"ok": True}), context)


def test_certificate_of_the_configured_authority_is_trusted(authority: trustme.CA, bundle: str) -> None:
    with server(authority.issue_cert("localhost")) as ci:
        assert client(ci.url, ca_bundle=bundle).json("build") == {"ok": True}


EXPIRED = (LONG_AGO, PAST)
NOT_YET_VALID = (datetime.now(UTC) + timedelta(days=1), datetime.now(UTC) + timedelta(days=9))


@pytest.mark.parametrize(
    ("name", "validity", "message"),
    [
        ("localhost", EXPIRED, "certificate has expired; renew the certificate"),
        ("localhost", NOT_YET_VALID, "not yet valid; correct the clock"),
        ("ci.example.com", (None, None), "[Hh]ostname mismatch.*; set `server` to a name that the certificate"),
    ],
    ids=["expired", "not yet valid", "wrong name"],
)
def test_error_for_an_invalid_certificate_names_its_remedy(
    name: str, validity: tuple[datetime | None, datetime | None], message: str, authority: trustme.CA, bundle: str
) -> None:
    certificate = authority.issue_cert(name, not_before=validity[0], not_after=validity[1])
    with server(certificate) as ci, pytest.raises(ServerError, match=f"no trusted TLS.*{message}") as caught:
        client(ci.url, ca_bundle=bundle).json("build")
    assert ci.asked == []
    assert "ca_bundle" not in str(caught.value)


def test_error_for_an_unknown_authority_names_ca_bundle(authority: trustme.CA, tmp_path: Path) -> None:
    with server(authority.issue_cert("localhost")) as ci:
        with pytest.raises(ServerError, match=r"no trusted TLS.*set `ca_bundle` to the file"):
            client(ci.url).json("build")
        trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
        with pytest.raises(ServerError, match=r"no trusted TLS.*file in `ca_bundle` does not contain the authority"):
            client(ci.url, ca_bundle=str(tmp_path / "other.pem")).json("build")
    assert ci.asked == []


def test_verification_can_be_disabled(authority: trustme.CA) -> None:
    with server(authority.issue_cert("ci.example.com", not_before=LONG_AGO, not_after=PAST)) as ci:
        assert client(ci.url, verify=False, ca_bundle="/none.pem").json("build") == {"ok": True}


def test_https_to_an_http_server_is_an_error() -> None:
    with Rude(lambda _: answer(200, {})) as ci, pytest.raises(ServerError, match="meant to be https"):
        client(ci.url.replace("http://", "https://")).json("build")


@pytest.mark.parametrize("content", [None, "", "no certificate"], ids=["missing", "empty", "text"])
def test_unusable_ca_bundle_is_an_error_that_names_the_setting(
    content: str | None, authority: trustme.CA, tmp_path: Path
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with server(authority.issue_cert("localhost")) as ci, pytest.raises(ServerError, match="`ca_bundle`"):
        client(ci.url, ca_bundle=str(path)).json("build")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_ca_bundle_from_the_environment_is_used(
    variable: str, authority: trustme.CA, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, bundle)
    with server(authority.issue_cert("localhost")) as ci:
        assert client(ci.url).json("build") == {"ok": True}


def test_setting_takes_precedence_over_the_environment(
    authority: trustme.CA, bundle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(variable, str(tmp_path / "other.pem"))
    with server(authority.issue_cert("localhost")) as ci:
        assert client(ci.url, ca_bundle=bundle).json("build") == {"ok": True}
