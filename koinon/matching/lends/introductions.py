"""What waits on the desk about introductions, meetings and letters, and what a person's data holds of them."""

from typing import Any

from django.utils.translation import gettext as _

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.accounts.notices import absolute
from koinon.kit.addresses import to
from koinon.kit.calendars import Entry
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.matching.models import Answer, Introduction, Meeting, Message, Outcome, voices


def _named(organisation: str) -> tuple[str, str]:
    """The columns that the name of an organisation needs."""
    return f"{organisation}__names", f"{organisation}__language"


def _long(organisation: str) -> tuple[str, ...]:
    return tuple(f"{organisation}__{field}" for field in ("about", "about_html", "keys", "aliases"))


@people.desk_items.lend(order=21)
@people.only_if(lambda me: [(_open_ones, {"me": me}), (_answers, {"me": me})])
def waiting_introductions(me: Actor) -> list[people.DeskItem]:
    """Those to answer, and for coordinators those to pass on. Two queries, whatever anybody has answered."""
    ours = set(voices(me))
    answered = {(row.introduction_id, row.organisation_id): row for row in _answers(me=me)} if ours else {}
    items = [_item(row, me, ours, answered) for row in _open_ones(me=me)]
    return [item for item in items if item] + [_recalled(row) for row in answered.values() if _is_due(row)]


_open_ones: Prepared[Introduction] = Prepared(
    lambda me: (
        Introduction.objects.visible_to(me)
        .filter(state__in=["drafted", "asked", "proposed"])
        .select_related("one", "other")
        .only("network", "state", "moved_at", "closes_on", *_named("one"), *_named("other"))
        .order_by("pk")[:40]
    )
)
_answers: Prepared[Answer] = Prepared(
    lambda me: (
        Answer.objects.visible_to(me)
        .filter(introduction__state__in=["proposed", "closed"])
        .select_related("introduction__one", "introduction__other")
        .only(
            "organisation", "asked_again_on", "introduction__state", "introduction__moved_at",
            *_named("introduction__one"), *_named("introduction__other"),
        )
        .order_by("pk")[:100]
    )
)  # fmt: skip


def _item(row: Introduction, me: Actor, ours: set[Any], answered: dict[Any, Answer]) -> people.DeskItem | None:
    sides = [side for side in row.sides if side in ours]
    if row.state == "proposed":
        if not sides or all((row.pk, side) in answered for side in sides):
            return None
        return _desk(row, _("An introduction to %(other)s") % {"other": row.far_side(sides[0])}, until=row.closes_on)
    is_staff = me.holds("coordinator", row.network_id) and not sides
    if row.state == "drafted" and not is_staff:
        return None
    title = _("%(asks)s asks to be introduced to %(other)s") if row.state == "asked" else _("%(asks)s → %(other)s")
    return _desk(row, title % {"asks": row.one, "other": row.other}, whose="" if is_staff else _("Coordinator"))


def _desk(row: Introduction, title: str, *, whose: str = "", until: Any = None, since: Any = None) -> people.DeskItem:
    return people.DeskItem(
        title=title, url=to("matching:introduction", row.pk), kind=_("Introduction"), whose=whose,
        since=since or row.moved_at, until=until, is_mine=not whose,
    )  # fmt: skip


def _is_due(row: Answer) -> bool:
    return row.asked_again_on is not None and row.introduction.state == "closed"


def _recalled(row: Answer) -> people.DeskItem:
    far = row.introduction.far_side(row.organisation_id)
    title = _("You wanted to come back to an introduction to %(other)s") % {"other": far}
    return _desk(row.introduction, title, since=row.asked_again_on)


@people.desk_items.lend(order=23)
@people.only_if(lambda me: [(_untold, {"ours": voices(me)})])
def waiting_outcomes(me: Actor) -> list[people.DeskItem]:
    """What came of it? One query."""
    return [
        _desk(
            row.introduction,
            _("What came of it with %(other)s?") % {"other": row.introduction.far_side(row.organisation_id)},
            since=row.asked_on,
        )
        for row in (_untold(ours=voices(me)) if voices(me) else [])
    ]


_untold: Prepared[Outcome] = Prepared(
    lambda ours: (
        Outcome.objects.filter(organisation__in=ours, came="", introduction__state__in=["connected", "met"])
        .select_related("introduction__one", "introduction__other")
        .defer(*_long("introduction__one"), *_long("introduction__other"))
        .order_by("pk")[:20]
    )
)


@people.desk_items.lend(order=24)
@people.only_if(lambda me: [(_looking, {"me": me})])
def waiting_meetings(me: Actor) -> list[people.DeskItem]:
    """Times to answer or to choose from, on both sides with whose turn it is. Two queries."""
    ours = set(voices(me))
    rows = _looking(me=me) if ours else []
    told = set(_told(meetings=[row.pk for row in rows])) if rows else set()
    return [_meeting(row, ours, told) for row in rows]


_looking: Prepared[Meeting] = Prepared(
    lambda me: (
        Meeting.objects.visible_to(me)
        .filter(state="asked")
        .select_related("organiser")
        .defer(*_long("organiser"))
        .order_by("pk")[:20]
    )
)
_told: Prepared[Any] = Prepared(
    lambda meetings: (
        Meeting.objects.filter(pk__in=meetings, slots__availabilities__organisation__isnull=False)
        .values_list("pk", "slots__round", "slots__availabilities__organisation")
        .order_by()
        .distinct()
    )
)


def _meeting(row: Meeting, ours: set[Any], told: set[Any]) -> people.DeskItem:
    words = [who for pk, number, who in told if pk == row.pk and number == row.round]
    is_organiser = row.organiser_id in ours
    has_answer = any(who != row.organiser_id for who in words)
    is_mine = is_organiser == has_answer
    return people.DeskItem(
        title=row.title, url=to("matching:meeting", row.pk), kind=_("Meeting"),
        whose="" if is_mine else (_("The other side") if is_organiser else str(row.organiser)),
        since=row.moved_at, until=row.last_at, is_mine=is_mine,
    )  # fmt: skip


@people.desk_items.lend(order=25)
@people.only_if(lambda me: [(_held, {"person": me.person})])
def held_letters(me: Actor) -> list[people.DeskItem]:
    """Letters in my name that wait for my word. One query."""
    return [
        people.DeskItem(
            title=_("Did you write this?"), url=to("matching:thread", row.thread_id), kind=_("Message"),
            since=row.made_at, is_mine=True,
        )
        for row in (_held(person=me.person) if voices(me) else [])
    ]  # fmt: skip


_held: Prepared[Message] = Prepared(
    lambda person: Message.objects.filter(person=person, state="held").order_by("pk")[:10]
)


@people.calendar_entries.lend(order=24)
def set_meetings(me: Actor) -> list[Entry]:
    """Meetings whose time is set, also those called off lately, so that calendars hear of it. One query."""
    rows = Meeting.objects.visible_to(me).filter(starts_at__isnull=False, state__in=["fixed", "held", "cancelled"])
    return [
        Entry(
            uid=row.uid, title=row.title, starts=row.starts_at, ends=row.ends_at, text=row.note,
            url=absolute(to("matching:meeting", row.pk)), place=row.link, is_cancelled=row.state == "cancelled",
        )
        for row in rows.order_by("-starts_at", "pk")[:50]
        if row.starts_at is not None
    ]  # fmt: skip


@people.data_of.lend(order=31)
def said(person: Person) -> dict[str, list[dict[str, Any]]]:
    """What this person wrote to others and the meetings they called."""
    wrote = ("id", "thread", "text", "language", "state", "is_mail", "made_at")
    called = ("id", "title", "state", "starts_at", "made_at")
    return {
        "messages": list(Message.objects.filter(person=person).values(*wrote)),
        "meetings": list(Meeting.objects.filter(person=person).values(*called)),
    }


@people.forget.lend(order=31)
def forget(person: Person) -> None:
    """Texts stay with the organisation; the person's name goes, and so do letters that nobody confirmed."""
    from koinon.matching.actions.forgetting import forget_words

    forget_words(person)
