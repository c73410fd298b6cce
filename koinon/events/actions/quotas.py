"""Quotas as the organiser says them: set, changed, taken away, while people are registered; copied to another event.

Whatever changes, counters and holds are made anew from who has a place, in the same transaction; one too many refuses
it. Free places are offered at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions import counting, places
from koinon.events.engine import places as engine
from koinon.events.models import ENDED, Event, EventQuota, Registration
from koinon.events.queries import places as queries
from koinon.events.rules import places as rules
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
NAME, MOST, QUOTAS = 120, 100_000, 60
LISTS = ("countries", "kinds", "genders")

conflict("quota_one_for_all", None, gettext_lazy("It is said already how many places there are for everybody."))
conflict("quota_is_sensible", "places", gettext_lazy("Please give at most 100,000 places."))


@verb("events.quota_set", rule=rules.may_place, refusal=NOT_YOURS)
def set_quota(
    *, by: Actor, event: Event, rule: str, places: int, names: Mapping[str, str], facts: Mapping[str, Any],
    quota: EventQuota | None = None,
) -> EventQuota:  # fmt: skip
    """A new rule, or other words and numbers of one that is there (what it is about stays)."""
    return put(event, rule=rule, places=places, names=names, facts=facts, quota=quota)


@verb("events.quota_removed", rule=rules.may_place, refusal=NOT_YOURS)
def remove(*, by: Actor, event: Event, quota: EventQuota) -> Event:
    """Nobody is counted by it any more; a part that people chose can go only when nobody who comes has chosen it."""
    held = places.hold(event)
    chosen = Registration.objects.filter(chosen=quota).exclude(state__in=ENDED)
    if quota.rule == "chosen" and (number := chosen.count()):
        raise ValidationError(_("Chosen by people who come: %(number)s. Please ask them first.") % {"number": number})
    if quota.rule == "all" and EventQuota.objects.filter(event=held, rule="kept").exists():
        raise ValidationError(_("Places are kept for some people. Please remove that first."))
    try:
        EventQuota.objects.filter(pk=quota.pk, event=held).delete()
    except ProtectedError as problem:
        raise ValidationError(_("A host offers days with these places. Please remove the days first.")) from problem
    recount(held)
    places.move_up(held)
    return held


@transaction.atomic
def put(
    event: Event, *, rule: str, places: int, names: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None, quota: EventQuota | None = None,
) -> EventQuota:  # fmt: skip
    """The same inside the verbs of others (an event is made, a host offers days)."""
    from koinon.events.actions.places import hold, move_up

    held = hold(event)
    there = EventQuota.objects.filter(event=held)
    said = {"places": places, "names": _names(names or {}), "facts": _facts(rule, facts or {})}
    if quota is None:
        if there.count() >= QUOTAS:
            raise ValidationError(_("These are many rules. Please remove one first."))
        row = EventQuota.objects.create(event=held, rule=rule, order=there.count(), **said)
    else:
        there.filter(pk=quota.pk).update(**said)
        row = there.get(pk=quota.pk)
    _follow_shares(held)
    _must_make_sense(held, row)
    recount(held, asked=row)
    move_up(held)
    row.refresh_from_db()
    return row


@transaction.atomic
def copy(source: Event, target: Event) -> None:
    """The rules of one event for another; what nobody has taken yet."""
    for each in EventQuota.objects.filter(event=source, slot=None):
        EventQuota.objects.create(
            event=target, rule=each.rule, names=each.names, places=each.places, facts=each.facts, order=each.order
        )
    recount(places.hold(target))


def recount(event: Event, *, asked: EventQuota | None = None) -> None:
    """Counters and holds anew from the rules and the people; one too many refuses the change and says how many.

    Where an organisation has too many since it became one with another, that is known, and refuses nothing.
    """
    room = queries.room(event)
    ought = counting.right(room)
    for (quota, _bucket), most, taken in ought.overfull(counting.known_over(room)):
        raise ValidationError({"places": [_too_many(room, room.quotas[quota], most, taken, asked)]}, code="taken")
    counting.mend(room, counting.wrong(room, ought))


def _too_many(room: queries.Room, quota: EventQuota, most: int, taken: int, asked: EventQuota | None) -> str:
    facts = {"taken": taken, "quota": quota, "most": max(0, (engine.everybody(room.rules) or 0) - taken)}
    if asked is None or quota.pk != asked.pk:
        return _("This does not fit “%(quota)s”. Taken there already: %(taken)s.") % facts
    if quota.rule == "kept":
        return _("Taken by others already: %(taken)s. So at most %(most)s can be kept.") % facts
    if quota.rule == "each":
        return _("One organisation has %(taken)s already. Please give at least that many.") % facts
    return _("Taken already: %(taken)s. Please give at least that many.") % facts


def _follow_shares(event: Event) -> None:
    """Where a share of all places was said, its number follows."""
    rows = list(EventQuota.objects.filter(event=event).order_by("pk"))
    rules_ = [queries.rule_of(each) for each in rows]
    whole = engine.everybody(rules_)
    for row, rule in zip(rows, rules_, strict=True):
        if (number := engine.said(rule, whole)) != row.places:
            EventQuota.objects.filter(pk=row.pk).update(places=number)


def _must_make_sense(event: Event, row: EventQuota) -> None:
    """Shares and kept places are of those for everybody; nobody can keep more than there are."""
    whole = EventQuota.objects.filter(event=event, rule="all").values_list("places", flat=True).first()
    if whole is None and (row.rule == "kept" or row.facts.get("percent")):
        raise ValidationError({"places": [_("Please say first how many places there are for everybody.")]})
    more = EventQuota.objects.filter(event=event, rule="kept", places__gt=whole or 0).first()
    if more is not None:
        said = {"places": more.places, "quota": more}
        raise ValidationError({"places": [_("“%(quota)s” would keep %(places)s, more than there are.") % said]})


def _names(said: Mapping[str, str]) -> dict[str, str]:
    return {language: name for language, words in said.items() if (name := prose.line(words)[:NAME])}


def _facts(rule: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the rule may ask: who fits for places that are kept or limited, a share where all are counted."""
    if rule not in EventQuota.Rule.values:
        raise ValidationError({"rule": [_("Please choose one of the list.")]})
    found: dict[str, Any] = {}
    if rule in ("most", "kept"):
        found = {name: sorted({str(each) for each in _listed(said.get(name))}) for name in LISTS if said.get(name)}
        if said.get("guests") is not None:
            found["guests"] = bool(said["guests"])
        if not found:
            whom = _("Please say for whom: countries, kinds of organisation, or another fact.")
            raise ValidationError({"rule": [whom]})
        if percent := said.get("percent"):
            found["percent"] = min(100, max(1, int(percent)))
    return found


def _listed(said: Any) -> Sequence[Any]:
    return said if isinstance(said, list | tuple) else [said]
