"""Logs tell an operator where something broke, and nothing that a person said."""

import io
import json
import logging

import pytest
import structlog
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from koinon.kit import logs

ANNA = "anna@example.org"


@pytest.fixture
def lines():
    """A function that reads what was logged, by the site's own settings."""
    root, out = logging.getLogger(), io.StringIO()
    kept, level = root.handlers[:], root.level
    logs.configure({"is_debug": False})
    [handler] = root.handlers
    handler.setStream(out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.handlers[:] = kept
    root.setLevel(level)


def test_an_exception_is_logged_by_kind_and_place(lines):
    def read(text):
        try:
            return int(text)
        except ValueError as problem:
            raise RuntimeError(f"{text} is no number") from problem

    try:
        read(ANNA)
    except RuntimeError:
        structlog.get_logger("test").exception("work failed", task="reading")
    [line] = lines()
    assert line["task"] == "reading"
    assert line["exception"].startswith("RuntimeError\n")
    assert "from ValueError\n" in line["exception"]
    assert ", in read\n" in line["exception"]
    assert "anna" not in str(line)


@pytest.mark.django_db
def test_a_broken_rule_of_the_database_is_named_without_its_values(lines):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE person (email text CONSTRAINT one_email UNIQUE)")
        cursor.execute("INSERT INTO person VALUES (%s)", [ANNA])
        with pytest.raises(IntegrityError, match=ANNA) as caught, transaction.atomic():
            cursor.execute("INSERT INTO person VALUES (%s)", [ANNA])
    logging.getLogger("django.request").error("broken", exc_info=caught.value)
    [line] = lines()
    assert "UniqueViolation (23505 one_email)" in line["exception"]
    assert "anna" not in str(line)


def break_down(request, name):
    raise ValueError(request.GET["email"], request.POST["email"], name)


def refuse(request, name):
    return HttpResponse(status=404)


urlpatterns = [path("broken/<name>/", break_down, name="broken"), path("lost/<name>/", refuse, name="lost")]


@pytest.mark.urls(__name__)
@pytest.mark.django_db
@pytest.mark.parametrize("view", ["broken", "lost"])
def test_a_request_is_logged_by_its_view(view, lines):
    client = Client(raise_request_exception=False)
    client.post(f"/{view}/anna/?email={ANNA}", {"email": ANNA}, headers={"user-agent": ANNA, "referer": ANNA})
    [line] = lines()
    assert view in line["event"]
    assert "anna" not in str(line)


def test_an_address_that_leads_nowhere_is_not_logged(lines):
    request = type("Request", (), {"path": "/anna/", "resolver_match": None})()
    logging.getLogger("django.request").warning("Not Found: %s", "/anna/", extra={"request": request})
    [line] = lines()
    assert line["event"] == "Not Found: no view"


def test_what_a_job_was_given_is_not_logged(lines):
    logging.getLogger("procrastinate.worker").error(f"Job mail.send[7](to='{ANNA}') ended with status: Error")
    [line] = lines()
    assert line["event"] == "Job mail.send[7](…) ended with status: Error"
