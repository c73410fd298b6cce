"""Who takes part: by link without an account, by hand, by a list; who came to the end, how good it was, who goes on."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.actions import join as join_account
from koinon.accounts.models import Person
from koinon.kit import links, mail, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, anyone, machine, only_machine, verb
from koinon.programmes.actions import counting, qualifying, runs
from koinon.programmes.actions.deliveries import NOT_YOURS, OPEN
from koinon.programmes.models import Delivery, Participant, Qualification
from koinon.programmes.notices import cascade as notices
from koinon.programmes.rules import cascade as rules

MOST = 500
CHILD = "u18"
AFTER_END = timedelta(days=7)
"""The link still takes people so long after the last day: not everybody finds the signal on the evening itself."""

conflict("participant_once", "name", gettext_lazy("You are on the list already."))
conflict("participant_email_once", "email", gettext_lazy("This address is on the list already."))
conflict(
    "participant_child_has_no_address",
    "email",
    gettext_lazy("Of somebody under 18 we keep no address. A name is enough."),
)


@verb("programmes.participant_added", rule=rules.gives, refusal=NOT_YOURS)
def add(*, by: Actor, delivery: Delivery, name: str, email: str = "", age: str = "", gender: str = "") -> Participant:
    """One person by hand; a name is enough."""
    return _add(delivery, name, email, age, gender, None)


@verb(
    "programmes.participants_added", rule=rules.gives, refusal=NOT_YOURS,
    counts=lambda row: {"people": float(row.added)},
)  # fmt: skip
def add_all(*, by: Actor, delivery: Delivery, rows: Sequence[Mapping[str, Any]]) -> Delivery:
    """A list {"name", "email", "age", "gender"}; who is there already is left out."""
    held = _held(delivery, len(rows))
    there = set(held.participants.exclude(email="").values_list("email", flat=True))
    made: list[Participant] = []
    for row in rows:
        facts = _facts(
            str(row.get("name", "")), str(row.get("email", "")), str(row.get("age", "")), str(row.get("gender", ""))
        )
        if not facts["email"] or facts["email"] not in there:
            there.add(facts["email"])
            made.append(Participant(delivery=held, **facts))
    Participant.objects.bulk_create(made)
    counting.recount(held)
    held.added = len(made)  # type: ignore[attr-defined]
    return held


@verb(
    "programmes.people_counted", rule=rules.gives, refusal=NOT_YOURS, counts=lambda row: {"people": float(row.added)}
)  # fmt: skip
def add_nameless(*, by: Actor, delivery: Delivery, number: int, age: str = "", gender: str = "") -> Delivery:
    """So many people took part whose names nobody needs."""
    if not 1 <= number <= 200:
        raise ValidationError({"number": [_("Between 1 and 200 people at once.")]})
    held = _held(delivery, number)
    facts = {**_facts("", "", age, gender), "name": ""}
    Participant.objects.bulk_create([Participant(delivery=held, **facts) for _each in range(number)])
    counting.recount(held)
    held.added = number  # type: ignore[attr-defined]
    return held


@verb("programmes.joined", rule=rules.holds_link, refusal=gettext_lazy("This link opens nothing any more."))
def join(
    *, by: Actor, delivery: Delivery, key: str, name: str, email: str = "", age: str = "", gender: str = ""
) -> Participant:
    """Somebody puts themselves on the list by the link, with or without an account."""
    if delivery.state not in OPEN or delivery.ends_on + AFTER_END < timezone.localdate():
        raise ValidationError(_("One can no longer join here."))
    person = by.person
    if person is not None and rules.gives(by=by, delivery=delivery):
        raise ValidationError(_("You give this delivery: others join by this link."))
    return _add(delivery, name, email, age, gender, person)


@verb("programmes.participant_changed", rule=rules.may_keep, refusal=NOT_YOURS)
def change(
    *, by: Actor, participant: Participant, name: str, email: str, age: str, gender: str, has_finished: bool,
    quiz: int | None = None,
) -> Participant:  # fmt: skip
    """A correction, whether they came to the end, their quiz in per cent. What they thought is theirs alone."""
    _open(participant.delivery)
    if participant.purged_at is not None:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    facts = _facts(name, email, age, gender, is_needed=bool(participant.name))
    if participant.has_become and (not has_finished or age == CHILD):
        raise ValidationError(_("This person is a facilitator by now: they took part to the end, as a grown-up."))
    if quiz is not None and not 0 <= quiz <= 100:
        raise ValidationError({"quiz": [_("Between 0 and 100 per cent.")]})
    share = None if quiz is None else Decimal(quiz) / 100
    facts |= {"has_finished": has_finished, "quiz": share}
    Participant.objects.filter(pk=participant.pk).update(**facts)
    counting.recount(participant.delivery)
    participant.refresh_from_db()
    return participant


@verb(
    "programmes.participants_finished", rule=rules.gives, refusal=NOT_YOURS,
    counts=lambda row: {"finished": row.number_finished},
)  # fmt: skip
def finish(*, by: Actor, delivery: Delivery, rows: Sequence[UUID]) -> Delivery:
    """Who took part to the end, ticked for the whole list at once; facilitators that came of it stay ticked."""
    _open(delivery)
    ticked = Participant.objects.filter(delivery=delivery)
    ticked.filter(has_become=False).exclude(pk__in=rows).update(has_finished=False)
    ticked.filter(pk__in=rows).update(has_finished=True)
    return counting.recount(delivery)


@verb("programmes.participant_removed", rule=rules.may_keep, refusal=NOT_YOURS)
def remove(*, by: Actor, participant: Participant) -> Delivery:
    """Did not come after all, or wants to stand on no list."""
    _open(participant.delivery)
    if participant.has_become:
        raise ValidationError(_("This person is a facilitator by now: they took part to the end, as a grown-up."))
    Participant.objects.filter(pk=participant.pk).delete()
    return counting.recount(participant.delivery)


@verb("programmes.next_invited", rule=rules.may_keep, refusal=NOT_YOURS, then=notices.next_invited)
def invite_next(*, by: Actor, participant: Participant) -> Participant:
    """Would they deliver it themselves? They answer by a one-tap link; nobody is put on the way unasked."""
    delivery = participant.delivery
    if not participant.has_finished or participant.age == CHILD:
        raise ValidationError(_("Only grown-ups who took part to the end can come from this delivery."))
    if participant.person is None and not participant.email:
        raise ValidationError(_("We have no address of this person. Write it into the list first."))
    if delivery.generation + 1 > delivery.programme.most_generations:
        raise ValidationError(
            _("This programme has at most %(number)s generations.") % {"number": delivery.programme.most_generations}
        )
    fresh = Participant.objects.filter(pk=participant.pk, invited_at=None, has_become=False)
    if not fresh.update(invited_at=timezone.now()):
        raise ValidationError(_("This person was asked already."))
    return participant


@verb("programmes.next_accepted", rule=anyone)
def accept_next(*, by: Actor, participant: Participant, link: links.Link) -> tuple[Qualification, Person]:
    """Yes: an account if there was none, and they are on the way, come from this delivery."""
    links.use(link)
    clerk = machine("invitation")
    person = participant.person
    if person is None:
        if not participant.email:
            raise ValidationError(_("This link opens nothing any more."))
        person = join_account(
            by=by, email=participant.email, language=participant.delivery.language, name=participant.name
        )
        Participant.objects.filter(pk=participant.pk).update(person=person)
    made = qualifying.put_on_way(
        by=clerk, programme=participant.delivery.programme, person=person, came_from=participant.delivery
    )
    return made, person


@verb("programmes.participants_purged", rule=only_machine, counts=lambda row: {"people": float(row.purged)})
def purge(*, by: Actor, delivery: Delivery) -> Delivery:
    """Half a year after the programme's end nobody's name or address is kept; the counts stay."""
    rows = Participant.objects.filter(delivery=delivery, purged_at=None)
    number = rows.update(name="", email="", gender="", person=None, purged_at=timezone.now())
    delivery.purged = number  # type: ignore[attr-defined]
    return delivery


def _add(delivery: Delivery, name: str, email: str, age: str, gender: str, person: UUID | None) -> Participant:
    held = _held(delivery, 1)
    made = Participant.objects.create(
        delivery=held, person_id=person, **_facts(name, email, age, gender, is_needed=True)
    )
    if made.person is not None:
        runs.enrol(held, [made.person])
    counting.recount(held)
    return made


def _held(delivery: Delivery, more: int) -> Delivery:
    """The delivery, locked, so that two lists at once do not make it overfull."""
    held = Delivery.objects.select_for_update(of=("self",)).select_related("run").get(pk=delivery.pk)
    _open(held)
    if held.participants.count() + more > MOST:
        raise ValidationError(_("At most %(most)s people in one delivery.") % {"most": MOST})
    return held


def _open(delivery: Delivery) -> None:
    if not Delivery.objects.filter(pk=delivery.pk, state__in=[*OPEN, "returned"]).exists():
        raise ValidationError(_("The report is written: the list stays as it is. The supervisor can send it back."))


def _facts(name: str, email: str, age: str, gender: str, *, is_needed: bool = False) -> dict[str, Any]:
    """Clean words. Of somebody under 18 no address is kept."""
    address = mail.reachable(email) if email.strip() else ""
    if address and age == CHILD:
        raise ValidationError({"email": [_("Of somebody under 18 we keep no address. A name is enough.")]})
    if age not in ("", *Participant.Age.values):
        raise ValidationError({"age": [_("Please choose one of the list.")]})
    said = prose.said(name, "name", 160, is_needed=is_needed, is_line=True)
    return {"name": said, "email": address, "age": age, "gender": gender if gender in GENDERS else ""}


GENDERS = {
    "": gettext_lazy("Not said"),
    "woman": gettext_lazy("Woman"),
    "man": gettext_lazy("Man"),
    "other": gettext_lazy("Other"),
}
