"""Take everything with me; be forgotten: no table knows the person any more."""

import csv
import io
import json
import uuid
import zipfile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from koinon.accounts import actions, queries, seams
from koinon.accounts.actions.data import gather
from koinon.accounts.engine import archive
from koinon.accounts.models import Person
from koinon.accounts.tests.test_profile import picture
from koinon.kit import files, links
from koinon.kit.models import Statement, Upload, Work
from koinon.kit.verbs import VISITOR, Refused, machine
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT, settings.KOINON_DATA = tmp_path / "files", tmp_path


def run(work):
    """As the worker does it."""
    gather(work_id=str(work.pk))


def rows_of(path):
    with zipfile.ZipFile(path) as found:
        return {name: found.read(name) for name in found.namelist()}


# --- archive ---------------------------------------------------------------------------------------


def test_the_archive_holds_every_table_and_file(stranger, acting, letters, lend):
    actions.change_profile(by=acting(stranger), person=stranger, name="Ana", photo=picture(), photo_alt="Red")
    lend(seams.data_of, lambda person: {"pets": [{"name": "=1+1", "legs": 4}]})
    work = actions.gather_data(by=acting(stranger), person=stranger)
    assert actions.gather_data(by=acting(stranger), person=stranger) == work
    run(work)
    work.refresh_from_db()
    assert (work.state, work.done) == ("done", work.total)
    upload = Upload.objects.get(media_type=files.ARCHIVE)
    content = rows_of(files.path_of(upload))
    assert json.loads(content["json/person.json"])[0]["email"] == stranger.email
    assert json.loads(content["json/pets.json"]) == [{"name": "=1+1", "legs": 4}]
    assert b"'=1+1" in content["csv/pets.csv"]
    assert b"accounts.profile_changed" in content["json/acts.json"]
    assert any(name.startswith("files/") and name.endswith(".webp") for name in content)
    assert letters()[0]["subject"] == "Your data is ready to download"


def test_only_the_person_gets_the_archive(stranger, milos, acting, enter):
    with pytest.raises(Refused):
        actions.gather_data(by=acting(milos), person=stranger)
    run(actions.gather_data(by=acting(stranger), person=stranger))
    upload = Upload.objects.get(media_type=files.ARCHIVE)
    address = reverse("kit:file", args=[upload.pk])
    assert enter(milos).get(address).status_code == 404
    assert Client().get(address).status_code == 404
    response = enter(stranger).get(address)
    assert "attachment" in response["Content-Disposition"]
    assert address in enter(stranger).get(reverse("accounts:data")).content.decode()


def test_an_archive_lives_a_week(stranger, acting, django_capture_on_commit_callbacks):
    run(actions.gather_data(by=acting(stranger), person=stranger))
    upload = Upload.objects.get(media_type=files.ARCHIVE)
    path = files.path_of(upload)
    actions.sweep(by=machine("clock"))
    assert path.exists()
    Upload.objects.update(until=timezone.now() - timezone.timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        actions.sweep(by=machine("clock"))
    assert not path.exists()
    assert not Upload.objects.exists()


def test_nothing_is_made_for_who_is_forgotten_meanwhile(stranger, acting, letters, lend):
    work = actions.gather_data(by=acting(stranger), person=stranger)
    lend(seams.data_of, lambda person: actions.forget(by=acting(stranger), person=stranger) or {})
    with pytest.raises(Refused):
        run(work)
    assert not Upload.objects.exists()
    assert [letter["subject"] for letter in letters()] == ["You are forgotten"]


def test_a_second_click_forgets_nobody_twice(stranger, acting, letters):
    by, before = acting(stranger), Person.objects.get(pk=stranger.pk)
    actions.forget(by=by, person=stranger)
    with pytest.raises(Refused):
        actions.forget(by=by, person=before)
    assert len(letters()) == 1


@given(
    rows=st.lists(st.dictionaries(st.sampled_from("abc"), st.text(max_size=20) | st.integers() | st.none(), max_size=3))
)
def test_no_cell_of_the_csv_becomes_a_formula_and_none_is_lost(rows):
    text = archive.as_csv(rows).removeprefix("\ufeff")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert len(read) == len(rows) + 1 or not any(rows)
    assert not [cell for line in read for cell in line if cell.startswith(archive.RISKY) and len(cell)]


# --- be forgotten ----------------------------------------------------------------------------------


def lived(organisation, acting):
    """A person with a row everywhere."""
    person = factories.representative(organisation, name="Zyxandra Qwertimo", email="zyxandra@example.org")
    factories.coordination(network=organisation.memberships.get().network, person=person)
    Person.objects.filter(pk=person.pk).update(has_second_factor=True, about="Zyxandra Qwertimo likes maps")
    actions.join(by=VISITOR, email=person.email, language="en")
    actions.change_profile(
        by=acting(person), person=person, name=person.name, photo=picture("zyxandra.png"), photo_alt="Zyxandra"
    )
    actions.agree(by=acting(person), person=person, matter="photo", language="en")
    Client().post(reverse("accounts:ask_link"), {"email": person.email})
    Client().post(reverse("account_login"), {"login": person.email, "password": "wrong and long enough"})
    factories.visibility(person=person), factories.preference(person=person)
    factories.notice(person=person, title="Zyxandra Qwertimo was here")
    said = {"name": person.name, "email": person.email, "state": "endorsed", "counts": True}
    there = {"organisation": factories.organisation(), "applicant": factories.person()}
    asks = factories.application(network=organisation.memberships.get().network, **there)
    factories.endorsement(application=asks, **said)
    factories.evidence(witness=person.name, witness_email=person.email, witness_agrees=True)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "zyxandra"})
    Work.objects.create(task="x", person=person.pk, arguments={"who": person.email})
    person.refresh_from_db()
    return person


def everything():
    """(table, row as JSON) of the whole database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                yield table, row


def test_no_table_knows_the_person_any_more(organisation, acting, letters, django_capture_on_commit_callbacks):
    person = lived(organisation, acting)
    photo = files.path_of(person.photo)
    client = Client()
    client.post(
        reverse("accounts:sign_in", args=[links.make("accounts.sign_in", person=str(person.pk), email=person.email)])
    )
    assert any("yxandra" in row.lower() for _table, row in everything())
    with django_capture_on_commit_callbacks(execute=True):
        actions.forget(by=acting(person), person=person)
    goodbye = [letter for letter in letters() if letter["to"] == "zyxandra@example.org"]
    assert [letter["subject"] for letter in goodbye] == ["You are forgotten"]
    with connection.cursor() as cursor:  # the worker deletes a letter once it is delivered
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'kit.deliver'")
    left = [(table, row) for table, row in everything() if "yxandra" in row.lower() or "qwertimo" in row.lower()]
    assert left == []
    assert not photo.exists()
    assert not EmailAddress.objects.filter(user=person).exists()
    assert client.get(reverse("accounts:desk")).status_code == 302


def test_the_acts_stay_under_the_organisation_and_lead_to_nobody(organisation, acting):
    person = lived(organisation, acting)
    alias = person.alias
    actions.act_for(by=acting(person), organisation=organisation.pk)
    before = Statement.objects.filter(actor=alias).count()
    actions.forget(by=acting(person), person=person)
    person.refresh_from_db()
    assert Statement.objects.filter(actor=alias).count() == before + 1
    assert Statement.objects.filter(actor=alias, organisation=organisation.pk).exists()
    assert not Person.objects.filter(alias=alias).exists()
    assert not any(str(alias) in row and str(person.pk) in row for _table, row in everything())
    assert person.email.endswith("@forgotten.invalid")
    assert not person.is_active
    assert not person.has_usable_password()
    assert queries.roles_held(person.pk) == {}


def test_nobody_is_forgotten_by_somebody_else(stranger, milos, acting):
    for by in (acting(milos), VISITOR, machine("clock")):
        with pytest.raises(Refused, match="Only the person"):
            actions.forget(by=by, person=stranger)
    demo = factories.person(is_demo=True)
    with pytest.raises(Refused):
        actions.forget(by=acting(demo), person=demo)


def test_the_page_says_what_goes_and_needs_the_box(enter, stranger):
    client = enter(stranger)
    address = reverse("accounts:forget")
    page = client.get(address).content.decode()
    assert "What goes" in page
    assert "What stays" in page
    assert client.post(address).status_code == 200
    assert Person.objects.get(pk=stranger.pk).is_active
    done = client.post(address, {"sure": "on"})
    assert "You are forgotten" in done.content.decode()
    assert not Person.objects.get(pk=stranger.pk).is_active
    assert "_auth_user_id" not in client.session


def test_who_has_a_password_confirms_it_first(enter, stranger):
    stranger.set_password("a long enough secret 9")
    stranger.save()
    client = enter(stranger)
    response = client.get(reverse("accounts:forget"))
    assert response["Location"].startswith("/accounts/reauthenticate/")


def test_the_address_can_be_used_again(stranger, acting):
    email = stranger.email
    actions.forget(by=acting(stranger), person=stranger)
    again = actions.join(by=VISITOR, email=email, language="en")
    assert again.pk != stranger.pk
    assert isinstance(again.alias, uuid.UUID)


def test_letters_of_appointment_stay_with_the_organisation(organisation, acting):
    person = lived(organisation, acting)
    paper = files.keep_document(
        file=SimpleUploadedFile("letter.pdf", b"%PDF-1.4 x"), person=person.pk, scope=organisation.pk
    )
    actions.forget(by=acting(person), person=person)
    paper.refresh_from_db()
    assert paper.person is None
    assert files.path_of(paper).exists()
