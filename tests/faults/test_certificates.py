"""A run against servers with bad certificates, or that are not there at all."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.faults.scene import CAUSES, run

AUTHORITY = trustme.CA()
PAST = datetime.now(UTC) - timedelta(days=1)
CERTIFICATES = {
    "expired": AUTHORITY.issue_cert("localhost", not_before=PAST - timedelta(days=90), not_after=PAST),
    "of another host": AUTHORITY.issue_cert("ci.example.com"),
    "of an unknown authority": trustme.CA().issue_cert("localhost"),
}
REMEDIES = {
    "expired": "renew the certificate of the server",
    "of another host": "set `server` to a name that the certificate of the server contains",
    "of an unknown authority": "`ca_bundle` does not contain the authority",
}


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return str(path)


def context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


def test_good_certificates_are_trusted(bundle: str, tmp_path: Path) -> None:
    good = context(AUTHORITY.issue_cert("localhost"))
    done = run(tmp_path, server_tls=good, forge_tls=good, CA_BUNDLE=bundle)
    assert CAUSES[0] in done.comments[0]


@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_a_server_with_a_bad_certificate_is_not_asked(certificate: str, bundle: str, tmp_path: Path) -> None:
    done = run(tmp_path, server_tls=context(CERTIFICATES[certificate]), CA_BUNDLE=bundle)
    assert (done.code, done.server) == (0, ())
    assert all("cause unknown" in comment for comment in done.comments)
    assert "no trusted TLS connection" in done.files[0]
    assert REMEDIES[certificate] in done.complaints


@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_a_forge_with_a_bad_certificate_costs_the_comment_only(certificate: str, bundle: str, tmp_path: Path) -> None:
    done = run(tmp_path, forge_tls=context(CERTIFICATES[certificate]), CA_BUNDLE=bundle)
    assert (done.code, done.forge, done.comments) == (0, (), ())
    assert all(cause in done.files[0] for cause in CAUSES)
    assert "no comment" in done.files[0]
    assert "no trusted TLS connection" in done.files[0]
