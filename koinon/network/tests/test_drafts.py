"""A draft that several people write: nothing is lost, nobody overwrites what they did not see, nobody else sees it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.network.actions import drafts
from koinon.network.actions import questionnaires as forms
from koinon.network.models import Application
from koinon.network.tests.drafting import *  # noqa: F403
from koinon.network.tests.drafting import COMPLETE, page, put, values
from tests import doors, factories

pytestmark = pytest.mark.django_db
DOORS = {
    "network:draft": ("get", ["slug", "draft"], (404, 200, 404, 302, 404)),
    "network:draft_part": ("get", ["slug", "draft", "city"], (404, 200, 404, 302, 404)),
    "network:draft_answer": ("post", ["slug", "draft", "plans", "plan"], (404, 200, 404, 302, 404)),
    "network:draft_check": ("get", ["slug", "draft"], (404, 200, 404, 302, 404)),
    "network:draft_version": ("get", ["slug", "draft"], (404, 200, 404, 302, 404)),
    "network:draft_share": ("post", ["slug", "draft"], (404, 200, 404, 302, 404)),
    "network:draft_join": ("get", ["token"], (200, 200, 200, 302, 200)),
    "network:draft_file": ("get", ["slug", "draft", "letter"], (404, 200, 404, 302, 404)),
}


@doors.everybody(DOORS)
def test_door(name, reader, draft, letter_kept, version, vesa, acting, request):
    if name == "network:draft_version":
        forms.renew(by=acting(vesa), form=version.form)
        forms.publish(by=acting(vesa), form=version.form)
    token = links.make(drafts.SHARED, application=str(draft.pk), by=str(draft.applicant_id))
    things = {"slug": draft.network.slug, "draft": draft.pk, "token": token}
    doors.check(request, DOORS, name, reader, things)


def test_a_link_alone_saves_nothing(draft, milos, enter):
    assert enter(milos).get(page("draft_answer", draft, "plans", "plan")).status_code == 405


# --- begin ---------------------------------------------------------------------------------------


def test_the_page_says_what_is_asked_and_begins_a_draft(network, version, city, milos, enter):
    client, address = enter(milos), reverse("network:apply", args=[network.slug])
    text = client.get(f"{address}?organisation=serres").content.decode()
    assert "What is asked" in text
    assert "Your word" in text
    answer = client.post(f"{address}?organisation=serres", {"language": "el"})
    made = Application.objects.get(organisation=city)
    assert answer["Location"] == page("draft", made)
    assert (made.state, made.turn, made.version, made.language) == ("draft", "applicant", version, "el")
    assert Statement.objects.filter(verb="network.application_begun").exists()
    assert "Go on with the application of" in client.get(address).content.decode()


def test_a_visitor_reads_what_is_asked_and_is_shown_where_to_sign_in(network, version, visitor):
    address = reverse("network:apply", args=[network.slug])
    assert visitor.get(address).status_code == 302
    network.is_public = True
    network.save()
    text = visitor.get(address).content.decode()
    assert "Sign in to apply" in text
    assert "Have ready: Signed letter of the mayor." in text
    assert "<textarea" not in text
    assert visitor.post(address, {"language": "el"})["Location"].startswith(reverse("account_login"))


def test_a_new_organisation_is_registered_with_its_draft(version, stranger, network, enter):
    network.is_public = True
    network.save()
    data = {"name": "Biblioteka", "kind": "library", "country": "LT", "language": "lt"}
    answer = enter(stranger).post(reverse("network:apply", args=[network.slug]), data)
    made = Application.objects.get()
    assert answer["Location"] == page("draft", made)
    assert made.organisation.names == {"lt": "Biblioteka"}
    assert enter(stranger).get(page("draft_part", made, "city")).status_code == 200


def test_only_those_who_speak_for_it_begin(network, version, city, stranger, vesa, acting):
    for person in (stranger, vesa):
        with pytest.raises(Refused):
            drafts.begin(by=acting(person), network=network, organisation=city, applicant=person)


def test_without_a_published_form_there_is_nothing_to_begin(network, city, milos, acting):
    with pytest.raises(ValidationError):
        drafts.begin(by=acting(milos), network=network, organisation=city, applicant=milos)


# --- write ---------------------------------------------------------------------------------------


def test_everybody_who_speaks_for_it_writes_the_same_draft(draft, milos, ana, enter):
    for person, key, text in ((milos, "plan", "Ένα"), (ana, "gives", "Δύο")):
        answer = enter(person).post(page("draft_answer", draft, "plans", key), {key: text, f"{key}-seen": "0."})
        assert answer.status_code == 200
        assert b"Saved." in answer.content
    assert values(draft) == {"plan": "Ένα", "gives": "Δύο"}
    assert "Miloš" in enter(ana).get(page("draft_part", draft, "plans")).content.decode()


def test_nobody_else_writes_it(draft, stranger, vesa, rival, acting):
    for person in (stranger, vesa, rival):
        with pytest.raises(Refused):
            drafts.answer(by=acting(person), application=draft, said={"plan": ("x", 0)})


def test_the_later_of_two_sees_the_text_of_the_other_and_chooses(draft, milos, ana, enter):
    address = page("draft_answer", draft, "plans", "plan")
    enter(milos).post(address, {"plan": "The first text", "plan-seen": "0."})
    late = enter(ana)
    answer = late.post(address, {"plan": "The second text", "plan-seen": "0."}).content.decode()
    assert "The first text" in answer
    assert 'value="mine.1"' in answer
    assert values(draft) == {"plan": "The first text"}
    late.post(address, {"plan": "The second text", "plan-seen": "0.", "plan-choice": "mine.1"})
    assert values(draft) == {"plan": "The second text"}


def test_whoever_takes_the_other_answer_reads_it_in_the_field(draft, milos, ana, enter):
    address = page("draft_answer", draft, "plans", "plan")
    enter(milos).post(address, {"plan": "The first text", "plan-seen": "0."})
    data = {"plan": "The second text", "plan-seen": "0.", "plan-choice": "theirs"}
    answer = enter(ana).post(address, data)
    assert answer["HX-Retarget"] == "#q-plan"
    assert "The first text</textarea>" in answer.content.decode()
    assert values(draft) == {"plan": "The first text"}


def test_a_choice_made_too_late_asks_again(draft, milos, ana, enter):
    """Between the question and the choice the first one wrote again: nothing unseen is overwritten."""
    address = page("draft_answer", draft, "plans", "plan")
    enter(milos).post(address, {"plan": "One", "plan-seen": "0."})
    enter(milos).post(address, {"plan": "Two", "plan-seen": "1."})
    answer = enter(ana).post(address, {"plan": "Mine", "plan-seen": "0.", "plan-choice": "mine.1"})
    assert "Two" in answer.content.decode()
    assert values(draft) == {"plan": "Two"}


def test_the_button_saves_only_what_was_touched(draft, milos, ana, enter):
    """Miloš has the whole part open; Ana answers another question of it; his Save leaves hers alone."""
    opened = enter(milos).get(page("draft_part", draft, "plans")).context["questions"]
    tokens = {f"{each['key']}-seen": each["token"] for each in opened}
    enter(ana).post(page("draft_answer", draft, "plans", "gives"), {"gives": "From Ana", "gives-seen": "0."})
    answer = enter(milos).post(page("draft_part", draft, "plans"), {"plan": "From Miloš", "gives": "", **tokens})
    assert answer.status_code == 302
    assert values(draft) == {"plan": "From Miloš", "gives": "From Ana"}


def test_without_javascript_the_later_of_two_chooses_on_the_page(draft, milos, ana, enter):
    enter(ana).post(page("draft_answer", draft, "plans", "plan"), {"plan": "From Ana", "plan-seen": "0."})
    answer = enter(milos).post(page("draft_part", draft, "plans"), {"plan": "From Miloš", "plan-seen": "0."})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "From Ana" in text
    assert "From Miloš</textarea>" in text


def test_what_is_wrong_is_said_and_the_rest_is_saved(draft, milos, enter):
    data = {"plan": "A plan", "means_number": "a lot", "means_year": "2024"}
    answer = enter(milos).post(page("draft_part", draft, "plans"), data)
    assert answer.status_code == 200
    assert "Please write the number." in answer.content.decode()
    assert "a lot" in answer.content.decode()
    assert values(draft) == {"plan": "A plan"}


def test_words_are_counted_in_the_language_of_the_application(draft, milos, enter):
    text = "ό,τι " * 251
    answer = enter(milos).post(page("draft_answer", draft, "plans", "plan"), {"plan": text, "plan-seen": "0."})
    assert "251 of 250 words" in answer.content.decode()
    assert "1 word too many" in answer.content.decode()
    assert values(draft)["plan"] == text.strip()


def test_what_is_written_never_runs(draft, milos, enter):
    evil = "<script>alert(1)</script>"
    enter(milos).post(page("draft_part", draft, "plans"), {"plan": evil})
    for name, more in (("draft_check", ()), ("draft_part", ("plans",))):
        assert evil not in enter(milos).get(page(name, draft, *more)).content.decode()


def test_a_question_of_nobody_is_not_there(draft, milos, enter, acting):
    assert enter(milos).post(page("draft_answer", draft, "plans", "nothing")).status_code == 404
    assert enter(milos).get(page("draft_part", draft, "nothing")).status_code == 404
    with pytest.raises(ValidationError):
        drafts.answer(by=acting(milos), application=draft, said={"nothing": ("x", 0)})


# --- share ---------------------------------------------------------------------------------------


def link_of(draft, person, enter):
    answer = enter(person).post(page("draft_share", draft))
    return answer.context["address"].split("testserver", 1)[1] if answer.status_code == 200 else None


def test_a_colleague_writes_with_the_applicant_by_a_link_that_works_once(draft, milos, stranger, rival, enter, acting):
    address = link_of(draft, milos, enter)
    assert "You would speak for the organisation as its deputy." in enter(stranger).get(address).content.decode()
    assert enter(stranger).post(address)["Location"] == page("draft", draft)
    assert enter(stranger).get(page("draft_part", draft, "plans")).status_code == 200
    assert Statement.objects.filter(verb="network.draft_joined").count() == 1
    assert enter(rival).post(address).status_code == 410
    assert enter(rival).get(page("draft", draft)).status_code == 404


def test_who_registered_the_organisation_keeps_writing_beside_the_colleague(version, network, stranger, rival, enter):
    network.is_public = True
    network.save()
    data = {"name": "Biblioteka", "kind": "library", "country": "LT", "language": "lt"}
    enter(stranger).post(reverse("network:apply", args=[network.slug]), data)
    made = Application.objects.get()
    enter(rival).post(link_of(made, stranger, enter))
    for person in (stranger, rival):
        assert enter(person).get(page("draft", made)).status_code == 200
    assert link_of(made, stranger, enter)
    assert link_of(made, rival, enter) is None


def test_the_links_of_somebody_who_left_lead_nowhere(draft, milos, stranger, enter):
    address = link_of(draft, milos, enter)
    draft.organisation.mandates.filter(person=milos).update(cut_at=timezone.now())
    factories.representative(draft.organisation)
    assert enter(stranger).get(address).status_code == 410
    assert enter(stranger).post(address).status_code == 410
    assert not draft.organisation.mandates.filter(person=stranger).exists()


def test_a_deputy_makes_no_link_and_nobody_joins_what_was_sent(draft, letter_kept, milos, ana, stranger, enter, acting):
    assert link_of(draft, ana, enter) is None
    address = link_of(draft, milos, enter)
    put(draft, COMPLETE)
    drafts.send(by=acting(milos), application=draft)
    assert enter(stranger).post(address).status_code == 404
    assert not draft.organisation.mandates.filter(person=stranger).exists()
