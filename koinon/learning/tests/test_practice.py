"""Practice shown, looked at, confirmed by a witness; and what a cohort says to each other."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.learning.actions import evidence
from koinon.learning.actions import talk as verbs
from koinon.learning.models import Evidence, EvidenceFile, Happening
from tests import factories

pytestmark = pytest.mark.django_db


def lesson(run, node):
    return reverse("learning:lesson", args=[run.pk, node.key])


@pytest.fixture
def shown(task, enrolment, acting, luka):
    return evidence.hand_in(by=acting(luka), enrolment=enrolment, node=task.key, text="We planted twelve trees.")


def test_practice_waits_for_a_facilitator_until_a_day(shown, enrolment, fatmir):
    assert (shown.state, shown.round) == ("handed_in", 1)
    assert shown.due_on == date.today() + evidence.LOOKED_AT_WITHIN
    assert Happening.objects.get().kind == "handed_in"
    assert Statement.objects.filter(verb="learning.evidence_handed_in", noun=shown.pk).exists()


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(version, run, enrolment, enter, luka):
    node = factories.node(version=version, kind="task", settings={"asks": ["text", "photo", "witness"]})
    factories.text(node=node, said={"title": "Show it", "blocks": []})
    page = enter(luka).post(reverse("learning:evidence_hand_in", args=[run.pk, node.key]), {"text": "My long story"})
    said = page.content.decode()
    assert "Please add a photo." in said
    assert "My long story" in said
    assert not Evidence.objects.exists()


def test_a_photo_is_only_for_its_learner_and_who_teaches(
    version, run, enrolment, enter, luka, fatmir, stranger, other_teacher
):
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    drawn = BytesIO()
    Image.new("RGB", (9, 9), "red").save(drawn, "JPEG")
    node = factories.node(version=version, kind="task", settings={"asks": ["photo"]})
    given = SimpleUploadedFile("me.jpg", drawn.getvalue(), content_type="image/jpeg")
    enter(luka).post(reverse("learning:evidence_hand_in", args=[run.pk, node.key]), {"text": "", "photos": [given]})
    row = EvidenceFile.objects.get()
    address, direct = reverse("learning:evidence_file", args=[row.pk]), reverse("kit:file", args=[row.upload_id])
    mate = factories.enrolment(run=run).person
    assert [enter(who).get(address).status_code for who in (luka, fatmir)] == [200, 200]
    assert [enter(who).get(address).status_code for who in (stranger, other_teacher, mate)] == [404] * 3
    assert [enter(who).get(direct).status_code for who in (luka, fatmir, stranger, mate)] == [404] * 4


def test_advice_and_a_second_round_stay_readable(shown, task, run, enrolment, enter, luka, acting):
    Evidence.objects.filter(pk=shown.pk).update(state="returned", feedback="Say how many people came.")
    me = acting(luka)
    again = evidence.hand_in(by=me, enrolment=enrolment, node=task.key, text="Nineteen people came.")
    assert (again.round, again.state, again.feedback) == (2, "handed_in", "")
    assert again.history[0]["text"] == "We planted twelve trees."
    page = enter(luka).get(lesson(run, task)).content.decode()
    assert "Say how many people came." in page
    assert Happening.objects.filter(kind="handed_in").count() == 2


def test_accepted_practice_stays(shown, task, enrolment, acting, luka):
    Evidence.objects.filter(pk=shown.pk).update(state="accepted")
    with pytest.raises(ValidationError, match="accepted already"):
        evidence.hand_in(by=acting(luka), enrolment=enrolment, node=task.key, text="Something else")


def test_nobody_hands_in_for_another(task, enrolment, acting, fatmir, stranger):
    for who in (fatmir, stranger):
        with pytest.raises(Refused):
            evidence.hand_in(by=acting(who), enrolment=enrolment, node=task.key, text="Mine")


# --- talk ----------------------------------------------------------------------------------------


def test_words_of_people_are_shown_not_run(run, talk, enrolment, enter, luka):
    browser = enter(luka)
    browser.post(reverse("learning:talk_post", args=[run.pk, talk.key]), {"text": "<script>alert(1)</script> hello"})
    page = browser.get(lesson(run, talk)).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert Happening.objects.get().kind == "posted"


def test_answers_stand_below_and_others_cannot_write(run, talk, enrolment, acting, luka, fatmir, stranger, enter):
    first = verbs.post(by=acting(luka), run=run, node=talk.key, text="A question")
    answer = verbs.post(by=acting(fatmir), run=run, node=talk.key, text="An answer", answers=first)
    deeper = verbs.post(by=acting(luka), run=run, node=talk.key, text="Thanks", answers=answer)
    assert (answer.answers, deeper.answers) == (first, first)
    with pytest.raises(Refused):
        verbs.post(by=acting(stranger), run=run, node=talk.key, text="Buy this")
    foreign = factories.post()
    with pytest.raises(ValidationError):
        verbs.post(by=acting(luka), run=run, node=talk.key, text="There", answers=foreign)


def test_hiding_wants_a_reason_and_a_facilitator(run, talk, enrolment, acting, luka, fatmir, enter):
    row = verbs.post(by=acting(luka), run=run, node=talk.key, text="Something rude")
    with pytest.raises(Refused):
        verbs.hide(by=acting(luka), post=row, why="No")
    with pytest.raises(ValidationError):
        verbs.hide(by=acting(fatmir), post=row, why=" ")
    verbs.hide(by=acting(fatmir), post=row, why="Please stay friendly")
    page = enter(luka).get(lesson(run, talk)).content.decode()
    assert "Something rude" not in page
    assert "Please stay friendly" in page
    assert "Something rude" in enter(fatmir).get(lesson(run, talk)).content.decode()


def test_what_one_takes_back_is_gone_and_answers_stay(run, talk, enrolment, acting, luka, fatmir, enter):
    first = verbs.post(by=acting(luka), run=run, node=talk.key, text="My secret")
    verbs.post(by=acting(fatmir), run=run, node=talk.key, text="An answer that stays", answers=first)
    with pytest.raises(Refused):
        verbs.take_back(by=acting(fatmir), post=first)
    enter(luka).post(reverse("learning:talk_take_back", args=[first.pk]))
    page = enter(fatmir).get(lesson(run, talk)).content.decode()
    assert "My secret" not in page
    assert "An answer that stays" in page


@pytest.fixture
def asked(version, run, enrolment, acting, luka, monkeypatch):
    """Evidence with a witness; (evidence, the address in the letter)."""
    from koinon.kit import mail

    sent = []
    monkeypatch.setattr(mail, "send", lambda **facts: sent.append(facts))
    node = factories.node(version=version, kind="task", settings={"asks": ["text", "witness"]})
    factories.text(node=node, said={"title": "Plant trees", "blocks": []})
    row = evidence.hand_in(
        by=acting(luka),
        enrolment=enrolment,
        node=node.key,
        text="We planted.",
        witness="Ana",
        witness_email="ana@example.org",
    )
    assert [each["to"] for each in sent] == ["ana@example.org"]
    return row, "/learn/witness/" + sent[0]["context"]["address"].split("/learn/witness/")[1]


def test_a_witness_says_yes_once_without_an_account(asked, client, visitor):
    row, address = asked
    page = visitor.get(address)
    assert b"We planted." in page.content
    assert visitor.get(address).status_code == 200
    assert visitor.post(address, {"agrees": "yes", "words": "Twelve trees"}).status_code == 200
    row.refresh_from_db()
    assert (row.witness_agrees, row.witness_says) == (True, "Twelve trees")
    assert visitor.post(address, {"agrees": "no"}).status_code == 410
    row.refresh_from_db()
    assert row.witness_agrees is True


def test_a_link_of_another_witness_or_round_is_of_no_use(asked, visitor):
    row, address = asked
    Evidence.objects.filter(pk=row.pk).update(witness_email="eve@example.org")
    assert visitor.get(address).status_code == 410
    Evidence.objects.filter(pk=row.pk).update(witness_email="ana@example.org", round=2)
    assert visitor.get(address).status_code == 410
    assert visitor.get(address[:-9] + "forged/").status_code == 410


def test_a_witness_is_reminded_once(asked):
    from koinon.learning.clock import learning as clock

    row, _address = asked
    Evidence.objects.filter(pk=row.pk).update(witness_asked_at=timezone.now() - timedelta(days=6))
    clock.remind_witnesses(0)
    clock.remind_witnesses(0)
    row.refresh_from_db()
    assert row.witness_reminded_at
    assert Statement.objects.filter(verb="learning.witness_reminded").count() == 1


def test_a_discussion_is_as_many_queries_for_three_as_for_one(run, talk, enrolment, enter, luka):
    browser, numbers = enter(luka), []
    for _ in range(3):
        factories.post(run=run, node=talk.key, person=factories.enrolment(run=run).person)
        browser.get(lesson(run, talk))
        with CaptureQueriesContext(connection) as asked:
            browser.get(lesson(run, talk))
        numbers.append(len(asked))
    assert numbers[0] == numbers[2]
