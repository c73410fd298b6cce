"""What somebody says when they register, checked and tidied: names, addresses, answers, parts chosen, needs."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.events.models import Care, Event, EventForm, EventQuota, Registration
from koinon.kit import mail, prose, questions
from koinon.kit.vocabularies.countries import country_codes
from koinon.network.models import Organisation

NAME, HOUSE = 160, 200
LISTED_AFTER = timedelta(days=90)
"""So long after an event somebody stays on its list of participants, if they said nothing else."""
LONGEST = timedelta(days=5 * 365)
CARE = {"food": 300, "access": 500, "travel": 2000, "emergency": 200}
GENDERS = ("woman", "man", "other")


def name(said: str) -> str:
    return prose.said(said, "name", NAME, is_needed=True, is_line=True)


def address(said: str, field: str = "email") -> str:
    """An e-mail address that letters reach, in small letters."""
    return mail.reachable(prose.line(said), field)


def house(organisation: Organisation | None, said: str) -> dict[str, Any]:
    """The organisation somebody comes from: one of ours, or only its name."""
    if organisation is not None:
        return {"organisation": organisation, "organisation_name": str(organisation)[:HOUSE]}
    return {"organisation": None, "organisation_name": prose.said(said, "organisation_name", HOUSE, is_line=True)}


def country(said: str) -> str:
    if said and said not in country_codes():
        raise ValidationError({"country": [_("Please choose one of the list.")]})
    return said


def gender(said: str) -> str:
    if said and said not in GENDERS:
        raise ValidationError({"gender": [_("Please choose one of the list.")]})
    return said


def units(said: int, event: Event, *, is_minor: bool = False) -> int:
    """So many places at once as the event allows; a minor is one, because a guardian consents to one."""
    most = 1 if is_minor else event.most_units
    if not 1 <= said <= most:
        raise ValidationError({"units": [_("At most %(most)s places in one registration.") % {"most": most}]})
    return said


def chosen(said: Iterable[EventQuota], event: Event) -> list[EventQuota]:
    """Parts of this event, each once."""
    found = {quota.pk: quota for quota in said}
    if any(quota.event_id != event.pk or quota.rule != "chosen" for quota in found.values()):
        raise ValidationError({"chosen": [_("Please choose from the list.")]})
    return list(found.values())


def answers(form: EventForm | None, said: Mapping[str, Any], event: Event, language: str) -> dict[str, Any]:
    """The answers to a version of the form, whole; from then on that version stays as it is."""
    if form is None:
        return {}
    if form.event_id != event.pk or form.purpose != "registration":
        raise ValidationError(_("Please open the form again: its questions have changed."))
    if lacks := questions.check(form.schema, said, language):
        raise ValidationError({lack.key: [lack.why] for lack in lacks})
    known = {question["key"] for _part, question in questions.each(form.schema)}
    EventForm.objects.filter(pk=form.pk, is_used=False).update(is_used=True)
    return {key: value for key, value in said.items() if key in known and not questions.is_empty(value)}


def listing(listed: str, until: date | None, event: Event, *, is_minor: bool) -> dict[str, Any]:
    """Who may read their name, until when; minors stand on no list."""
    if listed not in Registration.Listed.values:
        raise ValidationError({"listed": [_("Please choose one of the list.")]})
    if is_minor or listed == "nobody":
        return {"listed": "nobody", "listed_until": None}
    last = (event.ends_at + LISTED_AFTER).date()
    return {"listed": listed, "listed_until": min(until or last, last + LONGEST)}


def care(row: Registration, said: Mapping[str, Any]) -> None:
    """Keep what somebody needs, apart from the registration; nothing said leaves nothing."""
    facts: dict[str, Any] = {key: prose.said(str(said.get(key) or ""), key, most) for key, most in CARE.items()}
    for key in ("arrives_at", "leaves_at"):
        given = said.get(key)
        facts[key] = given if isinstance(given, datetime) else None
    if any(facts.values()):
        Care.objects.update_or_create(registration=row, defaults=facts)
    else:
        Care.objects.filter(registration=row).delete()


def more(row: Registration, parts: list[EventQuota], said: Mapping[str, Any]) -> None:
    """The same of a row that is new: where nothing was said there is nothing to write."""
    if parts:
        row.chosen.set(parts)
    if any(said.values()):
        care(row, said)


def language(said: str, event: Event) -> str:
    """One of the site's languages as the reader's; else the event's."""
    return said if said in dict(settings.LANGUAGES) else event.language
