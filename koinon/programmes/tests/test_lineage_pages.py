"""The pages of a lineage: who sees which part of it, and what is never told."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.kit.sheets import read
from koinon.programmes.actions.lineage_sheet import renew
from koinon.programmes.models import CascadeGrant, Delivery
from tests import factories

pytestmark = pytest.mark.django_db


def gave(grant, people, *, finished=None, became=0, quality=None, **facts):
    """A delivery under way with so many people, as counting leaves it."""
    row = factories.delivery(grant=grant, **facts)
    Delivery.objects.filter(pk=row.pk).update(
        number_reached=people, number_finished=people if finished is None else finished, number_became=became,
        quality=quality,
    )  # fmt: skip
    row.refresh_from_db()
    return row


@pytest.fixture
def cascade(programme, grant):
    """Fatmir reached 20; of them came Luka (12), Ana (3), Bora (7); of Luka came Drita (9). A sheet tells it."""
    first = gave(grant, 20, finished=15, became=3)
    luka, ana, bora = (
        factories.cascadegrant(parent=first, person=factories.person(name=name)) for name in ("Luka", "Ana", "Bora")
    )
    second = gave(luka, 12, became=1)
    gave(ana, 3)
    gave(bora, 7)
    drita = factories.cascadegrant(parent=second, person=factories.person(name="Drita"))
    gave(drita, 9)
    renew(programme)
    return {"fatmir": grant, "luka": luka, "ana": ana, "bora": bora, "drita": drita}


@pytest.fixture
def look(enter, programme):
    """The text of the page of the lineage for a reader."""

    def looked(reader, query="", page="lineage"):
        renew(programme)
        answer = enter(reader).get(reverse(f"programmes:{page}", args=[programme.slug]) + query)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    return looked


def test_who_runs_it_sees_the_whole_with_names_of_the_first_generation_only(look, mara, cascade):
    text = look(mara)
    assert "Fatmir" in text
    for name in ("Luka", "Ana", "Bora", "Drita"):
        assert not re.search(rf"\b{name}\b", text), "a token of a form may hold three such letters"
    assert "Generation 3" in text
    assert "1.1.1. Generation: 3" in text or "Facilitator 1.1.1" in text


def test_a_facilitator_sees_what_came_of_them_and_nothing_above(look, enter, cascade, programme):
    luka = cascade["luka"].person
    text = look(luka)
    assert "You" in text
    assert "Fatmir" not in text
    assert "Drita" not in text
    assert "Facilitator 1.1.1" in text
    assert "1.2" not in text
    page = reverse("programmes:lineage", args=[programme.slug])
    for other in ("fatmir", "ana"):
        assert enter(luka).get(f"{page}?branch={cascade[other].pk}").status_code == 404
    assert enter(luka).get(f"{page}?branch={cascade['drita'].pk}").status_code == 200


def test_a_withdrawn_facilitator_sees_nothing_any_more(enter, cascade, programme):
    luka = cascade["luka"]
    CascadeGrant.objects.filter(pk=luka.pk).update(state="withdrawn")
    assert enter(luka.person).get(reverse("programmes:lineage", args=[programme.slug])).status_code == 404


def test_a_branch_of_another_programme_is_not_there(enter, mara, programme):
    other = factories.cascadegrant()
    page = reverse("programmes:lineage", args=[programme.slug])
    assert enter(mara).get(f"{page}?branch={other.pk}").status_code == 404
    assert enter(mara).get(f"{page}?branch=nonsense").status_code == 200


def test_fewer_than_five_are_not_told_nor_what_gives_them_away(look, mara, cascade):
    text = look(mara, f"?branch={cascade['fatmir'].pk}")
    rows = text[text.index('id="facilitators"') :]
    assert "fewer than 5" in rows
    assert ">12<" in rows
    assert ">7<" in rows
    assert 'data-label="People reached">3<' not in text
    assert "People reached: 21." in text, "three of Ana count as two: 12 and 7 give away nothing"


def test_files_tell_no_more_than_the_page(enter, mara, cascade, programme):
    client = enter(mara)
    answer = client.get(reverse("programmes:lineage_file", args=[programme.slug, "csv"]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[:5] for row in rows[1:]] == [
        ["1", "1", "1", "1", "20"],
        ["2", "3", "3", "3", "21"],
        ["3", "1", "1", "1", "9"],
    ]
    answer = client.get(reverse("programmes:lineage_file", args=[programme.slug, "xlsx"]))
    with read(io.BytesIO(answer.content), sheet="Facilitators") as sheet:
        told = {row.cells[0]: row.cells for row in sheet}
    assert told["1"][1] == "Fatmir"
    assert all(not cells[1] for code, cells in told.items() if code != "1")
    assert told["1.2"][5] == "fewer than 5"
    assert told["1.3"][5] == 7
    assert told["1.1"][5] == 12
    assert client.get(reverse("programmes:lineage_file", args=[programme.slug, "pdf"])).status_code == 404


def test_a_file_of_a_facilitator_is_of_their_branch(enter, cascade, programme):
    answer = enter(cascade["luka"].person).get(reverse("programmes:lineage_file", args=[programme.slug, "csv"]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["2", "3"]


def test_filters_narrow_and_a_mistake_loses_nothing(look, mara, cascade, programme):
    soon = (date.today() + timedelta(days=9)).isoformat()
    assert "Nothing fits these filters" in look(mara, f"?since={soon}")
    text = look(mara, "?since=2026-11-20&until=2026-11-01&language=en")
    assert "This is before the first day." in text
    assert 'value="2026-11-01"' in text
    Delivery.objects.filter(grant=cascade["drita"]).update(language="sq")
    assert "Generation 3" in look(mara, "?language=sq")
    assert look(mara, "?language=xx&country=ZZ&toolkit=99&sort=nonsense&after=-4")


def test_an_empty_programme_teaches(look, mara, programme):
    assert "No facilitators yet" in look(mara)
    assert "No places yet" in look(mara, page="lineage_map")


def test_planned_and_called_off_deliveries_reach_nobody(look, mara, cascade):
    for state in ("planned", "cancelled"):
        Delivery.objects.filter(grant=cascade["drita"]).update(state=state)
        assert "Generation 3</h3><p>1 facilitator, 0 delivered." in look(mara)


@pytest.mark.parametrize("page", ["lineage", "lineage_map"])
def test_pages_ask_as_often_for_three_as_for_one(enter, mara, programme, grant, page):
    client, address = enter(mara), reverse(f"programmes:{page}", args=[programme.slug])
    place = factories.place()
    gave(grant, 20, place=place)

    def count():
        renew(programme)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    one = count()
    for _each in range(3):
        other = factories.cascadegrant(programme=programme)
        below = gave(other, 20, place=place)
        gave(factories.cascadegrant(parent=below), 11, place=factories.place())
    assert count() == one


def test_the_map_has_places_with_generations_and_few_people_stay_hidden(look, enter, mara, programme, cascade):
    skopje = factories.place(name="Skopje", native="Скопје")
    tetovo = factories.place(name="Tetovo", native="Tetovo")
    Delivery.objects.filter(grant=cascade["fatmir"]).update(place=skopje)
    Delivery.objects.filter(grant=cascade["ana"]).update(place=tetovo)
    text = look(mara, page="lineage_map")
    assert "Скопје" in text
    assert "People reached: fewer than 5." in text
    client = enter(mara)
    spots = client.get(reverse("programmes:lineage_points", args=[programme.slug])).json()["spots"]
    assert {(spot[2], spot[3]) for spot in spots} == {(1, 1), (1, 2)}
    drawing = client.get(reverse("programmes:lineage_land", args=[programme.slug]))
    assert drawing["Content-Type"] == "image/svg+xml"
    assert b"Tetovo" in drawing.content


def test_the_picture_of_a_facilitator_with_a_hostile_name_is_only_a_picture(look, enter, mara, grant, programme):
    grant.person.name = '"><script>alert(1)</script>'
    grant.person.save()
    gave(grant, 9)
    assert "<script>alert" not in look(mara)
    answer = enter(mara).get(reverse("programmes:lineage_tree", args=[programme.slug]))
    assert b"<script" not in answer.content


def test_a_table_of_many_goes_on_page_by_page_sorted_as_asked(look, mara, programme):
    for n in range(30):
        gave(factories.cascadegrant(programme=programme), 5 + n)
    first, second = look(mara, "?sort=people"), look(mara, "?sort=people&after=25")
    assert ">34<" in first.split('id="facilitators"')[1]
    assert ">9<" in second.split('id="facilitators"')[1]
    assert "after=25" in first
    assert "before=0" in second
    assert ">34<" in look(mara, "?sort=people&before=0").split('id="facilitators"')[1]
