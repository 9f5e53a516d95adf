"""How to verify certificates, and what to do about one that is not trusted."""

import re
import ssl

import requests

from plugin.frozen import frozen
from plugin.model.message import Message

_REASON = re.compile(r"certificate verify failed: ([\w ,.'-]+)")
_UNUSABLE_FILE = Message(
    "the file in `ca_bundle`, or else in REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE, contains no certificate"
)


@frozen
class Tls:
    """How to verify the certificate of a server."""

    verify: bool = True
    ca_bundle: str = ""
    """File with the certificates to trust instead of the usual ones."""

    def option(self, session: requests.Session) -> bool | str:
        """Return the `verify` option of requests: whether to verify, or the file of certificates to trust.

        In order: setting `ca_bundle`, the variables REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and SSL_CERT_FILE.
        """
        if not self.verify:
            return False
        if self.ca_bundle:
            return self.ca_bundle
        configured = session.merge_environment_settings("https://localhost", {}, None, True, None)["verify"]  # noqa: FBT003
        return configured if isinstance(configured, str) else _ssl_cert_file() or True

    def explain(self, error: Exception, setting: str) -> str:
        """Return why the connection is not trusted, and the remedy."""
        match = _REASON.search(str(error))
        if not match:
            unusable = "NO_CERTIFICATE_OR_CRL_FOUND" in str(error) or "PEM lib" in str(error)
            return (
                _UNUSABLE_FILE if unusable else Message("check that `{setting}` is meant to be https", setting=setting)
            )
        reason = match[1].strip()
        return Message("{problem}; {remedy}", problem=reason, remedy=self._remedy(reason.lower(), setting))

    def _remedy(self, lowered: str, setting: str) -> str:
        if "expired" in lowered:
            return Message("renew the certificate of the server, or correct the clock of this machine")
        if "not yet valid" in lowered:
            return Message("correct the clock of this machine, or the certificate of the server")
        if "mismatch" in lowered or "not valid for" in lowered:
            return Message(
                "set `{setting}` to a name that the certificate of the server contains, or renew the certificate",
                setting=setting,
            )
        if self.ca_bundle:
            return Message(
                "the file in `ca_bundle` does not contain the authority of the server's certificate; add it there"
            )
        return Message("set `ca_bundle` to the file of the certificate authority")


def _ssl_cert_file() -> str:
    """Return the file that SSL_CERT_FILE names, as OpenSSL reads it; empty if it is unset or missing."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile if paths.cafile and paths.cafile != paths.openssl_cafile else ""
