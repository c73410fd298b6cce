"""What the specification promises in a clause, and a demanding or hostile user asks for by name."""

import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from koinon.accounts.models import Notice
from koinon.learning.actions import evidence, marking
from koinon.learning.actions import talk as verbs
from koinon.learning.engine.reading import level
from koinon.learning.models import Answered, Attempt, Enrolment, Evidence, Happening, Post
from koinon.learning.queries import runs as questions
from tests import factories

pytestmark = pytest.mark.django_db


def together(*acts):
    """Do things at the same instant, each in a thread of its own; gives what each returned or raised."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        start.wait(10)
        try:
            found[place] = act()
        except Exception as problem:
            found[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def changed(course, version, **said):
    """Version 2 with the same section, page and quiz by key; `said` of the page, per language."""
    newer = factories.version(course=course, number=2)
    for old in version.nodes.order_by("order", "id"):
        made = factories.node(
            version=newer, kind=old.kind, key=old.key, parent=old.parent, settings=old.settings, rule=old.rule,
        )  # fmt: skip
        for text in old.texts.all():
            factories.text(node=made, language=text.language, said=text.said)
        for row in old.placed.all():
            factories.placed(node=made, question=row.question)
    return newer


def published(newer):
    type(newer).objects.filter(pk=newer.pk).update(state="published", published_at=timezone.now())
    newer.refresh_from_db()
    return newer


def told(run, newer):
    return [(row["title"], row["words"]) for row in questions.changes(run, newer, "en")["rows"]]


def test_a_move_that_changes_nothing_says_so(run, course, version, enter, fatmir):
    newer = published(changed(course, version))
    assert told(run, newer) == []
    assert "Nothing changes" in enter(fatmir).get(reverse("learning:run_version", args=[run.pk, 2])).content.decode()


def test_a_move_shows_words_that_change_and_whoever_read_them(run, course, version, page, enrolment, enter, fatmir):
    title = page.texts.get().said["title"]
    newer = changed(course, version)
    words = [{"id": "b", "type": "paragraph", "data": {"text": "Twelve not eleven."}}]
    newer.nodes.get(key=page.key).texts.update(said={"title": title, "blocks": words})
    factories.outcome(enrolment=enrolment, node=page.key, state="done")
    assert told(run, published(newer)) == [(title, "Says something else")]
    shown = enter(fatmir).get(reverse("learning:run_version", args=[run.pk, 2])).content.decode()
    assert "Twelve not eleven." in shown
    assert "1 learner<" in shown


def test_a_move_shows_a_translation_that_changes(run, course, version, page):
    factories.text(node=page, language="lt", said={"title": "Puslapis"})
    newer = changed(course, version)
    newer.nodes.get(key=page.key).texts.filter(language="lt").update(said={"title": "Kitas"})
    assert [words for _title, words in told(run, published(newer))] == ["Says something else"]


def test_a_move_shows_other_questions_and_a_shorter_time(run, course, version, quiz):
    newer = changed(course, version)
    other = newer.nodes.get(key=quiz.key)
    factories.placed(node=other, question=factories.question(organisation=course.organisation, is_used=True))
    other.settings = {**other.settings, "minutes": 5}
    other.save(update_fields=["settings"])
    found = told(run, published(newer))
    assert ("Try yourself", "Other questions") in found
    assert ("Try yourself", "Something else is asked for") in found


@pytest.mark.django_db(transaction=True)
def test_a_contribution_sent_by_two_clicks_stands_once(talk, run, enrolment, fatmir, acting, luka):
    me = acting(luka)
    found = together(*[lambda: verbs.post(by=me, run=run, node=talk.key, text="I planted trees.")] * 3)
    assert len({row.pk for row in found}) == Post.objects.count() == 1
    assert Happening.objects.filter(kind="posted").count() == 1
    assert Notice.objects.filter(person=fatmir, kind="learning.talk").count() == 1
    verbs.post(by=acting(fatmir), run=run, node=talk.key, text="Well done.")
    verbs.post(by=acting(fatmir), run=run, node=talk.key, text="Well done.")
    verbs.post(by=acting(fatmir), run=run, node=talk.key, text="Well done.", answers=found[0])
    verbs.post(by=me, run=run, node=talk.key, text="I planted more.")
    verbs.post(by=me, run=run, node=talk.key, text="I planted trees.")
    assert Post.objects.count() == 5


def test_what_is_accepted_is_what_was_read(task, run, enrolment, luka, fatmir, acting, enter):
    shown = evidence.hand_in(by=acting(luka), enrolment=enrolment, node=task.key, text="We planted twelve trees.")
    desk, here = enter(fatmir), reverse("learning:evidence", args=[shown.pk])
    seen = desk.get(here).context["seen"]
    evidence.hand_in(by=acting(luka), enrolment=enrolment, node=task.key, text="We planted nothing.")
    answer = desk.post(here, {"accept": "1", "seen": seen, "feedback": "Good"})
    assert "please look again" in answer.content.decode()
    assert "We planted nothing." in answer.content.decode()
    assert Evidence.objects.get().state == "handed_in"
    assert desk.post(here, {"accept": "1", "seen": answer.context["seen"]}).status_code == 302
    assert Evidence.objects.get().state == "accepted"


@pytest.mark.django_db(transaction=True)
def test_two_facilitators_at_the_same_instant_decide_once(task, run, enrolment, luka, fatmir, acting):
    shown = evidence.hand_in(by=acting(luka), enrolment=enrolment, node=task.key, text="We planted twelve trees.")
    both = [acting(fatmir), acting(factories.facilitation(run=run).person)]

    def look(me, says):
        return lambda: marking.look_at(by=me, evidence=Evidence.objects.get(pk=shown.pk), says=says, feedback="x")

    found = together(look(both[0], "returned"), look(both[1], "returned"))
    assert sum(isinstance(each, Evidence) for each in found) == 1
    assert sum(isinstance(each, ValidationError) for each in found) == 1
    assert Happening.objects.filter(kind="returned").count() == 1


def waits_first_for_the_enrolment(enrolment, act, *rows):
    """Whether `act` waits while the enrolment is held, before it touches `rows`: else two could wait for each other."""
    with transaction.atomic():
        Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        thread = threading.Thread(target=lambda: (act(), connection.close()))
        thread.start()
        with connection.cursor() as cursor:
            while thread.is_alive():
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
                if cursor.fetchone()[0]:
                    break
                time.sleep(0.01)
        for row in rows:
            type(row).objects.select_for_update(nowait=True).get(pk=row.pk)
    thread.join(20)


@pytest.mark.django_db(transaction=True)
def test_marking_and_handing_in_never_wait_for_each_other(task, run, enrolment, quiz, luka, fatmir, acting):
    shown = evidence.hand_in(by=acting(luka), enrolment=enrolment, node=task.key, text="We planted twelve trees.")
    me = acting(fatmir)
    waits_first_for_the_enrolment(enrolment, lambda: marking.look_at(by=me, evidence=shown, says="accepted"), shown)
    assert Evidence.objects.get().state == "accepted"
    attempt = factories.attempt(enrolment=enrolment, node=quiz.key, state="handed_in", handed_in_at=timezone.now())
    answered = factories.answered(attempt=attempt, share=None)
    waits_first_for_the_enrolment(
        enrolment, lambda: marking.read_answer(by=me, answered=answered, points=1), attempt, answered
    )
    assert Answered.objects.get().share == 1
    assert Attempt.objects.get().state == "marked"


SAME = {
    "en": "The municipality publishes its annual budget. Residents compare the planned numbers with the real ones.",
    "sq": "Bashkia publikon buxhetin e saj vjetor. Banorët i krahasojnë shifrat e planifikuara me ato të vërtetat.",
    "lt": "Savivaldybė skelbia savo metinį biudžetą. Gyventojai lygina suplanuotus skaičius su tikraisiais.",
    "mk": "Општината го објавува својот годишен буџет. Жителите ги споредуваат планираните бројки со вистинските.",
    "el": "Ο δήμος δημοσιεύει τον ετήσιο προϋπολογισμό του. Οι κάτοικοι συγκρίνουν τα σχέδια με τους αριθμούς.",
}


def test_the_same_text_is_about_as_hard_in_each_language():
    found = {language: level(text, language).lix for language, text in SAME.items()}
    assert max(found.values()) - min(found.values()) <= 20, found
    assert level(SAME["lt"]).lix - found["en"] > 20
