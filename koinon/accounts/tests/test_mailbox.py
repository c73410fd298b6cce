"""The demo's mailbox: letters arrive by SMTP and are shown so that nothing in them can act."""

import smtplib
import socket

import pytest
from django.test import Client, override_settings
from django.urls import include, path

from koinon.kit import mailbox

urlpatterns = [path("demo/", include("koinon.accounts.demo_urls")), path("", include("koinon.config.urls"))]
pytestmark = pytest.mark.django_db


@pytest.fixture
def box(tmp_path, settings):
    settings.KOINON_DATA, settings.KOINON_DEMO = tmp_path, True
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = mailbox.start(tmp_path / "mail", port)
    yield port
    server.stop()


def send(port, subject="Ftesë për Σέρρες", html="<p>Hi <script>alert(1)</script></p>"):
    from email.message import EmailMessage

    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "koinon@localhost", "a@example.org", subject
    letter["Date"] = "Tue, 05 May 2026 12:00:00 +0000"
    letter.set_content("See http://testserver/desk/ <script>alert(2)</script>")
    letter.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as smtp:
        smtp.send_message(letter)


@override_settings(ROOT_URLCONF=__name__)
def test_a_letter_arrives_and_is_shown_safely(box):
    send(box)
    client = Client()
    page = client.get("/demo/mailbox/").content.decode()
    assert "Ftesë për Σέρρες" in page
    assert "a@example.org" in page
    name = mailbox.letters(box_folder())[0].name
    text = client.get(f"/demo/mailbox/{name}/").content.decode()
    assert '<a href="http://testserver/desk/"' in text
    assert "<script>alert(2)" not in text
    html = client.get(f"/demo/mailbox/{name}/html/")
    assert "sandbox" in html["Content-Security-Policy"]
    assert "allow-scripts" not in html["Content-Security-Policy"]
    assert "default-src 'none'" in html["Content-Security-Policy"]


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("name", ["..%2f..%2fsecret", "secret", "0" * 36, "018f0000-0000-7000-8000-000000000000"])
def test_only_letters_are_read(box, name, tmp_path):
    (tmp_path / "secret.eml").write_text("x")
    assert Client().get(f"/demo/mailbox/{name}/").status_code == 404


def test_the_box_keeps_the_newest_only(tmp_path, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST", 2)
    keeper = mailbox.Keeper(tmp_path)

    class Envelope:
        content = b"Subject: x\r\n\r\nHello"

    import asyncio

    for _ in range(3):
        asyncio.run(keeper.handle_DATA(None, None, Envelope()))
    assert len(mailbox.letters(tmp_path)) == 2
    assert mailbox.letters(tmp_path)[0].at is None


@override_settings(ROOT_URLCONF=__name__)
def test_demo_people_are_entered_by_one_click_and_others_are_not(box, lend, stranger):
    from koinon.accounts import seams
    from tests import factories

    person = factories.person(is_demo=True, name="Coordinator of Lake Cities")
    group = seams.DemoGroup("Lake Cities", (seams.DemoPerson(person.pk, person.name, "Coordinator"),))
    lend(seams.demo_people, lambda: [group])
    client = Client()
    assert "Lake Cities" in client.get("/demo/").content.decode()
    assert client.post("/demo/", {"person": stranger.pk}).status_code == 404
    assert client.post("/demo/", {"person": "nonsense"}).status_code == 404
    assert client.post("/demo/", {"person": person.pk})["Location"] == "/desk/"
    assert client.session["_auth_user_id"] == str(person.pk)


def box_folder():
    from pathlib import Path

    from django.conf import settings

    return Path(settings.KOINON_DATA) / "mail"
