"""Who may do what with an account, and who may see which field of a profile. Pure: no request, no database."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from koinon.accounts.models import Person, Sight
from koinon.kit.verbs import Actor

ACTING_ROLES = ("head", "representative", "deputy")
FIELDS = ("name", "pronouns", "languages", "about", "photo", "email", "zone")
USUAL: Mapping[str, str] = {"name": Sight.NETWORKS, "languages": Sight.NETWORKS, "about": Sight.NETWORKS}
PUBLIC_NEEDS = "public_listing"
PHOTO_NEEDS = "photo"
MATTERS = (PUBLIC_NEEDS, PHOTO_NEEDS, "abroad")


def is_known(*, by: Actor) -> bool:
    """Signed in, whoever it is."""
    return by.is_known


def may_change(*, by: Actor, person: Person) -> bool:
    """Nobody but the person changes an account; the demo loader makes its own."""
    return by.is_machine or (by.is_known and by.person == person.pk)


def may_forget(*, by: Actor, person: Person) -> bool:
    """Only the person asks to be forgotten, once; demo accounts belong to the demo."""
    return by.person == person.pk and not person.is_demo and person.forgotten_at is None


def may_act_for(*, by: Actor, organisation: UUID | None) -> bool:
    """Only with a mandate in force that lets a person speak for it; None means: for nobody."""
    return by.is_known and (organisation is None or any(by.holds(role, organisation) for role in ACTING_ROLES))


def may_enter_demo(*, person: Person) -> bool:
    """Signing in by one click: a demo person on a demo site, nobody anywhere else."""
    return bool(settings.KOINON_DEMO) and person.is_demo and person.is_active


def may_end(*, by: Actor, session: Any) -> bool:
    """People end their own sessions."""
    return by.is_known and by.person == session.user_id


def may_agree(*, by: Actor, person: Person, matter: str) -> bool:
    """People agree to what is asked, and to nothing else."""
    return matter in MATTERS and may_change(by=by, person=person)


def may_see(*, field: str, sight: str, is_mate: bool, agreed: frozenset[str]) -> bool:
    """Whether a field shows to somebody else: its sight, and for photo and public also what the person agreed to."""
    if field == "photo" and PHOTO_NEEDS not in agreed:
        return False
    if sight == Sight.PUBLIC and PUBLIC_NEEDS in agreed:
        return True
    return is_mate and sight in (Sight.NETWORKS, Sight.PUBLIC)


def sight_of(field: str, chosen: Mapping[str, str]) -> str:
    """What the person chose for a field, else what is usual."""
    return chosen.get(field) or USUAL.get(field, Sight.NOBODY)
