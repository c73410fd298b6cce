"""Packages at the second origin: who opens one, what it may say, what counts, and everything that must not happen."""

import json
import re
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit import links
from koinon.learning.actions import playing, taking
from koinon.learning.engine import playing as engine
from koinon.learning.formats import read
from koinon.learning.models import Happening, Outcome, Package, PlayState
from koinon.learning.tests import playable
from tests import factories

pytestmark = pytest.mark.django_db
NAMES = (
    "cmi", "core", "score", "raw", "min", "max", "scaled", "lesson_status", "exit", "suspend_data", "result", "state",
    "completion", "success", "completion_status", "success_status", "objectives", "student_preference", "total_time",
)  # fmt: skip
HOME, PLAY = "127.0.0.1:8000", "play.localhost:8000"


@pytest.fixture(autouse=True)
def two_origins(settings, tmp_path):
    settings.KOINON_URL, settings.KOINON_PLAY_URL = f"http://{HOME}", f"http://{PLAY}"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "play.localhost", "testserver"]
    settings.KOINON_DATA, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"


@pytest.fixture
def there():
    """A browser at the second origin, with every cookie that the main one has given."""
    client = Client(HTTP_HOST=PLAY)
    client.cookies["session"] = "stolen"
    return client


@pytest.fixture
def fire(mara, school, tmp_path, acting):
    """fire(path) -> (run, node) of a course that holds the package of this file."""

    def make(path=None):
        document, _report = read(path or playable.scorm12(tmp_path))
        course = taking.take(by=acting(mara), organisation=school, document=document)
        version = course.versions.get()
        type(version).objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())
        version.refresh_from_db()
        return factories.run(course=course, version=version, state="running"), version.nodes.get(kind="package")

    return make


@pytest.fixture
def learning(fire, luka):
    run, node = fire()
    return factories.enrolment(run=run, person=luka), node


def ticket_of(client, enrolment, node):
    answer = client.get(f"/learn/{enrolment.run_id}/{node.key}/play/", HTTP_HOST=HOME)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"http://{PLAY}/play/")
    return answer["Location"].removeprefix(f"http://{PLAY}/play/").rstrip("/")


def facts_of(page):
    return json.loads(re.search(r'<script id="play" type="application/json">(.*?)</script>', page.content.decode())[1])


def scorm(status="incomplete", raw="", **more):
    return {"cmi": {"core": {"lesson_status": status, "score": {"raw": raw, "max": "100"}, **more}}}


def say(there, ticket, number, data, **headers):
    return there.post(
        f"/play/{ticket}/commit/", json.dumps({"number": number, "data": data}), "application/json", **headers
    )


def test_a_package_is_opened_resumed_and_scored(enter, luka, learning, there):
    enrolment, node = learning
    client = enter(luka)
    ticket = ticket_of(client, enrolment, node)
    page = there.get(f"/play/{ticket}/")
    facts = facts_of(page)
    assert facts["saves"]
    assert facts["seed"]["core"]["entry"] == "ab-initio"
    assert facts["seed"]["student_data"]["mastery_score"] == "80"
    assert luka.name not in page.content.decode()
    assert luka.email not in page.content.decode()
    content = there.get(facts["launch"])
    assert b"LMSInitialize" in b"".join(content.streaming_content)

    kept = scorm(lesson_location="page 7", exit="suspend")
    kept["cmi"]["suspend_data"] = "s" * 64_000
    answer = say(there, ticket, 1, kept)
    assert answer.status_code == 200
    fresh = answer.json()["ticket"]
    assert fresh != ticket
    seed = facts_of(there.get(f"/play/{ticket_of(client, enrolment, node)}/"))["seed"]
    assert (seed["core"]["lesson_location"], seed["core"]["entry"]) == ("page 7", "resume")
    assert len(seed["suspend_data"]) == 64_000

    assert say(there, fresh, 2, scorm("passed", "85")).json()["done"]
    outcome = Outcome.objects.get(enrolment=enrolment, node=node.key)
    assert (outcome.state, outcome.why, outcome.share) == ("done", "passed", 0.85)
    enrolment.refresh_from_db()
    assert enrolment.state == "finished"


def test_the_same_word_again_and_older_words_count_once(enter, luka, learning, there):
    enrolment, node = learning
    ticket = ticket_of(enter(luka), enrolment, node)
    for number in (2, 2, 1):
        assert say(there, ticket, number, scorm("completed" if number == 2 else "incomplete", "50")).status_code == 200
    state = PlayState.objects.get()
    assert (state.commits, state.data["cmi"]["core"]["lesson_status"]) == (1, "completed")
    assert Happening.objects.filter(kind="played").count() == 1


def test_passed_is_never_taken_back(enter, luka, learning, there):
    enrolment, node = learning
    ticket = ticket_of(enter(luka), enrolment, node)
    for number, said in enumerate((scorm("passed", "90"), scorm("incomplete", "10"), scorm("failed", "20")), 1):
        say(there, ticket, number, said)
    assert PlayState.objects.get().told == {"completion": "completed", "success": "passed", "share": 0.9}
    assert Outcome.objects.get(enrolment=enrolment, node=node.key).state == "done"


def test_browsing_counts_nothing(enter, luka, learning, there):
    enrolment, node = learning
    say(there, ticket_of(enter(luka), enrolment, node), 1, scorm("browsed"))
    assert Outcome.objects.filter(enrolment=enrolment, node=node.key, state="done").count() == 0


@pytest.mark.parametrize("state", ["withdrawn", "removed"])
def test_who_left_saves_nothing(enter, luka, learning, there, state):
    enrolment, node = learning
    ticket = ticket_of(enter(luka), enrolment, node)
    type(enrolment).objects.filter(pk=enrolment.pk).update(state=state)
    answer = say(there, ticket, 1, scorm("passed", "90"))
    assert answer.status_code == 403
    assert "do not learn here" in answer.json()["problem"]
    assert there.post(f"/play/{ticket}/renew/").status_code == 403
    assert there.get(f"/play/{ticket}/").status_code == 410
    assert not PlayState.objects.exists()


def test_a_ticket_ends_and_cannot_be_made(enter, luka, learning, there, monkeypatch):
    enrolment, node = learning
    ticket = ticket_of(enter(luka), enrolment, node)
    other = links.make("kit.other", asset=str(uuid4()), enrolment="", node="", sitting=str(uuid4()))
    for bad in ("nonsense", ticket[:-2] + "xx", other):
        assert say(there, bad, 1, scorm("passed")).status_code == 403
        assert there.get(f"/play/{bad}/").status_code == 410
    monkeypatch.setattr(playing, "LIFE", timedelta(seconds=-1))
    assert say(there, ticket, 1, scorm("passed")).status_code == 403
    assert not PlayState.objects.exists()


def test_a_ticket_is_good_for_its_own_part_only(enter, luka, learning, there, fire, tmp_path):
    """The enrolment of one, the package of another: a ticket that the server never gives."""
    enrolment, node = learning
    (tmp_path / "b").mkdir()
    fire(playable.scorm2004(tmp_path / "b"))
    foreign = Package.objects.exclude(kind="scorm12").get().asset
    ticket = playing.open_for(enrolment, foreign, str(node.key))
    assert say(there, ticket, 1, scorm("passed")).status_code == 403


def test_who_teaches_and_writes_has_a_look_that_counts_nothing(enter, mara, fatmir, learning, there, stranger):
    enrolment, node = learning
    factories.facilitation(run=enrolment.run, person=fatmir)
    ticket = ticket_of(enter(fatmir), enrolment, node)
    assert facts_of(there.get(f"/play/{ticket}/"))["saves"] is False
    assert say(there, ticket, 1, scorm("passed")).status_code == 200
    preview = f"/courses/{enrolment.run.course.slug}/write/{node.key}/play/"
    assert enter(mara).get(preview, HTTP_HOST=HOME).status_code == 302
    assert enter(stranger).get(preview, HTTP_HOST=HOME).status_code == 404
    assert enter(stranger).get(f"/learn/{enrolment.run_id}/{node.key}/play/", HTTP_HOST=HOME).status_code == 404
    assert not PlayState.objects.exists()
    assert not Happening.objects.filter(kind="played").exists()


def test_only_packages_answer_at_the_second_origin(enter, luka, learning, there):
    enrolment, node = learning
    client = enter(luka)
    for path in ("/", "/desk/", "/accounts/login/", "/health", "/learn/", "/static/kit/koinon.css", "/admin/"):
        answer = client.get(path, HTTP_HOST=PLAY)
        assert answer.status_code == 404
        assert not answer.cookies
    ticket = ticket_of(client, enrolment, node)
    page = there.get(f"/play/{ticket}/")
    launch = facts_of(page)["launch"]
    for answer in (page, there.get(launch)):
        policy = answer["Content-Security-Policy"]
        assert "sandbox" in policy
        assert "allow-top-navigation" not in policy
        assert f"frame-ancestors 'self' http://{HOME}" in policy
        assert not answer.cookies
        assert answer["X-Content-Type-Options"] == "nosniff"
    for path in (f"/play/{ticket}/", launch, f"/play/{ticket}/commit/"):
        assert client.get(path, HTTP_HOST=HOME).status_code == 404
        assert client.get(path, HTTP_HOST="testserver").status_code == 404


def test_files_of_packages(enter, luka, learning, there):
    enrolment, node = learning
    launch = facts_of(there.get(f"/play/{ticket_of(enter(luka), enrolment, node)}/"))["launch"]
    mark = launch.split("/")[2]
    part = there.get(launch, HTTP_RANGE="bytes=0-8")
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"<!DOCTYPE")
    assert there.get(f"/files/{mark}/START/INDEX.HTML").status_code == 200
    digest = mark.split("-")[0]
    for path in (
        f"/files/{mark}/", f"/files/{mark}/Start/", f"/files/{mark}/../../secret", f"/files/{mark}/..%2f..%2fsecret",
        f"/files/{digest}-{'0' * 24}/imsmanifest.xml", f"/files/{digest}/imsmanifest.xml", f"/files/{mark}//etc/passwd",
        f"/files/..-{'0' * 24}/secret",
    ):  # fmt: skip
        assert there.get(path).status_code == 404, path
    assert there.get(launch, HTTP_SERVICE_WORKER="script").status_code == 404
    assert there.post(launch).status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"\xff", b'{"number": 0, "data": {}}', b'{"number": true, "data": {}}', b'{"number": 1}',
        b'{"number": 1, "data": []}', b'{"number": 99999999999, "data": {}}', b"[" * 100_000,
        json.dumps({"number": 1, "data": {"a": "x" * 80_000}}).encode(),
        json.dumps({"number": 1, "data": {"a": "x" * 600_000}}).encode(),
        json.dumps({"number": 1, "data": {str(n): n for n in range(6000)}}).encode(),
        b'{"number": 1, "data": {"a": 123456789012345678901234567890}}',
    ],
)  # fmt: skip
def test_nonsense_is_refused(enter, luka, learning, there, body):
    enrolment, node = learning
    ticket = ticket_of(enter(luka), enrolment, node)
    answer = there.post(f"/play/{ticket}/commit/", body, "application/json")
    assert answer.status_code == 422
    assert not PlayState.objects.exists()


def test_odd_signs_are_kept_as_the_database_can(enter, luka, learning, there):
    enrolment, node = learning
    ticket = ticket_of(enter(luka), enrolment, node)
    body = b'{"number": 1, "data": {"cmi": {"suspend_data": "a\\u0000b\\ud800c", "n": NaN}}}'
    assert there.post(f"/play/{ticket}/commit/", body, "application/json").status_code == 200
    assert PlayState.objects.get().data["cmi"]["suspend_data"] == "ab?c"


def test_another_site_cannot_say_anything(enter, luka, learning, there):
    enrolment, node = learning
    ticket = ticket_of(enter(luka), enrolment, node)
    for origin in ("http://evil.example", f"http://{HOME}", "null"):
        assert say(there, ticket, 1, scorm("passed"), HTTP_ORIGIN=origin).status_code == 403
    assert say(there, ticket, 1, scorm("passed"), HTTP_ORIGIN=f"http://{PLAY}").status_code == 200


def test_without_a_second_address_nothing_plays(enter, luka, learning, settings):
    settings.KOINON_PLAY_URL = ""
    enrolment, node = learning
    answer = enter(luka).get(f"/learn/{enrolment.run_id}/{node.key}/play/", HTTP_HOST=HOME)
    assert answer.status_code == 503
    assert b"cannot be played here yet" in answer.content
    assert enter(luka).get("/files/x/y", HTTP_HOST=HOME).status_code == 404


def test_a_part_that_is_no_package_does_not_play(enter, luka, enrolment, page):
    assert enter(luka).get(f"/learn/{enrolment.run_id}/{page.key}/play/", HTTP_HOST=HOME).status_code == 404
    assert enter(luka).get(f"/learn/{enrolment.run_id}/{uuid4()}/play/", HTTP_HOST=HOME).status_code == 404


RESULTS = [
    ("scorm12", scorm("passed", "85"), None, ("completed", "passed", 0.85)),
    ("scorm12", scorm("failed", "20"), None, ("completed", "failed", 0.2)),
    ("scorm12", scorm("completed", "79"), 0.8, ("completed", "failed", 0.79)),
    ("scorm12", scorm("completed", "80"), 0.8, ("completed", "passed", 0.8)),
    ("scorm12", scorm("completed"), 0.8, ("completed", "", None)),
    ("scorm12", scorm("browsed"), None, ("browsed", "", None)),
    ("scorm12", scorm("nonsense", "NaN"), None, ("", "", None)),
    ("scorm12", {"cmi": {"core": {"score": {"raw": "8", "min": "0", "max": "10"}}}}, None, ("", "", 0.8)),
    ("scorm12", {"cmi": []}, None, ("", "", None)),
    ("scorm2004", {"cmi": {"completion_status": "completed", "score": {"scaled": "0.9"}}}, 0.8,
     ("completed", "passed", 0.9)),
    ("scorm2004", {"cmi": {"success_status": "passed", "completion_status": "unknown"}}, None, ("", "passed", None)),
    ("scorm2004", {"cmi": {"score": {"scaled": "-0.5"}}}, None, ("", "", 0.0)),
    ("h5p", {"result": {"completion": True, "success": True, "raw": 3, "max": 4}}, None, ("completed", "passed", 0.75)),
    ("h5p", {"result": None, "state": "{}"}, None, ("", "", None)),
    ("h5p", {"result": {"success": [], "scaled": {}}}, None, ("", "", None)),
]  # fmt: skip


@pytest.mark.parametrize(("standard", "data", "mastery", "expected"), RESULTS)
def test_results(standard, data, mastery, expected):
    assert tuple(engine.result(standard, data, mastery).values()) == expected


def test_a_seed_tells_whether_one_goes_on():
    seed = engine.seed(
        "scorm12", {}, {"cmi": {"core": {"lesson_status": "completed", "exit": ""}}}, learner="x", name="L"
    )
    assert seed["core"]["entry"] == ""
    seed = engine.seed("scorm2004", {"mastery": 0.7}, {}, learner="x", name="L")
    assert (seed["entry"], seed["scaled_passing_score"]) == ("ab-initio", "0.7")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("scorm12", "scorm2004", "h5p")), st.dictionaries(st.sampled_from(NAMES), JSON), JSON)
def test_whatever_a_package_says_is_a_result_and_a_seed(standard, data, odd):
    found = engine.result(standard, data, 0.5)
    assert found["share"] is None or 0 <= found["share"] <= 1
    again = engine.together(found, found)
    assert again == engine.together(again, found)
    worse = engine.together({"completion": "completed", "success": "passed", "share": 1.0}, found)
    assert worse == {"completion": "completed", "success": "passed", "share": 1.0}
    json.dumps(engine.seed(standard, {"items": odd, "mastery": odd}, data, learner="x", name="L"))
    with suppress(ValueError):
        json.dumps(engine.cleaned(data), allow_nan=False).encode()
