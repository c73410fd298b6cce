"""A draft that several people write: nothing is lost, nobody overwrites what they did not see, nobody else sees it."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from koinon.kit import questions
from koinon.kit.models import Statement, Upload
from koinon.kit.verbs import Refused
from koinon.network.actions import drafts
from koinon.network.actions import questionnaires as forms
from koinon.network.models import Application, Organisation
from koinon.network.queries import forms as asked
from koinon.network.tests.conftest import PDF
from tests import factories

pytestmark = pytest.mark.django_db
READERS = ("vesa", "milos", "stranger", "visitor", "rival")
DOORS = {
    "network:draft": ("get", ["slug", "draft"], (404, 200, 404, 302, 404)),
    "network:draft_part": ("get", ["slug", "draft", "city"], (404, 200, 404, 302, 404)),
    "network:draft_answer": ("post", ["slug", "draft", "plans", "plan"], (404, 200, 404, 302, 404)),
    "network:draft_check": ("get", ["slug", "draft"], (404, 200, 404, 302, 404)),
    "network:draft_version": ("get", ["slug", "draft"], (404, 200, 404, 302, 404)),
    "network:draft_file": ("get", ["slug", "draft", "letter"], (404, 200, 404, 302, 404)),
}
COMPLETE = {
    "place": {"id": "1", "name": "Σέρρες", "country": "GR", "label": "Σέρρες"},
    "inhabitants": {"number": "58000", "year": 2021, "source": "Census"},
    "mayor": {"name": "A. Person", "title": "Mayor of Serres"},
    "representative": {"name": "B. Person", "title": "Officer", "email": "b@example.org"},
    "practice": "Μαθαίνουμε μαζί.",
    "learners": ["families", "older"],
    "together": 4,
    "plan": "Ένα σχολείο για όλους.",
    "council": ["yes"],
}


@pytest.fixture
def version(network, vesa, acting):
    form = forms.make(by=acting(vesa), network=network, purpose="application", template="learning-city")
    return forms.publish(by=acting(vesa), form=form)


@pytest.fixture
def city(milos):
    """An organisation of Miloš that does not belong to the network yet."""
    made = factories.organisation(slug="serres", names={"el": "Δήμος Σερρών"}, language="el", country="GR")
    factories.mandate(organisation=made, person=milos)
    return made


@pytest.fixture
def ana(city):
    """Deputy of the city."""
    person = factories.person(name="Ana")
    factories.mandate(organisation=city, person=person, role="deputy")
    return person


@pytest.fixture
def draft(network, version, city, milos, acting):
    return drafts.begin(by=acting(milos), network=network, organisation=city, applicant=milos, language="el")


@pytest.fixture
def letter_kept(draft, letter):
    put(draft, {"letter": {"upload": str(letter.pk), "name": letter.name}})
    return letter


def put(draft, values):
    Application.objects.filter(pk=draft.pk).update(answers={**draft.answers, **questions.answers_of(values)})
    draft.refresh_from_db()


def values(draft):
    return questions.values_of(Application.objects.get(pk=draft.pk).answers)


def page(name, draft, *more):
    return reverse(f"network:{name}", args=[draft.network.slug, draft.pk, *more])


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", DOORS)
def test_door(name, reader, draft, letter_kept, version, vesa, acting, request, enter):
    if name == "network:draft_version":
        forms.renew(by=acting(vesa), form=version.form)
        forms.publish(by=acting(vesa), form=version.form)
    method, arguments, answers = DOORS[name]
    things = {"slug": draft.network.slug, "draft": draft.pk}
    who = request.getfixturevalue(reader)
    client = who if reader == "visitor" else enter(who)
    answer = getattr(client, method)(reverse(name, args=[things.get(each, each) for each in arguments]))
    assert answer.status_code == answers[READERS.index(reader)]


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


# --- files ---------------------------------------------------------------------------------------


def test_a_letter_is_kept_replaced_and_taken_away(draft, milos, enter, pdf):
    client, address = enter(milos), page("draft_answer", draft, "word", "letter")
    client.post(address, {"letter": pdf, "letter-seen": "0."})
    first = Upload.objects.get(pk=values(draft)["letter"]["upload"])
    assert first.scope == draft.organisation_id
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


def test_reading_costs_no_query_of_its_own(draft, acting, vesa, django_assert_num_queries):
    put(draft, COMPLETE)
    row = Application.objects.select_related("version", "network").get(pk=draft.pk)
    reader = acting(vesa)
    with django_assert_num_queries(0):
        assert asked.read_application(row, reader)
