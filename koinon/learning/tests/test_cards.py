"""Cards: what they open and what not; guessed, replayed, taken by others; the pages on a shared phone."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from koinon.accounts.models import Consent, Person
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused
from koinon.learning.actions import announcing, cards, enrolments, runs
from koinon.learning.engine import pictures
from koinon.learning.models import Card
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(run, fatmir, acting):
    """Learns with a card."""
    return cards.assist(by=acting(fatmir), run=run, name="Ana", language="en", agreed=True)


@pytest.fixture
def card(ana, fatmir, acting):
    """(row, secret, pictures)"""
    return cards.make(by=acting(fatmir), enrolment=ana)


def tap(client, secret, code):
    """Tap the pictures one after the other, as the page is made."""
    address, chosen = reverse("learning:card", args=[secret]), ""
    for picture in code:
        answer = client.post(address, {"chosen": chosen, "pick": picture})
        found = re.search(r'name="chosen" value="([^"]*)"', answer.content.decode())
        chosen = found[1] if found else ""
    return answer


def wrong(code):
    other = next(key for key in pictures.PICTURES if key != code[0])
    return [other, *code[1:]]


def test_a_name_and_a_yes_are_enough_and_needed(run, fatmir, acting):
    by = acting(fatmir)
    for facts in ({"name": " "}, {"agreed": False}, {"name": "ana@example.org"}):
        with pytest.raises(ValidationError):
            cards.assist(by=by, run=run, **{"name": "Ana", "language": "en", "agreed": True, **facts})
    assert not Person.objects.filter(email__endswith="@nowhere.invalid").exists()


def test_for_a_child_a_guardian_agrees_and_nothing_but_a_name_is_kept(ana):
    words = Consent.objects.get(person=ana.person, matter="learning.assisted").text
    assert "parent or guardian" in words
    person = Person.objects.get(pk=ana.person_id)
    assert (person.name, person.about, person.photo_id, person.languages) == ("Ana", "", None, [])
    assert not person.has_usable_password()


@pytest.mark.parametrize("who", ["other_teacher", "luka", "stranger", "arben"])
def test_only_who_teaches_here_makes_cards(request, run, ana, acting, who):
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        cards.make(by=by, enrolment=ana)
    with pytest.raises(Refused):
        cards.assist(by=by, run=run, name="Bo", language="en", agreed=True)


def test_no_card_for_somebody_with_an_address(enrolment, fatmir, acting):
    with pytest.raises(ValidationError, match="e-mail address"):
        cards.make(by=acting(fatmir), enrolment=enrolment)


def test_the_right_pictures_open_the_course_and_nothing_else(card, run):
    row, secret, code = card
    client = Client()
    answer = tap(client, secret, code)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("learning:my_run", args=[run.pk])
    assert client.get(answer["Location"]).status_code == 200
    for name in ("accounts:desk", "accounts:profile", "accounts:data", "mfa_index", "network:home"):
        assert client.get(reverse(name))["Location"] == "/learn/", name
    assert client.session.get_expiry_age() <= 2 * 3600
    assert client.get(reverse("learning:teach", args=[run.pk])).status_code == 404
    assert Statement.objects.filter(verb="learning.card_tried", noun=row.pk).exists()


def test_five_wrong_codes_lock_the_card_even_for_the_right_one(card):
    _row, secret, code = card
    for left in (4, 3, 2, 1, 0):
        answer = tap(Client(), secret, wrong(code))
        assert "_auth_user_id" not in answer.wsgi_request.session
        assert (f"{left} more" in answer.content.decode()) == bool(left)
    answer = tap(Client(), secret, code)
    assert b"locked" in answer.content
    assert "_auth_user_id" not in answer.wsgi_request.session


def test_the_right_code_sets_the_tries_back(card):
    row, secret, code = card
    for _ in range(3):
        tap(Client(), secret, wrong(code))
        assert tap(Client(), secret, code).status_code == 302
    row.refresh_from_db()
    assert row.tries == 0


def test_a_code_that_is_no_code_never_opens(card):
    row, _secret, code = card
    for said in ([], code[:3], [*code, code[0]], ["", "", "", ""], ["rose"] * 4):
        assert not cards.enter(by=VISITOR, card=row, said=said).is_right
        Card.objects.update(tries=0)


def test_a_guessed_secret_finds_nothing(card):
    for secret in ("x", "a" * 32, card[0].secret, str(card[0].pk)):
        assert Client().get(reverse("learning:card", args=[secret])).status_code == 410


def test_a_new_card_ends_the_old_one_and_its_sessions(card, ana, run, fatmir, acting):
    _row, secret, code = card
    client = Client()
    tap(client, secret, code)
    assert client.get(reverse("learning:my_run", args=[run.pk])).status_code == 200
    ana.person.refresh_from_db()
    _new, second, again = cards.make(by=acting(fatmir), enrolment=ana)
    assert "login" in client.get(reverse("learning:my_run", args=[run.pk]))["Location"]
    assert tap(Client(), secret, code).status_code == 410
    assert tap(Client(), second, again).status_code == 302


def test_who_is_taken_off_the_list_or_whose_run_ends_has_no_card(card, ana, run, fatmir, acting):
    _row, secret, _code = card
    runs.end(by=acting(fatmir), run=run)
    assert Client().get(reverse("learning:card", args=[secret])).status_code == 410
    runs.reopen(by=acting(fatmir), run=run, ends_on=run.ends_on)
    ana.refresh_from_db()
    enrolments.remove(by=acting(fatmir), enrolment=ana, why="Moved away.")
    assert Client().get(reverse("learning:card", args=[secret])).status_code == 410


def test_who_came_with_a_card_enrols_nowhere_else(ana, acting):
    other = factories.run(audience="public")
    with pytest.raises(Refused):
        enrolments.enrol(
            by=acting(ana.person), run=other, person=ana.person, how="link", language="en", key=other.link_key
        )


def test_no_letter_ever_goes_there(ana, run, fatmir, acting):
    from procrastinate.contrib.django.models import ProcrastinateJob

    announcing.announce(by=acting(fatmir), run=run, title="Welcome", text="We begin.", language="en")
    asked = [job.args for job in ProcrastinateJob.objects.filter(task_name="kit.deliver")]
    assert not [args for args in asked if args.get("to", "").endswith(".invalid")]
    assert ana.person.notices.filter(kind="learning.announcement").exists()
    assert not mail.outbox


def test_the_sheet_is_shown_once_and_kept_by_nobody(enter, fatmir, ana, run):
    client = enter(fatmir)
    answer = client.post(reverse("learning:cards_make", args=[run.pk]), {"learner": [str(ana.pk)], "sheet": "1"})
    text = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert text.count('<li class="l-card">') == 1
    secret = re.search(r"__address\">[^<]*/cards/([\w-]+)/<", text)[1]
    assert Card.objects.get(ended_at=None).secret == cards.hashed(secret) != secret


def test_twelve_pictures_four_of_them_by_chance():
    assert len(pictures.PICTURES) == 12
    drawn = [pictures.draw() for _ in range(200)]
    assert all(pictures.is_code(code) for code in drawn)
    assert len({tuple(code) for code in drawn}) > 150
