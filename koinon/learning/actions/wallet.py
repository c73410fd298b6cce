"""What people do with the badges they hold: the name that is printed, links that show some, links that end."""

import secrets
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.learning.models import Award, BadgeEndorsement, BadgeShare
from koinon.learning.rules import credentials as rules

NAME, LABEL, MOST = 160, 120, 50
NOT_YOURS = gettext_lazy("Only the person who holds a badge may do this.")


@verb("learning.badge_name_changed", rule=rules.holds_badge, refusal=NOT_YOURS)
def rename(*, by: Actor, award: Award, name: str) -> Award:
    """The name as the holder wants it on the certificate and for who has a link; it was never signed."""
    said = prose.line(name)[:NAME]
    if not said:
        raise ValidationError({"name": [_("Please write a few words.")]})
    award.name = said
    award.save(update_fields=["name"])
    return award


@verb("learning.badges_shared", rule=rules.holds_wallet, refusal=NOT_YOURS)
def share(*, by: Actor, awards: Sequence[Award], label: str = "") -> BadgeShare:
    """A secret link that shows these badges with the holder's name, until they stop."""
    if not awards:
        raise ValidationError({"chosen": [_("Please choose at least one badge.")]})
    if any(each.person_id != by.person for each in awards):
        raise ValidationError({"chosen": [_("Please choose one of the list.")]})
    if BadgeShare.objects.filter(person=by.person, is_print=False).open().count() >= MOST:
        raise ValidationError(_("You have many links already. Stop one of them first."))
    return _made(by, awards, prose.line(label)[:LABEL], is_print=False)


@verb("learning.badge_printed", rule=rules.holds_badge, refusal=NOT_YOURS)
def for_print(*, by: Actor, award: Award) -> BadgeShare:
    """The link that the QR code of a certificate carries; the same one until it is stopped."""
    Award.objects.select_for_update(of=("self",)).get(pk=award.pk)
    found = BadgeShare.objects.filter(person=by.person, awards=award, is_print=True).open().first()
    return found or _made(by, [award], "", is_print=True)


@verb("learning.badges_unshared", rule=rules.holds_share, refusal=NOT_YOURS)
def stop(*, by: Actor, share: BadgeShare) -> BadgeShare:
    """From now on the link leads nowhere; another one has another key."""
    BadgeShare.objects.filter(pk=share.pk, ended_at=None).update(ended_at=timezone.now())
    share.refresh_from_db()
    return share


def forget_holder(person: Person) -> None:
    """No verb of its own, a part of `accounts.forgotten`: badges stay as they were signed, without a name; links end;
    who gave or answered is not told any more."""
    BadgeShare.objects.filter(person=person).delete()
    Award.objects.filter(person=person).update(person=None, name="")
    Award.objects.filter(given_by=person).update(given_by=None)
    BadgeEndorsement.objects.filter(asked_by=person).update(asked_by=None)
    BadgeEndorsement.objects.filter(person=person).update(person=None)


def _made(by: Actor, awards: Sequence[Award], label: str, *, is_print: bool) -> BadgeShare:
    assert by.person is not None
    row = BadgeShare.objects.create(person_id=by.person, key=secrets.token_urlsafe(24), label=label, is_print=is_print)
    row.awards.set(awards)
    return row
