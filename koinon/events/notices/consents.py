"""Letters to guardians: asked, what they agreed to, and the link that takes it back; and what follows for the child."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.events.models import GuardianConsent, Registration
from koinon.events.notices import calendars
from koinon.events.notices.telling import name_of, tell_guardian, tell_organisers, tell_registered, unless_demo, when
from koinon.kit import limits
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor


def asked(row: Registration) -> None:
    """The guardian: who wants to take part in what, and the link; no more than some letters a day to one address."""
    from koinon.events.notices.registering import LETTERS, PER

    consent = row.consent
    if limits.spend(f"events.letter:{consent.email}", times=LETTERS, per=PER):
        _write(
            consent, row, _("Do you agree? %(name)s wants to take part: %(event)s"),
            _("%(when)s\n%(place)s\n\nThe page says what you agree to, before you do. Please answer by %(until)s."),
            _("Read and answer"),
        )  # fmt: skip


@unless_demo
def given(*, by: Actor, result: GuardianConsent) -> None:
    """The guardian keeps the link that takes it back; the child, and who decides next, hear of it."""
    from koinon.events.notices import registering

    row = result.registration
    _write(
        result, row, _("You agreed that %(name)s takes part: %(event)s"),
        _("Keep this letter: its link shows what you agreed to, and takes it back whenever you wish."),
        _("See your consent"),
    )  # fmt: skip
    if row.state != "consent":
        registering.moved(by=by, result=row)


@unless_demo
def ended(*, by: Actor, result: GuardianConsent) -> None:
    """Refused or taken back: the one it is about, and the organisers."""
    row = result.registration
    if row.state == "withdrawn":
        tell_registered(
            row, title=_("You are no longer registered: %(event)s"), text=_("The reason: %(said)s"),
            facts={"said": row.why}, invitation=calendars.part_of(row),
        )  # fmt: skip
    tell_organisers(
        row.event, title=_("A guardian does not agree: %(event)s"),
        text=_("It is about %(name)s. The registration has ended, and pictures that show them are hidden."),
        facts={"name": row.name}, address=to("events:person", row.event.slug, row.pk),
    )  # fmt: skip


def _write(consent: GuardianConsent, row: Registration, title: Any, text: Any, action: Any) -> None:
    event = row.event
    facts = {
        "name": row.name, "event": lambda language: name_of(event, language), "place": event.venue,
        "when": lambda language: when(event.starts_at, event.zone, None, language),
        "until": lambda language: when(row.due_at, event.zone, None, language) if row.due_at else "",
    }  # fmt: skip
    tell_guardian(consent, row, title=title, text=[text], facts=facts, action=action)
