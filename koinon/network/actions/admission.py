"""How a network admits, set by its coordinators: deadlines, windows, criteria, first steps, classes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb
from koinon.network import notices, rules, seams
from koinon.network.actions import memberships
from koinon.network.models import (
    Admission,
    Criterion,
    FirstStep,
    Kind,
    Membership,
    MembershipClass,
    Network,
    Right,
    Window,
    days,
    ended,
    last_day,
)
from koinon.network.queries.classes import classes_of, preview

conflict("window_one_at_a_time", "opens_on", gettext_lazy("Another window is open in that time."))
conflict("class_from_less_than_to", "people_to", gettext_lazy("This must be more than the first number."))


@verb("network.admission_set", rule=rules.may_run)
def set_rules(*, by: Actor, network: Network, **facts: Any) -> Admission:
    """Deadlines, endorsement, number of reviewers, tie-break: for every move from now on."""
    row, _made = Admission.objects.update_or_create(network=network, defaults=facts)
    return row


@verb("network.window_opened", rule=rules.may_run)
def add_window(*, by: Actor, network: Network, opens_on: date, closes_on: date) -> Window:
    """Applications are taken from the first to the last of these days, and outside of windows not at all."""
    if closes_on < opens_on:
        raise ValidationError({"closes_on": [_("The last day comes before the first.")]})
    return Window.objects.create(network=network, period=days(opens_on, closes_on), planned_until=closes_on)


@verb("network.window_extended", rule=rules.may_set, then=notices.window_extended)
def extend_window(*, by: Actor, network: Network, window: Window, closes_on: date, why: str) -> Window:
    """A later last day, with the reason, which those who are writing read."""
    reason = prose.line(why)[:300]
    if not reason:
        raise ValidationError({"why": [_("Please say why: everybody who applies reads it.")]})
    last = last_day(window.period)
    if closes_on <= max(last or date.today(), date.today()):
        raise ValidationError({"closes_on": [_("Please choose a later day than now.")]})
    window.period = days(window.period.lower, closes_on)
    window.extended_why = reason
    window.save(update_fields=["period", "extended_why"])
    return window


@verb("network.window_removed", rule=rules.may_set)
def remove_window(*, by: Actor, network: Network, window: Window) -> Network:
    """Without any window applications are taken at any time."""
    window.delete()
    return network


@verb("network.criterion_added", rule=rules.may_run)
def add_criterion(*, by: Actor, network: Network, names: Mapping[str, str], weight: int) -> Criterion:
    """Reviewers give points for it from now on; reviews that are given stay as they are."""
    return Criterion.objects.create(
        network=network, names=_named(names), weight=weight, position=_end(Criterion, network)
    )


@verb("network.criterion_retired", rule=rules.may_set)
def retire_criterion(*, by: Actor, network: Network, criterion: Criterion) -> Criterion:
    """Not asked any more."""
    criterion.is_retired = True
    criterion.save(update_fields=["is_retired"])
    return criterion


@verb("network.first_step_added", rule=rules.may_run)
def add_step(*, by: Actor, network: Network, names: Mapping[str, str], who: str) -> FirstStep:
    """Every organisation admitted from now on does it before it is active."""
    return FirstStep.objects.create(network=network, names=_named(names), who=who, position=_end(FirstStep, network))


@verb("network.first_step_retired", rule=rules.may_set)
def retire_step(*, by: Actor, network: Network, step: FirstStep) -> FirstStep:
    """Not for those admitted from now on."""
    step.is_retired = True
    step.save(update_fields=["is_retired"])
    return step


@verb("network.class_set", rule=rules.may_set)
def set_class(
    *,
    by: Actor,
    network: Network,
    names: Mapping[str, str],
    explains: Mapping[str, str] | None = None,
    kinds: Sequence[str] = (),
    countries: Sequence[str] = (),
    people_from: int | None = None,
    people_to: int | None = None,
    rights: Sequence[str] = (),
    membership_class: MembershipClass | None = None,
) -> MembershipClass:
    """A class with its rule and rights; a new one is tried last. Nobody's class changes before `sort_members`."""
    row = membership_class or MembershipClass(network=network, position=_end(MembershipClass, network))
    row.names, row.explains = _named(names), {code: text for code, text in (explains or {}).items() if text}
    row.kinds = [kind for kind in Kind.values if kind in kinds]
    row.countries = sorted(set(countries))
    row.people_from, row.people_to = people_from, people_to
    row.rights = [right for right in Right.values if right in rights]
    row.save()
    return row


@verb("network.class_raised", rule=rules.may_set)
def raise_class(*, by: Actor, network: Network, membership_class: MembershipClass) -> MembershipClass:
    """Tried one place earlier."""
    rows = classes_of(network)
    at = next((place for place, row in enumerate(rows) if row.pk == membership_class.pk), 0)
    if at > 0:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for position, row in enumerate(rows, start=1):
        MembershipClass.objects.filter(pk=row.pk).update(position=position)
    return membership_class


@verb("network.class_retired", rule=rules.may_set)
def retire_class(*, by: Actor, network: Network, membership_class: MembershipClass) -> MembershipClass:
    """Nobody is put into it any more; who is in it keeps it until the members are sorted anew."""
    membership_class.is_retired = True
    membership_class.save(update_fields=["is_retired"])
    return membership_class


@verb("network.members_sorted", rule=rules.may_run, counts=lambda result: {"changed": result[1]})
def sort_members(*, by: Actor, network: Network) -> tuple[Network, int]:
    """Every member into the class that the rules give it: the old membership ends, a new one begins today.

    Who had no class yet gets one without a break. Gives the network and how many changed.
    """
    changes = preview(network, classes_of(network))["changes"]
    for change in changes:
        membership, today = change["membership"], date.today()
        is_first = membership.in_class_id is None
        if is_first or membership.period.lower >= today or membership.period.upper is not None:
            Membership.objects.filter(pk=membership.pk).update(in_class=change["new"])
            continue
        Membership.objects.filter(pk=membership.pk).update(
            period=ended(membership.period, today), ended_why=_("The class of membership changed.")[:300]
        )
        memberships.begin(
            by=by, network=network, organisation=change["organisation"], kind=membership.kind, in_class=change["new"]
        )
    seams.organisation_changed.gather([change["organisation"].pk for change in changes])
    return network, len(changes)


def _named(names: Mapping[str, str]) -> dict[str, str]:
    kept = {code: said for code, text in names.items() if (said := prose.line(text)[:200])}
    if not kept:
        raise ValidationError(_("Please give it a name."))
    return kept


def _end(model: Any, network: Network) -> int:
    return (model.objects.filter(network=network).aggregate(last=Max("position"))["last"] or 0) + 1
