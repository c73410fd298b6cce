"""Claims: whose address counts, who confirms, one wins, nobody is flooded, nothing happens by opening a link."""

import re
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from koinon.accounts.models import Notice, Person
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.network import rules
from koinon.network.actions import claims, mandates
from koinon.network.clock import claims as clock
from koinon.network.engine import domains
from koinon.network.engine.domains import Fit
from koinon.network.models import Claim, Mandate, Organisation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def shadow(network):
    return factories.member(
        network, slug="serres", names={"en": "Serres"}, website="https://www.serres.gr", domain="serres.gr"
    )


def asked(shadow, email="anna@serres.gr", asker="10.0.0.1", **facts):
    facts = {"name": "Anna", "language": "en", "asker": asker, **facts}
    return claims.ask(by=VISITOR, organisation=shadow, email=email, **facts)


def proved(shadow, email="anna@serres.gr"):
    row = asked(shadow, email)
    link = links.read(claims.PURPOSE, links.make(claims.PURPOSE, claim=str(row.pk)))
    return claims.prove(by=VISITOR, claim=row, link=link)[0]


@pytest.mark.parametrize(
    ("email", "site", "how"),
    [
        ("a@serres.gr", "serres.gr", Fit.SAME),
        ("a@SERRES.GR.", "www.serres.gr", Fit.SAME),
        ("a@mail.serres.gr", "serres.gr", Fit.BELOW),
        ("a@serres.gr", "library.serres.gr", Fit.ABOVE),
        ("a@σέρρες.gr", domains.plain("σέρρες.gr"), Fit.SAME),
        ("a@велес.мкд", domains.plain("велес.мкд"), Fit.SAME),
        ("a@notserres.gr", "serres.gr", Fit.OTHER),
        ("a@serres.gr.evil.com", "serres.gr", Fit.OTHER),
        ("a@edu.mk", "school.edu.mk", Fit.OTHER),
        ("a@gr", "serres.gr", Fit.OTHER),
        ("a@gmail.com", "serres.gr", Fit.PROVIDER),
        ("a@gmail.com", "gmail.com", Fit.PROVIDER),
        ("a@facebook.com", "facebook.com", Fit.SHARED),
        ("a@hub.blogspot.com", "hub.blogspot.com", Fit.SHARED),
        ("a@sch.gr", "1lyk.sch.gr", Fit.SHARED),
        ("a@serres.gr", "", Fit.NO_SITE),
        ("a@sеrres.gr", "serres.gr", Fit.OTHER),  # a Cyrillic e is another domain
    ],
)
def test_which_address_fits_which_site(email, site, how):
    assert domains.fit(email, site) is how


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_the_comparison(email, site):
    how = domains.fit(email, site)
    if how is Fit.SAME:
        assert domains.plain(email.rpartition("@")[2]) == domains.plain(site).removeprefix("www.")


def test_from_the_question_to_the_mandate(shadow, vesa, visitor, enter, acting, settings):
    page = visitor.post(reverse("network:claim", args=["serres"]), {"email": "Anna@Serres.gr", "name": "Anna"})
    assert page.status_code == 404  # the network is closed: visitors see nothing
    shadow.memberships.get().network.__class__.objects.update(is_public=True)
    page = visitor.post(reverse("network:claim", args=["serres"]), {"email": "Anna@Serres.gr", "name": "Anna"})
    assert "anna@serres.gr" in page.content.decode()
    row = Claim.objects.get()
    assert (row.state, row.person) == ("proving", None)
    token = links.make(claims.PURPOSE, claim=str(row.pk))
    address = reverse("network:claim_prove", args=[token])
    assert "Serres" in visitor.get(address).content.decode()
    assert visitor.head(address).status_code == 200
    row.refresh_from_db()
    assert row.state == "proving"  # opening it, as mail scanners do, changes nothing
    assert visitor.post(address).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.person.email) == ("waiting", "anna@serres.gr")
    assert row.due_on == date.today() + timedelta(days=7)
    assert Notice.objects.filter(person=vesa, title__contains="Serres is ours").exists()
    assert "Anna" in enter(vesa).get(reverse("network:claims", args=["lake-cities"])).content.decode()
    enter(vesa).post(reverse("network:claim_decide", args=["lake-cities", row.pk, "confirm"]))
    mandate = Mandate.objects.get(organisation=shadow)
    assert (mandate.person, mandate.role) == (row.person, "representative")
    assert "serres.gr" in mandate.decision
    assert Statement.objects.filter(verb="network.claim_confirmed", noun=row.pk).exists()
    assert not Organisation.objects.shadows().filter(pk=shadow.pk).exists()


def test_a_link_is_used_once(shadow, visitor):
    row = asked(shadow)
    address = reverse("network:claim_prove", args=[links.make(claims.PURPOSE, claim=str(row.pk))])
    assert visitor.post(address).status_code == 302
    assert visitor.post(address).status_code == 410


def test_the_form_says_what_is_wrong_with_an_address_and_keeps_what_was_typed(shadow, milos, enter):
    page = enter(milos).post(reverse("network:claim", args=["serres"]), {"email": "anna@gmail.com", "name": "Änna"})
    text = page.content.decode()
    assert "Please use one at serres.gr" in text
    assert "Änna" in text
    assert not Claim.objects.exists()


def test_an_address_of_the_domain_above_is_marked_for_the_coordinator(network):
    library = factories.member(network, domain="library.serres.gr")
    assert asked(library).is_of_parent


def test_one_that_somebody_speaks_for_cannot_be_claimed(organisation, milos):
    organisation.domain = "serres.gr"
    organisation.save()
    with pytest.raises(Refused):
        asked(organisation)


def test_one_whose_people_have_left_is_no_shadow(shadow):
    mandate = factories.mandate(organisation=shadow, person=factories.person())
    mandates.withdraw(by=machine("test"), mandate=mandate)
    assert not rules.is_unclaimed(organisation=shadow)


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_only_the_coordinator_of_this_network_decides(who, shadow, request, acting):
    row = proved(shadow)
    me = acting(request.getfixturevalue(who))
    for act, said in ((claims.confirm, {}), (claims.refuse, {"reason": "No."})):
        with pytest.raises(Refused):
            act(by=me, claim=row, **said)
    assert row not in Claim.objects.visible_to(me)


def test_a_refusal_says_why_and_leaves_it_unclaimed(shadow, vesa, acting):
    row = proved(shadow)
    with pytest.raises(ValidationError):
        claims.refuse(by=acting(vesa), claim=row, reason=" ")
    claims.refuse(by=acting(vesa), claim=row, reason="You work for the county.")
    assert Notice.objects.get(person=row.person).text == "You work for the county."
    assert rules.is_unclaimed(organisation=shadow)
    asked(shadow)  # and may ask again


def test_of_two_the_other_is_told(shadow, vesa, acting):
    first, second = proved(shadow), proved(shadow, "bill@serres.gr")
    claims.confirm(by=acting(vesa), claim=first)
    second.refresh_from_db()
    assert second.state == "outdone"
    assert "Somebody else speaks for Serres" in Notice.objects.get(person=second.person).title
    with pytest.raises(ValidationError):
        claims.confirm(by=acting(vesa), claim=second)


def test_an_unproved_claim_is_seen_by_nobody(shadow, vesa, acting, enter):
    row = asked(shadow)
    assert row not in Claim.objects.visible_to(acting(vesa))
    assert "Anna" not in enter(vesa).get(reverse("network:claims", args=["lake-cities"])).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_confirm_two_claims_at_once_and_one_wins():
    from koinon.accounts.queries import actor_of

    network = factories.network()
    shadow = factories.member(network, domain="serres.gr")
    pairs = [(proved(shadow, f"{name}@serres.gr"), factories.coordinator(network)) for name in ("anna", "bill")]
    gate, said = Barrier(2), []

    def confirm(claim, coordinator):
        try:
            me = actor_of(person=coordinator)
            gate.wait(10)
            claims.confirm(
                by=me, claim=Claim.objects.select_related("person", "organisation", "network").get(pk=claim.pk)
            )
            said.append("won")
        except ValidationError:
            said.append("told")
        finally:
            connection.close()

    threads = [Thread(target=confirm, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == ["told", "won"]
    assert Mandate.objects.filter(organisation=shadow, role="representative").count() == 1
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["confirmed", "outdone"]


def test_letters_are_capped_for_who_asks_and_for_whom_they_reach(shadow, network):
    for number in range(6):
        asked(shadow, f"clerk{number}@serres.gr")
    with pytest.raises(ValidationError, match="tomorrow"):
        asked(shadow, "clerk99@serres.gr")
    asked(shadow, "clerk99@serres.gr", asker="10.0.0.2")
    for number in range(6):
        other = factories.member(network, website="https://serres.gr", domain="serres.gr")
        asked(other, f"anna+{number}@serres.gr", asker=f"10.0.1.{number}")
    with pytest.raises(ValidationError, match="this address today"):
        asked(shadow, "Anna+x@serres.gr", asker="10.0.1.99")


def test_the_same_address_asks_once(shadow, visitor, milos, enter):
    asked(shadow)
    page = enter(milos).post(reverse("network:claim", args=["serres"]), {"email": "ANNA@serres.gr", "name": "Anna"})
    assert "has asked already" in page.content.decode()


def test_time_passes_and_nobody_waits_unheard(shadow, vesa, monkeypatch):
    row = asked(shadow)
    Claim.objects.update(made_at=timezone.now() - timedelta(days=8))
    clock.daily.func(0) if hasattr(clock.daily, "func") else clock.daily(0)
    row.refresh_from_db()
    assert (row.state, row.reminded_at is None) == ("proving", False)
    Claim.objects.update(made_at=timezone.now() - timedelta(days=15))
    clock.daily(0)
    row.refresh_from_db()
    assert row.state == "expired"
    other = proved(shadow, "bill@serres.gr")
    for week in (1, 2):
        Claim.objects.filter(pk=other.pk).update(due_on=date.today() - timedelta(days=1))
        clock.daily(0)
        told = Notice.objects.filter(person=vesa, title__contains="still waits")
        assert told.count() == week
    other.refresh_from_db()
    assert other.due_on > date.today()


def test_who_asked_takes_it_back(shadow, vesa, enter, acting):
    row = proved(shadow)
    with pytest.raises(Refused):
        claims.withdraw(by=acting(vesa), claim=row)
    address = reverse("network:claim_decide", args=["lake-cities", row.pk, "withdraw"])
    assert enter(row.person).post(address).status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_the_page_of_a_shadow_says_so(shadow, milos, enter):
    text = enter(milos).get(reverse("network:organisation", args=["serres"])).content.decode()
    assert "Not yet claimed" in text
    assert reverse("network:claim", args=["serres"]) in text


def test_letters_go_to_the_address_only(shadow):
    asked(shadow)
    assert not re.search("serres", " ".join(str(letter.to) for letter in mail.outbox).replace("anna@serres.gr", ""))
    assert not Person.objects.filter(email="anna@serres.gr").exists()
