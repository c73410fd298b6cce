"""Keys of an issuer: replaced in time, withdrawn when they were stolen."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning.actions import issuing
from koinon.learning.models import BADGE_ENDORSEMENT_STEPS, BadgeEndorsement, IssuerKey, StatusList
from koinon.learning.queries import issuers
from koinon.learning.rules import credentials as rules
from koinon.learning.rules.courses import owns
from koinon.network.models import Organisation

WHY = 500
NOT_YOURS = gettext_lazy("Only who speaks for the organisation may change its keys.")

conflict("issuer_one_current_key", None, gettext_lazy("Somebody else was quicker: please look again."))


@verb("learning.key_rotated", rule=owns, refusal=NOT_YOURS)
def rotate(*, by: Actor, organisation: Organisation, kind: str) -> IssuerKey:
    """Another key signs from now on; what the old one signed stays valid."""
    if kind not in issuers.KINDS:
        raise ValidationError({"kind": [_("Please choose one of the list.")]})
    issuing.hold(organisation)
    IssuerKey.objects.filter(organisation=organisation, kind=kind, until=None, stolen_at=None).update(
        until=timezone.now()
    )
    return issuing.key_in_force(organisation, kind)


@verb("learning.key_withdrawn", rule=rules.may_withdraw_key, refusal=NOT_YOURS)
def withdraw(*, by: Actor, key: IssuerKey, why: str) -> IssuerKey:
    """A key that others may have: what it signed is valid no more, lists are signed with another at once."""
    said = prose.line(why)[:WHY]
    if not said:
        raise ValidationError({"why": [_("Please write a few words.")]})
    issuing.hold(key.organisation)
    now = timezone.now()
    if not IssuerKey.objects.filter(pk=key.pk, stolen_at=None).update(stolen_at=now, until=now, why=said):
        raise ValidationError(_("This is no longer possible: it has moved on."), code="step")
    key.refresh_from_db()
    issuing.key_in_force(key.organisation, key.kind)
    issuing.publish_all(key.organisation)
    if key.kind == "rsa":
        _end_endorsements(key)
    return key


@verb("learning.status_list_signed", rule=only_machine)
def sign_again(*, by: Actor, status_list: StatusList) -> StatusList:
    """The clock's: before a list ends."""
    issuing.hold(status_list.organisation)
    issuing.publish(status_list)
    return status_list


def _end_endorsements(key: IssuerKey) -> None:
    """What the stolen key said of others' badges is not put into new ones any more."""
    for row in BadgeEndorsement.objects.filter(organisation=key.organisation, state="given"):
        BADGE_ENDORSEMENT_STEPS.move(row, "ended", moved_at=timezone.now())
