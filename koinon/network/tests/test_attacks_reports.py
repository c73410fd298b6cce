"""Attacks on reports and standing: drafts read too early, foreign networks, oneself as judge, files of answers."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from koinon.kit import files
from koinon.kit.verbs import Refused
from koinon.network.actions import reports, standings
from koinon.network.models import Report
from tests import factories

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
SCHEMA = {"language": "en", "parts": [{"key": "p", "titles": {"en": "P"}, "questions": [
    {"key": "why", "kind": "text", "labels": {"en": "Why?"}, "required": False, "limit": 50},
    {"key": "proof", "kind": "file", "labels": {"en": "Proof"}, "required": False},
]}]}  # fmt: skip


@pytest.fixture
def report(organisation, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = files.keep_document(file=SimpleUploadedFile("proof.pdf", PDF), person=None)
    said = {"why": "HALF-WRITTEN", "proof": {"upload": str(made.pk), "name": "proof.pdf"}}
    answers = {key: {"value": value, "revision": 1, "by": None, "at": "2026-01-01T00:00:00+00:00"}
               for key, value in said.items()}  # fmt: skip
    return factories.report(membership=organisation.memberships.get(), state="draft", schema=SCHEMA, answers=answers)


def looks(client, report):
    page = client.get(reverse("network:report", args=[report.pk]), follow=True)
    file = client.get(reverse("network:report_file", args=[report.pk, "proof"]))
    return b"HALF-WRITTEN" in page.content, file.status_code


def test_what_is_half_written_is_read_by_nobody_else(report, milos, vesa, rival, stranger, enter):
    assert looks(enter(milos), report) == (True, 200)
    for person in (vesa, rival, stranger):
        assert looks(enter(person), report) == (False, 404)
    Report.objects.filter(pk=report.pk).update(state="submitted", answer_on=date.today() + timedelta(days=9))
    assert looks(enter(vesa), report) == (True, 200)
    for person in (rival, stranger):
        assert looks(enter(person), report) == (False, 404)


def test_nobody_judges_the_report_of_their_own_house_or_of_another_network(report, milos, rival, acting, enter):
    Report.objects.filter(pk=report.pk).update(state="submitted", answer_on=date.today() + timedelta(days=9))
    report.refresh_from_db()
    later = date.today() + timedelta(days=200)
    for person in (milos, rival):
        for act, words in (
            (reports.accept, {}), (reports.hand_back, {"reason": "x"}), (reports.excuse, {"reason": "x"}),
            (reports.extend, {"to": later, "why": "x"}), (reports.remind, {}),
        ):  # fmt: skip
            with pytest.raises(Refused):
                act(by=acting(person), report=report, **words)
        for step in ("accept", "return", "extend", "excuse", "remind"):
            address = reverse("network:report_move", args=[report.pk, step])
            assert enter(person).post(address, {"reason": "x", "to": later, "why": "x"}).status_code == 404
        with pytest.raises(Refused):
            standings.reinstate(by=acting(person), membership=report.membership, why="x")
    report.refresh_from_db()
    assert report.state == "submitted"


def test_a_bulk_of_reminders_reaches_no_other_network(report, rival, enter):
    elsewhere = rival.coordinations.get().network
    address = reverse("network:standings", args=[elsewhere.slug])
    enter(rival).post(address, {"report": [str(report.pk), "x"], "remind": "1"})
    later = date.today() + timedelta(days=200)
    enter(rival).post(address, {"report": [str(report.pk)], "extend": "1", "to": later, "why": "x"})
    report.refresh_from_db()
    assert (report.reminded_on, report.extended_to) == (None, None)


def test_a_file_sent_with_a_report_is_kept_for_the_report_only(report, milos, vesa, enter, stranger):
    Report.objects.filter(pk=report.pk).update(answers={})
    address = reverse("network:report_answer", args=[report.pk, "proof"])
    answer = enter(milos).post(address, {"proof": SimpleUploadedFile("a.pdf", PDF)})
    assert answer.status_code == 200
    report.refresh_from_db()
    key = report.answers["proof"]["value"]["upload"]
    for person in (vesa, stranger):
        assert enter(person).get(reverse("kit:file", args=[key])).status_code == 404


def test_a_coordinator_judges_no_report_of_their_own_house_while_another_can(report, vesa, network, acting):
    Report.objects.filter(pk=report.pk).update(state="submitted", answer_on=date.today() + timedelta(days=9))
    report.refresh_from_db()
    factories.mandate(organisation=report.membership.organisation, person=vesa, role="deputy")
    second = factories.coordinator(network)
    for act, about in (
        (reports.accept, {"report": report}),
        (standings.reinstate, {"membership": report.membership, "why": "Mine"}),
    ):
        with pytest.raises(Refused):
            act(by=acting(vesa), **about)
    report.refresh_from_db()
    assert report.state == "submitted"
    reports.accept(by=acting(second), report=report)
    assert report.state == "accepted"


def test_a_file_that_is_kept_is_shown_in_its_field(report, milos, enter):
    address = reverse("network:report_answer", args=[report.pk, "proof"])
    data = {"proof": SimpleUploadedFile("better.pdf", PDF), "proof-seen": "1."}
    answer = enter(milos).post(address, data)
    assert answer["HX-Retarget"] == "#q-proof"
    assert "better.pdf" in answer.content.decode()
    report.refresh_from_db()
    assert report.answers["proof"]["value"]["name"] == "better.pdf"
