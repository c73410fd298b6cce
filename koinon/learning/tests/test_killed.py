"""The web process is killed hard in the middle: no answer that was acknowledged is lost, and nothing is half marked."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse

from koinon.learning.actions import attempts
from koinon.learning.models import Answered, Attempt, Happening
from tests import factories
from tests.site import free_port

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = __file__.rsplit("/koinon/learning/", 1)[0]


@contextmanager
def server():
    """The web server on the database of this test, in a group of its own; killed with everything it began."""
    facts, port = connection.settings_dict, free_port()
    address = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={facts['HOST']}"
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "koinon.config.wsgi:application",
    ]
    environment = {**os.environ, "DATABASE_URL": address, "KOINON_LIMITS": "0"}
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield port, lambda: os.killpg(process.pid, signal.SIGKILL)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _wait(port):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if _ask(port, "GET", "/health", {}).status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def _ask(port, method, path, headers, body=None):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request(method, path, body=body, headers=headers)
    answer = line.getresponse()
    answer.words = answer.read().decode()
    line.close()
    return answer


@pytest.fixture
def browser(enter, luka):
    """Cookies of a browser in which the learner is signed in."""
    cookies = enter(luka).cookies
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())


@pytest.fixture
def attempt(version, course, enrolment, acting, luka):
    """Open, with one short question that any text answers."""
    node = factories.node(version=version, kind="quiz")
    form = {"points": 1, "parts": [{"key": "a", "credit": 1.0, "facts": {}}]}
    texts = {"en": {"stem": "What number?", "a.text": "*"}}
    question = factories.question(organisation=course.organisation, kind="short", form=form, texts=texts)
    factories.placed(node=node, question=question)
    made = attempts.begin(by=acting(luka), enrolment=enrolment, node=node.key)
    made.asks = str(question.key)
    return made


def _sender(port, cookie, attempt):
    """A function that sends an answer as the page does, and gives the status, or 0 when the line broke."""
    page = _ask(
        port, "GET", reverse("learning:lesson", args=[attempt.enrolment.run_id, attempt.node]), {"Cookie": cookie}
    )
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.words)[1]
    jar = page.headers.get("Set-Cookie", "").split(";")[0]
    headers = {
        "Cookie": "; ".join(filter(None, [cookie, jar])), "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}",
    }  # fmt: skip

    def send(number, do="save"):
        said = {"csrfmiddlewaretoken": token, f"on.{attempt.asks}": "1", f"a.{attempt.asks}": number, "do": do}
        try:
            path = reverse("learning:attempt_answer", args=[attempt.pk])
            return _ask(port, "POST", path, headers, urlencode(said)).status
        except (OSError, http.client.HTTPException):
            return 0

    return send


def test_what_was_acknowledged_is_there_after_kill_9(browser, attempt):
    with server() as (port, kill):
        send = _sender(port, browser, attempt)
        assert send(1) == 200
        threading.Timer(0.7, kill).start()
        acknowledged = 1
        for number in range(2, 2000):
            status = send(number)
            if status != 200:
                break
            acknowledged = number
    assert status == 0
    assert acknowledged > 3
    kept = int(Attempt.objects.get(pk=attempt.pk).answers[attempt.asks][""])
    assert acknowledged <= kept <= acknowledged + 1


@pytest.mark.parametrize("after", [0.005, 0.04])
def test_handing_in_is_whole_or_not_at_all(browser, attempt, after):
    with server() as (port, kill):
        send = _sender(port, browser, attempt)
        assert send(41) == 200
        threading.Timer(after, kill).start()
        status = send(42, do="hand_in")
    row = Attempt.objects.get(pk=attempt.pk)
    assert status in (0, 200)
    assert row.state == "marked" or status == 0
    is_in = row.state == "marked"
    assert row.answers[attempt.asks] == {"": "42" if is_in else "41"}
    assert Answered.objects.count() == Happening.objects.filter(kind="scored").count() == int(is_in)
