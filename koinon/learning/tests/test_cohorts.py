"""The pages of a cohort: fixed numbers of queries, quick for a thousand; lists read, statistics, files, the clock."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from koinon.accounts.models import Notice
from koinon.accounts.queries import waiting_for
from koinon.kit import sheets
from koinon.kit.models import Work
from koinon.learning.actions import cohort_files, places
from koinon.learning.clock import runs as clock
from koinon.learning.engine import items
from koinon.learning.models import Enrolment, Evidence, Invited, Outcome, Run, Session
from koinon.learning.queries import cohort_files as files
from koinon.learning.queries import cohorts, lists, statistics
from koinon.learning.queries.trees import question_of
from tests import factories

pytestmark = pytest.mark.django_db


def fill(run, number, **facts):
    """Learners who are away for nine days, with evidence that waits."""
    for _ in range(number):
        row = factories.enrolment(run=run, **facts)
        places.begin(row)
        Enrolment.objects.filter(pk=row.pk).update(seen_at=timezone.now() - timedelta(days=9))
        factories.evidence(enrolment=row, node=run.version.nodes.get(kind="page").key)
        factories.enrolment(run=run, state="asked", due_on=date.today())


@pytest.mark.parametrize("page", ["teach", "cohort", "cards", "run_people", "run_settings", "results", "messages"])
def test_as_many_queries_for_three_as_for_one(run, fatmir, enter, page):
    client, address = enter(fatmir), reverse(f"learning:{page}", args=[run.pk])
    fill(run, 1)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    fill(run, 2)
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one)


def test_as_many_queries_for_twenty_runs_as_for_one(version, course, fatmir, run, enter):
    client, address = enter(fatmir), reverse("learning:runs")
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(19):
        more = factories.run(course=course, version=version, state="running")
        factories.facilitation(run=more, person=fatmir)
        factories.enrolment(run=more, state="asked", due_on=date.today())
    with CaptureQueriesContext(connection) as twenty:
        text = client.get(address).content.decode()
    assert len(twenty) == len(one)
    assert text.count("1 asks for a place") == 19


def test_thirty_of_a_thousand_are_quick(run, fatmir, enter):
    people = type(fatmir).objects.bulk_create(
        type(fatmir)(email=f"p{number}@example.org", name=f"Person {number:04}") for number in range(1000)
    )
    rows = Enrolment.objects.bulk_create(
        Enrolment(run=run, person=person, language="en", how="list", total=2) for person in people
    )
    keys = [node.key for node in run.version.nodes.all()]
    Outcome.objects.bulk_create(
        Outcome(enrolment=row, node=key, state="not_started", why="not_viewed") for row in rows for key in keys
    )
    client, address = enter(fatmir), reverse("learning:cohort", args=[run.pk])
    client.get(address)
    text = client.get(address, {"after": "20"}).content.decode()
    assert "Person 0570" in text
    assert text.count('<th scope="row">') == 30
    found = client.get(address, {"q": "person 0999"}).content.decode()
    assert found.count('<th scope="row">') == 1


def test_the_facilitator_reads_the_sentence_of_the_learner(run, fatmir, enter):
    fill(run, 1)
    text = enter(fatmir).get(reverse("learning:teach", args=[run.pk])).content.decode()
    assert "A page: Not opened yet." in text


@pytest.mark.parametrize("said", ["x", "-1", "0", "999999999", "٣", ""])
def test_what_makes_no_sense_in_the_address_is_left_out(said):
    found = cohorts.asked({"after": said, "sort": said, "state": said, "q": said})
    assert (found.state, found.sort) == ("", "name")
    assert 1 <= found.page <= 10_000


def test_a_list_is_read_with_mistakes_and_twins_beside_the_rows(run, enrolment, luka, organisation):
    rows = [
        ["Ana", "ana@example.org", "English", ""],
        ["Ana again", "ANA@example.org", "", ""],
        ["Bo", "no address", "", ""],
        ["Luka himself", luka.email, "", ""],
        ["Luka", "other@example.org", "", ""],
        ["Vida", "vida@example.org", "Greek", organisation.slug],
        ["No mail", "", "", "Nowhere"],
    ]
    table = sheets.Table("People", ["Name", "E-mail", "Language", "Organisation"], rows)
    for write in (lambda out: sheets.write_xlsx(out, [table]), lambda out: sheets.write_csv(out, table)):
        out = io.BytesIO()
        write(out)
        out.seek(0)
        found = lists.read(out, run)
        assert [row.is_new for row in found] == [True, False, False, False, True, False, False]
        assert [len(row.doubts) for row in found] == [0, 0, 0, 0, 1, 0, 0]
        assert "row 2" in found[1].twins[0]
        assert found[5].organisation_id == organisation.pk
        assert len(found[6].faults) == 2


def test_a_list_by_its_pages(run, fatmir, enter):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = enter(fatmir)
    file = SimpleUploadedFile("people.csv", b"name,e-mail\nAna,ana@example.org\nBo,bo@example.org\n")
    page = client.post(reverse("learning:run_list", args=[run.pk]), {"file": file}).content.decode()
    signed = page.split('name="listed" value="')[1].split('"')[0]
    assert not Invited.objects.exists()
    invite = reverse("learning:run_list_invite", args=[run.pk])
    client.post(invite, {"listed": signed + "x", "row": ["2", "3"]})
    assert not Invited.objects.exists()
    client.post(invite, {"listed": signed, "row": ["3"]})
    assert [row.email for row in Invited.objects.all()] == ["bo@example.org"]
    bad = SimpleUploadedFile("people.csv", b"\x00\x01\x02 nothing")
    assert client.post(reverse("learning:run_list", args=[run.pk]), {"file": bad}).status_code == 200


@pytest.mark.parametrize("kind", files.KINDS)
def test_everybody_as_a_spreadsheet(run, fatmir, enter, kind):
    fill(run, 2)
    answer = enter(fatmir).get(reverse("learning:cohort_file", args=[run.pk, kind]))
    with sheets.read(io.BytesIO(b"".join(answer.streaming_content))) as sheet:
        rows = list(sheet)
    assert len(rows) == 4
    assert sheet.header[-2:] == ("A page", "Try yourself")
    assert sheets.as_text(rows[0].cells[-2]) == "Not opened yet."


def test_a_large_cohort_is_written_by_a_job(run, fatmir, acting, enter, monkeypatch):
    monkeypatch.setattr(files, "AT_ONCE", 1)
    fill(run, 2)
    client, address = enter(fatmir), reverse("learning:cohort_file", args=[run.pk, "csv"])
    assert client.get(address)["Location"] == reverse("learning:cohort", args=[run.pk])
    assert not Work.objects.exists(), "a look begins nothing"
    places = {client.post(address)["Location"] for _twice in range(2)}
    work = cohort_files.ask(by=acting(fatmir), run=run, kind="csv", language="en")
    assert places == {reverse("kit:work", args=[work.pk])}
    cohort_files.write_cohort(str(work.pk))
    work.refresh_from_db()
    assert work.state == "done"


def test_one_statistic_over_all_languages(run, version, quiz):
    question = quiz.placed.get().question
    for number in range(12):
        spoken = ("en", "mk", "el")[number % 3]
        attempt = factories.attempt(
            enrolment=factories.enrolment(run=run), node=quiz.key, state="marked", handed_in_at=timezone.now(),
            language=spoken,
        )  # fmt: skip
        is_right = number < 9
        factories.answered(
            attempt=attempt, question=question.key, parts=["a" if is_right else "b"], share=float(is_right)
        )
    row = statistics.results(run, "en")["quizzes"][0]["rows"][0]
    assert (row["item"].number, row["difficulty"], row["languages"]) == (12, 75, [("el", 4), ("en", 4), ("mk", 4)])
    assert [(part["number"], part["is_right"]) for part in row["parts"]] == [(9, True), (3, False)]


def test_true_and_false_are_words_in_a_statistic():
    parts = [{"key": "true", "credit": 1.0}, {"key": "false", "credit": 0.0}]
    asked = {"kind": "true_false", "form": {"points": 1, "parts": parts}, "texts": {"en": {"stem": "Is it so?"}}}
    with translation.override("lt"):
        row = statistics._question(question_of(factories.question(**asked)), [], ("lt",))
    assert [part["words"] for part in row["parts"]] == ["Teisinga", "Klaidinga"]


@given(st.dictionaries(st.integers(), st.integers(0, 40), max_size=8))
def test_what_is_hidden_cannot_be_found_from_the_total(counts):
    shown = items.hidden(counts)
    gone = [counts[key] for key, number in shown.items() if number is None]
    assert all(number is None or number >= items.FEW for number in shown.values())
    assert len(gone) != 1 or len(counts) == 1
    assert not gone or sum(gone) >= items.FEW or len(gone) == len(counts)


@given(st.lists(st.tuples(st.none() | st.floats(0, 1), st.none() | st.floats(0, 1))))
def test_a_statistic_is_always_in_its_bounds(pairs):
    found = items.item(items.Given(share, rest) for share, rest in pairs)
    assert found.difficulty is None or 0 <= found.difficulty <= 1.0000001
    assert found.discrimination is None or -1 <= found.discrimination <= 1


def test_the_clock_turns_runs_and_twice_changes_nothing(run, course, version):
    today = date.today()
    other = factories.run(course=course, version=version, state="open")
    Run.objects.filter(pk=run.pk).update(starts_on=today - timedelta(9), ends_on=today - timedelta(1))
    asked = factories.invited(run=run)
    for _ in range(2):
        clock.turn_runs(0)
        states = dict(Run.objects.values_list("pk", "state"))
        assert (states[run.pk], states[other.pk]) == ("ended", "running")
    assert Invited.objects.get(pk=asked.pk).state == "lapsed"


def test_reminders_come_once(run, luka, fatmir, enrolment):
    fill(run, 1)
    Evidence.objects.update(due_on=date.today())
    Run.objects.filter(pk=run.pk).update(ends_on=date.today() + timedelta(days=6))
    session = factories.session(run=run, starts_at=timezone.now() + timedelta(hours=20))
    for _ in range(2):
        clock.daily_reminders(0)
        clock.remind_of_sessions(0)
    assert Session.objects.get(pk=session.pk).reminded_at
    told = list(Notice.objects.filter(kind="learning.reminder").values_list("title", flat=True))
    assert sum(title.startswith("Your course waits") for title in told) == 1
    assert sum(title.startswith("One more week") for title in told) == 2
    assert sum(title.startswith("Soon:") for title in told) == 2
    waits = Notice.objects.filter(person=fatmir, kind="learning.teaching").values_list("title", flat=True)
    assert sum("waits for your word" in title for title in waits) == 1
    assert sum("still waits for an answer" in title for title in waits) == 1


def test_the_desk_says_whose_turn_it_is(run, luka, fatmir, mara, stranger, acting):
    fill(run, 1)
    factories.enrolment(run=run, person=luka, state="waiting")
    mine = {item.title for item in waiting_for(acting(fatmir)) if item.is_mine}
    assert {f"Practice to look at: {run.title} (1)", f"Asked for a place: {run.title} (1)"} <= mine
    places_ = [item for item in waiting_for(acting(luka)) if "A place in" in item.title]
    assert [(item.is_mine, bool(item.whose)) for item in places_] == [(False, True)]
    assert not [item for item in waiting_for(acting(stranger)) if item.url.startswith("/runs/")]


def test_a_forgotten_facilitator_leaves_a_lead_behind(run, fatmir):
    from koinon.learning.actions.leaving import forget_teacher

    helper = factories.facilitation(run=run)
    forget_teacher(fatmir)
    helper.refresh_from_db()
    assert helper.is_lead
