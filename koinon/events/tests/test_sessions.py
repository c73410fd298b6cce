"""The programme: planned and changed by organisers; persons are named only when they agree, by one tap."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.events.actions import messages, sessions, team
from koinon.events.models import Event, EventSession, Helper, Speaker
from koinon.kit.verbs import Refused
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(gathering):
    return gathering.sessions.get()


def facts(session, **more):
    made = {"title": "Talks", "starts_at": session.starts_at, "ends_at": session.ends_at, "zone": session.zone}
    return {**made, **more}


def test_strangers_and_doorkeepers_change_nothing(acting, stranger, petrit, session):
    for person in (stranger, petrit):
        with pytest.raises(Refused):
            sessions.change(by=acting(person), session=session, **facts(session))
        with pytest.raises(Refused):
            sessions.call_off(by=acting(person), session=session)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"), ({"zone": "Europe/Budva"}, "zone"), ({"link": "javascript:alert(1)"}, "link"),
        ({"track": "x" * 81}, "track"), ({"ends_at": None}, "ends"),
    ],
)  # fmt: skip
def test_mistakes_are_said_beside_the_field(acting, anna, gathering, session, wrong, field):
    if "ends_at" in wrong:
        wrong = {"ends_at": session.starts_at}
    with pytest.raises(ValidationError) as problem:
        sessions.plan(by=acting(anna), event=gathering, **facts(session, **wrong))
    assert field in problem.value.message_dict


def test_a_part_of_another_event_is_refused(acting, anna, gathering, session):
    with pytest.raises(ValidationError):
        sessions.plan(by=acting(anna), event=gathering, **facts(session, quota=factories.eventquota(rule="chosen")))


def test_another_hour_raises_the_number_and_other_words_do_not(acting, anna, session):
    by = acting(anna)
    kept = sessions.change(by=by, session=session, **facts(session, about="What we do there."))
    assert kept.sequence == 0
    moved = sessions.change(by=by, session=kept, **facts(kept, ends_at=kept.ends_at + timedelta(hours=1)))
    assert moved.sequence == 1


def test_all_changes_of_a_while_are_told_once(acting, anna, gathering, session, registration):
    by = acting(anna)
    moved = sessions.change(by=by, session=session, **facts(session, room="2"))
    sessions.change(by=by, session=moved, **facts(moved, room="3"))
    for _again in range(2):
        messages.programme_changed(event=str(gathering.pk))
    assert told(registration.person) == ["The programme has changed: Conference of hubs"]


def test_called_off_stays_crossed_out_and_is_done_once(acting, anna, visitor, session):
    sessions.call_off(by=acting(anna), session=session)
    with pytest.raises(ValidationError):
        sessions.call_off(by=acting(anna), session=session)
    assert b"<del>" in visitor.get(reverse("events:event", args=[session.event.slug])).content


def test_a_session_to_which_somebody_came_is_not_removed(acting, anna, session, registration):
    factories.scan(session=session, registration=registration)
    with pytest.raises(ValidationError):
        sessions.remove(by=acting(anna), session=session)
    empty = factories.eventsession(event=session.event)
    sessions.remove(by=acting(anna), session=empty)
    assert EventSession.objects.filter(event=session.event).count() == 1


def test_a_role_stands_at_once_and_a_person_is_asked_by_one_tap(acting, anna, luka, session, visitor, letters):
    by = acting(anna)
    assert sessions.name_speaker(by=by, session=session, role="Head of the hub").state == "agreed"
    asked = sessions.name_speaker(by=by, session=session, role="Expert", person=luka)
    assert asked.state == "asked"
    assert told(luka) == ["May your name stand in the programme? Conference of hubs"]
    with pytest.raises(ValidationError):
        sessions.name_speaker(by=by, session=session, role="Expert", person=luka)
    token = letters()[-1]["text"].split("/events/speakers/")[1].split("/")[0]
    address = reverse("events:speaker_asked", args=[token])
    assert visitor.get(address).status_code == 200
    asked.refresh_from_db()
    assert asked.state == "asked"
    assert visitor.post(address, {"agrees": "yes"}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "agreed"
    assert visitor.post(address, {"agrees": "no"}).status_code == 410
    assert visitor.get(reverse("events:speaker_asked", args=[token[:-2] + "xx"])).status_code == 410


def test_who_agreed_may_decline_later_and_nobody_answers_for_them(acting, anna, luka, stranger, session, enter):
    row = factories.speaker(session=session, person=luka, state="agreed")
    for person in (anna, stranger):
        with pytest.raises(Refused):
            sessions.answer_as_speaker(by=acting(person), speaker=row, agrees=False)
    enter(luka).post(reverse("events:speaker_me", args=[row.pk]), {"agrees": "no"})
    row.refresh_from_db()
    assert row.state == "declined"
    assert enter(stranger).get(reverse("events:speaker_me", args=[row.pk])).status_code == 404


def test_speakers_of_another_event_cannot_be_taken_off(enter, anna, session):
    other = factories.speaker()
    address = reverse("events:session_step", args=[session.event.slug, session.pk, "unname"])
    assert enter(anna).post(address, {"speaker": str(other.pk)}).status_code == 404
    assert enter(anna).post(address, {"speaker": "nonsense"}).status_code == 404
    assert Speaker.objects.filter(pk=other.pk).exists()


def test_the_pages_of_a_session(enter, anna, session):
    client = enter(anna)
    address = reverse("events:session", args=[session.event.slug, session.pk])
    data = {"title": "Talks", "starts": "2027-03-28T02:30", "ends": "2027-03-28T05:30", "zone": "Europe/Podgorica"}
    wrong = client.post(address, data)
    assert b"jump over" in wrong.content
    assert client.post(address, {**data, "starts": "2027-03-28T03:30"}).status_code == 302
    assert b"Talks" in client.get(reverse("events:sessions", args=[session.event.slug])).content
    step = reverse("events:session_step", args=[session.event.slug, session.pk, "name"])
    assert client.post(step, {"role": "Expert", "email": "nobody@example.org"}).status_code == 200
    assert client.post(step, {"role": "Expert"}).status_code == 302
    assert session.speakers.get().role == "Expert"


def test_a_session_of_another_event_is_not_found_under_this_one(enter, anna, session):
    other = factories.eventsession()
    assert enter(anna).get(reverse("events:session", args=[session.event.slug, other.pk])).status_code == 404


def test_a_team_grows_once_for_each_and_shrinks(acting, anna, mara, luka, stranger, gathering, enter):
    by = acting(anna)
    added = team.add_helper(by=by, event=gathering, person=luka, role="door")
    again = team.add_helper(by=by, event=gathering, person=luka, role="organiser")
    assert (added.pk, again.role) == (again.pk, "organiser")
    with pytest.raises(Refused):
        team.add_helper(by=acting(stranger), event=gathering, person=stranger)
    with pytest.raises(Refused):
        team.remove_helper(by=acting(stranger), helper=again)
    assert told(luka)[0].startswith("You look after the door")
    enter(luka).post(reverse("events:helper_leave", args=[gathering.slug, again.pk]))
    assert not Helper.objects.filter(person=luka).exists()


def test_a_doorkeeper_adds_nobody_but_may_leave(acting, enter, petrit, luka, gathering):
    with pytest.raises(Refused):
        team.add_helper(by=acting(petrit), event=gathering, person=luka)
    row = Helper.objects.get(person=petrit)
    assert enter(petrit).post(reverse("events:helper_leave", args=[gathering.slug, row.pk])).status_code == 302
    assert not Helper.objects.filter(person=petrit).exists()


def test_somebody_with_no_account_is_said_politely(enter, anna, gathering):
    address = reverse("events:team", args=[gathering.slug])
    answer = enter(anna).post(address, {"email": "nobody@example.org", "role": "door"})
    assert b"Nobody here has this address." in answer.content


def test_a_former_representative_organises_no_more(acting, mara, house, gathering):
    from koinon.network.models import Mandate

    Mandate.objects.filter(person=mara).delete()
    with pytest.raises(Refused):
        messages.send(by=acting(mara), event=gathering, title="Bus", text="At nine.", states=["confirmed"])
    assert not Event.objects.held_by(acting(mara)).exists()


def test_the_organisation_of_a_speaker_is_chosen_by_a_part_of_its_name(enter, mara, network, session, visitor):
    for name in ("Library of Budva", "Library of Bar"):
        factories.member(network, names={"en": name})
    client = enter(mara)
    address = reverse("events:session_step", args=[session.event.slug, session.pk, "name"])
    looked = client.post(address, {"role": "Head", "organisation": "library", "look_up": "organisation"})
    page = looked.content.decode()
    assert (looked.status_code, page.count('name="organisation_id"')) == (200, 2)
    assert 'value="Head"' in page
    several = client.post(address, {"role": "Head", "organisation": "library"}).content.decode()
    assert "Several organisations may be meant" in several
    assert not Speaker.objects.exists()
    one = page.split('name="organisation_id" value="')[1].split('"')[0]
    said = {"role": "Head", "organisation": "library", "organisation_id": one}
    assert client.post(address, said).status_code == 302
    assert client.post(address, {"role": "Guide", "organisation": "Library of Bar"}).status_code == 302
    assert client.post(address, {"role": "Clerk", "organisation": ""}).status_code == 302
    assert sorted(str(row.organisation) for row in Speaker.objects.all()) == sorted(
        [str(factories.Organisation.objects.get(pk=one)), "Library of Bar", "None"]
    )
    shown = visitor.get(reverse("events:event", args=[session.event.slug])).content.decode()
    assert "Library of Bar" in shown


def test_nobody_learns_by_naming_it_that_an_organisation_is_there(enter, acting, anna, mara, session):
    hidden = factories.organisation(slug="hidden-house", names={"en": "Hidden house"})
    address = reverse("events:session_step", args=[session.event.slug, session.pk, "name"])
    page = enter(mara).post(address, {"role": "Head", "organisation": "hidden-house"}).content.decode()
    assert "No organisation that you can see is called so." in page
    with pytest.raises(ValidationError):
        sessions.name_speaker(by=acting(mara), session=session, role="Head", organisation=hidden)
    assert not Speaker.objects.exists()
