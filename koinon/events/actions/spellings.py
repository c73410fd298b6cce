"""Spellings that are one organisation are counted as one, because an organiser says so; and apart again."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions import places, reconciling
from koinon.events.engine.houses import spelled
from koinon.events.models import Event, Registration, Spelling
from koinon.events.rules import places as rules
from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.network.models import Organisation

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
NAME = 200


@verb("events.spellings_joined", rule=rules.may_place, refusal=NOT_YOURS, counts=reconciling.told)
def join(*, by: Actor, event: Event, names: Sequence[str], name: str, organisation: UUID | None = None) -> Event:
    """Count people who wrote any of `names` as people of `name`: another spelling, or an organisation of ours.

    Who has a place keeps it, also where they are more together than the rule allows one organisation.
    """
    held = places.hold(event)
    own = _ours(held, organisation)
    said = str(own)[:NAME] if own else prose.said(name, "name", NAME, is_needed=True, is_line=True)
    forms = {spelled(each) for each in names}
    forms |= _followers(held, forms)
    if own is None:
        forms.discard(spelled(said))
        Spelling.objects.filter(event=held, spelled=spelled(said)).delete()
    if not forms:
        raise ValidationError(_("Please choose two spellings that are one organisation."))
    for form in sorted(forms):
        facts = {"name": said, "organisation": own}
        Spelling.objects.update_or_create(event=held, spelled=form, defaults=facts)
    return _counted(held)


@verb("events.spellings_parted", rule=rules.may_place, refusal=NOT_YOURS, counts=reconciling.told)
def part(*, by: Actor, event: Event, names: Sequence[str]) -> Event:
    """Each of them counts by itself again."""
    held = places.hold(event)
    gone, _by_kind = Spelling.objects.filter(event=held, spelled__in=[spelled(each) for each in names]).delete()
    if not gone:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return _counted(held)


def _ours(event: Event, key: UUID | None) -> Organisation | None:
    """One that people of this event come from: the directory is no business of this page."""
    if key is None:
        return None
    theirs = Registration.objects.filter(Q(organisation=key) | Q(nominated_by=key), event=event)
    row = Organisation.objects.filter(pk=key).first() if theirs.exists() else None
    if row is None:
        raise ValidationError(_("Please choose from the list."))
    return row


def _followers(event: Event, forms: set[str]) -> set[str]:
    """Spellings that were counted as one of these before go with it."""
    rows = Spelling.objects.filter(event=event, organisation=None)
    return {row.spelled for row in rows if spelled(row.name) in forms}


def _counted(held: Event) -> Event:
    _wrong, held.found = reconciling.mended(held)  # type: ignore[attr-defined]
    places.move_up(held)
    return held
