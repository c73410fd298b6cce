"""From scans to certificates to figures: by the rule, by hand, revoked, checked by strangers, printed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from koinon.events.actions import badges as badge_actions
from koinon.events.actions import certificates
from koinon.events.clock import attending
from koinon.events.models import Certificate, Event, Presence, Registration
from koinon.events.queries import badges, codes, figures
from koinon.events.queries import certificates as papers
from koinon.events.queries.attending import attending as mine_of
from koinon.kit import pdf
from koinon.kit.models import Statement, Work
from koinon.kit.verbs import Refused, machine
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(gathering):
    """The event is over, eight hours long."""
    begins = timezone.now() - timedelta(days=1)
    ends = begins + timedelta(hours=8)
    facts = {"starts_at": begins, "ends_at": ends, "state": "over", "report_due_on": ends.date()}
    Event.objects.filter(pk=gathering.pk).update(**facts)
    gathering.sessions.update(starts_at=begins, ends_at=ends)
    gathering.refresh_from_db()
    return gathering


def scanned(event, registration, *minutes):
    """In and out by turns."""
    session = event.sessions.get()
    for number, minute in enumerate(minutes):
        way = "out" if number % 2 else "in"
        at = session.starts_at + timedelta(minutes=minute)
        factories.scan(session=session, registration=registration, way=way, at=at, id=uuid4())


def follow(event):
    """What the jobs do."""
    attending.recount_event(event=str(event.pk))
    attending.certify_event(event=str(event.pk))


def state_of(row):
    return Registration.objects.get(pk=row.pk).state


@pytest.fixture
def earned(over, registration):
    scanned(over, registration, 0, 400)
    follow(over)
    return Certificate.objects.get(registration=registration)


def test_who_attended_enough_gets_a_certificate_and_is_told(over, registration, luka):
    short = factories.registration(event=over)
    absent = factories.registration(event=over)
    scanned(over, registration, 0, 400)
    scanned(over, short, 0, 60)
    follow(over)
    assert [state_of(row) for row in (registration, short, absent)] == ["attended", "attended", "missed"]
    row = Certificate.objects.get()
    assert (row.registration, row.minutes, row.required, row.by_hand_why) == (registration, 400, 480, "")
    assert told(luka, "events.certificate") == ["Your certificate: Conference of hubs"]
    assert Statement.objects.filter(verb="events.certificate_issued").count() == 1
    follow(over)
    assert Certificate.objects.count() == 1


def test_late_scans_and_decisions_bring_certificates_later(over, registration, acting, anna):
    from koinon.events.actions import presence

    scanned(over, registration, 0)
    follow(over)
    assert not Certificate.objects.exists()
    assert state_of(registration) == "attended", "a check-out is missing: neither absent nor certified"
    presence.decide(by=acting(anna), session=over.sessions.get(), way="end", why="The scanner broke")
    follow(over)
    assert Certificate.objects.get().minutes == 480


def test_no_certificates_before_the_end_and_for_events_that_give_none(over, registration):
    scanned(over, registration, 0, 480)
    Event.objects.filter(pk=over.pk).update(state="closed")
    follow(over)
    assert not Certificate.objects.exists()
    Event.objects.filter(pk=over.pk).update(state="over", certifies=False)
    follow(over)
    assert not Certificate.objects.exists()
    with pytest.raises(ValidationError, match="No certificates"):
        certificates.issue(by=machine("test"), registration=registration)


def test_the_rule_is_asked_again_when_it_is_issued(over, registration):
    scanned(over, registration, 0, 30)
    follow(over)
    with pytest.raises(ValidationError, match="not enough"):
        certificates.issue(by=machine("test"), registration=registration)


def test_by_hand_with_a_reason(over, registration, acting, anna, petrit, luka, rival):
    for each in (petrit, luka, rival):
        with pytest.raises(Refused):
            certificates.give(by=acting(each), registration=registration, why="A friend")
    with pytest.raises(ValidationError):
        certificates.give(by=acting(anna), registration=registration, why=" ")
    row = certificates.give(by=acting(anna), registration=registration, why="The scanner was broken")
    assert (row.by_hand_why, row.given_by) == ("The scanner was broken", anna)
    with pytest.raises(ValidationError, match="already"):
        certificates.give(by=acting(anna), registration=registration, why="Again")


def test_nobody_is_certified_for_what_has_not_been(gathering, registration, acting, anna):
    with pytest.raises(ValidationError, match="when the event is over"):
        certificates.give(by=acting(anna), registration=registration, why="In advance")


def test_who_withdrew_gets_none(over, acting, anna):
    row = factories.registration(event=over, state="withdrawn")
    with pytest.raises(ValidationError):
        certificates.give(by=acting(anna), registration=row, why="A mistake")


def test_revoked_with_a_reason_and_given_again(earned, acting, anna, petrit, luka, visitor):
    with pytest.raises(Refused):
        certificates.revoke(by=acting(petrit), certificate=earned, why="No")
    certificates.revoke(by=acting(anna), certificate=earned, why="It was somebody else")
    with pytest.raises(ValidationError, match="moved on"):
        certificates.revoke(by=acting(anna), certificate=earned, why="Twice")
    page = visitor.get(reverse("events:certificate", args=[earned.code])).content.decode()
    assert "Not valid any more" in page
    assert "somebody else" not in page, "the reason is the holder's"
    assert "somebody else" in visitor.get(papers.page_of(earned)).content.decode()
    assert told(luka, "events.certificate")[-1].startswith("Your certificate is not valid any more")
    certificates.give(by=acting(anna), registration=earned.registration, why="It was them after all")
    assert "Valid" in visitor.get(reverse("events:certificate", args=[earned.code])).content.decode()


def test_an_issued_one_stays_revoked_whatever_the_rule_says(over, earned, acting, anna):
    certificates.revoke(by=acting(anna), certificate=earned, why="It was somebody else")
    follow(over)
    assert Certificate.objects.get().revoked_at is not None


def test_a_stranger_checks_what_the_paper_says_and_nothing_more(earned, visitor, luka):
    answer = visitor.get(reverse("events:certificate", args=[earned.code]))
    page = answer.content.decode()
    assert "Luka" in page
    assert "Conference of hubs" in page
    assert "6 h 40 min" in page
    assert luka.email not in page
    assert ".pdf" not in page
    assert (answer["X-Robots-Tag"], "no-store" in answer["Cache-Control"]) == ("noindex", True)
    assert visitor.get(reverse("events:certificate", args=["x" * 28])).status_code == 404


def test_the_name_of_a_minor_is_only_for_the_holder(earned, visitor):
    Registration.objects.filter(pk=earned.registration_id).update(is_minor=True)
    page = visitor.get(reverse("events:certificate", args=[earned.code])).content.decode()
    assert "Luka" not in page
    assert "A young person" in page
    assert "Luka" in visitor.get(papers.page_of(earned)).content.decode()


def test_who_tries_codes_is_stopped(earned, visitor, settings):
    settings.KOINON_LIMITS = True
    address = reverse("events:certificate", args=["y" * 28])
    answers = {visitor.get(address).status_code for _turn in range(125)}
    assert answers == {404, 429}


def test_the_paper_needs_the_holders_key(earned, visitor):
    wrong = reverse("events:certificate_file", args=[earned.code, "0" * 32])
    assert visitor.get(wrong).status_code == 404
    answer = visitor.get(papers.paper_of(earned))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


@pytest.mark.parametrize(("language", "name"), [("mk", "Ѓорѓи Ќосев"), ("el", "Άννα Παπαδοπούλου"), ("lt", "Žydrė")])
def test_the_paper_is_archival_and_accessible_in_every_script(earned, language, name):
    Registration.objects.filter(pk=earned.registration_id).update(name=name)
    made = papers.paper(Certificate.objects.get(pk=earned.pk), language)
    assert b"pdfaid:part" in made
    assert b"/StructTreeRoot" in made
    assert f"/Lang ({language}".encode() in made or b"/Lang" in made


def test_names_are_data_on_paper(earned):
    Registration.objects.filter(pk=earned.registration_id).update(name='#panic("no") *bold* $x$')
    assert papers.paper(Certificate.objects.get(pk=earned.pk), "en").startswith(b"%PDF-")


def test_badges_are_sheets_with_codes_and_names_in_any_script(over, acting, anna, registration, enter):
    for name in ("Ѓорѓи Ќосев", "Άννα Παπαδοπούλου", "Ardita Gjoka-Dervishi of the Very Long Name of a Family", ""):
        factories.registration(event=over, name=name, organisation_name="Library of the town")
    made = badges.write(over, badges.wanted(over), "en")
    assert made.startswith(b"%PDF-")
    answer = enter(anna).post(reverse("events:badges", args=[over.slug]), {"since": ""})
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert "koinon:" in codes.text(registration)


def test_badges_of_a_large_event_are_set_by_a_job(over, anna, registration, enter, monkeypatch, acting, luka):
    monkeypatch.setattr(badges, "AT_ONCE", 0)
    answer = enter(anna).post(reverse("events:badges", args=[over.slug]), {"since": ""})
    work = Work.objects.get(task="events.badges")
    assert answer["Location"] == reverse("kit:work", args=[work.pk])
    monkeypatch.setattr(pdf, "write", lambda *args, **kwargs: b"%PDF-1.7 badges")
    badge_actions.write_badges(work_id=str(work.pk))
    work.refresh_from_db()
    assert (work.state, "upload" in work.result) == ("done", True)
    with pytest.raises(Refused):
        badge_actions.ask(by=acting(luka), event=over, since=None, language="en")


def test_figures_open_to_the_list_behind_them(over, earned, enter, anna):
    other = factories.registration(event=over, person=None, email="guest@example.org", name="Guest")
    scanned(over, other, 0, 60)
    follow(over)
    found = {each.key: each for each in figures.of_event(over)}
    numbers = {key: each.number for key, each in found.items()}
    assert numbers == {"people": 2, "attended": 2, "missed": 0, "hours": 7, "certified": 1, "revoked": 0}
    page = enter(anna).get(found["attended"].url).content.decode()
    assert "Luka" in page
    assert "Guest" in page
    assert "Guest" not in enter(anna).get(found["certified"].url).content.decode()


def test_one_person_at_two_events_is_one_person(over, earned, network, house, luka, mara, enter):
    second = factories.event(organisation=house, network=network, state="over", starts_at=over.starts_at,
                             ends_at=over.ends_at)  # fmt: skip
    row = factories.registration(event=second, person=luka, state="attended")
    factories.certificate(registration=row)
    late = factories.registration(event=second, state="attended")
    factories.certificate(registration=late, revoked_at=timezone.now(), revoked_why="A mistake")
    found = figures.indicator(network=network)
    assert (found.events, found.participations, found.people) == (2, 3, 2)
    assert (found.certificates, found.certified) == (2, 1)
    assert figures.indicator(network=network, since=timezone.now().date() + timedelta(days=1)).people == 0
    page = enter(mara).get(reverse("events:attendance")).content.decode()
    assert reverse("events:presence", args=[second.slug]) in page


def test_figures_of_others_are_not_mine(over, earned, enter, rival):
    page = enter(rival).get(reverse("events:attendance")).content.decode()
    assert over.slug not in page


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_as_many_questions_for_three_as_for_one(over, number, enter, anna, django_assert_max_num_queries):
    for _turn in range(number):
        row = factories.registration(event=over)
        scanned(over, row, 0, 400)
    follow(over)
    client = enter(anna)
    for name in ("presence", "certificates", "door"):
        client.get(reverse(f"events:{name}", args=[over.slug]))
        with django_assert_max_num_queries(26):
            client.get(reverse(f"events:{name}", args=[over.slug]))


def test_both_readers_read_the_same_sentence(over, registration, enter, anna):
    scanned(over, registration, 0, 60)
    follow(over)
    said = mine_of(Registration.objects.get(pk=registration.pk)).said
    assert "not enough" in said
    page = enter(anna).get(reverse("events:presence_of", args=[over.slug, registration.pk])).content.decode()
    assert said in page


def test_the_code_is_shown_until_the_end(gathering, registration, over):
    assert mine_of(Registration.objects.get(pk=registration.pk)).code == ""
    assert mine_of(factories.registration()).qr


def test_decisions_on_the_pages_keep_what_was_written(over, registration, enter, anna):
    scanned(over, registration, 0)
    follow(over)
    session, client = over.sessions.get(), enter(anna)
    many = reverse("events:presence_many", args=[over.slug, "decide"])
    page = client.post(many, {"session": session.pk, "way": "end", "why": ""}).content.decode()
    assert "k-field" in page
    assert client.post(many, {"session": session.pk, "way": "end", "why": "Seen"}).status_code == 302
    assert Presence.objects.get().said_minutes == 480
    step = reverse("events:presence_step", args=[over.slug, registration.pk, "say"])
    page = client.post(step, {"session": session.pk, "minutes": 9999, "why": "Kept words"}).content.decode()
    assert "Kept words" in page
    assert "Between 0 and 480" in page
    assert client.post(step, {"session": session.pk, "minutes": 400, "why": "Saw them"}).status_code == 302
    back = reverse("events:presence_step", args=[over.slug, registration.pk, "unsay"])
    assert client.post(back, {"session": session.pk}).status_code == 302
    assert Presence.objects.get().said_minutes is None
    certify = reverse("events:presence_step", args=[over.slug, registration.pk, "certify"])
    assert client.post(certify, {"why": "Was at the desk"}).status_code == 302
    paper = Certificate.objects.get()
    revoke = reverse("events:certificate_revoke", args=[over.slug, paper.pk])
    assert client.post(revoke, {"why": ""}).status_code == 200
    assert client.post(revoke, {"why": "A mistake"}).status_code == 302


def test_what_is_mine_goes_along(earned, luka):
    from koinon.events.lends.attending import attended

    found = attended(luka)
    assert [row["code"] for row in found["certificates"]] == [earned.code]
    assert len(found["event_scans"]) == 2


def test_missing_check_outs_are_the_organisers_turn(over, registration, enter, anna):
    scanned(over, registration, 0)
    follow(over)
    page = enter(anna).get(reverse("events:desk", args=[over.slug])).content.decode()
    assert "Check-ins or check-outs that are missing" in page


@pytest.mark.parametrize("name", ["", "N", "Žydrė Šimkutė", "A" * 60, "Ab " * 50])
def test_every_name_has_a_size_that_can_be_read(name):
    assert 7 <= badges.size_of(name) <= 19
