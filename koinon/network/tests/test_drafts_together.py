"""Several people at the same instant: real threads, real transactions."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from koinon.accounts.queries import actor_of
from koinon.kit import questions
from koinon.network.actions import drafts
from koinon.network.actions import questionnaires as forms
from koinon.network.models import Application
from koinon.network.tests.drafting import COMPLETE
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = ("practice", "plan", "gives")


def at_once(*acts):
    """Each act in its own thread and connection, all let go at the same instant; what each gave or raised."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait(timeout=20)
            return act()
        except ValidationError as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts, timeout=60))


@pytest.fixture
def draft(network, vesa, acting):
    form = forms.make(by=acting(vesa), network=network, purpose="application", template="learning-city")
    forms.publish(by=acting(vesa), form=form)
    city = factories.organisation(language="el")
    people = [factories.representative(city)]
    for role in ("deputy", "head"):
        person = factories.person(acting_for=city.pk)
        factories.mandate(organisation=city, person=person, role=role)
        people.append(person)
    made = drafts.begin(by=acting(people[0]), network=network, organisation=city, applicant=people[0], language="el")
    made.people = people
    return made


def write(draft, person, key, text, seen=0):
    def act():
        row = Application.objects.select_related("version", "organisation", "network").get(pk=draft.pk)
        return drafts.answer(by=actor_of(person=person), application=row, said={key: (text, seen)})

    return act


def answers(draft):
    return Application.objects.get(pk=draft.pk).answers


def test_different_questions_at_once_never_overwrite_each_other(draft):
    for turn in range(4):
        acts = [
            write(draft, person, key, f"{key} {turn}", seen=turn)
            for person, key in zip(draft.people, KEYS, strict=True)
        ]
        assert not [each for each in at_once(*acts) if isinstance(each, ValidationError)]
        assert questions.values_of(answers(draft)) == {key: f"{key} {turn}" for key in KEYS}


def test_the_same_question_at_once_is_saved_once_and_the_others_see_it(draft):
    acts = [write(draft, person, "plan", f"text {number}") for number, person in enumerate(draft.people)]
    results = at_once(*acts)
    late = [each for each in results if isinstance(each, drafts.Overtaken)]
    assert len(late) == 2
    kept = answers(draft)["plan"]
    assert kept["revision"] == 1
    assert all(each.theirs["plan"]["value"] == kept["value"] for each in late)


def test_the_same_words_at_once_are_no_conflict(draft):
    assert not [
        each for each in at_once(*[write(draft, person, "plan", "same") for person in draft.people[:2]])
        if isinstance(each, ValidationError)
    ]  # fmt: skip
    assert answers(draft)["plan"]["revision"] == 1


def test_what_is_sent_is_what_was_checked(draft):
    """One sends, one empties a required answer at the same instant: a sent application is complete."""
    complete = {**COMPLETE, "letter": {"upload": str(factories.upload().pk), "name": "x.pdf"}}
    Application.objects.filter(pk=draft.pk).update(answers=questions.answers_of(complete))

    def send():
        row = Application.objects.select_related("version", "organisation", "network").get(pk=draft.pk)
        return drafts.send(by=actor_of(person=draft.people[0]), application=row)

    at_once(send, write(draft, draft.people[1], "plan", "", seen=1))
    row = Application.objects.get(pk=draft.pk)
    lacks = questions.check(row.version.schema, questions.values_of(row.answers), "el")
    assert (row.state == "submitted") == (not lacks)


def test_two_send_at_once_and_it_is_sent_once(draft):
    complete = {**COMPLETE, "letter": {"upload": str(factories.upload().pk), "name": "x.pdf"}}
    Application.objects.filter(pk=draft.pk).update(answers=questions.answers_of(complete))

    def send(person):
        def act():
            row = Application.objects.select_related("version", "organisation", "network").get(pk=draft.pk)
            return drafts.send(by=actor_of(person=person), application=row)

        return act

    results = at_once(*[send(person) for person in draft.people[:2]])
    assert sum(isinstance(each, ValidationError) for each in results) == 1


def test_an_answer_during_a_move_to_a_new_version_is_there_or_refused(draft, vesa, acting):
    form = draft.version.form
    forms.renew(by=acting(vesa), form=form)
    new = forms.publish(by=acting(vesa), form=form)

    def move():
        row = Application.objects.select_related("version__form", "organisation", "network").get(pk=draft.pk)
        return drafts.move_to_version(by=actor_of(person=draft.people[0]), application=row, version=new)

    _moved, wrote = at_once(move, write(draft, draft.people[1], "plan", "Words"))
    row = Application.objects.get(pk=draft.pk)
    assert row.version == new
    assert isinstance(wrote, ValidationError) == ("plan" not in questions.values_of(row.answers))


def test_two_coordinators_change_different_questions_of_a_form_at_once(network, vesa, acting):
    form = forms.make(by=acting(vesa), network=network, purpose="report", template="annual-report")

    def change(key):
        def act():
            question = {"kind": "text", "labels": {"en": f"New {key}"}}
            return forms.write_question(by=actor_of(person=vesa), form=form, key=key, question=question)

        return act

    at_once(change("did"), change("changed"))
    schema = form.versions.get().schema
    assert [questions.find(schema, key)["labels"]["en"] for key in ("did", "changed")] == ["New did", "New changed"]
