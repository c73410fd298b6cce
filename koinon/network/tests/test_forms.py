"""Forms of a network and their versions: built, published once, never changed after."""

from copy import deepcopy

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.kit import questions
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.network.actions import questionnaires as forms
from koinon.network.engine import ready_made
from koinon.network.models import Form, FormVersion
from koinon.network.queries import forms as asked
from tests import doors, factories

pytestmark = pytest.mark.django_db
DOORS = {
    "network:forms": ("get", ["slug"], (200, 404, 404, 302, 404)),
    "network:form": ("get", ["slug", "form"], (200, 404, 404, 302, 404)),
    "network:form_step": ("post", ["slug", "form"], (302, 404, 404, 302, 404)),
    "network:form_preview": ("get", ["slug", "form"], (200, 404, 404, 302, 404)),
    "network:form_publish": ("get", ["slug", "form"], (200, 404, 404, 302, 404)),
    "network:form_draft": ("post", ["slug", "form"], (302, 404, 404, 302, 404)),
    "network:form_part": ("get", ["slug", "form", "part"], (200, 404, 404, 302, 404)),
    "network:form_question_new": ("get", ["slug", "form", "part", "kind"], (200, 404, 404, 302, 404)),
    "network:form_question": ("get", ["slug", "form", "question"], (200, 404, 404, 302, 404)),
}


@pytest.fixture
def form(network, vesa, acting):
    return forms.make(by=acting(vesa), network=network, purpose="application", template="learning-city")


@pytest.fixture
def things(network, form):
    return {"slug": network.slug, "form": form.pk, "part": "city", "kind": "text", "question": "mayor"}


@pytest.fixture
def coordinator(vesa, acting):
    return acting(vesa)


def draft_of(form):
    return FormVersion.objects.get(form=form, state="draft")


def keys(form):
    return [question["key"] for _part, question in questions.each(asked.shown(form).schema)]


@doors.everybody(DOORS)
def test_door(name, reader, things, request):
    sent = {"step": "discard" if name.endswith("draft") else "down", "what": "city"}
    doors.check(request, DOORS, name, reader, things, sent)


@doors.posted(DOORS)
def test_a_link_alone_changes_nothing(name, things, request):
    doors.check_look(request, DOORS, name, things)


@pytest.mark.parametrize(("key", "purpose"), [(key, purpose) for key, purpose, _name in ready_made.choices("en")])
@pytest.mark.parametrize("languages", [["en"], ["mk", "en"], ["el", "sq", "lt"], ["sl", "de"]])
def test_what_is_ready_made_may_be_published_as_it_is(key, purpose, languages):
    _names, schema = ready_made.ready_made(key, languages)
    assert questions.problems(schema) == {}
    assert schema["language"] == languages[0]


def test_the_ready_made_form_has_every_kind_of_question_and_all_five_languages():
    _names, schema = ready_made.ready_made("learning-city", ["en", "sq", "lt", "mk", "el"])
    assert {question["kind"] for _part, question in questions.each(schema)} == set(questions.KINDS)
    for _part, question in questions.each(schema):
        assert set(question["labels"]) == {"en", "sq", "lt", "mk", "el"}


def test_only_coordinators_build(network, form, milos, rival, acting):
    for person in (milos, rival):
        with pytest.raises(Refused):
            forms.make(by=acting(person), network=network, purpose="report")
        for verb, facts in (
            (forms.write_part, {"titles": {"en": "x"}}),
            (forms.write_question, {"question": {"kind": "text", "labels": {"en": "x"}}, "part": "city"}),
            (forms.arrange, {"key": "city", "step": "remove"}),
            (forms.name, {"names": {"en": "x"}}),
            (forms.publish, {}),
            (forms.renew, {}),
            (forms.discard, {}),
        ):
            with pytest.raises(Refused):
                verb(by=acting(person), form=form, **facts)


def test_every_step_leaves_a_statement(form, coordinator):
    forms.write_part(by=coordinator, form=form, titles={"en": "More"})
    forms.arrange(by=coordinator, form=form, key="city", step="down")
    key = draft_of(form).schema["parts"][-1]["key"]
    forms.write_question(by=coordinator, form=form, part=key, question={"kind": "text", "labels": {"en": "Why?"}})
    forms.publish(by=coordinator, form=form)
    verbs = set(Statement.objects.values_list("verb", flat=True))
    assert verbs >= {
        "network.form_made", "network.form_part_written", "network.form_arranged", "network.form_question_written",
        "network.form_published",
    }  # fmt: skip


def test_one_application_form_for_a_network_and_as_many_reports_as_it_wants(network, form, coordinator):
    with pytest.raises(IntegrityError), transaction.atomic():
        forms.make(by=coordinator, network=network, purpose="application")
    forms.make(by=coordinator, network=network, purpose="report", template="annual-report")
    forms.make(by=coordinator, network=network, purpose="report")
    with pytest.raises(ValidationError):
        forms.make(by=coordinator, network=network, purpose="report", template="learning-city")
    with pytest.raises(ValidationError):
        forms.make(by=coordinator, network=network, purpose="riddle")


def test_a_question_changes_in_the_draft_only(form, coordinator):
    forms.publish(by=coordinator, form=form)
    with pytest.raises(ValidationError):
        forms.write_question(by=coordinator, form=form, key="plan", question={"kind": "text", "labels": {"en": "?"}})
    forms.renew(by=coordinator, form=form)
    forms.write_question(by=coordinator, form=form, key="plan", question={"kind": "text", "labels": {"en": "What?"}})
    assert questions.find(draft_of(form).schema, "plan")["labels"] == {"en": "What?"}
    assert questions.find(asked.published(form.network).schema, "plan")["limit"] == 250


def test_a_question_that_is_wrong_is_not_kept(form, coordinator):
    with pytest.raises(ValidationError):
        forms.write_question(by=coordinator, form=form, key="plan", question={"kind": "choice", "labels": {"en": "?"}})
    assert questions.find(draft_of(form).schema, "plan")["kind"] == "text"


def test_publishing_replaces_the_version_before(form, coordinator):
    first = forms.publish(by=coordinator, form=form)
    forms.renew(by=coordinator, form=form)
    with pytest.raises(IntegrityError), transaction.atomic():
        forms.renew(by=coordinator, form=form)
    second = forms.publish(by=coordinator, form=form)
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("retired", "published", 2)
    assert asked.published(form.network) == second


def test_an_empty_part_or_form_is_not_published(network, coordinator):
    empty = forms.make(by=coordinator, network=network, purpose="report")
    with pytest.raises(ValidationError):
        forms.publish(by=coordinator, form=empty)


def test_a_form_that_was_never_published_goes_with_its_draft(form, coordinator):
    forms.discard(by=coordinator, form=form)
    assert not Form.objects.exists()


def test_a_discarded_draft_leaves_what_is_published(form, coordinator):
    forms.publish(by=coordinator, form=form)
    forms.renew(by=coordinator, form=form)
    forms.discard(by=coordinator, form=form)
    assert [row.state for row in form.versions.all()] == ["published"]


def test_what_was_removed_can_be_put_back(form, coordinator):
    before = deepcopy(draft_of(form).schema)
    forms.arrange(by=coordinator, form=form, key="plan", step="remove")
    assert "plan" not in keys(form)
    forms.arrange(by=coordinator, form=form, key="plan", step="restore")
    assert draft_of(form).schema == before
    forms.arrange(by=coordinator, form=form, key="plans", step="remove")
    forms.arrange(by=coordinator, form=form, key="plans", step="restore")
    assert draft_of(form).schema == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["city", "today", "plans", "word", "plan", "mayor", "letter", "place", "nothing"]),
            st.sampled_from(["up", "down", "remove", "restore"]),
        ),
        max_size=12,
    )
)
def test_however_it_is_arranged_no_question_is_lost_or_doubled(form, coordinator, steps):
    def everything():
        version = draft_of(form)
        there = [question["key"] for _part, question in questions.each(version.schema)]
        for gone in version.removed:
            there += [each["key"] for each in gone["thing"].get("questions", [gone["thing"]])]
        return sorted(there)

    before = everything()
    for key, step in steps:
        try:
            forms.arrange(by=coordinator, form=form, key=key, step=step)
        except ValidationError:
            continue
    assert everything() == before


def test_the_database_refuses_to_change_what_is_published():
    version = factories.formversion()
    with pytest.raises(IntegrityError), transaction.atomic():
        FormVersion.objects.filter(pk=version.pk).update(schema={"language": "en", "parts": []})
    with pytest.raises(IntegrityError), transaction.atomic():
        FormVersion.objects.filter(pk=version.pk).update(number=7)
    FormVersion.objects.filter(pk=version.pk).update(state="retired")


def test_a_draft_changes_freely():
    version = factories.formversion(state="draft")
    FormVersion.objects.filter(pk=version.pk).update(schema={"language": "en", "parts": []}, number=3)


def test_one_draft_and_one_published_at_a_time():
    version = factories.formversion(state="draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.formversion(form=version.form, state="draft", number=2)
    factories.formversion(form=version.form, number=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.formversion(form=version.form, number=4)


# --- pages ---------------------------------------------------------------------------------------


def test_a_form_is_made_from_what_is_ready_made(network, vesa, enter):
    answer = enter(vesa).post(reverse("network:forms", args=[network.slug]), {"start": "learning-city"}, follow=True)
    assert answer.status_code == 200
    assert b"The city" in answer.content
    assert Form.objects.get().names == {"en": "Application of a learning city", "sq": "Aplikim i një qyteti që mëson"}


@pytest.mark.parametrize("kind", list(questions.KINDS))
def test_each_kind_of_question_is_added_and_edited_without_javascript(kind, network, form, vesa, enter):
    client = enter(vesa)
    data = {
        "label_en": "A new question", "label_sq": "Një pyetje e re", "help_en": "Help", "required": "on", "limit": "40",
        "unit_en": "people", "choices_en": "One\nTwo\n", "choices_sq": "Një\nDy", "low_en": "low", "high_en": "high",
        "many": "on", "most": "2" if kind == "choice" else "", "with_email": "on",
    }  # fmt: skip
    page = reverse("network:form_question_new", args=[network.slug, form.pk, "word", kind])
    assert client.get(page).status_code == 200
    assert client.post(page, data).status_code == 302
    made = draft_of(form).schema["parts"][-1]["questions"][-1]
    assert made["labels"] == {"en": "A new question", "sq": "Një pyetje e re"}
    assert made["required"] is True
    page = reverse("network:form_question", args=[network.slug, form.pk, made["key"]])
    assert b"A new question" in client.get(page).content
    assert client.post(page, {**data, "label_en": "Another", "required": ""}).status_code == 302
    again = questions.find(draft_of(form).schema, made["key"])
    assert again["labels"]["en"] == "Another"
    assert again["required"] is False
    assert questions.problems(draft_of(form).schema) == {}


def test_choices_keep_their_keys_when_words_change(network, form, vesa, enter):
    page = reverse("network:form_question", args=[network.slug, form.pk, "council"])
    before = questions.find(draft_of(form).schema, "council")["choices"]
    data = {"label_en": "Decided?", "choices_en": "Yes\nSoon\nNot needed here"}
    assert enter(vesa).post(page, data).status_code == 302
    after = questions.find(draft_of(form).schema, "council")["choices"]
    assert [each["key"] for each in after] == [each["key"] for each in before]
    enter(vesa).post(page, {**data, "choices_en": "Maybe\nYes"})
    after = questions.find(draft_of(form).schema, "council")["choices"]
    assert after[1]["key"] == "yes"
    assert after[0]["key"] not in {each["key"] for each in before}


def test_choices_must_be_as_many_in_each_language(network, form, vesa, enter):
    page = reverse("network:form_question", args=[network.slug, form.pk, "council"])
    data = {"label_en": "Decided?", "choices_en": "Yes\nNo", "choices_sq": "Po"}
    assert b"There are 1 lines here and 2 in the original." in enter(vesa).post(page, data).content


def test_the_page_before_publishing_says_what_changes_and_for_whom(network, form, coordinator, vesa, enter):
    first = forms.publish(by=coordinator, form=form)
    factories.application(
        network=network, organisation=factories.organisation(), state="draft", turn="applicant", version=first
    )
    forms.renew(by=coordinator, form=form)
    forms.arrange(by=coordinator, form=form, key="means", step="remove")
    client, page = enter(vesa), reverse("network:form_publish", args=[network.slug, form.pk])
    text = client.get(page).content.decode()
    assert "Questions that go" in text
    assert "What does the city spend on learning?" in text
    assert "One application is being written on an earlier version." in text
    assert client.post(page).status_code == 302
    assert asked.published(network).number == 2


def test_the_preview_shows_every_question_in_the_language_of_whoever_looks(network, form, vesa, enter):
    page = reverse("network:form_preview", args=[network.slug, form.pk])
    client = enter(vesa)
    assert b"Signed letter of the mayor" in client.get(page).content
    vesa.language = "sq"
    vesa.save()
    client.cookies["django_language"] = "sq"
    assert "Letër e nënshkruar nga kryetari" in client.get(page).content.decode()


def test_the_list_costs_the_same_with_one_form_and_with_three(network, form, coordinator, vesa, enter):
    client, page = enter(vesa), reverse("network:forms", args=[network.slug])
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    forms.make(by=coordinator, network=network, purpose="report", template="annual-report")
    forms.make(by=coordinator, network=network, purpose="report")
    with CaptureQueriesContext(connection) as three:
        client.get(page)
    assert len(three) == len(one)
