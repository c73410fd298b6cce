"""What organisers tell those who are registered; and how everybody hears that an event has changed, each once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions import places
from koinon.events.models import Event, EventMessage, EventSession, Registration
from koinon.events.notices import events as notices
from koinon.events.rules import events as rules
from koinon.kit import jobs, prose
from koinon.kit.verbs import Actor, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
TITLE, TEXT = 160, 10_000
PER_DAY = 5
SOON = 15 * 60
"""Messages of one event in 24 hours: people who are written to more often read nothing."""
BATCH = 100
HEARD = ("sender", "consent", "approval", "waiting", "offered", "confirmed")
"""States in which somebody hears that the event has changed; whose address is not confirmed yet gets no letters."""
ADDRESSED = ("consent", "approval", "waiting", "offered", "confirmed", "attended", "missed")
"""States whose people organisers may write to."""


@verb("events.message_sent", rule=rules.organises, refusal=NOT_YOURS, counts=lambda row: {"people": row.people})
def send(*, by: Actor, event: Event, title: str, text: str, states: Sequence[str]) -> EventMessage:
    """A message to everybody who is in one of these states now; at most a few in a day."""
    places.hold(event)
    chosen = [state for state in ADDRESSED if state in states]
    if not chosen:
        raise ValidationError({"states": [_("Please choose whom you write to.")]})
    since = timezone.now() - timedelta(days=1)
    if not by.is_machine and EventMessage.objects.filter(event=event, at__gte=since).count() >= PER_DAY:
        raise ValidationError(
            _("At most %(number)s messages in a day: please wait until tomorrow.") % {"number": PER_DAY}
        )
    row = EventMessage.objects.create(
        event=event, person_id=by.person, language=event.language, states=chosen,
        title=prose.said(title, "title", TITLE, is_needed=True, is_line=True),
        text=prose.said(text, "text", TEXT, is_needed=True), text_html=prose.html_of(text),
    )  # fmt: skip
    row.people = Registration.objects.filter(event=event, state__in=chosen).count()  # type: ignore[attr-defined]
    if by.role != "demo":
        jobs.later(deliver, event=str(event.pk), mark=f"m{row.pk.hex[-14:]}", what="message", message=str(row.pk))
    return row


def tell_everybody(by: Actor, event: Event, what: str) -> None:
    """Queue that everybody who is registered hears of it: `what` is changed or cancelled."""
    if by.role != "demo":
        jobs.later(deliver, event=str(event.pk), mark=f"{what[:8]}{event.sequence}"[:16], what=what)


def tell_soon(by: Actor, event: Event) -> None:
    """Queue that the programme has changed; while this waits, further changes are told with it."""
    if by.role != "demo":
        jobs.later(programme_changed, once=f"programme:{event.pk}", delay=SOON, event=str(event.pk))


@jobs.task("events.programme_changed")
def programme_changed(event: str) -> None:
    """One letter for all changes of a while; the mark is the day and minute, so that a retry tells nobody twice."""
    row = Event.objects.filter(pk=UUID(event), state__in=["open", "closed"]).first()
    if row is not None:
        total = sum(EventSession.objects.filter(event=row).values_list("sequence", flat=True))
        count = EventSession.objects.filter(event=row).count()
        deliver(event=event, mark=f"p{count}-{total}"[:16], what="programme")


@jobs.task("events.deliver")
def deliver(event: str, mark: str, what: str, message: str = "") -> None:
    """Tell one after the other, in small transactions; who has the mark has heard already, so it may run twice."""
    row = EventMessage.objects.filter(pk=message).first() if message else None
    tell: Callable[[Registration], None]
    if what == "message":
        if row is None:
            return
        states: Sequence[str] = row.states
        written = row

        def tell(each: Registration) -> None:
            notices.wrote(each, written)
    else:
        states, tell = HEARD, TOLD[what]
    after = UUID(int=0)
    while batch := _deliver(UUID(event), mark, states, tell, after):
        after = batch


TOLD: dict[str, Callable[[Registration], None]] = {
    "changed": notices.changed,
    "cancelled": notices.cancelled,
    "programme": notices.programme_changed,
}


def _deliver(
    event: UUID, mark: str, states: Sequence[str], tell: Callable[[Registration], None], after: UUID
) -> UUID | None:
    """The next few of them; gives the last one, or None when nobody is left."""
    with transaction.atomic():
        rows = Registration.objects.filter(event=event, state__in=states, pk__gt=after).exclude(told__contains=[mark])
        known = rows.select_related("event__organisation", "person", "consent")
        batch = list(known.select_for_update(of=("self",)).order_by("pk")[:BATCH])
        for row in batch:
            tell(row)
            row.told = [*row.told[-40:], mark]
        Registration.objects.bulk_update(batch, ["told"])
    return batch[-1].pk if batch else None
