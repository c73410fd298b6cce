"""Merges: what is seen first happens, everything follows, undo puts back to the letter, nobody loses what they type."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import UUIDField
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from koinon.accounts.models import Notice, Person
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.network.actions import merges, merging, organisations
from koinon.network.clock import merging as clock
from koinon.network.engine.intervals import minus
from koinon.network.models import Mandate, Membership, Merge, Organisation
from koinon.network.queries.organisations import all_ids_of
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def pair(network):
    """Two entries of one organisation, with what hangs on each."""
    kept = factories.member(network, slug="serres", names={"en": "Serres", "el": "Σέρρες"})
    gone = factories.member(network, slug="dimos-serron", names={"en": "Municipality of Serres"}, domain="serres.gr",
                            website="https://serres.gr", themes=["668"], aliases=["Serrai"])  # fmt: skip
    return kept, gone


def everything(*rows):
    """All fields of all rows that name one of these, of every model: to be compared to the letter."""
    keys = {row.pk for row in rows}
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.app_label not in ("kit", "accounts", "network", "matching"):
            continue
        if model._meta.model_name in ("merge", "mergeconsent", "notice", "tally"):
            continue
        for row in model._base_manager.all():
            values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
            if row.pk in keys or keys & {value for value in values.values() if isinstance(value, type(rows[0].pk))}:
                found[model._meta.label, row.pk] = values
    return found


def ask(vesa, acting, network, kept, gone, **facts):
    return merges.ask(by=acting(vesa), network=network, kept=kept, gone=gone, **facts)


def test_every_foreign_key_to_an_organisation_is_handled_by_somebody():
    handled = {(part.model._meta.label, part.field) for part in merging.parts()}
    wanted = {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Organisation
    }
    assert not wanted - handled, "lend a Carry to network.seams.merging for these"


def test_nor_does_a_list_of_ids_keep_the_old_one_by_oversight():
    """Lists of ids have no foreign keys: each is looked at by a person, and carried or named here."""
    innocent = {
        ("kit.Seal", "statements"), ("events.Overtaking", "quotas"), ("events.ListGiven", "people"),
        ("programmes.Delivery", "path"), ("programmes.Delivery", "used"),
    }  # fmt: skip
    handled = {(part.model._meta.label, part.field) for part in merging.parts()}
    lists = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(getattr(field, "base_field", None), UUIDField)
    }
    assert not lists - handled - innocent


def test_everything_follows_and_undo_puts_it_back_to_the_letter(network, pair, vesa, acting):
    kept, gone = pair
    other = factories.network()
    factories.membership(network=other, organisation=gone)
    boss, clerk = factories.representative(kept), factories.representative(gone)
    factories.mandate(
        organisation=gone, person=boss, role="representative", period=DateRange(date(2019, 1, 1), date(2020, 1, 1))
    )
    factories.listing(network=network, organisation=gone)
    factories.listing(network=network, organisation=kept)
    factories.application(network=factories.network(), organisation=gone)
    factories.upload(scope=gone.pk)
    factories.invitation(organisation=gone, email="same@x.org")
    factories.invitation(organisation=kept, email="same@x.org")
    factories.coordination(network=other, person=vesa)
    before = everything(kept, gone)
    merge = ask(vesa, acting, network, kept, gone)
    assert merge.state == "done"
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert gone.merged_into == kept
    assert {"Municipality of Serres", "Serrai"} <= set(kept.aliases)
    assert (kept.domain, kept.themes) == ("serres.gr", ["668"])
    assert kept.listings.count() == 2
    assert Mandate.objects.in_force().get(person=clerk).role == "deputy"
    assert Mandate.objects.in_force().get(person=clerk).organisation == kept
    assert Person.objects.get(pk=clerk.pk).acting_for == kept.pk
    assert Membership.objects.active().filter(organisation=gone).count() == 0
    assert set(Membership.objects.active().filter(organisation=kept).values_list("network", flat=True)) == {
        network.pk,
        other.pk,
    }
    assert set(all_ids_of(kept)) == {kept.pk, gone.pk}
    merges.undo(by=acting(vesa), merge=merge)
    after = everything(kept, gone)
    assert before.keys() == after.keys()
    for key, values in before.items():
        assert after[key] == values, key
    assert (
        Statement.objects.filter(verb__in=["network.merge_asked", "network.merge_undone"], noun=merge.pk).count() == 2
    )


def test_the_preview_changes_nothing_and_says_what_will_happen(network, pair, vesa, enter):
    kept, gone = pair
    factories.representative(kept)
    factories.representative(gone)
    factories.listing(network=network, organisation=gone)
    before = everything(kept, gone)
    address = f"{reverse('network:merge_new', args=[network.slug])}?kept={kept.slug}&gone={gone.slug}"
    text = enter(vesa).get(address).content.decode()
    assert everything(kept, gone) == before
    assert "both were members" in text
    assert "Mandates" in text
    assert enter(vesa).post(address, {"why": "Same web site"}).status_code == 302
    assert Merge.objects.get().why == "Same web site"


def test_the_other_entry_is_proposed(network, pair, vesa, enter):
    kept, _gone = pair
    Organisation.objects.filter(pk=kept.pk).update(domain="serres.gr")
    factories.member(network, names={"en": "Elsewhere"})
    text = enter(vesa).get(f"{reverse('network:merge_new', args=[network.slug])}?kept={kept.slug}").content.decode()
    assert "Municipality of Serres" in text
    assert "Elsewhere" not in text


def test_the_old_address_leads_on_and_back_after_undo(network, pair, vesa, milos, acting, enter):
    kept, gone = pair
    merge = ask(vesa, acting, network, kept, gone)
    client = enter(milos)
    answer = client.get(reverse("network:organisation", args=[gone.slug]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("network:organisation", args=[kept.slug]))
    assert enter(factories.person()).get(reverse("network:organisation", args=[gone.slug])).status_code == 404
    merges.undo(by=acting(vesa), merge=merge)
    assert client.get(reverse("network:organisation", args=[gone.slug])).status_code == 200


DAYS = st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(1, 30))).map(
    lambda pair: (
        date(2020, 1, 1) + pair[0] * DAY,
        None if pair[1] is None else date(2020, 1, 1) + (pair[0] + pair[1]) * DAY,
    )
)


@given(DAYS, st.lists(DAYS, max_size=4))
def test_days_are_neither_lost_nor_counted_twice(whole, others):
    def holds(days, day):
        return days[0] <= day and (days[1] is None or day < days[1])

    left = minus(whole, others)
    for number in range(90):
        day = date(2020, 1, 1) + number * DAY
        expected = holds(whole, day) and not any(holds(other, day) for other in others)
        assert sum(holds(piece, day) for piece in left) == expected
    assert all(piece[1] is None or piece[0] < piece[1] for piece in left)


@pytest.mark.parametrize(
    ("theirs", "ours", "moved"),
    [
        ((2015, None), (2018, None), [(2015, 2018)]),
        ((2019, None), (2018, None), []),
        ((2015, 2022), (2018, 2020), [(2015, 2018), (2020, 2022)]),
        ((2015, 2016), (2018, None), [(2015, 2016)]),
    ],
)
def test_shared_days_of_memberships_count_once(theirs, ours, moved, network, vesa, acting):
    def period(pair):
        return DateRange(date(pair[0], 1, 1), date(pair[1], 1, 1) if pair[1] else None, "[)")

    kept, gone = factories.organisation(), factories.organisation()
    factories.membership(network=network, organisation=kept, period=period(ours))
    factories.membership(network=network, organisation=gone, period=period(theirs))
    before = everything(kept, gone)
    ledger = merging.Ledger()
    with transaction.atomic():
        merging.carry_all(kept, gone, ledger)
    rows = Membership.objects.filter(organisation=kept, network=network).exclude(period=period(ours))
    assert sorted((row.period.lower.year, row.period.upper.year) for row in rows) == moved
    assert not Membership.objects.active().filter(organisation=gone).exists()
    merging.put_back(ledger.entries)
    assert everything(kept, gone) == before


def test_an_entry_imported_today_is_merged_today(network, pair, vesa, acting):
    kept, gone = pair
    Membership.objects.filter(organisation=gone).update(period=DateRange(date.today(), None, "[)"))
    ask(vesa, acting, network, kept, gone)
    assert not Membership.objects.active().filter(organisation=gone).exists()


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_only_a_coordinator_of_the_network_merges(who, network, pair, request, acting):
    with pytest.raises(Refused):
        ask(request.getfixturevalue(who), acting, network, *pair)


def test_both_must_belong_to_the_network(network, pair, vesa, acting):
    with pytest.raises(Refused):
        ask(vesa, acting, network, pair[0], factories.member(factories.network()))


def test_another_network_is_asked_and_agrees(network, pair, vesa, rival, acting, enter):
    kept, gone = pair
    theirs = rival.coordinations.get().network
    factories.membership(network=theirs, organisation=gone)
    merge = ask(vesa, acting, network, kept, gone)
    assert (merge.state, Organisation.objects.get(pk=gone.pk).merged_into) == ("asked", None)
    assert Notice.objects.filter(person=rival, title__startswith="Your turn").exists()
    consent = merge.consents.get()
    with pytest.raises(Refused):
        merges.agree(by=acting(vesa), consent=consent)
    assert "agree" in enter(rival).get(reverse("network:merge", args=[theirs.slug, merge.pk])).content.decode()
    enter(rival).post(reverse("network:merge_move", args=[theirs.slug, merge.pk, "agree"]))
    merge.refresh_from_db()
    assert merge.state == "done"
    assert Organisation.objects.get(pk=gone.pk).merged_into == kept
    merges.undo(by=acting(rival), merge=merge)  # whoever agreed may also undo


def test_another_network_refuses_or_says_nothing(network, pair, vesa, rival, acting):
    kept, gone = pair
    theirs = rival.coordinations.get().network
    factories.membership(network=theirs, organisation=kept)
    first = ask(vesa, acting, network, kept, gone)
    merges.refuse(by=acting(rival), consent=first.consents.get())
    assert Organisation.objects.get(pk=gone.pk).merged_into is None
    second = ask(vesa, acting, network, kept, gone)
    Merge.objects.filter(pk=second.pk).update(due_on=date.today() + 3 * DAY)
    clock.daily(0)
    assert Notice.objects.filter(person=rival, title__startswith="Your turn").count() == 3
    Merge.objects.filter(pk=second.pk).update(due_on=date.today() - DAY)
    clock.daily(0)
    second.refresh_from_db()
    assert second.state == "expired"


def test_undo_leaves_what_was_changed_since(network, pair, vesa, acting):
    kept, gone = pair
    listing = factories.listing(network=network, organisation=gone)
    merge = ask(vesa, acting, network, kept, gone)
    kept.refresh_from_db()
    organisations.edit(by=machine("test"), organisation=kept, aliases=["Sérres"], website="https://new.serres.gr")
    new = factories.listing(network=network, organisation=kept)
    merges.undo(by=acting(vesa), merge=merge)
    kept.refresh_from_db()
    listing.refresh_from_db()
    new.refresh_from_db()
    assert (kept.aliases, kept.website) == (["Sérres"], "https://new.serres.gr")
    assert (listing.organisation, new.organisation) == (gone, kept)
    assert merge.stays


def test_after_thirty_days_it_stays(network, pair, vesa, acting):
    merge = ask(vesa, acting, network, *pair)
    Merge.objects.update(until=date.today() - DAY)
    merge.refresh_from_db()
    with pytest.raises(ValidationError):
        merges.undo(by=acting(vesa), merge=merge)
    clock.daily(0)
    merge.refresh_from_db()
    assert (merge.state, merge.moved) == ("settled", [])


def test_a_later_merge_is_undone_first(network, pair, vesa, acting):
    kept, gone = pair
    first = ask(vesa, acting, network, kept, gone)
    third = factories.member(network)
    second = ask(vesa, acting, network, third, kept)
    with pytest.raises(ValidationError, match="later merge first"):
        merges.undo(by=acting(vesa), merge=first)
    merges.undo(by=acting(vesa), merge=second)
    merges.undo(by=acting(vesa), merge=first)
    gone.refresh_from_db()
    assert gone.merged_into is None


def test_what_is_written_for_the_old_one_at_that_moment_follows(network, pair, vesa, acting):
    kept, gone = pair
    merge = ask(vesa, acting, network, kept, gone)
    late = factories.listing(network=network, organisation=gone)
    clock.fetch_late_rows.func(merge=str(merge.pk))
    late.refresh_from_db()
    assert late.organisation == kept
    merge.refresh_from_db()
    merges.undo(by=acting(vesa), merge=merge)
    late.refresh_from_db()
    assert late.organisation == gone


def test_who_was_editing_is_told_and_loses_nothing(network, pair, vesa, acting, enter):
    kept, gone = pair
    clerk = factories.representative(gone)
    client = enter(clerk)
    address = reverse("network:organisation_edit", args=[gone.slug])
    assert client.get(address).status_code == 200
    ask(vesa, acting, network, kept, gone)
    said = {"name_en": "Serres", "language": "en", "kind": "ngo", "about": "Long words of an hour."}
    page = client.post(address, said)
    text = page.content.decode()
    assert "was merged into Serres while you were writing" in text
    assert "Long words of an hour." in text
    assert reverse("network:organisation_edit", args=[kept.slug]) in text
    assert client.get(address)["Location"] == reverse("network:organisation_edit", args=[kept.slug])
    gone.refresh_from_db()
    assert gone.about == ""


def test_the_list_takes_as_many_queries_for_three_as_for_one(network, vesa, enter, django_assert_num_queries):
    from django.db import connection as asked
    from django.test.utils import CaptureQueriesContext

    def count():
        with CaptureQueriesContext(
            asked,
        ) as seen:
            assert enter_once.get(reverse("network:merges", args=[network.slug])).status_code == 200
        return len(seen)

    enter_once = enter(vesa)
    factories.merge(network=network)
    enter_once.get(reverse("network:merges", args=[network.slug]))
    one = count()
    for _ in range(2):
        factories.merge(network=network)
    assert count() == one
