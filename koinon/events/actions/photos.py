"""Photos of an event: described, with those who can be recognised named, shown with their consent, hidden at once."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.models import Event, Photo, Registration
from koinon.events.notices import photos as notices
from koinon.events.queries import photos as queries
from koinon.events.rules import afterwards as rules
from koinon.events.rules.events import organises
from koinon.kit import files, prose
from koinon.kit.links import Link
from koinon.kit.verbs import Actor, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
ALT, CREDIT, WHY = 300, 160, 200
MOST = 200


@verb("events.photo_added", rule=organises, refusal=NOT_YOURS)
def add(
    *, by: Actor, event: Event, file: UploadedFile, alt: str, credit: str = "", people: Sequence[Registration] = (),
    nobody_is_seen: bool = False,
) -> Photo:  # fmt: skip
    """Keep a picture, written anew without what the camera noted; only the organisers see it until it is shown."""
    said = prose.said(alt, "alt", ALT, is_needed=True, is_line=True)
    chosen = _people(event, people, nobody_is_seen)
    if Photo.objects.filter(event=event).count() >= MOST:
        raise ValidationError(_("At most %(most)s photos of one event.") % {"most": MOST})
    try:
        upload = files.keep_image(file=file, alt=said, person=by.person)
    except ValidationError as problem:
        raise ValidationError({"file": problem.messages}) from problem
    row = Photo.objects.create(
        event=event, upload=upload, alt=said, credit=prose.said(credit, "credit", CREDIT, is_line=True),
        nobody_is_seen=nobody_is_seen, by_id=by.person,
    )  # fmt: skip
    row.people.set(chosen)
    return row


@verb("events.photo_changed", rule=rules.keeps_photo, refusal=NOT_YOURS)
def change(
    *, by: Actor, photo: Photo, alt: str, credit: str = "", people: Sequence[Registration] = (),
    nobody_is_seen: bool = False,
) -> Photo:  # fmt: skip
    """Other words, others named; what is shown and may not be shown any more is hidden."""
    chosen = _people(photo.event, people, nobody_is_seen)
    held = Photo.objects.select_for_update(of=("self",)).get(pk=photo.pk)
    held.alt = prose.said(alt, "alt", ALT, is_needed=True, is_line=True)
    held.credit = prose.said(credit, "credit", CREDIT, is_line=True)
    held.nobody_is_seen = nobody_is_seen
    held.people.set(chosen)
    held.is_public = held.is_public and queries.why_not(held) == ""
    held.save()
    return held


@verb("events.photo_shown", rule=rules.keeps_photo, refusal=NOT_YOURS)
def show(*, by: Actor, photo: Photo, agreed: bool) -> Photo:
    """Everybody who sees the event sees it: each person who can be recognised has agreed, of minors a guardian has."""
    held = Photo.objects.select_for_update(of=("self",)).get(pk=photo.pk)
    if why := queries.why_not(held):
        raise ValidationError(why)
    if not agreed and not held.nobody_is_seen:
        raise ValidationError({"agreed": [_("Please ask them first.")]})
    held.is_public = True
    held.save(update_fields=["is_public"])
    return held


@verb("events.photo_hidden", rule=rules.keeps_photo, refusal=NOT_YOURS)
def hide(*, by: Actor, photo: Photo) -> Photo:
    """Only the organisers see it."""
    return _hide(photo, "")


@verb(
    "events.photo_refused", rule=rules.is_on_photo, then=notices.refused,
    refusal=gettext_lazy("Only somebody whom this picture shows may do this."),
)  # fmt: skip
def refuse(*, by: Actor, photo: Photo, registration: Registration, link: Link | None = None) -> Photo:
    """Somebody whom it shows takes their consent back: it is hidden at once and cannot be shown again."""
    return _hide(photo, _("Somebody whom it shows does not want it to be seen."))


@verb("events.photo_removed", rule=rules.keeps_photo, refusal=NOT_YOURS)
def remove(*, by: Actor, photo: Photo) -> Event:
    """The picture and its file are gone."""
    event, upload = photo.event, photo.upload
    Photo.objects.filter(pk=photo.pk).delete()
    files.drop(upload)
    return event


def _hide(photo: Photo, why: str) -> Photo:
    held = Photo.objects.select_for_update(of=("self",)).get(pk=photo.pk)
    held.is_public = False
    held.hidden_why = why[:WHY] or held.hidden_why
    held.save(update_fields=["is_public", "hidden_why"])
    return held


def _people(event: Event, said: Sequence[Registration], nobody_is_seen: bool) -> list[Registration]:
    chosen = list({row.pk: row for row in said}.values())
    known = Registration.objects.filter(event=event, pk__in=[row.pk for row in chosen]).count()
    problems: dict[str, Any] = {}
    if known != len(chosen):
        problems["people"] = [_("Please choose from the list.")]
    elif bool(chosen) == nobody_is_seen:
        problems["people"] = [_("Please say who can be recognised, or that nobody can.")]
    if problems:
        raise ValidationError(problems)
    return chosen
