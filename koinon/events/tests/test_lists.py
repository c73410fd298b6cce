"""Lists that leave the house: who may give them, what they hold and never hold, their mark, the log."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from python_calamine import CalamineWorkbook

from koinon.events.actions import lists as actions
from koinon.events.models import Helper, ListGiven
from koinon.events.queries import lists as queries
from koinon.kit import files
from koinon.kit.models import Statement, Upload, Work
from koinon.kit.verbs import Refused
from tests import factories

pytestmark = pytest.mark.django_db
SAID = {"for_whom": "Funder of hubs", "purpose": "Proof of attendance", "fields": ["name", "email", "attended"]}


@pytest.fixture
def people(gathering):
    rows = [
        factories.registration(
            event=gathering, person=None, name=name, email=f"{name.lower()}@example.org", state=state
        )
        for name, state in (("Ana", "attended"), ("Bora", "missed"), ("=cmd|1", "attended"), ("Gone", "withdrawn"))
    ]
    factories.care(registration=rows[0], food="No nuts")
    factories.registration(
        event=gathering, person=None, name="Child", email="parent@example.org", is_minor=True, state="attended"
    )
    return rows


def give(by, event, kind="xlsx", **facts):
    return actions.give(by=by, event=event, kind=kind, language="en", **{**SAID, **facts})


def written(row, kind="xlsx"):
    with queries.as_file(row, kind, "en", lambda _done: None) as file:
        return file.read()


def test_a_list_is_marked_in_each_row_and_written_down(acting, anna, gathering, people):
    row = give(acting(anna), gathering)
    assert (row.rows, row.fields, row.person_id) == (4, SAID["fields"], anna.pk)
    assert Statement.objects.get(verb="events.list_given").counts == {"people": 4}
    book = CalamineWorkbook.from_filelike(io.BytesIO(written(row)))
    first, about = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert first[0] == ["Name", "E-mail address", "Attended", "Mark of this list"]
    assert {line[0]: line[1:3] for line in first[1:]} == {
        "Ana": ["ana@example.org", "Yes"], "Bora": ["bora@example.org", "No"],
        "=cmd|1": ["=cmd|1@example.org", "Yes"], "Child": ["", "Yes"],
    }  # fmt: skip
    assert {line[-1] for line in first[1:]} == {row.mark}
    assert ["For whom", "Funder of hubs"] in about
    assert "nuts" not in str(first + about)


def test_the_paper_says_on_each_page_for_whom_it_is(acting, anna, gathering, people):
    row = give(acting(anna), gathering, "pdf", fields=["name", "signature"])
    said = queries.words_of(row, "en", lambda _done: None)
    assert said["mark"] == f"For Funder of hubs · {row.mark}"
    assert said["header"] == ["", "Name", "Signature"]
    assert written(row, "pdf").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("field", "facts"),
    [("fields", {"fields": []}), ("fields", {"fields": ["name", "food"]}), ("for_whom", {"for_whom": " "}),
     ("purpose", {"purpose": ""}), ("kind", {"kind": "exe"})],
)  # fmt: skip
def test_what_is_not_said_or_not_given_is_refused(acting, anna, gathering, people, field, facts):
    with pytest.raises(ValidationError) as problem:
        give(acting(anna), gathering, **facts)
    assert field in problem.value.error_dict
    assert not ListGiven.objects.exists()


def test_only_organisers_give_lists(acting, petrit, luka, rival, milos, gathering, people):
    for who in (petrit, luka, rival, milos):
        with pytest.raises(Refused):
            give(acting(who), gathering)


def test_nobody_on_it_is_no_list(acting, anna, gathering):
    with pytest.raises(ValidationError):
        give(acting(anna), gathering)


def test_the_job_keeps_the_file_for_who_asked_and_only_while_they_organise(
    acting, anna, gathering, people, monkeypatch
):
    me = acting(anna)
    work = give(me, gathering).work
    actions.write_list(str(work.pk))
    work.refresh_from_db()
    upload = Upload.objects.get(pk=work.result["upload"])
    assert (upload.person, upload.scope, upload.name.endswith(".xlsx")) == (anna.pk, None, True)
    assert upload.until is not None
    later = give(me, gathering).work
    Helper.objects.filter(person=anna).delete()
    with pytest.raises(ListGiven.DoesNotExist):
        actions.write_list(str(later.pk))
    assert Work.objects.get(pk=later.pk).state == "failed"
    files.drop(upload)


def test_the_page_logs_what_was_given(enter, anna, gathering, people):
    client, address = enter(anna), reverse("events:lists", args=[gathering.slug])
    sent = {"for_whom": "Funder of hubs", "purpose": "Proof", "holds": ["name"], "kind": "pdf"}
    answer = client.post(address, {**sent, "purpose": ""})
    assert "Funder of hubs" in answer.content.decode()
    assert not ListGiven.objects.exists()
    answer = client.post(address, sent)
    assert answer["Location"] == reverse("kit:work", args=[Work.objects.get().pk])
    assert ListGiven.objects.get().mark in client.get(address).content.decode()
