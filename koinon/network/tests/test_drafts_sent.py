"""From a draft to what the network reads: files, looking through, sending, new versions of the form."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.kit.models import Statement, Upload
from koinon.kit.verbs import Refused
from koinon.network.actions import drafts
from koinon.network.actions import questionnaires as forms
from koinon.network.models import Application, Organisation
from koinon.network.queries import forms as asked
from koinon.network.tests.conftest import PDF
from koinon.network.tests.drafting import *  # noqa: F403
from koinon.network.tests.drafting import COMPLETE, page, put, values
from tests import factories

pytestmark = pytest.mark.django_db


# --- files ---------------------------------------------------------------------------------------


def test_a_letter_is_kept_replaced_and_taken_away(draft, milos, enter, pdf):
    client, address = enter(milos), page("draft_answer", draft, "word", "letter")
    client.post(address, {"letter": pdf, "letter-seen": "0."})
    first = Upload.objects.get(pk=values(draft)["letter"]["upload"])
    assert first.scope == draft.pk
    other = SimpleUploadedFile("new.pdf", PDF + b"\n", content_type="application/pdf")
    client.post(address, {"letter": other, "letter-seen": "1."})
    assert values(draft)["letter"]["name"] == "new.pdf"
    assert not Upload.objects.filter(pk=first.pk).exists()
    client.post(address, {"letter-away": "1", "letter-seen": "2.x"})
    assert values(draft) == {}
    assert not Upload.objects.exists()


def test_what_is_no_letter_is_refused_in_words(draft, milos, enter):
    file = SimpleUploadedFile("letter.exe", b"MZ program")
    answer = enter(milos).post(page("draft_answer", draft, "word", "letter"), {"letter": file, "letter-seen": "0."})
    assert "Please choose a PDF or a photo of the letter." in answer.content.decode()
    assert values(draft) == {}


def test_a_private_file_stays_with_applicant_and_staff(
    draft, letter_kept, network, milos, vesa, stranger, enter, visitor
):
    network.is_public = True
    network.save()
    address = page("draft_file", draft, "letter")
    Application.objects.filter(pk=draft.pk).update(state="submitted", turn="network")
    assert enter(vesa).get(address).status_code == 200
    assert enter(milos).get(address).status_code == 200
    assert enter(stranger).get(address).status_code == 404
    Application.objects.filter(pk=draft.pk).update(state="active", turn="", due_on=None, remind_on=None)
    assert enter(stranger).get(address).status_code == 404


# --- look through and send -----------------------------------------------------------------------


def test_the_review_names_what_is_missing_with_the_way_to_it(draft, milos, enter):
    text = enter(milos).get(page("draft_check", draft)).content.decode()
    assert f"{page('draft_part', draft, 'city')}#q-mayor" in text
    assert "Send the application" not in text


def test_what_is_incomplete_is_not_sent(draft, milos, acting):
    with pytest.raises(ValidationError):
        drafts.send(by=acting(milos), application=draft)
    assert Application.objects.get(pk=draft.pk).state == "draft"


def test_what_is_complete_is_sent_and_staff_reads_it(draft, letter_kept, milos, vesa, enter):
    put(draft, COMPLETE)
    answer = enter(milos).post(page("draft_check", draft), follow=True)
    assert answer.status_code == 200
    sent = Application.objects.get(pk=draft.pk)
    assert (sent.state, sent.turn) == ("submitted", "network")
    assert Statement.objects.filter(verb="network.application_sent").exists()
    text = enter(vesa).get(page("application", draft)).content.decode()
    assert "Ένα σχολείο για όλους." in text
    assert "58,000 inhabitants (2021, Census)" in text


def test_what_was_returned_is_mended_and_sent_again(draft, letter_kept, milos, enter, acting):
    put(draft, {**COMPLETE, "plan": ""})
    Application.objects.filter(pk=draft.pk).update(state="returned", reason="Please say what you plan.")
    text = enter(milos).get(page("draft", draft)).content.decode()
    assert "Please say what you plan." in text
    enter(milos).post(page("draft_answer", draft, "plans", "plan"), {"plan": "A school for all", "plan-seen": "0."})
    assert enter(milos).post(page("draft_check", draft)).status_code == 302
    again = Application.objects.get(pk=draft.pk)
    assert (again.state, again.turn) == ("check", "network")


def test_what_was_sent_is_not_written_any_more(draft, letter_kept, milos, ana, acting, enter):
    put(draft, COMPLETE)
    drafts.send(by=acting(milos), application=draft)
    with pytest.raises(ValidationError):
        drafts.answer(by=acting(ana), application=draft, said={"plan": ("Too late", 1)})
    assert enter(ana).get(page("draft", draft)).status_code == 404
    assert values(draft)["plan"] == COMPLETE["plan"]


def test_published_answers_stand_on_the_page_of_a_member_and_private_ones_never(
    draft, letter_kept, network, vesa, enter
):
    network.is_public = True
    network.save()
    put(draft, COMPLETE)
    address = reverse("network:organisation", args=["serres"])
    factories.membership(network=network, organisation=Organisation.objects.get(slug="serres"))
    assert "Ένα σχολείο" not in enter(vesa).get(address).content.decode()
    Application.objects.filter(pk=draft.pk).update(state="active", turn="", due_on=None, remind_on=None)
    text = enter(factories.person()).get(address).content.decode()
    assert "Ένα σχολείο για όλους." in text
    assert "b@example.org" not in text
    assert "A. Person" not in text
    assert "decision.pdf" not in text


# --- versions ------------------------------------------------------------------------------------


def renewed(version, by, *steps):
    forms.renew(by=by, form=version.form)
    for key in steps:
        forms.arrange(by=by, form=version.form, key=key, step="remove")
    return forms.publish(by=by, form=version.form)


def test_an_open_draft_stays_on_its_version(draft, version, letter_kept, vesa, milos, acting, enter):
    put(draft, COMPLETE)
    renewed(version, acting(vesa), "plan")
    text = enter(milos).get(page("draft", draft)).content.decode()
    assert "The form has changed" in text
    drafts.send(by=acting(milos), application=draft)
    assert Application.objects.get(pk=draft.pk).version == version


def test_its_people_take_it_over_and_what_cannot_come_along_is_kept_as_a_note(
    draft, version, vesa, milos, acting, enter
):
    put(draft, {"plan": "Words that would be lost", "gives": "Words that stay"})
    new = renewed(version, acting(vesa), "plan")
    text = enter(milos).get(page("draft_version", draft)).content.decode()
    assert "Words that would be lost" in text
    assert enter(milos).post(page("draft_version", draft)).status_code == 302
    moved = Application.objects.get(pk=draft.pk)
    assert moved.version == new
    assert values(moved) == {"gives": "Words that stay"}
    assert moved.lost[0]["text"] == "Words that would be lost"
    assert "Words that would be lost" in enter(milos).get(page("draft", draft)).content.decode()
    enter(milos).post(page("draft", draft))
    assert Application.objects.get(pk=draft.pk).lost == []


def test_only_its_people_take_it_over_and_only_to_what_is_published_now(draft, version, vesa, milos, acting):
    new = renewed(version, acting(vesa))
    with pytest.raises(Refused):
        drafts.move_to_version(by=acting(vesa), application=draft, version=new)
    with pytest.raises(ValidationError):
        drafts.move_to_version(by=acting(milos), application=draft, version=version)
    other = factories.formversion()
    with pytest.raises(ValidationError):
        drafts.move_to_version(by=acting(milos), application=draft, version=other)


def test_an_answer_to_the_old_version_is_refused_after_the_move(draft, version, vesa, milos, ana, acting):
    seen_before = Application.objects.select_related("version").get(pk=draft.pk)
    new = renewed(version, acting(vesa), "plan")
    drafts.move_to_version(by=acting(milos), application=draft, version=new)
    with pytest.raises(ValidationError):
        drafts.answer(by=acting(ana), application=seen_before, said={"plan": ("Late", 0)})


def test_a_part_costs_the_same_with_one_answer_and_with_three(draft, milos, ana, acting, enter):
    client, address = enter(milos), page("draft_part", draft, "plans")
    drafts.answer(by=acting(milos), application=draft, said={"plan": ("One", 0)})
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    number = {"number": "5", "year": 2024, "source": "x"}
    drafts.answer(by=acting(ana), application=draft, said={"gives": ("Two", 0), "means": (number, 0)})
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one) < 20


def test_reading_costs_no_query_of_its_own(draft, acting, vesa, django_assert_num_queries):
    put(draft, COMPLETE)
    row = Application.objects.select_related("version", "network").get(pk=draft.pk)
    reader = acting(vesa)
    with django_assert_num_queries(0):
        assert asked.read_application(row, reader)
