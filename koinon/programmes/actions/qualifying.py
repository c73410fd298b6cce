"""The way to a grant: who is on it, practice that was observed, and whether all is there."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.actions import join as join_account
from koinon.accounts.models import Person
from koinon.kit import links, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, anyone, machine, only_machine, verb
from koinon.network.models import Organisation
from koinon.programmes.actions.programmes import NOT_YOURS, running
from koinon.programmes.models import (
    QUALIFICATION_STEPS,
    CascadeGrant,
    Delivery,
    Participant,
    Practice,
    Programme,
    Qualification,
)
from koinon.programmes.notices import cascade as notices
from koinon.programmes.queries.standing import standing
from koinon.programmes.rules import cascade as rules
from koinon.programmes.rules.programmes import may_run

ANSWER_IN = timedelta(days=14)
SHEET = {
    "welcome": gettext_lazy("Everybody was welcome and could take part"),
    "aim": gettext_lazy("The aim was clear and was reached"),
    "method": gettext_lazy("The activities were led as the toolkit means them"),
    "listening": gettext_lazy("The facilitator listened and asked"),
    "time": gettext_lazy("Time and pauses were kept"),
}
"""The sheet of whoever looks on: points from 1 (not yet) to 5 (very well) for each line."""

conflict("qualification_once", "person", gettext_lazy("This person is on the way already."))


@verb("programmes.way_begun", rule=rules.may_ask, refusal=NOT_YOURS, then=notices.on_the_way)
def put_on_way(
    *, by: Actor, programme: Programme, person: Person, came_from: Delivery | None = None,
    organisation: Organisation | None = None,
) -> Qualification:  # fmt: skip
    """Somebody begins to qualify: asked by themselves, or put on the way. `came_from` makes them a next generation."""
    running(programme)
    if CascadeGrant.objects.filter(programme=programme, person=person).exclude(state="withdrawn").exists():
        raise ValidationError({"person": [_("This person has a grant already.")]})
    below = came_from or came_from_of(programme, person)
    if below is not None:
        check_line(programme, person, below)
    old = Qualification.objects.filter(programme=programme, person=person).first()
    if old is not None and old.state == "withdrawn":
        QUALIFICATION_STEPS.move(old, "open", moved_at=timezone.now(), came_from=below, due_on=None, nudged_on=None)
        return looked_at(old)
    made = Qualification.objects.create(programme=programme, person=person, came_from=below, organisation=organisation)
    return looked_at(made)


@verb("programmes.way_invited", rule=may_run, refusal=NOT_YOURS, then=notices.way_invited)
def invite(*, by: Actor, programme: Programme, email: str) -> Programme:
    """Ask somebody by letter; the answer here is the same whether we know the address or not, so nobody can probe."""
    running(programme)
    programme.invited = email.strip().lower()  # type: ignore[attr-defined]
    return programme


@verb("programmes.way_accepted", rule=anyone)
def accept(*, by: Actor, programme: Programme, email: str, link: links.Link) -> tuple[Qualification, Person]:
    """Who holds the link of the letter is on the way; an account is made if there was none."""
    links.use(link)
    person = join_account(by=by, email=email, language=by.language or programme.language)
    return put_on_way(by=machine("invitation"), programme=programme, person=person), person


@verb("programmes.way_left", rule=rules.may_leave, refusal=NOT_YOURS)
def leave(*, by: Actor, qualification: Qualification) -> Qualification:
    """No longer on the way; what was done stays and counts when they begin anew."""
    QUALIFICATION_STEPS.move(qualification, "withdrawn", moved_at=timezone.now(), due_on=None)
    return qualification


@verb(
    "programmes.practice_observed", rule=rules.may_observe_practice,
    refusal=gettext_lazy("Only those who run the programme, or gave what this person took part in, may write this."),
)  # fmt: skip
def observe(
    *, by: Actor, qualification: Qualification, on: date, where: str, sheet: dict[str, int], words: str, counts: bool
) -> Practice:
    """A session that the candidate led was seen; whether it counts is said by who saw it."""
    if qualification.state not in ("open", "ready"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if on > timezone.localdate():
        raise ValidationError({"on": [_("This day is still to come.")]})
    made = Practice.objects.create(
        qualification=qualification, on=on, where=prose.said(where, "where", 200, is_line=True), counts=counts,
        sheet=points(sheet), words=prose.said(words, "words", 4000), observer_id=by.person,
    )  # fmt: skip
    look(by=machine("practice"), qualification=qualification)
    return made


@verb("programmes.standing_found", rule=only_machine, then=notices.stands)
def look(*, by: Actor, qualification: Qualification) -> Qualification:
    """Ready or not: derived anew from what is there, whoever looks."""
    held = (
        Qualification.objects.select_for_update(of=("self",))
        .select_related("programme__course", "person")
        .get(pk=qualification.pk)
    )
    return looked_at(held)


def looked_at(row: Qualification) -> Qualification:
    """Move it to ready, or back, as its standing says; no verb, in the transaction of the caller."""
    if row.state not in ("open", "ready"):
        return row
    state = "ready" if standing(row).is_ready else "open"
    if state != row.state:
        due = timezone.localdate() + ANSWER_IN if state == "ready" else None
        QUALIFICATION_STEPS.move(row, state, moved_at=timezone.now(), due_on=due)
        row.has_moved = True  # type: ignore[attr-defined]
    return row


def came_from_of(programme: Programme, person: Person) -> Delivery | None:
    """The latest delivery of the programme in which this person took part to the end."""
    rows = Participant.objects.filter(person=person, delivery__programme=programme, has_finished=True).exclude(
        age="u18"
    )
    found = rows.select_related("delivery").order_by("-delivery__ends_on", "-pk").first()
    return found.delivery if found else None


def check_line(programme: Programme, person: Person, below: Delivery) -> None:
    """Raises ValidationError when somebody cannot come from this delivery: another programme, a circle, too deep."""
    if below.programme_id != programme.pk:
        raise ValidationError(_("That delivery belongs to another programme."))
    if below.generation + 1 > programme.most_generations:
        raise ValidationError(
            _("This programme has at most %(number)s generations.") % {"number": programme.most_generations}
        )
    line = Delivery.objects.filter(pk__in=[*below.path, below.pk])
    if line.filter(grant__person=person).exists() or below.helpers.filter(pk=person.pk).exists():
        raise ValidationError(_("Nobody comes from what they delivered themselves."))
    took_part = Participant.objects.filter(delivery=below, person=person, has_finished=True).exclude(age="u18")
    if not took_part.exists():
        raise ValidationError(_("Only grown-ups who took part to the end can come from this delivery."))


def points(sheet: dict[str, int]) -> dict[str, int]:
    """Points by line of the sheet, each from 1 to 5. Raises ValidationError."""
    found = {key: value for key, value in sheet.items() if key in SHEET and value is not None}
    if any(not 1 <= value <= 5 for value in found.values()):
        raise ValidationError(_("Points go from 1 to 5."))
    return found
