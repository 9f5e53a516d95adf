"""Mail through a real SMTP server with STARTTLS and a password."""

from collections.abc import Iterator
from email.message import EmailMessage, Message
from pathlib import Path

import pytest

from plugin.deliver.notify.send import send
from plugin.errors import PluginError
from plugin.http.deadline import Deadline
from plugin.model.notify import Channel, ChatMessage
from plugin.render.chat_markup import draw
from tests.fakes.mail import MailServer, mail_server

URL = "mailtos://bot:secret-of-mail@mail.example.com?from=bot@example.com&to=a@example.com,b@example.com"
MESSAGE = ChatMessage(
    failed=True,
    heading="❌ octo/app main: test failed: <b>assert</b> 1 == 2\r\nBcc: evil@example.com",
    command="pytest -q",
    facts=("Failed after 3 s",),
    lines=("E   assert 1 == 2 <script>alert(1)</script>", "see @types/node & others"),
    links=(("Build", "https://ci.example.com/octo/app/42"),),
)


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(monkeypatch, tmp_path) as server:
        yield server


def deliver(seconds: float = 20) -> None:
    send(Channel("mail", URL), lambda form: draw(MESSAGE, form), Deadline(seconds), failed=True, verify=True)


def part(message: Message, kind: str) -> str:
    assert isinstance(message, EmailMessage)
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_mail_has_subject_html_and_text_and_reaches_each_address(mail: MailServer) -> None:
    deliver()
    assert mail.recipients == [["a@example.com"], ["b@example.com"]]
    assert mail.passwords[0] == ("bot", "secret-of-mail")
    message = mail.messages[0]
    assert message["Subject"].startswith("❌ octo/app main: test failed: <b>assert</b> 1 == 2")
    assert message["From"] == "bot@example.com"
    assert "Bcc" not in message, "no header from untrusted text"
    html = part(message, "html")
    assert "<pre>$ pytest -q\nE   assert 1 == 2 &lt;script&gt;" in html.replace("\r\n", "\n")
    assert '<a href="https://ci.example.com/octo/app/42">Build</a>' in html
    assert "see @types/node &amp; others" in html, "mail mentions nobody, so the text is as it is"
    assert "assert 1 == 2 <script>" in part(message, "plain")


def test_refused_password_is_named(mail: MailServer) -> None:
    mail.accepts_password = False
    with pytest.raises(PluginError, match="refuses user and password") as caught:
        deliver()
    assert "secret-of-mail" not in str(caught.value)


def test_refused_message_is_an_error(mail: MailServer) -> None:
    mail.answer = "554 5.7.1 no"
    with pytest.raises(PluginError, match="did not accept the message"):
        deliver()
    assert mail.messages == []


def test_unknown_authority_is_named(mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(PluginError, match="for mail the variable SSL_CERT_FILE"):
        deliver()
