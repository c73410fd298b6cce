"""The picture of a large network as a file: a button begins it, a job writes it for who asked, while they belong."""

import io
import zipfile

import pytest
from django.urls import reverse

from koinon.accounts.actions import forget
from koinon.kit.models import Upload, Work
from koinon.kit.verbs import Refused, machine
from koinon.matching.actions import exports as actions
from koinon.matching.clock import exports as job
from koinon.matching.clock.picture import draw
from koinon.matching.views import picture
from koinon.network.models import Mandate, Network
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(network, organisation, other, monkeypatch):
    """Two members in the picture where one is few enough for a page, and one tie between them."""
    monkeypatch.setattr(picture, "MANY", 1)
    factories.tie(network=network, one=organisation, other=other, kind="twin", note="Since the fair")
    draw(network, by=machine("picture"))
    return network


def address(network, kind="csv", query=""):
    return reverse("matching:picture_export", args=[network.slug, kind]) + query


def run():
    job.export_ties.func(work_id=str(Work.objects.get().pk))


def test_a_button_begins_it_once_and_the_job_writes_it(large, enter, milos, vesa, left):
    client = enter(milos)
    page = client.get(reverse("matching:picture", args=[large.slug]) + "?kind=twin").content.decode()
    for kind in ("csv", "graphml", "svg"):
        assert f'action="{address(large, kind)}?kind=twin"' in page
        assert f'href="{address(large, kind)}' not in page
    asked = client.post(address(large, query="?kind=twin"))
    assert client.post(address(large, query="?kind=twin&after=1"))["Location"] == asked["Location"]
    assert (Work.objects.count(), left("matching.export_asked")) == (1, 2)
    run()
    file = reverse("kit:file", args=[Upload.objects.get().pk])
    assert file in client.get(asked["Location"]).content.decode()
    with zipfile.ZipFile(io.BytesIO(b"".join(client.get(file)))) as archive:
        assert b"Since the fair" in archive.read(archive.namelist()[0])
    assert enter(vesa).get(file).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "graphml", "svg"])
def test_a_link_alone_begins_nothing(large, enter, milos, kind):
    answer = enter(milos).get(address(large, kind, "?kind=twin"))
    assert (answer.status_code, answer["Location"]) == (302, f"/networks/{large.slug}/picture/?kind=twin")
    assert not Work.objects.exists()


def test_a_small_one_is_given_at_once(large, enter, milos, monkeypatch):
    monkeypatch.setattr(picture, "MANY", 2)
    assert enter(milos).get(address(large)).streaming
    assert enter(milos).post(address(large)).streaming
    assert not Work.objects.exists()


def test_whoever_has_left_meanwhile_gets_no_file(large, enter, milos):
    enter(milos).post(address(large))
    Mandate.objects.filter(person=milos).delete()
    with pytest.raises(Network.DoesNotExist):
        run()
    assert not Upload.objects.exists()


def test_whoever_leaves_after_it_was_made_cannot_fetch_it(large, enter, milos):
    client = enter(milos)
    client.post(address(large))
    run()
    file = reverse("kit:file", args=[Upload.objects.get().pk])
    assert client.get(file).status_code == 200
    Mandate.objects.filter(person=milos).delete()
    assert enter(milos).get(file).status_code == 404


def test_it_is_not_taken_for_ones_own_data_and_is_dropped_with_the_person(large, enter, milos, acting):
    enter(milos).post(address(large))
    run()
    file = reverse("kit:file", args=[Upload.objects.get().pk])
    assert file not in enter(milos).get(reverse("accounts:data")).content.decode()
    forget(by=acting(milos), person=milos)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "rival"])
def test_others_may_not(large, who, request, acting, enter):
    person = request.getfixturevalue(who)
    with pytest.raises(Refused, match="may not"):
        actions.ask(by=acting(person), network=large, kind="csv", query="", language="en")
    assert enter(person).post(address(large)).status_code == 404
    assert not Work.objects.exists()
