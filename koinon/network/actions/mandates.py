"""Mandates: who speaks for an organisation, by which decision, from when to when."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import files, prose
from koinon.kit.forms import conflict
from koinon.kit.models import Upload
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network import notices, rules
from koinon.network.actions import voices
from koinon.network.models import Mandate, Organisation, days, ended

conflict(
    "mandate_one_head_or_representative",
    "role",
    gettext_lazy("There is one already in that time. Use hand-over, so that one ends when the other begins."),
)
conflict("mandate_person_once_per_role", "role", gettext_lazy("This person holds this mandate already."))


@verb("network.mandate_given", rule=rules.may_appoint, then=notices.mandate_given)
def appoint(
    *,
    by: Actor,
    organisation: Organisation,
    person: Person,
    role: str = "representative",
    since: date | None = None,
    until: date | None = None,
    topic: str = "",
    decision: str = "",
    decided_on: date | None = None,
    letter: UploadedFile | Upload | None = None,
    takes_over: Mandate | None = None,
) -> Mandate:
    """The person speaks for the organisation in this role; `takes_over` ends at the same moment.

    Two heads or two representatives at once are refused by the database.
    """
    if role not in Mandate.Role.values:
        raise ValidationError({"role": [_("Please choose one of the list.")]})
    if takes_over is not None and takes_over.organisation_id == organisation.pk:
        notices.mandate_ended(by=by, result=_end(takes_over, _("Handed over"), since))
    mandate = Mandate.objects.create(
        organisation=organisation,
        person=person,
        role=role,
        topic=prose.line(topic)[:120],
        period=days(since, until),
        decision=prose.line(decision)[:200],
        decided_on=decided_on,
        letter=kept_letter(letter, organisation, by),
    )
    voices.begun(by=by, mandate=mandate)
    return mandate


@verb("network.mandate_withdrawn", rule=rules.may_withdraw_mandate, then=notices.mandate_ended)
def withdraw(*, by: Actor, mandate: Mandate, why: str = "") -> Mandate:
    """It ends at once; the person is told and can do nothing more for the organisation."""
    row = _end(mandate, prose.line(why)[:300])
    voices.ended(by=by, mandate=row)
    return row


@verb("network.mandate_expired", rule=only_machine, then=notices.mandate_ended)
def expire(*, by: Actor, mandate: Mandate) -> Mandate:
    """Its last day was yesterday or before; everybody concerned hears of it, once."""
    mandate.ended_why = _("The time of the mandate is over")
    mandate.save(update_fields=["ended_why"])
    voices.ended(by=by, mandate=mandate)
    return mandate


@verb("network.mandate_reminded", rule=only_machine, then=notices.mandate_ending)
def remind(*, by: Actor, mandate: Mandate) -> Mandate:
    """It ends soon: time to appoint again or to hand over."""
    mandate.reminded_at = timezone.now()
    mandate.save(update_fields=["reminded_at"])
    return mandate


def kept_letter(letter: UploadedFile | Upload | None, organisation: Organisation, by: Actor) -> Upload | None:
    """The letter as a kept file; raises ValidationError beside the field `letter`."""
    if letter is None or isinstance(letter, Upload):
        return letter
    try:
        return files.keep_document(file=letter, person=by.person, scope=organisation.pk)
    except ValidationError as problem:
        raise ValidationError({"letter": problem.messages}) from problem


def _end(mandate: Mandate, why: str, on: date | None = None) -> Mandate:
    """End it on a day (default: now), also the day it began: a range of days cannot say that, so `cut_at` does."""
    row = Mandate.objects.select_for_update(of=("self",)).select_related("organisation", "person").get(pk=mandate.pk)
    if row.cut_at or (row.period.upper and row.period.upper <= date.today()):
        raise ValidationError(_("This mandate has ended already."))
    changes: dict[str, Any] = {"period": ended(row.period, on), "ended_why": why}
    if row.period.lower >= (on or date.today()):
        changes["cut_at"] = timezone.now()
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    return row
