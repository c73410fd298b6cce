"""Attacks with files and words: guessed ids, bombs, code in names, headers in letters, foreign rows in forms."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from koinon.kit import files, jobs, pdf
from koinon.kit.models import Upload
from koinon.kit.verbs import Refused
from koinon.network.actions import admission, decisions, drafts, letters, quotas
from koinon.network.models import Application, Criterion, FirstStep, Letter, MembershipClass, Quota, Window
from koinon.network.tests.drafting import *  # noqa: F403

pytestmark = pytest.mark.django_db
TYPST = (
    '#panic("run") #eval("1") #read("/etc/passwd") $ x $ `raw` <label> @ref \\ */ #{ } ]] "" #import "@preview/x:1.0.0"'
)


def upload_of(draft, key):
    return Application.objects.get(pk=draft.pk).answers[key]["value"]["upload"]


def test_the_file_of_an_answer_opens_at_its_own_address_only(draft, milos, ana, vesa, rival, stranger, pdf, enter):
    enter(milos).post(reverse("network:draft_answer", args=[draft.network.slug, draft.pk, "letter", "letter"]),
                      {"letter": pdf})  # fmt: skip
    stored = Application.objects.get(pk=draft.pk).answers
    key = next(
        iter(key for key, each in stored.items() if isinstance(each["value"], dict) and "upload" in each["value"])
    )
    upload = upload_of(draft, key)
    contact = factories.person()  # noqa: F405
    factories.mandate(organisation=draft.organisation, person=contact, role="contact")  # noqa: F405
    own = reverse("network:draft_file", args=[draft.network.slug, draft.pk, key])
    for person, code in ((milos, 200), (ana, 200), (vesa, 404), (rival, 404), (stranger, 404), (contact, 404)):
        client = enter(person)
        assert client.get(own).status_code == code, person.name
        if person is not milos:
            assert client.get(reverse("kit:file", args=[upload])).status_code == 404, person.name


def test_no_answer_points_at_the_file_of_somebody_else(draft, milos, stranger, letter, enter, vesa, acting):
    """A form that posts an id instead of a file: nothing is taken over, nothing is dropped."""
    secret = files.keep_document(file=SimpleUploadedFile("s.pdf", b"%PDF-1.4 secret"), person=stranger.pk)
    address = reverse("network:draft_answer", args=[draft.network.slug, draft.pk, "letter", "letter"])
    said = json.dumps({"upload": str(secret.pk), "name": "s.pdf"})
    for body in ({"letter": said}, {"letter": str(secret.pk)}, {"letter_0": str(secret.pk)}, {"letter-away": "1"}):
        enter(milos).post(address, body)
    assert str(secret.pk) not in json.dumps(Application.objects.get(pk=draft.pk).answers)
    assert Upload.objects.filter(pk=secret.pk).exists()


def test_the_pdf_of_a_letter_is_not_for_every_member(network, organisation, milos, vesa, stranger, acting, enter):
    row = factories.application(network=network, organisation=factories.organisation(), applicant=stranger)  # noqa: F405
    decisions.decline(by=acting(vesa), application=row, reason="A private reason")
    made = Letter.objects.get()
    from koinon.kit.verbs import machine

    letters.print_out(by=machine("test"), letter=made)
    assert made.file_id
    for person in (milos, vesa, stranger):
        assert enter(person).get(reverse("kit:file", args=[made.file_id])).status_code == 404
    pages = {person: enter(person).get(reverse("network:letter_pdf", args=[made.pk])).status_code
             for person in (milos, vesa, stranger)}  # fmt: skip
    assert pages == {milos: 404, vesa: 200, stranger: 200}


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 50_000_000)
        archive.writestr("[Content_Types].xml", b"0" * 50_000_000)
    return packed.getvalue()


def test_bombs_and_disguises_are_kept_closed(draft, milos, acting, settings):
    settings.KOINON_MAX_UPLOAD = 200_000
    question = {"key": "letter", "kind": "signature"}
    tries = {
        "large.pdf": b"%PDF-" + b"0" * 300_000,
        "page.pdf": b"<html><script>alert(1)</script>",
        "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "empty.pdf": b"",
        "bomb.xlsx": bomb()[:150_000],
    }
    for name, data in tries.items():
        with pytest.raises(ValidationError):
            drafts.keep(acting(milos), draft, SimpleUploadedFile(name, data), question)
    assert not Upload.objects.exists()


def test_a_kept_file_cannot_run_or_name_a_header(draft, milos, acting, enter):
    name = 'a"\r\nX-Evil: 1\r\n\r\n<script>.pdf'
    made = drafts.keep(acting(milos), draft, SimpleUploadedFile("x.pdf", b"%PDF-1.4 <script>"), {"kind": "file"})
    Upload.objects.filter(pk=made.pk).update(name=name)
    answer = files.serve(Upload.objects.get(pk=made.pk), download=True)
    assert "X-Evil" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_words_in_a_letter_are_words():
    """#panic would stop the setting of the letter; nothing that people write is read as code."""
    said = {"sender": TYPST, "sender_line": TYPST, "addressee": [TYPST], "reference": [TYPST, TYPST], "subject": TYPST,
            "paragraphs": [TYPST], "facts": [[TYPST, TYPST]], "closing": [TYPST], "footer": TYPST}  # fmt: skip
    assert pdf.write(letters.TEMPLATE, said, language="en").startswith(b"%PDF-")


def test_variables_of_letters_reach_no_attribute_and_are_filled_once(network, vesa, acting):
    for text in ("{organisation.__class__}", "{0}", "{reason!r}", "{secret}", "{organisation[0]}"):
        try:
            letters.set_text(by=acting(vesa), network=network, kind="declined", language="en", subject="s", text=text)
        except ValidationError:
            continue
        from koinon.network.engine.letters import fill

        assert fill(text, {"organisation": "X", "reason": "Y"}) in (text, "")
    from koinon.network.engine.letters import fill

    assert fill("{organisation}", {"organisation": "{reason}", "reason": "secret"}) == "{reason}"


def test_a_name_makes_no_header_of_a_letter(network, vesa, acting, stranger):
    from procrastinate.contrib.django.models import ProcrastinateJob

    house = factories.organisation(names={"en": "House\r\nBcc: evil@evil.example\r\n\r\nWin a prize"})  # noqa: F405
    row = factories.application(network=network, organisation=house, applicant=stranger)  # noqa: F405
    decisions.decline(by=acting(vesa), application=row, reason="No\r\nBcc: evil@evil.example")
    for job in ProcrastinateJob.objects.filter(task_name="kit.deliver"):
        assert "\n" not in job.args["subject"]
        assert "\r" not in job.args["subject"]
        assert job.args["to"] == stranger.email
    assert jobs


FOREIGN = [
    (admission.retire_criterion, "criterion", Criterion, "criterion"),
    (admission.retire_step, "step", FirstStep, "firststep"),
    (admission.retire_class, "membership_class", MembershipClass, "membershipclass"),
    (admission.raise_class, "membership_class", MembershipClass, "membershipclass"),
    (admission.remove_window, "window", Window, "window"),
    (quotas.remove_quota, "quota", Quota, "quota"),
]


@pytest.mark.parametrize(("act", "word", "model", "maker"), FOREIGN, ids=[each[0].__name__ for each in FOREIGN])
def test_a_coordinator_changes_no_row_of_another_network(act, word, model, maker, network, vesa, acting):
    elsewhere = factories.network()  # noqa: F405
    row = getattr(factories, maker)(network=elsewhere)  # noqa: F405
    before = model.objects.filter(pk=row.pk).values().get()
    with pytest.raises((Refused, ValidationError)):
        act(by=acting(vesa), network=network, **{word: row})
    assert model.objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("step", ["window-remove", "extend", "quota-remove", "quota-change", "criterion-retire",
                                  "step-retire", "class-raise", "class-retire"])  # fmt: skip
def test_nor_by_the_page_with_an_id_in_its_body(step, network, vesa, enter):
    elsewhere = factories.network()  # noqa: F405
    made = [getattr(factories, name)(network=elsewhere) for name in  # noqa: F405
            ("window", "quota", "criterion", "firststep", "membershipclass")]  # fmt: skip
    client = enter(vesa)
    for row in made:
        answer = client.post(reverse("network:admission_change", args=[network.slug, step]), {"key": str(row.pk)})
        assert answer.status_code == 404
    assert client.post(reverse("network:admission_change", args=[network.slug, step]), {"key": "x"}).status_code == 404
    assert client.get(reverse("network:class_edit", args=[network.slug, made[-1].pk])).status_code == 404
    assert all(type(row).objects.filter(pk=row.pk).exists() for row in made)


def test_a_draft_moves_to_no_form_of_another_network(draft, milos, acting):
    foreign = factories.formversion()  # noqa: F405
    with pytest.raises(ValidationError):
        drafts.move_to_version(by=acting(milos), application=draft, version=foreign)
    assert Application.objects.get(pk=draft.pk).version_id == draft.version_id


def test_a_question_that_is_not_asked_takes_no_answer(draft, milos, rival, acting, enter):
    for key in ("nothing", "__proto__", "a.b", "x" * 300, "{a,b}"):
        with pytest.raises(ValidationError):
            drafts.answer(by=acting(milos), application=draft, said={key: ("x", 0)})
    with pytest.raises(Refused):
        drafts.answer(by=acting(rival), application=draft, said={"practice": ("x", 0)})
    address = reverse("network:draft_answer", args=[draft.network.slug, uuid4(), "you", "practice"])
    assert enter(milos).post(address, {"practice": "x"}).status_code == 404
    assert Application.objects.get(pk=draft.pk).answers == {}
