"""Mail leaves through a real SMTP server on this machine, in the reader's language, as text and HTML."""

import email
import email.policy

import pytest
from aiosmtpd.controller import Controller

from koinon.kit import mail


class Box:
    """Keeps what arrives."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 kept"


@pytest.fixture
def box(settings):
    keeper = Box()
    controller = Controller(keeper, hostname="127.0.0.1", port=0)
    controller._get_ssl_context = lambda: None
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield keeper
    controller.stop()


def test_a_letter_arrives_as_text_and_html(box):
    mail.deliver(
        to="milos@example.org",
        subject="Përshëndetje nga Σέρρες",
        text="Mirë se erdhe.",
        html="<p>Mirë se erdhe.</p>",
        unsubscribe="http://testserver/stop/",
        language="sq",
    )
    (letter,) = box.letters
    assert letter["Subject"] == "Përshëndetje nga Σέρρες"
    assert letter["Content-Language"] == "sq"
    assert letter["List-Unsubscribe"] == "<http://testserver/stop/>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.get_body(("plain",)).get_content().strip() == "Mirë se erdhe."
    assert "<p>Mirë se erdhe.</p>" in letter.get_body(("html",)).get_content()


def test_a_subject_cannot_smuggle_headers(box):
    from django.core.mail import BadHeaderError

    with pytest.raises(BadHeaderError):
        mail.deliver(to="milos@example.org", subject="x\nBcc: all@example.org", text="x", html="x")
    assert box.letters == []
