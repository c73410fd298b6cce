"""The map: the same members as the list, as compact points, as a picture without script, and by the keyboard."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.network.clock import indexing
from tests import doors, factories

pytestmark = pytest.mark.django_db
DOORS = {
    "network:map": ("get", ["slug"], (200, 200, 404, 404, 404)),
    "network:map_points": ("get", ["slug"], (200, 200, 404, 404, 404)),
    "network:map_picture": ("get", ["slug"], (200, 200, 404, 404, 404)),
}


@pytest.fixture
def filled(network):
    velenje = factories.place(name="Velenje", native="Velenje", country="SI", latitude=46.36, longitude=15.11)
    serres = factories.place(name="Serres", native="Σέρρες", country="GR", latitude=41.09, longitude=23.55)
    factories.member(network, names={"en": "School"}, country="SI", kind="school", place=velenje)
    factories.member(network, names={"en": "Incubator"}, country="SI", kind="hub", place=velenje)
    factories.member(network, names={"el": "Δήμος Σερρών"}, country="GR", kind="municipality", place=serres)
    factories.member(network, names={"en": "Nowhere"}, kind="ngo")
    indexing.index_members(network.pk)
    return velenje, serres


def get(client, name, network, **query):
    return client.get(reverse(f"network:{name}", args=[network.slug]), query)


@doors.everybody(DOORS)
def test_doors(request, name, reader, network, organisation):
    doors.check(request, DOORS, name, reader, {"slug": network.slug})


def test_points_say_where_and_how_many(enter, vesa, network, filled):
    velenje, serres = filled
    spots = json.loads(get(enter(vesa), "map_points", network).content)["spots"]
    assert spots == [[15.11, 46.36, 2, velenje.pk, "Velenje"], [23.55, 41.09, 1, serres.pk, "Σέρρες"]]


def test_points_heed_the_filters_and_words_of_the_list(enter, vesa, network, filled):
    _velenje, serres = filled
    for query in ({"country": "GR"}, {"q": "Σερρών"}, {"kind": "municipality"}):
        spots = json.loads(get(enter(vesa), "map_points", network, **query).content)["spots"]
        assert [spot[3] for spot in spots] == [serres.pk]


def test_a_place_opens_into_its_members(enter, vesa, network, filled):
    velenje, _ = filled
    answer = json.loads(get(enter(vesa), "map_points", network, place=velenje.pk).content)
    assert {member["name"] for member in answer["members"]} == {"School", "Incubator"}
    answer = json.loads(get(enter(vesa), "map_points", network, place=velenje.pk, kind="hub").content)
    assert [member["name"] for member in answer["members"]] == ["Incubator"], "as many as the point counts"
    for nonsense in ("x", "-1", "9" * 30):
        assert json.loads(get(enter(vesa), "map_points", network, place=nonsense).content)["members"] == []


def test_the_picture_is_drawn_without_script(enter, vesa, network, filled):
    answer = get(enter(vesa), "map_picture", network)
    drawing = answer.content.decode()
    assert answer["Content-Type"] == "image/svg+xml"
    assert drawing.count("<circle") == 2
    assert "Σέρρες: 1" in drawing
    assert len(answer.content) < 150_000


def test_a_name_cannot_break_out_of_the_picture(enter, vesa, network):
    place = factories.place(native="</title><script>alert(1)</script>", latitude=10, longitude=120)
    factories.member(network, place=place)
    assert "<script" not in get(enter(vesa), "map_picture", network).content.decode()


def test_the_page_has_the_list_beside_the_map(enter, vesa, network, filled):
    page = get(enter(vesa), "map", network).content.decode()
    assert "Δήμος Σερρών" in page
    assert "maplibre-gl-csp" in page
    assert 'alt="Map with a point' in page
    assert "GeoNames" in page
    other = get(enter(vesa), "directory", network).content.decode()
    assert "maplibre" not in other


def test_as_many_queries_for_one_place_as_for_many(enter, vesa, network, filled):
    client = enter(vesa)

    def queries():
        get(client, "map_points", network)
        with CaptureQueriesContext(connection) as caught:
            get(client, "map_points", network)
        return len(caught)

    first = queries()
    for _ in range(5):
        factories.member(network, place=factories.place())
    assert queries() == first
