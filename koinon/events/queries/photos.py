"""Photos: which are shown, why one may not be, who may look at its file."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from koinon.events.models import Event, Photo, Registration
from koinon.events.queries.consents import may_be_shown, without_pictures
from koinon.kit.verbs import Actor


def of_event(event: Event) -> list[Photo]:
    """All of them for the organisers, with who is named; two queries."""
    named = Prefetch("people", Registration.objects.order_by("name", "pk"))
    return list(event.photos.select_related("upload").prefetch_related(named).order_by("pk"))


def shown(event: Event) -> list[Photo]:
    """Those that everybody who sees the event sees. Consent is asked for anew each time: what ran out hides at once."""
    rows = event.photos.filter(is_public=True).select_related("upload")
    return list(rows.exclude(people__in=without_pictures(event)).order_by("pk"))


def why_not(photo: Photo) -> str:
    """Why it may not be shown, in words; "" when it may."""
    if photo.hidden_why:
        return photo.hidden_why
    people = list(photo.people.order_by("pk"))
    if not people and not photo.nobody_is_seen:
        return _("Please say who can be recognised, or that nobody can.")
    if any(not may_be_shown(row) for row in people):
        return _("It shows a minor whose guardian has not agreed that pictures are published.")
    return ""


def may_look(me: Actor, event: Event, photo: Photo) -> bool:
    """Organisers at all, others at what is shown, and people at pictures of themselves."""
    if Event.objects.held_by(me).filter(pk=event.pk).exists():
        return True
    if photo.is_public and why_not(photo) == "":
        return True
    return me.is_known and photo.people.filter(person=me.person).exists()


def of_me(row: Registration) -> QuerySet[Photo]:
    """Pictures on which somebody is named."""
    return row.photos.select_related("upload").order_by("pk")


def nameable(event: Event) -> QuerySet[Registration]:
    """Who can be on a picture: everybody who came or was to come."""
    rows = Registration.objects.filter(event=event, state__in=["confirmed", "attended", "missed"])
    return rows.order_by("name", "pk")
