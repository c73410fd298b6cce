"""The sheets of name badges of a large event are set by a job and kept a week for who asked."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.events.models import Event
from koinon.events.queries import badges
from koinon.events.rules import attending as rules
from koinon.kit import files, jobs
from koinon.kit.models import Work
from koinon.kit.verbs import NOBODY, Actor, verb


@verb("events.badges_asked", rule=rules.may_print)
def ask(*, by: Actor, event: Event, since: date | None, language: str) -> Work:
    """Begin to set them; the page of the work has the file when it is there."""
    said = since.isoformat() if since else ""
    return jobs.once(write_badges, person=by.person, event=str(event.pk), registered=said, language=language)


@jobs.work("events.badges")
def write_badges(track: jobs.Track, event: str, registered: str, language: str) -> dict[str, Any]:
    """Set the badges of an event, if the person still organises it, into a file of theirs."""
    person = Person.objects.get(pk=track.work.person or NOBODY)
    rows = Event.objects.held_by(actor_of(person=person)).select_related("organisation")
    row = rows.get(pk=UUID(event))
    people = badges.wanted(row, date.fromisoformat(registered) if registered else None)
    track.begin(people.count())
    with tempfile.TemporaryDirectory(dir=files.drafts()) as folder:
        draft = Path(folder) / "badges"
        draft.write_bytes(badges.write(row, people, language, track.step))
        upload = files.keep_made(file=draft, name=badges.name_of(row), person=person.pk, media_type="application/pdf")
    return {"upload": str(upload.pk)}
