"""Once in: the demo's click, the second factor, the organisation acted for, sessions, language and time zone."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils.functional import SimpleLazyObject

from koinon.accounts import actions, queries
from koinon.accounts.models import Person
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused
from koinon.network.models import Mandate
from tests import factories

pytestmark = pytest.mark.django_db


def said(verb):
    return Statement.objects.filter(verb=verb).count()


def link_for(person, **facts):
    return reverse(
        "accounts:sign_in", args=[links.make("accounts.sign_in", person=str(person.pk), email=person.email, **facts)]
    )


def who_is(client):
    return client.session.get("_auth_user_id")


# --- the demo's click ------------------------------------------------------------------------------


def test_without_demo_mode_the_addresses_do_not_exist(visitor):
    assert not [entry for entry in get_resolver().url_patterns if getattr(entry, "app_name", "") == "demo"]
    assert visitor.get("/demo/").status_code == 404
    assert visitor.post("/demo/", {"person": uuid4()}).status_code == 404


def test_without_demo_mode_the_verb_refuses_too(settings):
    person = factories.person(is_demo=True)
    settings.KOINON_DEMO = False
    with pytest.raises(Refused):
        actions.enter_demo(by=VISITOR, person=person)


def test_without_demo_mode_the_view_refuses_too(settings, rf):
    from django.http import Http404

    from koinon.accounts.views import demo

    settings.KOINON_DEMO = False
    for view in (demo.people, demo.letters):
        with pytest.raises(Http404):
            view(rf.get("/"))
    for view in (demo.letter, demo.letter_html):
        with pytest.raises(Http404):
            view(rf.get("/"), name="x")


def test_in_demo_mode_only_demo_people_can_be_entered(settings, stranger):
    settings.KOINON_DEMO = True
    assert actions.enter_demo(by=VISITOR, person=factories.person(is_demo=True)).is_demo
    with pytest.raises(Refused):
        actions.enter_demo(by=VISITOR, person=stranger)
    with pytest.raises(Refused):
        actions.enter_demo(by=VISITOR, person=factories.person(is_demo=True, is_active=False))
    assert said("accounts.entered_demo") == 1


# --- the second factor -----------------------------------------------------------------------------


def without_factor(person):
    Person.objects.filter(pk=person.pk).update(has_second_factor=False)
    return person


def test_coordinators_set_up_a_second_factor_first(enter, vesa):
    client = enter(without_factor(vesa))
    assert client.get(reverse("accounts:desk"))["Location"] == reverse("mfa_index")
    assert client.post(reverse("accounts:gather"))["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get(reverse("accounts:security")).status_code == 200


def test_operators_too_members_not(enter, stranger, milos):
    Person.objects.filter(pk=stranger.pk).update(is_operator=True)
    assert enter(stranger).get(reverse("accounts:desk")).status_code == 302
    assert enter(milos).get(reverse("accounts:desk")).status_code == 200


def test_demo_accounts_are_spared_on_a_demo_site_only(enter, vesa, settings):
    Person.objects.filter(pk=without_factor(vesa).pk).update(is_demo=True)
    assert enter(vesa).get(reverse("accounts:desk")).status_code == 302
    settings.KOINON_DEMO = True
    assert enter(vesa).get(reverse("accounts:data")).status_code == 200


def test_setting_up_an_app_opens_the_door_and_removing_it_closes_it(visitor, vesa, letters, monkeypatch):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    monkeypatch.setattr("django.db.transaction.on_commit", lambda work, **_options: work())
    without_factor(vesa)
    visitor.post(link_for(vesa))
    page = visitor.get(reverse("mfa_activate_totp"))
    secret = visitor.session["mfa.totp.secret"]
    assert secret in page.content.decode()
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    assert visitor.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert Person.objects.get(pk=vesa.pk).has_second_factor
    assert visitor.get(reverse("accounts:desk")).status_code == 200
    assert visitor.get(reverse("mfa_view_recovery_codes")).status_code == 200
    visitor.post(reverse("mfa_deactivate_totp"))
    assert not Person.objects.get(pk=vesa.pk).has_second_factor
    assert said("accounts.factor_changed") == 4  # the app and its recovery codes, there and away
    assert [letter["subject"] for letter in letters()][:1] == ["Authenticator app added"]


# --- acting for an organisation, sessions, language ----------------------------------------------------


def test_acting_for_an_organisation_needs_a_mandate(enter, milos, organisation, acting):
    other = factories.organisation()
    client = enter(milos)
    assert client.post(reverse("accounts:act"), {"organisation": other.pk}).status_code == 404
    with pytest.raises(Refused):
        actions.act_for(by=acting(milos), organisation=other.pk)
    second = factories.organisation()
    factories.mandate(organisation=second, person=milos)
    assert client.post(reverse("accounts:act"), {"organisation": second.pk}).status_code == 302
    milos.refresh_from_db()
    assert queries.actor_of(person=milos).acting_for == second.pk
    assert said("accounts.acted_for") == 1
    page = client.get(reverse("accounts:desk")).content.decode()
    assert str(second) in page
    assert f'value="{organisation.pk}"' in page


def test_who_has_one_mandate_acts_for_it_without_choosing(organisation):
    person = factories.representative(organisation)
    Person.objects.filter(pk=person.pk).update(acting_for=None)
    person.refresh_from_db()
    actor = queries.actor_of(person=person)
    assert (actor.acting_for, actor.role) == (organisation.pk, "representative")


def test_an_ended_mandate_no_longer_speaks(organisation, milos):
    from datetime import date

    from django.db.backends.postgresql.psycopg_any import DateRange

    milos.mandates.update(period=DateRange(date(2020, 1, 1), date.today() - timedelta(days=1), "[)"))
    assert queries.actor_of(person=milos).acting_for is None


def test_people_end_their_own_sessions_only(milos, stranger, acting):
    one, two = Client(HTTP_USER_AGENT="Phone"), Client(HTTP_USER_AGENT="Desk")
    one.post(link_for(milos)), two.post(link_for(milos))
    phone = UserSession.objects.get(user=milos, user_agent="Phone")
    assert "Phone" in two.get(reverse("accounts:sessions")).content.decode()
    with pytest.raises(Refused):
        actions.end_session(by=acting(stranger), session=phone)
    two.post(reverse("accounts:end_session", args=[phone.pk]))
    assert one.get(reverse("accounts:desk")).status_code == 302
    assert two.get(reverse("accounts:desk")).status_code == 200
    assert said("accounts.session_ended") == 1


def test_one_button_ends_all_other_sessions_at_the_same_number_of_queries(milos, stranger, acting):
    here = Client(HTTP_USER_AGENT="Here")
    here.post(link_for(milos))
    counts = []
    for more in (0, 2):
        others = [Client() for _ in range(more)]
        for other in others:
            other.post(link_for(milos))
        here.get(reverse("accounts:sessions"))
        with CaptureQueriesContext(connection) as queries_made:
            page = here.get(reverse("accounts:sessions")).content.decode()
        counts.append(len(queries_made))
        assert page.count('scope="row"') == more + 1
    assert counts[0] == counts[1]
    with pytest.raises(Refused):
        actions.end_other_sessions(by=acting(stranger), person=milos, keep="")
    here.post(reverse("accounts:sessions"))
    assert UserSession.objects.filter(user=milos).count() == 1
    assert here.get(reverse("accounts:desk")).status_code == 200
    assert others[0].get(reverse("accounts:desk")).status_code == 302
    assert said("accounts.other_sessions_ended") == 1


def test_nobody_notes_a_factor_or_a_language_for_somebody_else(milos, stranger, acting):
    with pytest.raises(Refused):
        actions.remember_factor(by=acting(stranger), person=milos)
    with pytest.raises(Refused):
        actions.choose_language(by=acting(stranger), person=milos, language="el")
    actions.choose_language(by=acting(milos), person=milos, language="xx")
    milos.refresh_from_db()
    assert milos.language == "en"


def test_the_language_one_clicks_is_kept_for_letters(enter, stranger):
    client = enter(stranger)
    client.post(reverse("kit:language"), {"language": "el"})
    stranger.refresh_from_db()
    assert stranger.language == "el"
    assert said("accounts.language_chosen") == 1
    fresh = enter(stranger)
    assert fresh.get(reverse("accounts:desk"))["Content-Language"] == "el"


def test_moments_show_in_the_zone_of_the_reader(enter, stranger):
    Person.objects.filter(pk=stranger.pk).update(zone="Europe/Athens")
    factories.consent(person=stranger)
    assert re.search(r"\d\d:\d\d \(EES?T\)", enter(stranger).get(reverse("accounts:consents")).content.decode())


def test_a_person_and_their_roles_are_read_together_and_roles_are_used_once(organisation, milos):
    person = queries.with_roles(milos.pk)
    assert queries.actor_of(person=person).holds("representative", organisation.pk)
    Mandate.objects.filter(person=milos).delete()
    assert not queries.actor_of(person=person).roles
    assert queries.with_roles(uuid4()) is None


def test_who_acts_is_known_without_a_further_query(organisation, milos, django_assert_num_queries):
    with django_assert_num_queries(2):  # the person, their roles
        person = queries.with_roles(milos.pk)
    with django_assert_num_queries(0):
        assert queries.actor_of(person=SimpleLazyObject(lambda: person)).person == milos.pk
