"""What people are told, at their pace, in their language, and how they stop it by one tap."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from koinon.accounts import actions, clock, notices
from koinon.accounts.models import Notice, Person, Preference
from koinon.kit.models import Statement, UsedLink
from koinon.kit.verbs import VISITOR, Refused, machine
from tests import factories

pytestmark = pytest.mark.django_db


def said(verb):
    return Statement.objects.filter(verb=verb).count()


def tell(person, kind="test.asked", **more):
    return notices.tell(person=person, kind=kind, title="A question", address="/desk/", **more)


def aged(notice, hours=48):
    Notice.objects.filter(pk=notice.pk).update(made_at=timezone.now() - timedelta(hours=hours))


# --- telling ---------------------------------------------------------------------------------------


def test_at_once_means_a_letter_now(kinds, stranger, letters):
    notice = tell(stranger, text="Can you help?", action=gettext_lazy("Search"))
    (letter,) = letters()
    assert letter["to"] == stranger.email
    assert "http://testserver/desk/" in letter["text"]
    assert "Questions" in letter["text"]
    assert letter["unsubscribe"].startswith("http://testserver/accounts/unsubscribe/")
    assert notice.sent_at is not None


def test_facts_are_filled_in_the_language_of_the_reader(kinds, letters):
    reader = factories.person(language="el")
    seen = []

    def name(language):
        seen.append((language, translation.get_language()))
        return "Σέρρες"

    notices.tell(person=reader, kind="test.asked", title="%(who)s asks 100%% of you", facts={"who": name})
    assert Notice.objects.get(person=reader).title == "Σέρρες asks 100% of you"
    assert seen[0][0] == "el"
    assert letters()[0]["language"] == "el"


def test_never_means_the_desk_only(kinds, stranger, letters):
    factories.preference(person=stranger, kind="test.asked", pace="never")
    assert tell(stranger).sent_at is None
    assert letters() == []
    assert clock.send_digests(timezone.now() + timedelta(days=9)) == 0


def test_who_is_gone_is_not_told(kinds, letters):
    assert tell(factories.person(is_active=False)) is None
    assert letters() == []


def test_many_people_cost_two_queries_and_their_letters(kinds, django_assert_num_queries):
    for count in (1, 3):
        people = [factories.person() for _ in range(count)]
        Preference.objects.bulk_create(Preference(person=p, kind="test.asked", pace="daily") for p in people)
        with django_assert_num_queries(2):
            notices.tell_all(people=people, kind="test.asked", title="x")


def test_names_in_letters_are_text_and_headers_stay_one_line(kinds, stranger, letters):
    title = "Bcc: all@example.org\r\nBcc: more@example.org <b>Søn & co</b>"
    notices.tell(person=stranger, kind="test.asked", title=title, text="<script>alert(1)</script>")
    (letter,) = letters()
    assert "\n" not in letter["subject"]
    assert "\r" not in letter["subject"]
    assert "<script>" not in letter["html"]
    assert "&lt;b&gt;" in letter["html"]
    assert "Søn & co" in letter["subject"]
    assert "<b>Søn & co</b>" in letter["text"]


def test_a_name_with_line_breaks_makes_no_second_header(kinds, stranger, letters, mailoutbox):
    from koinon.kit.mail import deliver

    notices.tell(person=stranger, kind="test.asked", title="Hello\nBcc: evil@example.org")
    deliver(**letters()[0])
    message = mailoutbox[0].message()
    assert message["Bcc"] is None
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Subject"] == "Hello Bcc: evil@example.org"


# --- choosing --------------------------------------------------------------------------------------


def test_the_page_offers_every_kind_and_keeps_the_choice(kinds, enter, stranger):
    client = enter(stranger)
    page = client.get(reverse("accounts:notices"))
    names = page.context["form"].names
    wanted = {name: "weekly" for name in names}
    assert client.post(reverse("accounts:notices"), wanted).status_code == 302
    assert set(Preference.objects.filter(person=stranger).values_list("pace", flat=True)) == {"weekly"}
    assert set(names.values()) >= {"test.asked", "test.seen"}
    assert said("accounts.paces_chosen") == 1


def test_what_waits_follows_the_new_wish(kinds, stranger, acting):
    waiting = tell(stranger, kind="test.seen")
    actions.choose_paces(by=acting(stranger), person=stranger, paces={"test.seen": "never", "made.up": "now"})
    waiting.refresh_from_db()
    assert waiting.pace == "never"
    assert not Preference.objects.filter(kind="made.up").exists()


def test_only_the_person_chooses_and_reads(kinds, stranger, milos, acting):
    for verb, more in (
        (actions.choose_paces, {"paces": {}}),
        (actions.read_all, {}),
        (actions.unsubscribe, {"kind": "x"}),
        (actions.subscribe, {"kind": "x"}),
    ):
        for by in (acting(milos), VISITOR):
            with pytest.raises(Refused):
                verb(by=by, person=stranger, **more)


def test_seen_is_seen(kinds, enter, stranger):
    tell(stranger)
    client = enter(stranger)
    assert "I have seen it all" in client.get(reverse("accounts:desk")).content.decode()
    client.post(reverse("accounts:read"))
    assert "I have seen it all" not in client.get(reverse("accounts:desk")).content.decode()
    assert said("accounts.read") == 1


# --- digests ---------------------------------------------------------------------------------------


def test_a_digest_is_one_letter_and_goes_once(kinds, stranger, letters):
    for _ in range(3):
        aged(tell(stranger, kind="test.seen"))
    now = timezone.now()
    assert clock.send_digests(now) == 1
    assert clock.send_digests(now) == 0
    (letter,) = letters()
    assert letter["subject"] == "3 things are new"
    assert letter["text"].count("A question") == 3
    assert said("accounts.digested") == 1
    assert Statement.objects.get(verb="accounts.digested").counts == {"notices": 3}


def test_weekly_waits_for_monday(kinds, stranger, letters):
    Person.objects.filter(pk=stranger.pk).update(zone="UTC")
    factories.preference(person=stranger, kind="test.seen", pace="weekly")
    notice = tell(stranger, kind="test.seen")
    Notice.objects.filter(pk=notice.pk).update(made_at=datetime(2026, 5, 5, 12, tzinfo=UTC))  # a Tuesday
    assert clock.send_digests(datetime(2026, 5, 10, 23, tzinfo=UTC)) == 0
    assert clock.send_digests(datetime(2026, 5, 11, 6, 59, tzinfo=UTC)) == 0
    assert clock.send_digests(datetime(2026, 5, 11, 7, 0, tzinfo=UTC)) == 1


def test_seven_o_clock_is_that_of_the_reader(kinds, letters):
    east, west = factories.person(zone="Asia/Tokyo"), factories.person(zone="America/New_York")
    for reader in (east, west):
        notice = tell(reader, kind="test.seen")
        Notice.objects.filter(pk=notice.pk).update(made_at=datetime(2026, 5, 5, 12, tzinfo=UTC))
    assert clock.send_digests(datetime(2026, 5, 5, 22, 30, tzinfo=UTC)) == 1
    assert letters()[0]["to"] == east.email
    assert clock.send_digests(datetime(2026, 5, 6, 11, 30, tzinfo=UTC)) == 1


@given(
    now=st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(["UTC", "Europe/Athens", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"]),
)
def test_cut_offs_lie_in_the_past_and_less_than_a_day_or_week_ago(now, zone):
    daily, weekly = clock.cut_offs(now, zone)
    assert weekly <= daily <= now
    assert now - daily <= timedelta(hours=25)
    assert now - weekly <= timedelta(days=7, hours=1)


def test_only_the_clock_sends_digests(stranger, acting):
    with pytest.raises(Refused):
        actions.send_digest(
            by=acting(stranger), person=stranger, daily_before=timezone.now(), weekly_before=timezone.now()
        )
    with pytest.raises(Refused):
        actions.sweep(by=acting(stranger))


def test_the_sweep_takes_what_has_had_its_time(kinds, stranger):
    old, new = tell(stranger), tell(stranger)
    aged(old, hours=24 * 400)
    factories.remembered(expires=timezone.now() - timedelta(days=1))
    assert actions.sweep(by=machine("clock")) == 2
    assert list(Notice.objects.all()) == [new]


# --- stopping by one tap ---------------------------------------------------------------------------


def path_of(person, kind="test.asked"):
    return notices.unsubscribe_address(person.pk, kind).removeprefix("http://testserver")


def test_one_tap_stops_letters_without_signing_in(kinds, stranger, letters):
    address = path_of(stranger)
    client = Client(enforce_csrf_checks=True)
    page = client.get(address).content.decode()
    assert "Questions" in page
    assert not Preference.objects.exists()
    assert client.post(address).status_code == 200
    tell(stranger)
    assert letters() == []
    assert "no more letters" in client.post(address).content.decode()
    client.post(address, {"undo": "1"})
    tell(stranger)
    assert len(letters()) == 1
    assert said("accounts.unsubscribed") == 2
    assert said("accounts.subscribed") == 1
    assert UsedLink.objects.count() == 0


def test_the_mail_program_of_the_reader_may_do_it(kinds, stranger):
    client = Client(enforce_csrf_checks=True)
    client.post(path_of(stranger), {"List-Unsubscribe": "One-Click"})
    assert Preference.objects.get(person=stranger).pace == "never"


def test_stopping_digests_stops_all_that_come_in_them(kinds, stranger):
    factories.preference(person=stranger, kind="test.asked", pace="weekly")
    Client().post(path_of(stranger, notices.DIGEST))
    mine = dict(Preference.objects.filter(person=stranger).values_list("kind", "pace"))
    assert mine["test.asked"] == mine["test.seen"] == "never"
    assert "accounts.archive" not in mine


def test_a_broken_link_says_so_and_does_nothing(kinds, stranger):
    response = Client().post(path_of(stranger)[:-6] + "/")
    assert response.status_code == 400
    assert not Preference.objects.exists()
