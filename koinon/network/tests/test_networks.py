"""Networks: who founds, edits and runs them; who sees them."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.accounts.models import Notice
from koinon.kit.languages import texts
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.network.actions import coordinations, networks
from koinon.network.clock.indexing import index_members
from koinon.network.models import Coordination, Membership, Network
from koinon.network.queries import home
from tests import factories

pytestmark = pytest.mark.django_db
NAMES = {"el": "Πόλεις που μαθαίνουν", "en": "Learning Cities"}


@pytest.fixture
def operator(db):
    return factories.person(is_operator=True, has_second_factor=True)


def test_an_operator_founds_a_network_and_somebody_runs_it(operator, stranger, acting):
    made = networks.found(
        by=acting(operator),
        names=NAMES,
        language="el",
        purpose="Μαθαίνουμε μαζί.",
        purposes={"en": "We learn together."},
        languages=["en", "xx"],
        kinds=["library", "municipality", "pirates"],
        accent="pine",
        coordinator=stranger,
    )
    assert (made.slug, made.accent, made.languages) == ("learning-cities", "pine", ["el", "en"])
    assert made.kinds == ["municipality", "library"]
    assert texts.read(made, "purpose", "en").text == "We learn together."
    assert acting(stranger).holds("coordinator", made.pk)
    assert Statement.objects.get(verb="network.founded").network == made.pk
    assert Notice.objects.get(person=stranger).kind == "network.application"


def test_only_operators_found_networks(vesa, acting):
    with pytest.raises(Refused, match="Only operators"):
        networks.found(by=acting(vesa), names=NAMES, language="en")


def test_two_networks_of_one_name_have_two_addresses():
    slugs = [networks.found(by=machine("demo"), names=NAMES, language="en").slug for _ in range(3)]
    assert slugs == ["learning-cities", "learning-cities-2", "learning-cities-3"]


def test_a_name_may_be_a_reserved_word_or_of_signs_only():
    assert networks.found(by=machine("demo"), names={"en": "New"}, language="en").slug == "network-new"
    assert networks.found(by=machine("demo"), names={"en": "!!"}, language="en").slug.startswith("network-")


def test_editing_changes_only_what_is_given_and_marks_translations_stale(network, vesa, acting):
    networks.edit(by=acting(vesa), network=network, purpose="First.", purposes={"lt": "Pirma."})
    networks.edit(by=acting(vesa), network=network, purpose="Second.")
    reading = texts.read(network, "purpose", "lt")
    assert (reading.text, reading.is_stale) == ("Pirma.", True)
    assert network.names == {"en": str(network)}
    assert Statement.objects.filter(verb="network.edited", network=network.pk).count() == 2


def test_an_unknown_accent_becomes_the_house_colour(network, vesa, acting):
    networks.edit(by=acting(vesa), network=network, accent='red" onload="')
    assert network.accent == "aegean"


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_others_may_not_edit(who, network, request, acting):
    with pytest.raises(Refused):
        networks.edit(by=acting(request.getfixturevalue(who)), network=network, is_public=True)


def test_a_huge_purpose_is_refused_beside_its_field(network, vesa, acting):
    with pytest.raises(ValidationError) as problem:
        networks.edit(by=acting(vesa), network=network, purpose="x" * 4001)
    assert "purpose" in problem.value.error_dict


def test_the_edit_page_keeps_what_was_typed(network, vesa, enter):
    address = reverse("network:network_edit", args=[network.slug])
    said = {"name_en": "", "purpose": "A long and careful text", "accent": "pine"}
    page = enter(vesa).post(address, said)
    assert page.status_code == 200
    assert "A long and careful text" in page.content.decode()
    said["name_en"] = "Cities of the lake"
    assert enter(vesa).post(address, {**said, "is_public": "on"}).status_code == 302
    network.refresh_from_db()
    assert (str(network), network.is_public, network.accent) == ("Cities of the lake", True, "pine")


def test_a_person_translates_the_purpose_on_a_page(network, vesa, enter):
    Network.objects.filter(pk=network.pk).update(purpose="We learn.")
    address = reverse("network:network_translate", args=[network.slug])
    assert enter(vesa).post(address, {"language": "sq", "text": "Ne mësojmë."}).status_code == 302
    network.refresh_from_db()
    assert texts.read(network, "purpose", "sq").origin == "human"
    assert "Ne mësojmë." in enter(vesa).get(address, {"language": "sq"}).content.decode()


def test_a_coordinator_adds_and_removes_a_reviewer(network, vesa, stranger, acting, enter):
    row = coordinations.add(by=acting(vesa), network=network, person=stranger, role="reviewer")
    assert coordinations.add(by=acting(vesa), network=network, person=stranger, role="reviewer") == row
    assert acting(stranger).holds("reviewer", network.pk)
    enter(vesa).post(reverse("network:staff_remove", args=[network.slug, row.pk]))
    assert not acting(stranger).roles
    assert Statement.objects.filter(verb="network.coordination_ended").count() == 1
    again = coordinations.add(by=acting(vesa), network=network, person=stranger, role="reviewer")
    assert again != row


def test_the_last_coordinator_cannot_leave(network, vesa, acting, enter):
    row = Coordination.objects.get(person=vesa)
    with pytest.raises(ValidationError, match="last coordinator"):
        coordinations.remove(by=acting(vesa), coordination=row)
    page = enter(vesa).post(reverse("network:staff_remove", args=[network.slug, row.pk]), follow=True)
    assert "last coordinator cannot leave" in page.content.decode()
    assert acting(vesa).holds("coordinator", network.pk)


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_others_add_and_remove_nobody(who, network, vesa, stranger, request, acting):
    me = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        coordinations.add(by=me, network=network, person=stranger)
    with pytest.raises(Refused):
        coordinations.remove(by=me, coordination=Coordination.objects.get(person=vesa))


def test_the_home_page_shows_public_networks_only_and_is_kept_for_visitors(
    network, visitor, django_assert_max_num_queries
):
    public = factories.network(names={"en": "Open Cities"})
    factories.member(public)
    page = visitor.get("/")
    assert "Open Cities" in page.content.decode()
    assert str(network) not in page.content.decode()
    assert "csrf" not in page.content.decode()
    with django_assert_max_num_queries(0):
        visitor.get("/")


def test_the_page_of_a_network_shows_figures_and_who_joined(network, organisation, milos, enter):
    page = enter(milos).get(reverse("network:network", args=[network.slug])).content.decode()
    assert str(organisation) in page
    assert "Apply to join" not in page


def test_members_see_who_is_near(network, organisation, milos, enter):
    organisation.place = factories.place(name="Velenje", latitude=46.36, longitude=15.11)
    organisation.save()
    far = factories.member(network, names={"en": "Far away"}, place=factories.place(latitude=60, longitude=10))
    near = factories.member(network, names={"en": "Next door"}, place=factories.place(latitude=46.5, longitude=15.2))
    page = enter(milos).get(reverse("network:network", args=[network.slug])).content.decode()
    aside = page[page.index('id="near"') :]
    assert str(near) in aside
    assert str(far) not in aside


@pytest.mark.parametrize("count", [1, 3])
def test_the_home_page_asks_the_same_for_one_and_for_three(count, visitor, django_assert_num_queries):
    made = [factories.network(language="sq", purpose="Qëllimi.") for _ in range(count)]
    for each in made:
        factories.member(each)
        index_members(each.pk)
    with django_assert_num_queries(3):
        visitor.get("/")


def test_figures_are_those_of_the_directory_and_counted_where_none_was_written(network, django_assert_num_queries):
    factories.member(network, country="LT")
    factories.member(network, country="GR")
    factories.member(network, country="")
    fresh = factories.network()
    factories.member(fresh, country="AL")
    counted = {network.pk: {"members": 3, "countries": 2}, fresh.pk: {"members": 1, "countries": 1}}
    with django_assert_num_queries(2):
        assert home.figures_of(counted) == counted
    for key in counted:
        index_members(key)
    with django_assert_num_queries(1):
        assert home.figures_of(counted) == counted
    Membership.objects.filter(network=fresh).delete()
    index_members(fresh.pk)
    assert home.figures_of([fresh.pk]) == {fresh.pk: {"members": 0, "countries": 0}}
