"""Enrolments: asked for, admitted or refused, waiting for a place, left, taken off the list, taken up again."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.learning.actions import card_ends, places
from koinon.learning.models import ENROLMENT_STEPS, Enrolment, Run
from koinon.learning.notices import teaching as notices
from koinon.learning.rules import runs as rules
from koinon.network.models import Organisation

NOT_YOURS = gettext_lazy("Only those who teach here may do this.")
NOT_OPEN = gettext_lazy("You cannot enrol here with this link. Please ask who sent it to you for a new one.")
ANSWER_WITHIN = timedelta(days=5)
WHY = 500
IN = ("asked", "waiting", "enrolled", "finished")


@verb("learning.enrolled", rule=rules.may_enrol, refusal=NOT_OPEN, then=notices.enrolled)
def enrol(
    *, by: Actor, run: Run, person: Person, how: str, language: str, organisation: Organisation | None = None,
    key: str = "",
) -> Enrolment:  # fmt: skip
    """A place, or one on the waiting list, or a question to the facilitator: `state` says which. Twice changes nothing.

    `how` is one of Enrolment.How; `key` is that of the run's link. Who was taken off the list comes back only by who
    teaches; whose enrolment was refused, too.
    """
    held = places.hold(run)
    if held.state not in ("open", "running") or held.ends_on < date.today():
        raise ValidationError(_("One can no longer enrol here."))
    if held.facilitations.filter(person=person).exists():
        raise ValidationError(_("You teach here, so you cannot learn here as well."))
    row = Enrolment.objects.select_for_update().filter(run=held, person=person).first()
    if row is not None and row.state in IN:
        row.was_there = True  # type: ignore[attr-defined]
        return row
    is_own = how in ("self", "link")
    if row is not None and is_own and row.state in ("removed", "refused"):
        raise ValidationError(_("Please ask the facilitator: they decided on your place here before."))
    state = "asked" if held.asks_first and is_own else "enrolled" if places.take(held) else "waiting"
    facts = {
        "language": _language(language, held), "how": how, "moved_at": timezone.now(), "why": "",
        "due_on": date.today() + ANSWER_WITHIN if state == "asked" else None,
    }  # fmt: skip
    if row is None:
        row = Enrolment.objects.create(
            run=held, person=person, state=state, organisation=organisation, enrolled_by_id=by.person, **facts
        )
    else:
        ENROLMENT_STEPS.move(row, state, **facts)
    if state == "enrolled":
        places.begin(row)
    return row


@verb("learning.admitted", rule=rules.may_answer, refusal=NOT_YOURS, then=notices.answered)
def admit(*, by: Actor, enrolment: Enrolment) -> Enrolment:
    """Yes: a place, or one on the waiting list when all are taken."""
    held = places.hold(enrolment.run)
    if enrolment.state != "asked":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    state = "enrolled" if places.take(held) else "waiting"
    ENROLMENT_STEPS.move(enrolment, state, moved_at=timezone.now(), due_on=None)
    if state == "enrolled":
        places.begin(enrolment)
    return enrolment


@verb("learning.not_admitted", rule=rules.may_answer, refusal=NOT_YOURS, then=notices.answered)
def refuse(*, by: Actor, enrolment: Enrolment, why: str) -> Enrolment:
    """No, with a sentence."""
    ENROLMENT_STEPS.move(enrolment, "refused", moved_at=timezone.now(), due_on=None, why=_why(why))
    return enrolment


@verb("learning.withdrew", rule=rules.may_leave, refusal=gettext_lazy("Only the learner may do this."))
def withdraw(*, by: Actor, enrolment: Enrolment, why: str = "") -> Enrolment:
    """The learner leaves; what they did stays, for the day they come back. The place goes to who waits."""
    _leave(enrolment, "withdrawn", prose.line(why)[:WHY])
    return enrolment


@verb("learning.removed", rule=rules.may_answer, refusal=NOT_YOURS, then=notices.removed)
def remove(*, by: Actor, enrolment: Enrolment, why: str) -> Enrolment:
    """Taken off the list by who teaches, with a sentence."""
    _leave(enrolment, "removed", _why(why))
    return enrolment


@verb("learning.returned", rule=rules.may_answer, refusal=NOT_YOURS, then=notices.answered)
def take_back(*, by: Actor, enrolment: Enrolment) -> Enrolment:
    """Who left or was taken off the list learns again, with all they had done."""
    held = places.hold(enrolment.run)
    if enrolment.state not in ("withdrawn", "removed", "refused"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if held.is_over:
        raise ValidationError(_("One can no longer enrol here."))
    state = "enrolled" if places.take(held) else "waiting"
    ENROLMENT_STEPS.move(enrolment, state, moved_at=timezone.now(), why="")
    if state == "enrolled":
        places.begin(enrolment)
    return enrolment


@verb("learning.language_set", rule=rules.may_answer, refusal=NOT_YOURS)
def speak(*, by: Actor, enrolment: Enrolment, language: str) -> Enrolment:
    """Another language of the run for somebody whom a facilitator helps; what they did counts in every one."""
    if language not in enrolment.run.languages:
        raise ValidationError({"language": [_("Please choose one of the list.")]})
    Enrolment.objects.filter(pk=enrolment.pk).update(language=language)
    enrolment.language = language
    return enrolment


def _leave(enrolment: Enrolment, state: str, why: str) -> None:
    held = places.hold(enrolment.run)
    had_place = enrolment.state == "enrolled"
    ENROLMENT_STEPS.move(enrolment, state, moved_at=timezone.now(), why=why, due_on=None)
    card_ends.end_cards(enrolment)
    if had_place:
        places.give_back(held)


def _why(said: str) -> str:
    why = prose.line(said)[:WHY]
    if not why:
        raise ValidationError({"why": [_("Please write a few words.")]})
    return why


def _language(wanted: str, run: Run) -> str:
    return wanted if wanted in run.languages else next(iter(run.languages), run.version.language)
