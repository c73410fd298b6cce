"""Lists of participants that leave the house: chosen fields, for somebody, for a purpose, marked and logged."""

import secrets
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.events.models import Event, ListGiven, ListRecall, Registration
from koinon.events.notices import lists as notices
from koinon.events.queries import lists as queries
from koinon.events.rules.afterwards import gives_list
from koinon.events.rules.events import organises
from koinon.kit import files, jobs, prose
from koinon.kit.verbs import NOBODY, Actor, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
WHOM, PURPOSE = 200, 300
MEDIA = {"pdf": "application/pdf", "xlsx": files.SHEETS[".xlsx"]}


@verb("events.list_given", rule=organises, refusal=NOT_YOURS, counts=lambda row: {"people": row.rows})
def give(
    *, by: Actor, event: Event, for_whom: str, purpose: str, fields: Sequence[str], kind: str, language: str
) -> ListGiven:
    """Write down that it was given, and begin to write it; `row.work` has the file when it is there."""
    chosen = [key for key in queries.FIELDS if key in fields]
    if not chosen or set(fields) - set(chosen):
        raise ValidationError({"fields": [_("Please choose what the list holds.")]})
    if kind not in queries.KINDS:
        raise ValidationError({"kind": [_("Please choose one of the list.")]})
    on_it = list(queries.people(event).values_list("pk", flat=True))
    number = len(on_it)
    if not number:
        raise ValidationError(_("Nobody is on this list yet."))
    if kind == "pdf" and number > queries.MOST_ON_PAPER:
        raise ValidationError({"kind": [_("So many people only fit into a spreadsheet.")]})
    row = ListGiven.objects.create(
        event=event, person_id=by.person, fields=chosen, rows=number, people=on_it, mark=secrets.token_hex(6),
        for_whom=prose.said(for_whom, "for_whom", WHOM, is_needed=True, is_line=True),
        purpose=prose.said(purpose, "purpose", PURPOSE, is_needed=True, is_line=True),
    )  # fmt: skip
    if by.person is not None:
        row.work = jobs.begin(write_list, person=by.person, given=str(row.pk), kind=kind, language=language)  # type: ignore[attr-defined]
    return row


def recall(registration: Registration) -> None:
    """Lists on which they stand are marked, and the organisers learn whom to tell: for the verbs that take it back."""
    rows = ListGiven.objects.filter(event=registration.event_id, people__contains=[registration.pk])
    fresh = list(rows.exclude(recalls__registration=registration).order_by("pk"))
    if fresh:
        ListRecall.objects.bulk_create(ListRecall(given=row, registration=registration) for row in fresh)
        notices.recalled(registration.event, fresh)


@verb("events.list_holders_told", rule=gives_list, refusal=NOT_YOURS, counts=lambda row: {"people": row.told})
def told(*, by: Actor, given: ListGiven) -> ListGiven:
    """Whoever holds the list knows now that it holds somebody who must be taken off it."""
    open_ones = ListRecall.objects.filter(given=given, told_at=None)
    given.told = open_ones.update(told_at=timezone.now(), told_by_id=by.person)  # type: ignore[attr-defined]
    if not given.told:  # type: ignore[attr-defined]
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return given


@jobs.work("events.list")
def write_list(track: jobs.Track, given: str, kind: str, language: str) -> dict[str, Any]:
    """Write it, if the person still organises the event, into a file of theirs that stays for a week."""
    person = Person.objects.get(pk=track.work.person or NOBODY)
    mine = Event.objects.held_by(actor_of(person=person))
    row = ListGiven.objects.select_related("event__organisation").get(pk=UUID(given), event__in=mine)
    track.begin(row.rows)
    with tempfile.TemporaryDirectory(dir=files.drafts()) as folder:
        draft = Path(folder) / "list"
        with draft.open("wb") as target, queries.as_file(row, kind, language, track.step) as source:
            shutil.copyfileobj(source, target)
        name = queries.name_of(row, kind)
        upload = files.keep_made(file=draft, name=name, person=person.pk, media_type=MEDIA[kind])
    return {"upload": str(upload.pk)}
