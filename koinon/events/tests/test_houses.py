"""Organisations as people write them: the same is counted once, nearly the same is shown, and joined by hand."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from koinon.events.actions import quotas, registering, spellings
from koinon.events.engine.houses import alike, spelled
from koinon.events.models import Counter, Registration, Spelling
from koinon.events.queries import houses as queries
from koinon.events.tests.racing import faults
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused, machine
from tests import factories

pytestmark = pytest.mark.django_db
TWENTY = [
    "NGO Zid", "zid ngo", "N.G.O. Zid", "NGO „Zid”", "  NGO   ZID ", "НГО Зид", "Ngo Zíd", "NGO-Zid", "Zid (NGO)",
    "NGO/Zid", "ngo_zid", "NGO, Zid.", "«NGO Zid»", "ZID | NGO", "NGO\u200b Zid", "Žid NGO", "NGO 'Zid'", "NGO: Zid",
    "ＮＧＯ Ｚｉｄ", "NGO\u00a0Zid!",
]  # fmt: skip
NEARLY = ["NGOZid", "NGO Zidd", "NGO Zid Podgorica", "Zid"]


@pytest.fixture
def rule(gathering):
    """At most two of one organisation."""
    return quotas.put(gathering, rule="each", places=2)


def comes(event, name):
    """A guest who wrote this, and confirmed their address."""
    row = registering.register(
        by=VISITOR, event=event, key=uuid4(), name="Guest", email=f"{uuid4().hex[:8]}@example.org",
        organisation_name=name,
    )  # fmt: skip
    return registering.confirm_email(by=machine("test"), registration=row)


def states(rows):
    return [Registration.objects.get(pk=row.pk).state for row in rows]


def join(acting, anna, event, names, **facts):
    return spellings.join(by=acting(anna), event=event, names=names, **{"name": "NGO Zid", **facts})


def test_twenty_spellings_of_one_are_one(gathering, rule):
    rows = [comes(gathering, name) for name in TWENTY]
    assert states(rows).count("confirmed") == 2
    assert states(rows).count("waiting") == 18
    (only,) = queries.houses(gathering)
    assert (only.people, len(only.written)) == (20, len({" ".join(name.split()) for name in TWENTY} | {only.name}))


def test_what_is_nearly_the_same_is_shown_together_and_what_is_not_stays_apart(gathering, rule):
    for name in ("NGO Zid", "NGO Zid", *NEARLY, "School of Velenje", "Serres"):
        comes(gathering, name)
    (group,) = queries.near(queries.houses(gathering))
    assert group[0].name == "NGO Zid"
    assert {house.name for house in group} == {"NGO Zid", *NEARLY}


@given(one=st.text(max_size=60), other=st.text(max_size=60))
def test_spelling_is_settled_and_likeness_goes_both_ways(one, other):
    assert spelled(spelled(one)) == spelled(one)
    assert spelled(f"  {one.upper().lower()} ") == spelled(one.upper().lower())
    assert alike(spelled(one), spelled(one))
    assert (spelled(one) == spelled(other)) <= alike(spelled(one), spelled(other))


def test_a_name_of_signs_alone_is_counted_too(gathering, rule):
    assert states([comes(gathering, "***") for _number in range(3)]) == ["confirmed", "confirmed", "waiting"]


def test_joined_they_count_as_one_and_nobody_loses_a_place(acting, anna, gathering, rule):
    rows = [comes(gathering, name) for name in ("NGO Zid", "NGO Zid", *NEARLY)]
    join(acting, anna, gathering, NEARLY)
    counter = Counter.objects.exclude(taken=0).get(quota=rule)
    assert (counter.capacity, counter.taken, counter.over) == (2, 6, 4)
    assert states(rows) == ["confirmed"] * 6
    assert states([comes(gathering, "ngo zidd"), comes(gathering, "Zid")]) == ["waiting", "waiting"]
    assert states([comes(gathering, "Serres")]) == ["confirmed"]
    said = Statement.objects.get(verb="events.spellings_joined")
    assert said.counts == {"overfull": 4}
    (house,) = [each for each in queries.houses(gathering) if each.is_joined]
    assert (house.name, house.people) == ("NGO Zid", 8)


def test_apart_again_each_counts_by_itself(acting, anna, gathering, rule):
    for name in ("NGO Zid", *NEARLY):
        comes(gathering, name)
    join(acting, anna, gathering, NEARLY)
    spellings.part(by=acting(anna), event=gathering, names=NEARLY)
    assert list(rule.counters.exclude(taken=0).values_list("taken", "over")) == [(1, 0)] * 5
    assert faults(gathering) == []
    with pytest.raises(ValidationError):
        spellings.part(by=acting(anna), event=gathering, names=NEARLY)


def test_what_was_joined_goes_along_when_its_name_is_joined(acting, anna, gathering, rule):
    for name in ("NGO Zid", "Zidd", "Wall", "Mauer"):
        comes(gathering, name)
    join(acting, anna, gathering, ["Mauer"], name="Wall")
    join(acting, anna, gathering, ["Wall", "Zidd"])
    assert rule.counters.exclude(taken=0).get().taken == 4
    assert set(Spelling.objects.values_list("name", flat=True)) == {"NGO Zid"}
    join(acting, anna, gathering, ["NGO Zid"], name="Wall")  # its name is another of them now
    assert rule.counters.exclude(taken=0).get().taken == 4


def test_guests_count_with_an_organisation_of_ours_only_when_an_organiser_says_so(acting, anna, gathering, rule, house):
    """Else a stranger could use up the places of an organisation by writing its name."""
    for _number in range(2):
        comes(gathering, str(house))
    member = factories.registration(
        event=gathering, state="draft", organisation=house, organisation_name=str(house), how="self"
    )
    from koinon.events.actions import places

    assert places.settle(member).state == "confirmed"
    (group,) = queries.near(queries.houses(gathering))
    assert {each.organisation for each in group} == {house.pk, None}
    join(acting, anna, gathering, [str(house)], organisation=house.pk)
    assert Counter.objects.exclude(taken=0).get(quota=rule).bucket == house.pk


def test_only_an_organisation_that_people_come_from_can_be_named(acting, anna, gathering, rule):
    comes(gathering, "NGO Zid")
    with pytest.raises(ValidationError):
        join(acting, anna, gathering, ["NGO Zid"], organisation=factories.organisation().pk)


def test_only_organisers_join_and_part(acting, petrit, luka, gathering, rule):
    for person in (petrit, luka):
        with pytest.raises(Refused):
            join(acting, person, gathering, NEARLY)
        with pytest.raises(Refused):
            spellings.part(by=acting(person), event=gathering, names=NEARLY)
    with pytest.raises(Refused):
        spellings.join(by=VISITOR, event=gathering, names=NEARLY, name="Zid")


def test_the_page_joins_what_is_ticked_and_says_what_is_missing(enter, anna, gathering, rule):
    for name in ("NGO Zid", "NGO Zid", "NGOZid", "Serres"):
        comes(gathering, name)
    page, client = reverse("events:houses", args=[gathering.slug]), enter(anna)
    shown = client.get(page).content.decode()
    assert "Perhaps the same" in shown
    keys = {house.name: house.key for house in queries.houses(gathering)}
    refused = client.post(page, {"do": "join", "houses": [keys["NGO Zid"]]})
    assert "Please choose two spellings" in refused.content.decode()
    assert client.post(page, {"do": "join", "houses": ["elsewhere"]}).status_code == 200
    assert client.post(page, {"do": "join", "houses": [keys["NGO Zid"], keys["NGOZid"]]}).status_code == 302
    assert "Counted as one organisation now." in client.get(page).content.decode()
    assert client.post(page, {"do": "part", "houses": [keys["NGO Zid"]]}).status_code == 302
    assert not Spelling.objects.exists()


def test_the_page_costs_the_same_for_one_and_for_many(enter, anna, gathering, rule, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page, client, numbers = reverse("events:houses", args=[gathering.slug]), enter(anna), []
    for name in ("NGO Zid", "NGOZid", "Serres"):
        comes(gathering, name)
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(page)
        numbers.append(len(found))
    assert len(set(numbers)) == 1


def test_names_are_offered_only_where_everybody_may_read_them(client, gathering, network, house):
    factories.member(factories.network(slug="elsewhere"), names={"en": "Hub of another network"})
    page = reverse("events:register", args=[gathering.slug])
    network.is_public = True
    network.save()
    shown = client.get(page).content.decode()
    assert '<option value="House of hubs"></option>' in shown
    assert "Hub of another network" not in shown
    network.is_public = False
    network.save()
    hidden = client.get(page).content.decode()
    assert "datalist" not in hidden
