"""The demo's form, a draft that two people write, an application that was sent: through the verbs, once."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from koinon.accounts.models import Person
from koinon.kit import pdf, questions
from koinon.kit.verbs import Actor, machine
from koinon.network.actions import drafts
from koinon.network.actions import questionnaires as forms
from koinon.network.models import Application, Form, Network, Organisation
from koinon.network.queries import places

FILE = Path(__file__).with_name("questionnaires.toml")
LETTER = Path(__file__).parents[1] / "data" / "letter.typ"


def load(*, by: Actor, people: dict[str, str]) -> int:
    """Make what is not there yet; `people`: slug -> e-mail. Gives how many applications were begun."""
    facts = tomllib.loads(FILE.read_text(encoding="utf-8"))
    network = Network.objects.get(slug=facts["network"])
    if not Form.objects.filter(network=network, purpose="application").exists():
        form = forms.make(by=by, network=network, purpose="application", template=facts["form"])
        forms.publish(by=by, form=form)
    return sum(_application(by, network, row, people) for row in facts["application"])


def _application(by: Actor, network: Network, row: dict[str, Any], people: dict[str, str]) -> int:
    organisation = Organisation.objects.select_related("place").get(slug=row["organisation"])
    if Application.objects.filter(network=network, organisation=organisation).exists():
        return 0
    writers = [Person.objects.get(email=people[slug]) for slug in row["writers"]]
    draft = drafts.begin(
        by=by, network=network, organisation=organisation, applicant=writers[0], language=row["language"]
    )
    answers = dict(row["answers"])
    if organisation.place:
        answers["place"] = places.kept(organisation.place)
    if row["state"] == "submitted":
        answers["letter"] = _letter(organisation, draft, row["language"])
    _write(draft, answers, writers)
    if row["state"] == "submitted":
        drafts.send(by=by, application=draft)
    _age(draft, row)
    return 1


def _write(draft: Application, answers: dict[str, Any], writers: list[Person]) -> None:
    """Each answer by one of its writers, in turn."""
    for number, (key, value) in enumerate(answers.items()):
        clerk = Actor(person=writers[number % len(writers)].pk, role="demo", is_machine=True)
        drafts.answer(by=clerk, application=draft, said={key: (value, 0)})


def _letter(organisation: Organisation, draft: Application, language: str) -> dict[str, str]:
    name = organisation.names.get(language) or str(organisation)
    words = {
        "sender": name, "sender_line": "DEMO", "addressee": [str(draft.network)], "reference": [], "subject": "DEMO",
        "paragraphs": ["Tai demonstracinis raštas. Jo niekas nepasirašė."], "facts": [], "closing": [name],
        "footer": "DEMO",
    }  # fmt: skip
    file = SimpleUploadedFile("rastas.pdf", pdf.write(LETTER, words, language=language), "application/pdf")
    question = questions.find(draft.version.schema, "letter") if draft.version else None
    upload = drafts.keep(machine("demo"), draft, file, question or {"kind": "signature"})
    return {"upload": str(upload.pk), "name": upload.name}


def _age(draft: Application, row: dict[str, Any]) -> None:
    """The demo's past: begun and sent some days ago."""
    then = timezone.now() - timedelta(days=row["days_ago"])
    changes: dict[str, Any] = {"made_at": then, "moved_at": then}
    if row["state"] == "submitted":
        changes["sent_at"] = then
    draft.refresh_from_db()
    if draft.due_on is not None and draft.due_on <= date.today():
        changes["due_on"] = date.today() + timedelta(days=14)
    Application.objects.filter(pk=draft.pk).update(**changes)
