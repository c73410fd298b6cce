"""A study visit: hosts offer days with a programme and places; visitors choose them when they register."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions import places, quotas
from koinon.events.engine import clocks
from koinon.events.models import Event, VisitSlot
from koinon.events.notices import slots as notices
from koinon.events.queries import slots as queries
from koinon.events.rules import afterwards as rules
from koinon.kit import moments, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb
from koinon.network.models import Organisation

NOT_HOST = gettext_lazy("Only those who speak for a member, or organise this visit, may offer days.")
NOT_YOURS = gettext_lazy("Only the host and those who organise this visit may do this.")
PROGRAMME, MOST, AROUND = 10_000, 200, timedelta(days=366)

conflict("slot_ends_later", "ends_on", gettext_lazy("It would end before it begins."))


@verb("events.days_offered", rule=rules.may_host, refusal=NOT_HOST, then=notices.offered)
def offer(
    *, by: Actor, event: Event, host: Organisation, starts_on: date, ends_on: date, places: int, programme: str,
    languages: Sequence[str] = (),
) -> VisitSlot:  # fmt: skip
    """A host offers days: so many places, in these languages, with what is shown there."""
    held = _hold(event)
    facts = _said(held, starts_on, ends_on, programme, languages)
    quota = quotas.put(held, rule="chosen", places=_places(places), names=_names(held, host, starts_on), facts={})
    return VisitSlot.objects.create(event=held, host=host, quota=quota, **facts)


@verb("events.days_changed", rule=rules.keeps_slot, refusal=NOT_YOURS)
def change(
    *, by: Actor, slot: VisitSlot, starts_on: date, ends_on: date, places: int, programme: str,
    languages: Sequence[str] = (),
) -> VisitSlot:  # fmt: skip
    """Other days, words or places; days stay as they are once somebody has chosen them."""
    held = _hold(slot.event)
    row = VisitSlot.objects.select_for_update(of=("self",)).select_related("quota", "host").get(pk=slot.pk)
    if row.state != "offered":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    has_moved = (row.starts_on, row.ends_on) != (starts_on, ends_on)
    if has_moved and queries.choosing(row):
        raise ValidationError({"starts_on": [_("People have chosen these days. Please ask them first.")]})
    for name, value in _said(held, starts_on, ends_on, programme, languages).items():
        setattr(row, name, value)
    quotas.put(
        held, rule="chosen", places=_places(places), names=_names(held, row.host, starts_on), facts={}, quota=row.quota
    )
    row.save()
    return row


@verb("events.days_taken_back", rule=rules.keeps_slot, refusal=NOT_YOURS)
def take_back(*, by: Actor, slot: VisitSlot) -> VisitSlot:
    """Nobody can choose these days any more; refused while people who have chosen them are still in."""
    held = _hold(slot.event)
    row = VisitSlot.objects.select_for_update(of=("self",)).select_related("quota").get(pk=slot.pk)
    if number := queries.choosing(row):
        raise ValidationError(_("%(number)s people have chosen this. Please ask them first.") % {"number": number})
    if not VisitSlot.objects.filter(pk=row.pk, state="offered").update(state="withdrawn"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    quotas.put(held, rule="chosen", places=0, names=row.quota.names, facts={}, quota=row.quota)
    row.state = "withdrawn"
    return row


def _hold(event: Event) -> Event:
    held = places.hold(event)
    if held.state in ("over", "reported", "cancelled"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return held


def _places(said: int) -> int:
    if not 1 <= said <= MOST:
        raise ValidationError({"places": [_("Between 1 and %(most)s places.") % {"most": MOST}]})
    return said


def _said(event: Event, starts_on: date, ends_on: date, programme: str, languages: Sequence[str]) -> dict[str, object]:
    if ends_on < starts_on:
        raise ValidationError({"ends_on": [_("It would end before it begins.")]})
    first, last = (clocks.local(at, event.zone).date() for at in (event.starts_at, event.ends_at))
    if starts_on < first - AROUND or ends_on > last + AROUND:
        raise ValidationError({"starts_on": [_("Please choose days near those of the visit.")]})
    text = prose.said(programme, "programme", PROGRAMME, is_needed=True)
    known = [code for code, _name in settings.LANGUAGES if code in languages]
    return {
        "starts_on": starts_on, "ends_on": ends_on, "programme": text, "programme_html": prose.html_of(text),
        "languages": known,
    }  # fmt: skip


def _names(event: Event, host: Organisation, starts_on: date) -> dict[str, str]:
    """What those who register choose from: the host and the first day."""
    return {event.language: f"{host} · {moments.long_day(starts_on, event.language)}"[: quotas.NAME]}
