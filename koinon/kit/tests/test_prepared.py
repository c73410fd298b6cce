"""A prepared query set answers what the query set answers, for any values, and is written once for each shape."""

from uuid import uuid4

import pytest
from django.db.models import Q

from koinon.accounts.models import Person
from koinon.kit.prepared import Prepared, Unpreparable, answers_to
from koinon.kit.verbs import VISITOR, Actor
from koinon.network.models import Membership, Organisation
from tests import factories

pytestmark = pytest.mark.django_db

by_slug = Prepared(lambda me, slug: Organisation.objects.visible_to(me).filter(slug=slug).select_related("place")[:1])


def test_it_gives_the_same_rows_with_what_was_selected_along(network, milos, acting, django_assert_num_queries):
    place = factories.place(name="Serres")
    there = factories.member(network, place=place, themes=["668"], names={"en": "A & B", "el": "Σέρρες"})
    me = acting(milos)
    with django_assert_num_queries(1):
        found = by_slug.first(me=me, slug=there.slug)
        assert found.place.name == "Serres"
    assert found == there
    assert (found.names, found.themes) == (there.names, ["668"])
    assert not found._state.adding


def test_rules_hold_for_each_reader(network, milos, stranger, acting):
    there = factories.member(network)
    assert by_slug.first(me=acting(milos), slug=there.slug) == there
    assert by_slug.first(me=acting(stranger), slug=there.slug) is None
    assert by_slug.first(me=VISITOR, slug=there.slug) is None
    network.is_public = True
    network.save()
    assert by_slug.first(me=VISITOR, slug=there.slug) == there


def test_it_is_written_once_for_each_shape(network, milos, vesa, acting):
    written = []
    prepared = Prepared(lambda me: written.append(me) or Organisation.objects.visible_to(me))
    another = factories.representative(factories.member(factories.network()))
    for _ in range(3):
        prepared(me=acting(milos))
        prepared(me=acting(another))
    assert len(written) == 1
    prepared(me=acting(vesa))
    assert len(written) == 2


def test_two_readers_of_one_shape_get_their_own(db, acting):
    one, other = (factories.representative(factories.member(factories.network(is_public=False))) for _ in range(2))
    mine = Prepared(lambda me: Organisation.objects.manageable_by(me))
    assert [row.pk for row in mine(me=acting(one))] == [one.acting_for]
    assert [row.pk for row in mine(me=acting(other))] == [other.acting_for]


def test_lists_of_any_length(db):
    rows = [factories.organisation() for _ in range(3)]
    some = Prepared(lambda keys: Organisation.objects.filter(pk__in=keys).order_by("slug"))
    assert some(keys=[]) == []
    assert some(keys=[rows[0].pk]) == rows[:1]
    assert set(some(keys=[row.pk for row in rows])) == set(rows)


def test_plain_values(db):
    person = factories.person(name="Ana", email="ana@example.org")
    assert Prepared(lambda key: Person.objects.filter(pk=key).values_list("name", "email"))(key=person.pk) == [
        ("Ana", "ana@example.org")
    ]
    assert Prepared(lambda key: Person.objects.filter(pk=key).values_list("name", flat=True))(key=person.pk) == ["Ana"]


WORDS = ["'; DROP TABLE accounts_person; --", "%s %(x)s", "prepared-1-", "Ж" * 100, 'a\\b"c', "$1"]


@pytest.mark.parametrize("word", WORDS)
def test_values_are_never_part_of_the_sentence(db, word):
    named = Prepared(lambda word: Person.objects.filter(Q(name=word) | Q(email=word)))
    assert named(word="somebody else") == []
    assert named(word=word) == []
    person = factories.person(name=word)
    assert named(word=word) == [person]


def test_a_value_inside_json_is_refused(db):
    with pytest.raises(Unpreparable):
        Prepared(lambda word: Organisation.objects.filter(names__en=word))(word="a")


def test_a_value_inside_another_one_is_refused(db):
    with pytest.raises(Unpreparable):
        Prepared(lambda word: Person.objects.filter(name__contains=word))(word="a")


def test_prefetching_is_refused(db):
    with pytest.raises(Unpreparable):
        Prepared(lambda: Organisation.objects.prefetch_related("memberships"))()


def test_a_value_without_a_marker_is_refused(db):
    with pytest.raises(Unpreparable):
        Prepared(lambda thing: Membership.objects.all())(thing=object())


def test_an_actor_for_a_scope_in_which_it_holds_nothing(db):
    lost = Actor(person=uuid4(), acting_for=uuid4())
    assert Prepared(lambda me: Organisation.objects.filter(pk=me.acting_for))(me=lost) == []


def test_many_questions_are_asked_at_once_whether_they_have_rows(network, milos, acting, django_assert_num_queries):
    there = factories.member(network)
    none = Prepared(lambda keys: Organisation.objects.filter(pk__in=keys))
    me = acting(milos)
    asked = [
        (by_slug, {"me": me, "slug": there.slug}),
        (by_slug, {"me": me, "slug": "nowhere"}),
        (none, {"keys": []}),
        (none, {"keys": [there.pk, uuid4()]}),
    ]
    for _ in range(5):
        with django_assert_num_queries(1):
            assert answers_to(asked) == [True, False, False, True]
    with django_assert_num_queries(0):
        assert answers_to([(none, {"keys": []})]) == [False]
        assert answers_to([]) == []
    Membership.objects.filter(organisation=there).delete()
    there.delete()
    assert answers_to(asked) == [False] * 4


def test_whether_there_are_rows_is_asked_without_what_they_hold(network, milos, acting, django_assert_num_queries):
    there = factories.member(network)
    rows = Prepared(
        lambda key: Membership.objects.filter(organisation=key).select_related("network").order_by("pk")[:20]
    )
    with django_assert_num_queries(1) as asked:
        assert answers_to([(rows, {"key": there.pk})]) == [True]
    assert "network_network" not in asked[0]["sql"]
    assert "ORDER BY" not in asked[0]["sql"]
    with django_assert_num_queries(1):
        assert rows(key=there.pk)[0].network == network


def test_an_id_that_many_questions_name_is_sent_once(network, django_assert_num_queries):
    there, other = factories.member(network), factories.organisation()
    named = Prepared(lambda key, word: Organisation.objects.filter(pk=key, slug=word))
    belongs = Prepared(lambda key: Membership.objects.filter(organisation=key))
    with django_assert_num_queries(1) as asked:
        assert answers_to([(named, {"key": there.pk, "word": there.slug}), (belongs, {"key": there.pk})]) == [
            True,
            True,
        ]
    assert asked[0]["sql"].count("= $1") == 2
    both = [(named, {"key": there.pk, "word": other.slug}), (belongs, {"key": other.pk})]
    assert answers_to(both) == [False, False], "the same questions about others"
    assert answers_to([(named, {"key": there.pk, "word": there.slug}), (belongs, {"key": other.pk})]) == [True, False]


def test_two_readers_in_one_question(network, milos, acting):
    there, elsewhere = factories.member(network), factories.member(factories.network(is_public=False))
    both = Prepared(
        lambda me, other: Organisation.objects.visible_to(me).filter(
            pk__in=Organisation.objects.visible_to(other).values("pk")
        )
    )
    mine, theirs = acting(milos), acting(factories.representative(elsewhere))
    assert there in both(me=mine, other=mine)
    assert both(me=mine, other=theirs) == []
