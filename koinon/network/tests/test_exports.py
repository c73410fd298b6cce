"""The members as a workbook: small ones at once, large ones written aside and kept for who asked."""

from io import BytesIO

import pytest
from django.urls import reverse

from koinon.kit import sheets
from koinon.kit.models import Statement, Upload, Work
from koinon.kit.verbs import Refused
from koinon.network.actions import exports as actions
from koinon.network.clock import exports as job
from koinon.network.models import Mandate, Network
from koinon.network.views import directory
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(network, organisation, monkeypatch):
    """Two members where one is few enough for a page."""
    monkeypatch.setattr(directory, "AT_ONCE", 1)
    factories.member(network, names={"sl": "Šolski center Velenje"}, language="sl", country="SI")
    return network


def address(network, kind):
    return reverse("network:export", args=[network.slug, kind])


def test_it_is_written_aside_and_waits_for_who_asked(large, enter, milos, vesa):
    client = enter(milos)
    assert client.get(address(large, "xlsx"))["Location"] == reverse("network:directory", args=[large.slug])
    assert not Work.objects.exists(), "a look begins nothing"
    asked = client.post(address(large, "xlsx"))
    assert client.post(address(large, "xlsx"))["Location"] == asked["Location"]
    work = Work.objects.get()
    job.write_members.func(work_id=str(work.pk))
    upload = Upload.objects.get()
    file = reverse("kit:file", args=[upload.pk])
    assert file in client.get(asked["Location"]).content.decode()
    with sheets.read(BytesIO(b"".join(client.get(file).streaming_content))) as sheet:
        assert "Šolski center Velenje" in [sheets.as_text(row.cells[0]) for row in sheet]
    work.refresh_from_db()
    assert (work.total, work.done) == (2, 2)
    assert upload.until
    assert enter(vesa).get(file).status_code == 404


def test_whoever_leaves_after_it_was_made_cannot_fetch_it(large, enter, milos):
    client = enter(milos)
    client.post(address(large, "xlsx"))
    job.write_members.func(work_id=str(Work.objects.get().pk))
    file = reverse("kit:file", args=[Upload.objects.get().pk])
    assert client.get(file).status_code == 200
    Mandate.objects.filter(person=milos).delete()
    assert enter(milos).get(file).status_code == 404


def test_csv_flows_at_any_size(large, enter, milos):
    answer = enter(milos).get(address(large, "csv"))
    assert answer.status_code == 200
    assert answer.streaming
    assert not Work.objects.exists()


def test_the_name_is_the_original_one_and_the_others_stand_beside_it(network, enter, milos):
    factories.member(network, names={"el": "Κέντρο Μάθησης", "en": "Learning centre"}, language="el", country="GR")
    lines = b"".join(enter(milos).get(address(network, "csv")).streaming_content).decode()
    assert "\nΚέντρο Μάθησης,en: Learning centre," in lines.replace("\r", "")


def test_whoever_has_left_meanwhile_gets_no_workbook(large, enter, milos):
    enter(milos).post(address(large, "ods"))
    Mandate.objects.filter(person=milos).delete()
    with pytest.raises(Network.DoesNotExist):
        job.write_members.func(work_id=str(Work.objects.get().pk))
    assert not Upload.objects.exists()


@pytest.mark.parametrize("who", ["vesa", "milos"])
def test_members_and_coordinators_may_ask(large, who, request, acting):
    actions.ask(by=acting(request.getfixturevalue(who)), network=large, kind="xlsx", language="en")
    assert Statement.objects.filter(verb="network.export_asked").count() == 1


@pytest.mark.parametrize("who", ["stranger", "rival"])
def test_others_may_not(large, who, request, acting):
    with pytest.raises(Refused, match="may not"):
        actions.ask(by=acting(request.getfixturevalue(who)), network=large, kind="xlsx", language="en")
    assert not Work.objects.exists()
