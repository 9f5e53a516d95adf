"""A real SMTP server with STARTTLS and passwords, which stands for every mail server at example.com."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class MailServer:
    messages: list[Message] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    passwords: list[tuple[str, str]] = field(default_factory=list)
    answer: str = "250 OK"
    """Answer to the next messages."""
    accepts_password: bool = True

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.messages.append(message_from_bytes(envelope.content or b"", policy=default))  # type: ignore[arg-type]
            self.recipients.append(list(envelope.rcpt_tos))
        return self.answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        if isinstance(data, LoginPassword):
            self.passwords.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.accepts_password, handled=False)


@contextmanager
def mail_server(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[MailServer]:
    """Yield the server; connections to the mail ports of example.com reach it."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("mail.example.com").configure_cert(context)
    trusted = folder / "mail-authority.pem"
    trusted.write_bytes(authority.cert_pem.bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    mails = MailServer()
    controller = Controller(
        mails,
        hostname="127.0.0.1",
        port=_free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=mails.authenticate,
        auth_required=True,
    )
    connect = socket.create_connection

    def connected(address: tuple[str, int], *arguments: Any, **options: Any) -> socket.socket:
        if address[0] == "mail.example.com":
            address = ("127.0.0.1", controller.port)
        return connect(address, *arguments, **options)

    controller.start()
    monkeypatch.setattr(socket, "create_connection", connected)
    try:
        yield mails
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
