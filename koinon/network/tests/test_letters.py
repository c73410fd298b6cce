"""Letters: numbered without gaps, in the applicant's language, their words set by the coordinator and never run."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from koinon.accounts.models import Notice
from koinon.kit.verbs import Refused, machine
from koinon.network.actions import applications, decisions, letters
from koinon.network.clock.admission import print_letter
from koinon.network.engine.letters import fill, unknown
from koinon.network.models import Application, Letter
from tests import factories

pytestmark = pytest.mark.django_db
YEAR = date.today().year


@pytest.fixture
def application(network, vesa, stranger):
    organisation = factories.organisation(names={"en": "Shkodra", "sq": "Bashkia Shkodër"}, language="sq")
    return factories.application(
        network=network, organisation=organisation, applicant=stranger, state="review", language="sq"
    )


def test_each_decision_leaves_a_letter_with_the_next_number(application, network, vesa, acting):
    decisions.waitlist(by=acting(vesa), application=application, reason="Full.")
    decisions.admit(by=acting(vesa), application=application)
    other = factories.application(network=network, organisation=factories.organisation())
    decisions.decline(by=acting(vesa), application=other, reason="Too early.")
    found = Letter.objects.order_by("number").values_list("number", "year", "kind")
    assert list(found) == [(1, YEAR, "waitlisted"), (2, YEAR, "admitted"), (3, YEAR, "declined")]
    assert "Too early." in Letter.objects.get(number=3).text


def test_a_decision_that_fails_uses_up_no_number(application, network, vesa, acting):
    factories.quota(network=network, places=0)
    with pytest.raises(ValidationError), transaction.atomic():
        decisions.admit(by=acting(vesa), application=application)
    decisions.decline(by=acting(vesa), application=Application.objects.get(), reason="No.")
    assert Letter.objects.get().number == 1


def test_the_database_knows_no_gaps(application, network):
    facts = {"network": network, "organisation": application.organisation}
    with pytest.raises(IntegrityError, match="letter_numbers_without_gaps"), transaction.atomic():
        factories.letter(**facts, number=2)
    first, second = factories.letter(**facts, number=1), factories.letter(**facts, number=2)
    factories.letter(**facts, number=1, year=YEAR - 1)
    for wrong in (0, 2):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.letter(**facts, number=wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        first.delete()
    assert second.pk


@pytest.mark.django_db(transaction=True)
def test_two_letters_at_the_same_instant_get_two_numbers(network, vesa, acting):
    rows = [factories.application(network=network, organisation=factories.organisation()) for _ in range(4)]
    start = Barrier(4)

    def decline(key):
        row = Application.objects.select_related("network", "organisation", "applicant").get(pk=key)
        by = acting(vesa)
        start.wait(timeout=10)
        try:
            decisions.decline(by=by, application=row, reason="No.")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(decline, [row.pk for row in rows]))
    assert sorted(Letter.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_the_letter_is_in_the_applicants_language_and_its_mail_leads_to_it(application, vesa, stranger, acting, enter):
    decisions.admit(by=acting(vesa), application=application)
    letter = Letter.objects.get()
    assert letter.language == "sq"
    assert "Bashkia Shkodër" in letter.subject
    notice = Notice.objects.get(person=stranger, kind="network.membership")
    assert notice.address.endswith(reverse("network:letter", args=[letter.pk]))
    client = enter(stranger)
    assert client.get(reverse("network:letter_pdf", args=[letter.pk])).status_code == 404
    assert 'lang="sq"' in client.get(reverse("network:letter", args=[letter.pk])).content.decode()
    print_letter(letter=str(letter.pk))
    answer = client.get(reverse("network:letter_pdf", args=[letter.pk]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert f"{YEAR}-1.pdf" in answer["Content-Disposition"]


def test_printing_twice_keeps_the_first(application, vesa, acting):
    decisions.admit(by=acting(vesa), application=application)
    letter = Letter.objects.select_related("network", "organisation__place").get()
    first = letters.print_out(by=machine("letters"), letter=letter).file_id
    assert letters.print_out(by=machine("letters"), letter=letter).file_id == first
    with pytest.raises(Refused):
        letters.print_out(by=acting(vesa), letter=letter)


def test_the_networks_own_words_replace_ours(application, network, vesa, acting, enter):
    address = reverse("network:letter_text", args=[network.slug, "declined", "sq"])
    said = {"subject": "Përgjigje për {organisation}", "text": "I nderuar {applicant}!\n\n{reason}\n\n{again_on}"}
    assert enter(vesa).post(address, said).status_code == 302
    decisions.decline(by=acting(vesa), application=application, reason="Jo tani.")
    letter = Letter.objects.get()
    assert letter.subject == "Përgjigje për Bashkia Shkodër"
    assert letter.text == "I nderuar Stranger!\n\nJo tani."


@pytest.mark.parametrize("text", ["{password}", "{organisation.applicant}", "{{ settings.SECRET_KEY }}", "{0}", "{}"])
def test_words_that_we_do_not_know_are_refused_or_stay_words(text, network, vesa, acting, enter):
    address = reverse("network:letter_text", args=[network.slug, "declined", "en"])
    answer = enter(vesa).post(address, {"subject": "x", "text": text})
    if unknown(text, ["organisation"]):
        assert "We do not know" in answer.content.decode()
        with pytest.raises(ValidationError):
            letters.set_text(by=acting(vesa), network=network, kind="declined", language="en", subject="x", text=text)
    else:
        assert fill(text, {"organisation": "secret"}) == text


def test_what_people_write_is_not_filled_in_again():
    assert fill("Dear {applicant}: {reason}", {"applicant": "{reason}", "reason": "No."}) == "Dear {reason}: No."
    assert fill("A\n\n{reason}\n\nB", {"reason": ""}) == "A\n\nB"


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_others_write_no_letters_and_change_no_words(who, application, network, request, acting):
    me = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        letters.write(by=me, application=application, kind="admitted")
    with pytest.raises(Refused):
        letters.set_text(by=me, network=network, kind="admitted", language="en", subject="x", text="x")


def test_a_withdrawn_application_has_no_letter(application, stranger, acting):
    applications.withdraw(by=acting(stranger), application=application)
    assert not Letter.objects.exists()
