"""Classes of membership: the first rule that fits wins, seen before anything is kept; rights through one rule."""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from koinon.kit.verbs import Refused
from koinon.network import rules
from koinon.network.actions import admission, applications, decisions
from koinon.network.engine import classes as engine
from koinon.network.models import Membership, MembershipClass
from koinon.network.queries.classes import class_for, explained, preview
from tests import factories

pytestmark = pytest.mark.django_db


def city(network, people, **facts):
    place = factories.place(population=people)
    return factories.member(network, kind="municipality", place=place, **facts)


@pytest.fixture
def classes(network):
    big = factories.membershipclass(
        network=network, names={"en": "Metropolis"}, kinds=["municipality"], people_from=100_000, position=1,
        rights=["offer", "need", "reply", "vote"],
    )  # fmt: skip
    small = factories.membershipclass(
        network=network, names={"en": "Town"}, kinds=["municipality"], position=2, rights=["offer", "need"]
    )
    rest = factories.membershipclass(network=network, names={"en": "Friend"}, position=3, rights=[])
    return big, small, rest


def test_the_first_that_fits_is_the_class(network, classes):
    big, small, rest = classes
    assert class_for(network, city(network, 150_000)) == big
    assert class_for(network, city(network, 100_000)) == big
    assert class_for(network, city(network, 99_999)) == small
    assert class_for(network, city(network, 0)) == small
    assert class_for(network, factories.organisation(kind="school")) == rest
    assert class_for(factories.network(), factories.organisation()) is None


RULE = st.builds(
    SimpleNamespace,
    kinds=st.lists(st.sampled_from(["city", "school"]), unique=True),
    countries=st.lists(st.sampled_from(["AL", "GR"]), unique=True),
    people_from=st.one_of(st.none(), st.integers(0, 10)),
    people_to=st.one_of(st.none(), st.integers(0, 10)),
)


@given(
    some=st.lists(RULE, max_size=4),
    kind=st.sampled_from(["city", "school"]),
    country=st.sampled_from(["", "AL", "GR"]),
    people=st.one_of(st.none(), st.integers(0, 12)),
)
def test_no_earlier_rule_fits_and_an_empty_rule_fits_everybody(some, kind, country, people):
    found = engine.first(some, kind, country, people)
    for rule in some:
        if rule is found:
            break
        assert not engine.fits(rule, kind, country, people)
    everybody = SimpleNamespace(kinds=[], countries=[], people_from=None, people_to=None)
    assert engine.first([*some, everybody], kind, country, people) is not None


def test_rights_are_asked_in_one_place(network, classes, organisation):
    assert rules.class_allows(organisation=organisation, network=network, right="vote")
    Membership.objects.filter(organisation=organisation).update(in_class=classes[1])
    assert rules.class_allows(organisation=organisation, network=network, right="offer")
    assert not rules.class_allows(organisation=organisation, network=network, right="vote")


def test_admission_gives_the_class_that_the_rules_say_unless_another_is_chosen(network, classes, vesa, acting):
    row = factories.application(network=network, organisation=factories.organisation(kind="school"))
    decisions.admit(by=acting(vesa), application=row)
    assert Membership.objects.get(organisation=row.organisation).in_class == classes[2]
    other = factories.application(network=network, organisation=factories.organisation(kind="school"))
    decisions.admit(by=acting(vesa), application=other, in_class=classes[1])
    assert Membership.objects.get(organisation=other.organisation).in_class == classes[1]


def test_the_preview_changes_nothing_and_sorting_keeps_the_history(network, classes, vesa, acting):
    big, small, _rest = classes
    town = city(network, 5_000)
    held = Membership.objects.get(organisation=town)
    look = preview(network, list(classes))
    assert [count for _rule, count in look["counts"]] == [0, 1, 0]
    assert [row["organisation"] for row in look["changes"]] == [town]
    held.refresh_from_db()
    assert held.in_class is None
    admission.sort_members(by=acting(vesa), network=network)
    held.refresh_from_db()
    assert (held.in_class, held.period.upper) == (small, None)
    town.place.population = 500_000
    town.place.save()
    admission.sort_members(by=acting(vesa), network=network)
    old, new = Membership.objects.filter(organisation=town).order_by("period")
    assert (old.in_class, old.period.upper) == (small, date.today())
    assert (new.in_class, new.period.lower, new.period.upper) == (big, date.today(), None)
    assert not preview(network, list(classes))["changes"]


def test_the_editor_shows_what_it_would_change_and_keeps_it_on_demand(network, organisation, vesa, enter):
    client, address = enter(vesa), reverse("network:class_new", args=[network.slug])
    said = {"name_en": "Albanians", "countries": ["AL"], "rights": ["offer"]}
    page = client.post(address, {**said, "look": "1"}).content.decode()
    assert "Albanians: 1" in page
    assert "1 member would change" in page
    assert not MembershipClass.objects.exists()
    assert client.post(address, said).status_code == 302
    row = MembershipClass.objects.get()
    assert (row.countries, row.rights, row.position) == (["AL"], ["offer"], 1)
    edit = reverse("network:class_edit", args=[network.slug, row.pk])
    wrong = client.post(edit, {**said, "people_from": 10, "people_to": 5})
    assert "more than the first number" in wrong.content.decode()


def test_applicants_read_the_classes_before(network, classes, milos, enter):
    rows = explained(network)
    assert [row["name"] for row in rows] == ["Metropolis", "Town", "Friend"]
    assert "100,000" in rows[0]["who"]
    page = enter(milos).get(reverse("network:apply", args=[network.slug])).content.decode()
    assert "Metropolis" in page


def test_windows_open_close_and_are_extended_with_a_reason(network, vesa, stranger, acting, enter):
    today = date.today()
    facts = {"network": network, "applicant": stranger, "motivation": "Please."}
    me = acting(vesa)
    window = admission.add_window(
        by=me, network=network, opens_on=today + timedelta(9), closes_on=today + timedelta(20)
    )
    organisation = factories.organisation()
    speaker = factories.representative(organisation)
    with pytest.raises(ValidationError, match="takes applications again from"):
        applications.submit(by=acting(speaker), organisation=organisation, **facts)
    draft = applications.submit(by=acting(speaker), organisation=organisation, is_draft=True, **facts)
    with pytest.raises(ValidationError, match="draft is kept"):
        applications.change(by=acting(speaker), application=draft, motivation="Now.")
    with pytest.raises(ValidationError, match="say why"):
        admission.extend_window(by=me, network=network, window=window, closes_on=today + timedelta(30), why=" ")
    with pytest.raises(ValidationError, match="later day"):
        admission.extend_window(by=me, network=network, window=window, closes_on=today + timedelta(12), why="x")
    admission.extend_window(by=me, network=network, window=window, closes_on=today + timedelta(30), why="Holidays.")
    assert stranger.notices.filter(title__contains="takes applications until", text="Holidays.").count() == 1
    admission.remove_window(by=me, network=network, window=window)
    draft.refresh_from_db()
    applications.change(by=acting(speaker), application=draft, motivation="Now.")
    assert draft.state == "submitted"


def test_two_windows_at_the_same_time_are_refused_beside_the_field(network, vesa, enter):
    factories.window(network=network)
    said = {"opens_on": date.today(), "closes_on": date.today() + timedelta(3)}
    page = enter(vesa).post(reverse("network:admission_change", args=[network.slug, "window"]), said)
    assert "Another window is open in that time." in page.content.decode()


VERBS = [
    (admission.set_rules, {"reviewers": 2}),
    (admission.add_window, {"opens_on": date(2030, 1, 1), "closes_on": date(2030, 2, 1)}),
    (admission.add_criterion, {"names": {"en": "x"}, "weight": 1}),
    (admission.add_step, {"names": {"en": "x"}, "who": "member"}),
    (admission.set_class, {"names": {"en": "x"}}),
    (admission.sort_members, {}),
]


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
@pytest.mark.parametrize(("verb", "facts"), VERBS)
def test_others_set_nothing(verb, facts, who, network, request, acting):
    with pytest.raises(Refused):
        verb(by=acting(request.getfixturevalue(who)), network=network, **facts)


def test_settings_of_another_network_are_not_touched(network, vesa, enter):
    foreign = factories.criterion(network=factories.network())
    address = reverse("network:admission_change", args=[network.slug, "criterion-retire"])
    assert enter(vesa).post(address, {"key": foreign.pk}).status_code == 404
    foreign.refresh_from_db()
    assert not foreign.is_retired


def test_every_form_of_the_page_works(network, vesa, enter):
    client, today = enter(vesa), date.today()

    def does(step, **said):
        answer = client.post(reverse("network:admission_change", args=[network.slug, step]), said)
        assert answer.status_code == 302, (step, answer.content.decode()[:3000])

    days = {f"days_to_{name}": 10 for name in ("check", "change", "endorse", "review", "begin")}
    does("rules", deemed="refused", reviewers=2, tie_break="smaller", **days)
    assert network.admission.days_to_review == 10
    does("window", opens_on=today, closes_on=today + timedelta(9))
    does("extend", key=network.windows.get().pk, closes_on=today + timedelta(19), why="Snow.")
    does("quota", country="LT", places=3, since=today, until=today + timedelta(9))
    quota = network.quotas.get()
    does("quota-change", key=quota.pk, country="LT", places=4, since=today, until=today + timedelta(9))
    does("criterion", name_en="Ideas", name_sq="Ide", weight=2)
    does("step", name_en="Call", who="coordinator")
    for number in (1, 2):
        factories.membershipclass(network=network, position=number)
    first, last = network.classes.all()
    does("class-raise", key=last.pk)
    assert list(network.classes.all()) == [last, first]
    does("class-retire", key=last.pk)
    does("sort")
    page = client.get(reverse("network:admission", args=[network.slug])).content.decode()
    for words in ("Ideas", "Call", "Snow.", "Lithuania"):
        assert words in page
    does("criterion-retire", key=network.criteria.get().pk)
    does("step-retire", key=network.first_steps.get().pk)
    does("quota-remove", key=quota.pk)
    does("window-remove", key=network.windows.get().pk)


def test_the_class_stands_on_the_page_of_the_organisation(network, classes, organisation, vesa, enter):
    Membership.objects.filter(organisation=organisation).update(in_class=classes[1])
    page = enter(vesa).get(reverse("network:organisation", args=[organisation.slug])).content.decode()
    assert "Town" in page.split('id="memberships"')[1]


def test_no_two_fields_of_the_page_share_an_id(network, vesa, enter):
    factories.window(network=network)
    factories.quota(network=network)
    page = enter(vesa).get(reverse("network:admission", args=[network.slug])).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
