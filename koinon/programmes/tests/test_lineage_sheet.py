"""The sheet of a lineage: true to the rows, made anew by the clock, with nothing in it that gives away a few."""

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from koinon.programmes.actions import counting, participants
from koinon.programmes.actions.lineage_sheet import renew
from koinon.programmes.clock import lineage as clock
from koinon.programmes.engine import lineage, sheet, suppression
from koinon.programmes.models import Delivery, LineageSheet
from koinon.programmes.queries.lineage import Asked, seen
from tests import factories

LANDS, TONGUES, KITS, DAYS = ("AL", "MK"), ("sq", "mk"), (1, 2), ("2026-01-01", "2026-01-02", "2026-02-01")


@st.composite
def cascades(draw) -> tuple[list, list]:
    """Grants in up to four generations, and deliveries of nobody, a few or many."""
    grants = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        above = draw(st.sampled_from([None, *[row for row in grants if row[2] < 4]]))
        grants.append((UUID(int=number), above[0] if above else None, above[2] + 1 if above else 1))
    given = []
    for _each in range(draw(st.integers(0, 12))):
        reached = draw(st.integers(1, 12))
        part = draw(st.integers(0, reached))
        mark = draw(st.sampled_from([None, 1.0, 3.5, 5.0]))
        given.append(
            (
                draw(st.sampled_from(grants))[0], draw(st.sampled_from(LANDS)), draw(st.sampled_from(TONGUES)),
                draw(st.sampled_from(KITS)), draw(st.sampled_from(DAYS)), draw(st.integers(1, 3)), reached, part, 0,
                mark, mark and mark / 5, mark,
            )
        )  # fmt: skip
    return grants, given


@given(cascades(), st.randoms())
def test_the_same_rows_in_another_order_are_the_same_sheet(rows, chance):
    grants, deliveries = rows
    told = sheet.made(grants, deliveries)
    chance.shuffle(grants)
    chance.shuffle(deliveries)
    assert sheet.made(grants, deliveries) == told


@given(cascades(), st.data())
def test_two_cascades_that_differ_in_a_few_people_only_cannot_be_told_apart(rows, data):
    """Whoever cannot tell the sheets apart cannot tell any page apart, under any filter, today or tomorrow."""
    grants, deliveries = rows
    others = [_other_few(row, data.draw) for row in deliveries]
    assert sheet.made(grants, others) == sheet.made(grants, deliveries)


def _other_few(row: Sequence, draw) -> tuple:
    """The same delivery, with another few people where there were a few."""
    *where, reached, part, became, quality, quiz, observed = row
    few = st.integers(1, 4)
    if reached < 5:
        reached = draw(few)
        return (*where, reached, draw(st.integers(0, reached)), became, draw(st.sampled_from([1, 5])), 0, 1)
    if 0 < part < 5:
        part = draw(few)
    elif 0 < reached - part < 5 and reached > 8:
        part = reached - draw(few)
    return (*where, reached, part, became, quality, quiz, observed)


@given(cascades())
def test_no_few_stand_in_a_sheet_and_sums_are_off_by_two_at_most(rows):
    grants, deliveries = rows
    found = sheet.grown(*sheet.read(sheet.made(grants, deliveries)))
    total = sum(row.reached for row in found.all.values())
    few = sum(row.few for row in found.all.values())
    assert few == len([row for row in deliveries if row[6] < 5])
    assert abs(total - sum(row[6] for row in deliveries)) <= 2 * few
    assert sum(row.told for row in found.all.values()) + suppression.FEW * few == total


@given(cascades())
def test_filters_share_out_what_the_whole_has(rows):
    """Sums over any filter are exact parts of each other: no two pages contradict, and what is left over is a sum."""
    grants, given_rows = sheet.read(sheet.made(*rows))
    whole = lineage.overall(list(sheet.grown(grants, given_rows).all.values()), most=4)
    parts = [
        sheet.grown(
            grants, given_rows, lambda row, land=land, tongue=tongue: (row.country, row.language) == (land, tongue)
        )
        for land, tongue in product(LANDS, TONGUES)
    ]
    found = [lineage.overall(list(part.all.values()), most=4) for part in parts]
    for name in ("reached", "told", "few", "finished", "deliveries"):
        assert sum(getattr(each, name) for each in found) == getattr(whole, name), name


# On pages: one person more among a few changes nothing that anybody sees.


def _gave(grant, number, **facts):
    row = factories.delivery(grant=grant, **facts)
    for n in range(number):
        factories.participant(delivery=row, name=f"P{n}", has_finished=n % 2 == 0)
        factories.opinion(delivery=row)
    counting.recount(row)
    return row


@pytest.fixture
def small(programme, grant, toolkit):
    """Fatmir reached 12 in Skopje in English; who came of him 9 there, and 3 in Tetovo in Albanian."""
    skopje, tetovo = factories.place(name="Skopje", country="MK"), factories.place(name="Tetovo", country="AL")
    above = _gave(grant, 12, place=skopje, language="en", toolkit=toolkit)
    next_one = factories.cascadegrant(parent=above, person=factories.person())
    _gave(next_one, 9, place=skopje, language="en")
    few = _gave(next_one, 3, place=tetovo, language="sq", starts_on=above.starts_on - timedelta(days=2))
    renew(programme)
    return few


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["mara", "fatmir", None])
def test_one_person_more_among_a_few_changes_no_page_under_any_filter(request, client, enter, network, small, reader):
    if reader:
        client = enter(request.getfixturevalue(reader))
    addresses = _addresses(small, network, is_known=bool(reader))
    if reader == "fatmir":
        addresses.append(reverse("programmes:delivery", args=[small.pk]))
    before = {address: _plain(client.get(address)) for address in addresses}
    factories.participant(delivery=small, name="One more", has_finished=True)
    factories.opinion(delivery=small, quality=1)
    counting.recount(small)
    renew(small.programme)
    assert small.number_reached == 4
    for address in addresses:
        assert _plain(client.get(address)) == before[address], address


def _addresses(small, network, *, is_known: bool) -> list[str]:
    """All that adds people up, under filters that cut the small delivery out and in."""
    slug, day = small.programme.slug, small.starts_on
    found = [reverse("programmes:programme", args=[slug])]
    if not is_known:
        return found
    filters = ["", "?country=MK", "?country=AL", "?language=sq", "?language=en", "?language=en&country=MK"]
    filters += ["?toolkit=1", f"?since={day}", f"?since={day + timedelta(days=1)}", f"?until={day}", "?sort=people"]
    filters += [f"?branch={small.grant_id}", f"?branch={small.grant_id}&language=sq"]
    names = ["lineage", "lineage_map", "lineage_points", "lineage_tree"]
    pages = [reverse(f"programmes:{name}", args=[slug]) for name in names]
    pages.append(reverse("programmes:lineage_file", args=[slug, "csv"]))
    return [page + each for page in pages for each in filters] + found


def _plain(answer):
    """A page without what is new each time: the token of its forms, the time of the sheet."""
    assert answer.status_code in (200, 404)
    text = answer.content.decode("utf-8-sig")
    text = re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r"<p[^>]*data-made.*?</p>", "", text, flags=re.DOTALL)


# The clock.


@pytest.mark.django_db
def test_the_sheet_is_made_anew_when_something_was_done_and_each_night(programme, delivery, fatmir, acting):
    clock.renew_changed(0)
    first = LineageSheet.objects.get(programme=programme)
    assert first.facts["deliveries"] == []
    LineageSheet.objects.update(made_at=timezone.now() + timedelta(minutes=6))
    participants.add_nameless(by=acting(fatmir), delivery=delivery, number=7, age="18-29")
    clock.renew_changed(0)
    first.refresh_from_db()
    assert first.facts["deliveries"] == [], "nothing was done since"
    LineageSheet.objects.update(made_at=timezone.now())
    clock.renew_changed(0)
    first.refresh_from_db()
    assert [row[6] for row in first.facts["deliveries"]] == [7]
    Delivery.objects.filter(pk=delivery.pk).update(number_reached=8)
    clock.renew_all(0)
    assert [row[6] for row in LineageSheet.objects.get(programme=programme).facts["deliveries"]] == [8]


@pytest.mark.django_db
def test_made_twice_it_is_the_same_and_before_the_first_there_is_nothing(programme, mara, acting, small):
    once = renew(programme).facts
    assert renew(programme).facts == once
    assert LineageSheet.objects.count() == 1
    LineageSheet.objects.all().delete()
    found = seen(acting(mara), programme, Asked())
    assert found.made_at is None
    assert found.rows == []
    assert found.overall.deliveries == 0
