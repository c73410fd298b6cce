"""The picture of an event: chosen with words and terms; what is drawn from it, for lists and other sites, by a job."""

import hashlib
import json
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions import places
from koinon.events.models import Event
from koinon.events.queries.events import shown
from koinon.events.rules.events import organises
from koinon.kit import files, jobs, prose
from koinon.kit.models import Upload
from koinon.kit.verbs import Actor, verb
from koinon.kit.vocabularies.licences import Licence

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
ALT, CREDIT = 200, 160
LOOK = 1
"""Another number draws all pictures anew: how they look has changed."""


@verb("events.picture_chosen", rule=organises, refusal=NOT_YOURS)
def choose(
    *, by: Actor, event: Event, alt: str, credit: str = "", licence: str = "", file: UploadedFile | None = None
) -> Event:
    """Another picture, or other words for the one that is there; who sees the event sees it."""
    held = places.hold(event)
    said = prose.said(alt, "alt", ALT, is_needed=True, is_line=True)
    if licence and licence not in Licence.values:
        raise ValidationError({"licence": [_("Please choose one of the list.")]})
    if file is None and held.picture_id is None:
        raise ValidationError({"file": [_("Choose a file")]})
    held.picture_alt, held.picture_licence = said, licence
    held.picture_credit = prose.said(credit, "credit", CREDIT, is_line=True)
    before = held.picture
    if file is not None:
        held.picture = _kept(file, said, by)
    held.save(update_fields=["picture", "picture_alt", "picture_credit", "picture_licence"])
    if file is not None:
        let_go(before)
    changed(held)
    return held


@verb("events.picture_removed", rule=organises, refusal=NOT_YOURS)
def remove(*, by: Actor, event: Event) -> Event:
    """Gone, and its words with it; other sites see title, day and place alone."""
    held = places.hold(event)
    before = held.picture
    held.picture, held.picture_alt, held.picture_credit, held.picture_licence = None, "", "", ""
    held.save(update_fields=["picture", "picture_alt", "picture_credit", "picture_licence"])
    let_go(before)
    changed(held)
    return held


def changed(event: Event) -> None:
    """What is drawn of a published event follows within a minute, if it would look another way."""
    if event.state != "draft":
        jobs.later(draw, once=f"events.draw:{event.pk}", event=str(event.pk))


@jobs.task("events.draw")
def draw(event: str) -> None:
    """The picture for other sites and the small one for lists; nothing when they say what the event says now."""
    from koinon.events.engine import pictures  # only the worker loads what draws

    rows = Event.objects.select_related("organisation", "network", "place", "picture", "small", "social")
    row = rows.filter(pk=UUID(event)).first()
    if row is None or not is_stale(row):
        return
    photo = _photo(row)
    social = files.keep_paper(pictures.png(*_words(row), photo), name="event.png", media_type="image/png")
    small = files.keep_paper(pictures.small(photo), name="event.webp", media_type="image/webp") if photo else None
    facts = {"social": social, "small": small, "social_of": _digest(row)}
    if Event.objects.filter(pk=row.pk, social_of=row.social_of).update(**facts):
        old = (row.social, row.small)
    else:  # somebody drew meanwhile, perhaps of what it said before
        old = (social, small)
        changed(row)
    for upload in old:
        let_go(upload)


def is_stale(event: Event) -> bool:
    """True if nothing is drawn yet, or it does not say what the event says."""
    return event.social is None or event.social_of != _digest(event)


def let_go(upload: Upload | None) -> None:
    """Drop a file, unless a copy of the event shows it as well."""
    if upload is None:
        return
    if not Event.objects.filter(Q(picture=upload) | Q(small=upload) | Q(social=upload)).exists():
        files.drop(upload)


def _kept(file: UploadedFile, alt: str, by: Actor) -> Upload:
    try:
        return files.keep_image(file=file, alt=alt, person=None)
    except ValidationError as problem:
        raise ValidationError({"file": problem.messages}) from problem


def _photo(event: Event) -> bytes:
    path = files.path_of(event.picture) if event.picture else None
    return path.read_bytes() if path is not None and path.exists() else b""


def _words(event: Event) -> tuple[str, str, str, str, str]:
    """Title, time, place, holder and colours, in the language of the event."""
    with translation.override(event.language):
        said = shown(event)
        accent = event.network.accent if event.network else ""
        return str(event), str(said["when"]), str(said["where"]), str(event.organisation), accent


def _digest(event: Event) -> str:
    said = [LOOK, *_words(event), event.picture.sha256 if event.picture else ""]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
