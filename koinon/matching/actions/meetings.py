"""Meetings: times proposed, who can when, one chosen, moved or called off, and afterwards: did it take place?"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import links, prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching.models import MEETING_STEPS, Availability, Introduction, Meeting, Party, Slot
from koinon.matching.notices import meetings as notices
from koinon.matching.rules import introductions as rules
from koinon.network.models import Network, Organisation

FEWEST, MOST = 3, 5
TITLE, NOTE, LINK, REASON = 160, 1000, 300, 300
KEPT_OPEN = timedelta(days=14)
NOT_YOURS = gettext_lazy("Only those who called the meeting may do this.")
NOT_PARTY = gettext_lazy("Only those who take part may do this.")


@verb("matching.meeting_proposed", rule=rules.may_call_meeting, then=notices.proposed)
def call(
    *, by: Actor, network: Network, organiser: Organisation, guests: Sequence[Organisation],
    introduction: Introduction | None, title: str, slots: Sequence[datetime], zone: str, minutes: int = 45,
    link: str = "", note: str = "", person: Person | None = None,
) -> Meeting:  # fmt: skip
    """Propose three to five times (moments); the organiser can at all of them. `zone`: where they were thought of."""
    times = _times(slots)
    made = Meeting.objects.create(
        network=network, introduction=introduction, organiser=organiser, person=person, zone=zone, minutes=minutes,
        title=prose.line(title)[:TITLE], link=_link(link), note=prose.clean(note)[:NOTE], last_at=times[-1],
    )  # fmt: skip
    Party.objects.bulk_create(Party(meeting=made, organisation=each) for each in (organiser, *guests))
    _lay_out(made, times)
    return made


@verb("matching.meeting_answered", rule=rules.may_attend, refusal=NOT_PARTY, then=notices.answered)
def say(*, by: Actor, meeting: Meeting, organisation: Organisation, says: Mapping[UUID, str]) -> Meeting:
    """Yes, if need be or no for each time of this round; it may be changed while a time is looked for."""
    row = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if row.state != "asked":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    known = set(row.slots.filter(round=row.round).values_list("pk", flat=True))
    if set(says) != known or not set(says.values()) <= set(Availability.Says.values):
        raise ValidationError(_("Please answer each of the times."))
    for slot, word in says.items():
        Availability.objects.update_or_create(slot_id=slot, organisation=organisation, defaults={"says": word})
    return row


@verb("matching.meeting_fixed", rule=rules.may_arrange, refusal=NOT_YOURS, then=notices.fixed)
def choose(*, by: Actor, meeting: Meeting, slot: UUID) -> Meeting:
    """This time it is: everybody gets it for their calendar."""
    found = meeting.slots.filter(pk=slot, round=meeting.round).first()
    if found is None or found.starts_at <= timezone.now():
        raise ValidationError({"slot": [_("Please choose one of the list.")]})
    sequence = meeting.sequence + (meeting.round > 1)
    MEETING_STEPS.move(
        meeting, "fixed", starts_at=found.starts_at, sequence=sequence, asked_on=None, moved_at=timezone.now()
    )
    return meeting


@verb("matching.meeting_moved", rule=rules.may_arrange, refusal=NOT_YOURS, then=notices.moved)
def move(*, by: Actor, meeting: Meeting, slots: Sequence[datetime], zone: str) -> Meeting:
    """New times; what was set stays in calendars until the new time replaces it there."""
    times = _times(slots)
    MEETING_STEPS.move(
        meeting,
        "asked",
        round=meeting.round + 1,
        zone=zone,
        last_at=times[-1],
        asked_on=None,
        moved_at=timezone.now(),
    )
    _lay_out(meeting, times)
    return meeting


@verb("matching.meeting_cancelled", rule=rules.may_attend, refusal=NOT_PARTY, then=notices.cancelled)
def cancel(*, by: Actor, meeting: Meeting, organisation: Organisation, reason: str) -> Meeting:
    """Called off by anybody who takes part, with a sentence; calendars hear of it if they had it."""
    said = prose.line(reason)[:REASON]
    if not said:
        raise ValidationError({"reason": [_("Please write a few words.")]})
    MEETING_STEPS.move(
        meeting, "cancelled", reason=said, sequence=meeting.sequence + bool(meeting.starts_at), moved_at=timezone.now()
    )
    return meeting


@verb("matching.meeting_told", rule=rules.may_attend, refusal=NOT_PARTY)
def tell(
    *, by: Actor, meeting: Meeting, organisation: Organisation, took_place: bool, link: links.Link | None = None
) -> Meeting:
    """Did you meet? One tap of any of them is enough; a meeting that took place moves its introduction on."""
    if meeting.ends_at is None or meeting.ends_at > timezone.now():
        raise ValidationError(_("It has not taken place yet."))
    if link is not None:
        links.use(link)
    MEETING_STEPS.move(meeting, "held" if took_place else "missed", moved_at=timezone.now())
    if took_place and meeting.introduction_id:
        Introduction.objects.filter(pk=meeting.introduction_id, state="connected").update(
            state="met", moved_at=timezone.now()
        )
    return meeting


@verb("matching.meeting_asked", rule=only_machine, then=notices.asked)
def ask(*, by: Actor, meeting: Meeting) -> Meeting:
    """The day after: did you meet? Asked once."""
    if not Meeting.objects.filter(pk=meeting.pk, state="fixed", asked_on=None).update(asked_on=date.today()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return meeting


@verb("matching.meeting_reminded", rule=only_machine, then=notices.reminded)
def remind(*, by: Actor, meeting: Meeting) -> Meeting:
    """Two days without a word: whose turn it is hears of it once more."""
    if not Meeting.objects.filter(pk=meeting.pk, state="asked", asked_on=None).update(asked_on=date.today()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return meeting


@verb("matching.meeting_lapsed", rule=only_machine, then=notices.lapsed)
def lapse(*, by: Actor, meeting: Meeting) -> Meeting:
    """The last of its times has passed and none was chosen."""
    MEETING_STEPS.move(meeting, "lapsed", moved_at=timezone.now())
    return meeting


@verb("matching.meeting_past", rule=only_machine)
def leave(*, by: Actor, meeting: Meeting) -> Meeting:
    """Two weeks after, and nobody has said whether it took place: nobody is asked any more, they still may tell."""
    MEETING_STEPS.move(meeting, "past", moved_at=timezone.now())
    return meeting


def _times(slots: Sequence[datetime]) -> list[datetime]:
    times = sorted(set(slots))
    if not FEWEST <= len(times) <= MOST:
        raise ValidationError(_("Please give three to five different times."))
    if times[0] <= timezone.now():
        raise ValidationError(_("Please give times that are still to come."))
    return times


def _lay_out(meeting: Meeting, times: Sequence[datetime]) -> None:
    made = Slot.objects.bulk_create(Slot(meeting=meeting, round=meeting.round, starts_at=each) for each in times)
    Availability.objects.bulk_create(
        Availability(slot=slot, organisation_id=meeting.organiser_id, says="yes") for slot in made
    )


def _link(text: str) -> str:
    said = prose.line(text)[:LINK]
    if said and (urlsplit(said).scheme not in ("http", "https") or not urlsplit(said).hostname):
        raise ValidationError({"link": [_("Please give an address that begins with https://")]})
    return said
