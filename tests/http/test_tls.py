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


def test_invalid_certificates_are_errors(authority: trustme.CA, bundle: str) -> None:
    expired = authority.issue_cert("localhost", not_before=LONG_AGO, not_after=PAST)
    cases = {
        "certificate has expired": (expired, bundle),
        "[Hh]ostname mismatch": (authority.issue_cert("ci.example.com"), bundle),
        "unable to get local issuer": (authority.issue_cert("localhost"), ""),
    }
    for reason, (certificate, trusted) in cases.items():
        with server(certificate) as ci, pytest.raises(ServerError, match=f"no trusted TLS.*{reason}.*`ca_bundle`"):
            client(ci.url, ca_bundle=trusted).json("build")
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


def test_ca_bundle_from_the_environment_is_used(
    authority: trustme.CA, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    with server(authority.issue_cert("localhost")) as ci:
        assert client(ci.url).json("build") == {"ok": True}
