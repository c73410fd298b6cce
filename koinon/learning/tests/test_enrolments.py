"""Places: by oneself, by link, by list, with help; counted under a crowd, given on, taken back, refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection

from koinon.accounts import actions as people
from koinon.accounts.models import Notice
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.learning.actions import enrolments, lists, runs
from koinon.learning.models import Enrolment, Invited, Run
from tests import factories

pytestmark = pytest.mark.django_db


def enrol(by, run, person, how="link", **facts):
    key = facts.pop("key", run.link_key)
    return enrolments.enrol(by=by, run=run, person=person, how=how, language="en", key=key, **facts)


def test_a_link_gives_a_place_and_the_same_again_changes_nothing(run, luka, acting):
    row = enrol(acting(luka), run, luka)
    assert (row.state, row.how, row.total) == ("enrolled", "link", 2)
    again = enrol(acting(luka), run, luka)
    run.refresh_from_db()
    assert again.pk == row.pk
    assert run.taken == 1
    assert Notice.objects.filter(person=luka, kind="learning.run").count() == 1


@pytest.mark.parametrize("key", ["", "guessed", "x" * 40])
def test_a_wrong_link_opens_nothing(run, luka, acting, key):
    with pytest.raises(Refused, match="this link"):
        enrol(acting(luka), run, luka, key=key)


def test_an_old_link_opens_nothing(run, luka, acting, fatmir):
    old = run.link_key
    runs.new_link(by=acting(fatmir), run=run)
    with pytest.raises(Refused):
        enrol(acting(luka), run, luka, key=old)


def test_nobody_enrols_somebody_else_or_on_another_way_than_theirs(run, luka, stranger, other_teacher, acting):
    for by, how in ((stranger, "link"), (stranger, "assisted"), (other_teacher, "assisted"), (stranger, "list")):
        with pytest.raises(Refused):
            enrol(acting(by), run, luka, how=how)
    with pytest.raises(Refused):
        enrol(VISITOR, run, luka)


def test_by_oneself_only_in_a_run_that_one_sees(run, luka, milos, acting):
    with pytest.raises(Refused):
        enrol(acting(luka), run, luka, how="self", key="")
    Run.objects.filter(pk=run.pk).update(audience="network")
    run.refresh_from_db()
    with pytest.raises(Refused):
        enrol(acting(luka), run, luka, how="self", key="")
    assert enrol(acting(milos), run, milos, how="self", key="").state == "enrolled"


def test_over_means_over(run, luka, acting):
    Run.objects.filter(pk=run.pk).update(starts_on=date.today() - timedelta(9), ends_on=date.today() - timedelta(1))
    with pytest.raises(ValidationError, match="no longer enrol"):
        enrol(acting(luka), run, luka)


def test_who_teaches_does_not_learn_there(run, fatmir, acting):
    with pytest.raises(ValidationError, match="You teach here"):
        enrol(acting(fatmir), run, fatmir)


def test_a_full_run_has_a_waiting_list_and_the_next_one_gets_the_place(run, acting):
    Run.objects.filter(pk=run.pk).update(capacity=1)
    first, second, third = (factories.person() for _ in range(3))
    rows = [enrol(acting(each), run, each) for each in (first, second, third)]
    assert [row.state for row in rows] == ["enrolled", "waiting", "waiting"]
    enrolments.withdraw(by=acting(first), enrolment=rows[0])
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == ["withdrawn", "enrolled", "waiting"]
    assert Notice.objects.filter(person=second, title__startswith="A place is free").count() == 1
    run.refresh_from_db()
    assert run.taken == 1


def test_more_places_are_given_to_who_waits(run, fatmir, acting):
    Run.objects.filter(pk=run.pk).update(capacity=1)
    rows = [enrol(acting(each), run, each) for each in (factories.person(), factories.person(), factories.person())]
    change(acting(fatmir), run, capacity=3)
    assert {Enrolment.objects.get(pk=row.pk).state for row in rows} == {"enrolled"}


def change(by, run, **facts):
    said = {
        "title": run.title, "languages": ["en"], "starts_on": run.starts_on, "ends_on": run.ends_on, "place": "",
        "capacity": run.capacity, "audience": run.audience, "asks_first": run.asks_first,
    }  # fmt: skip
    return runs.change(by=by, run=run, **{**said, **facts})


@pytest.mark.django_db(transaction=True)
def test_a_crowd_never_gets_more_places_than_there_are(version, course):
    run = factories.run(course=course, version=version, state="running", capacity=3)
    people = [factories.person() for _ in range(12)]

    def try_it(person):
        try:
            return enrolments.enrol(by=machine("test"), run=run, person=person, how="link", language="en").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as crowd:
        keys = list(crowd.map(try_it, people, timeout=60))
    states = list(Enrolment.objects.filter(pk__in=keys).values_list("state", flat=True))
    run.refresh_from_db()
    assert (states.count("enrolled"), states.count("waiting"), run.taken) == (3, 9, 3)

    def leave(row):
        try:
            enrolments.withdraw(by=machine("test"), enrolment=row)
        finally:
            connection.close()

    inside = list(Enrolment.objects.filter(run=run, state="enrolled").select_related("run", "person"))
    late = [factories.person() for _ in range(3)]
    with ThreadPoolExecutor(6) as crowd:
        for done in [*(crowd.submit(leave, row) for row in inside), *(crowd.submit(try_it, each) for each in late)]:
            done.result(60)
    run.refresh_from_db()
    assert run.taken == Enrolment.objects.filter(run=run, state="enrolled").count() == 3


def test_asked_first(run, luka, fatmir, other_teacher, acting):
    Run.objects.filter(pk=run.pk).update(asks_first=True)
    row = enrol(acting(luka), run, luka)
    assert (row.state, row.due_on > date.today()) == ("asked", True)
    assert Notice.objects.filter(person=fatmir, kind="learning.teaching").count() == 1
    for by in (other_teacher, luka):
        with pytest.raises(Refused):
            enrolments.admit(by=acting(by), enrolment=row)
    enrolments.admit(by=acting(fatmir), enrolment=row)
    assert Enrolment.objects.get(pk=row.pk).state == "enrolled"
    assert Statement.objects.filter(verb="learning.admitted", noun=row.pk).exists()


def test_refused_with_a_sentence_and_back_only_by_who_teaches(run, luka, fatmir, acting):
    Run.objects.filter(pk=run.pk).update(asks_first=True)
    row = enrol(acting(luka), run, luka)
    with pytest.raises(ValidationError):
        enrolments.refuse(by=acting(fatmir), enrolment=row, why=" ")
    enrolments.refuse(by=acting(fatmir), enrolment=row, why="It is for municipal staff.")
    with pytest.raises(ValidationError, match="ask the facilitator"):
        enrol(acting(luka), run, luka)
    assert "municipal staff" in Notice.objects.filter(person=luka).first().text
    assert enrolments.take_back(by=acting(fatmir), enrolment=row).state == "enrolled"


def test_taken_off_the_list_and_back(run, enrolment, luka, fatmir, stranger, acting):
    with pytest.raises(Refused):
        enrolments.remove(by=acting(stranger), enrolment=enrolment, why="x")
    enrolments.remove(by=acting(fatmir), enrolment=enrolment, why="By mistake twice.")
    with pytest.raises(ValidationError, match="ask the facilitator"):
        enrol(acting(luka), run, luka)
    enrolments.take_back(by=acting(fatmir), enrolment=enrolment)
    run.refresh_from_db()
    assert run.taken == 1


def test_nobody_else_withdraws_somebody(enrolment, fatmir, mara, acting):
    for by in (fatmir, mara):
        with pytest.raises(Refused):
            enrolments.withdraw(by=acting(by), enrolment=enrolment)


def test_who_left_comes_back_with_all_they_did(run, enrolment, page, luka, acting):
    from koinon.learning.actions import progress

    progress.note(by=acting(luka), enrolment=enrolment, node=page.key, kind="viewed")
    enrolments.withdraw(by=acting(luka), enrolment=enrolment)
    back = enrol(acting(luka), run, luka)
    assert (back.pk, back.done) == (enrolment.pk, 1)


def test_an_invitation_of_a_list_works_once_and_ends_with_the_run(run, fatmir, acting, settings):
    rows = [{"email": "Ana@Example.org", "name": "Ana"}, {"email": "ana@example.org"}, {"email": "bo@example.org"}]
    made = lists.invite_all(by=acting(fatmir), run=run, rows=rows)
    assert sorted(row.email for row in made) == ["ana@example.org", "bo@example.org"]
    assert not lists.invite_all(by=acting(fatmir), run=run, rows=rows)
    ana = Invited.objects.select_related("run").get(email="ana@example.org")
    token = links.make(lists.PURPOSE, invited=str(ana.pk))
    _row, person = lists.accept(by=VISITOR, invited=ana, link=links.read(lists.PURPOSE, token))
    assert Enrolment.objects.get(run=run, person=person).how == "list"
    with pytest.raises(links.Broken):
        links.read(lists.PURPOSE, token)
    bo = Invited.objects.select_related("run").get(email="bo@example.org")
    runs.end(by=acting(fatmir), run=run)
    bo.refresh_from_db()
    assert bo.state == "lapsed"
    assert not mail.outbox


def test_only_who_leads_invites_to_teach(run, acting, fatmir, other_teacher, luka):
    helper = factories.facilitation(run=run).person
    for by in (helper, other_teacher, luka):
        with pytest.raises(Refused):
            lists.invite_facilitator(by=acting(by), run=run, email="new@example.org")
    row = lists.invite_facilitator(by=acting(fatmir), run=run, email="new@example.org")
    link = links.read(lists.PURPOSE, links.make(lists.PURPOSE, invited=str(row.pk)))
    _row, person = lists.accept(by=VISITOR, invited=row, link=link, name="Neda")
    assert run.facilitations.filter(person=person, is_lead=False).exists()


def test_no_letter_to_an_address_that_is_none(run, fatmir, acting):
    for email in ("card-1@nowhere.invalid", "no address", "a@b"):
        with pytest.raises(ValidationError):
            lists.invite(by=acting(fatmir), run=run, email=email)


def test_who_teaches_is_named_to_those_who_may_read_the_name(run, fatmir, luka, enrolment, visitor, enter, acting):
    Run.objects.filter(pk=run.pk).update(audience="public")
    address = f"/runs/{run.pk}/"
    assert "Fatmir" not in visitor.get(address).content.decode()
    assert str(run.organisation) in visitor.get(address).content.decode()
    assert "Fatmir" in enter(luka).get(address).content.decode()
    people.agree(by=acting(fatmir), person=fatmir, matter="public_listing", language="en")
    people.show_to(by=acting(fatmir), person=fatmir, sights={"name": "public"})
    assert "Fatmir" in visitor.get(f"{address}?again").content.decode()
    people.show_to(by=acting(fatmir), person=fatmir, sights={"name": "nobody"})
    assert "Fatmir" not in enter(luka).get(address).content.decode()
